"""The messages of the rules for platforms in templates."""

from __future__ import annotations

from typing import Any

from cfnlint.template import Template

from beanstack.lint.rules.template import template_findings

OLD = "64bit Amazon Linux 2018.03 v2.9.1 running Python 3.6"
NEW = "64bit Amazon Linux 2023 v4.7.7 running ECS"
ARN = "arn:aws:elasticbeanstalk:us-east-1::platform/"
PROXY = {"Namespace": "aws:elasticbeanstalk:environment:proxy:staticfiles", "OptionName": "/a", "Value": "a"}


def messages(**properties: Any) -> dict[str, str]:
    """Return the messages of an environment with these properties, by the IDs of the rules."""
    environment = {"Type": "AWS::ElasticBeanstalk::Environment", "Properties": {"VersionLabel": "1", **properties}}
    template = Template(None, {"Resources": {"Environment": environment}}, ["us-east-1"])
    return {found.id: found.message for found in template_findings(template)}


def test_a_finding_on_a_solution_stack_names_the_arn_to_use() -> None:
    assert messages(SolutionStackName=NEW)["I9533"].endswith(
        "updates it in place: arn:aws:elasticbeanstalk:REGION::platform/ECS running on 64bit Amazon Linux 2023/4.7.7"
    )


def test_a_finding_on_the_amazon_linux_ami_names_no_arn() -> None:
    assert messages(SolutionStackName=OLD)["I9533"].endswith("updates it in place")


def test_neither_of_two_platforms_counts_as_that_of_the_environment() -> None:
    assert "E9515" in messages(SolutionStackName=NEW, OptionSettings=[PROXY])
    docker = f"{ARN}Docker running on 64bit Amazon Linux 2023/4.7.2"
    assert {*messages(SolutionStackName=NEW, PlatformArn=docker, OptionSettings=[PROXY])} == {"W9534"}


def test_a_platform_of_ones_own_may_define_any_options() -> None:
    arn = "arn:aws:elasticbeanstalk:us-east-1:123456789012:platform/Ours/1.0.0"
    node = {"Namespace": "aws:elasticbeanstalk:container:nodejs", "OptionName": "NodeCommand", "Value": "npm start"}
    assert "E9515" not in messages(PlatformArn=arn, OptionSettings=[node])
    assert "E9515" in messages(OptionSettings=[node])


def test_a_setting_under_a_condition_of_its_own_may_go_with_another_platform() -> None:
    python = {"Namespace": "aws:elasticbeanstalk:container:python", "OptionName": "WSGIPath", "Value": "app:app"}
    platforms = [f"{ARN}{name} running on 64bit Amazon Linux 2023/4.7.2" for name in ("Python 3.13", "Docker")]

    def ids(setting: object) -> set[str]:
        properties = {"VersionLabel": "1", "PlatformArn": {"Ref": "Platform"}, "OptionSettings": [setting]}
        content = {
            "Parameters": {
                "Runtime": {"Type": "String", "AllowedValues": ["python", "docker"]},
                "Platform": {"Type": "String", "AllowedValues": platforms},
            },
            "Conditions": {"IsPython": {"Fn::Equals": [{"Ref": "Runtime"}, "python"]}},
            "Resources": {"Environment": {"Type": "AWS::ElasticBeanstalk::Environment", "Properties": properties}},
        }
        return {found.id for found in template_findings(Template(None, content, ["us-east-1"]))}

    assert "E9515" not in ids({"Fn::If": ["IsPython", python, {"Ref": "AWS::NoValue"}]})
    assert "E9515" in ids(python)
