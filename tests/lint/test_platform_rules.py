"""What the rules for templates say of a platform besides its id, line and column."""

from __future__ import annotations

from typing import Any

from cfnlint.template import Template

from beanstack.lint.rules.template import template_findings

OLD = "64bit Amazon Linux 2018.03 v2.9.1 running Python 3.6"
NEW = "64bit Amazon Linux 2023 v4.7.7 running ECS"
ARN = "arn:aws:elasticbeanstalk:us-east-1::platform/"
PROXY = {"Namespace": "aws:elasticbeanstalk:environment:proxy:staticfiles", "OptionName": "/a", "Value": "a"}


def told(**properties: Any) -> dict[str, str]:
    """The messages by id of an environment with these properties."""
    environment = {"Type": "AWS::ElasticBeanstalk::Environment", "Properties": {"VersionLabel": "1", **properties}}
    template = Template(None, {"Resources": {"Environment": environment}}, ["us-east-1"])
    return {found.id: found.message for found in template_findings(template)}


def test_a_finding_on_a_solution_stack_names_the_arn_to_use() -> None:
    assert told(SolutionStackName=NEW)["I9533"].endswith(
        "updates it in place: arn:aws:elasticbeanstalk:REGION::platform/ECS running on 64bit Amazon Linux 2023/4.7.7"
    )


def test_a_finding_on_the_amazon_linux_ami_names_no_arn() -> None:
    assert told(SolutionStackName=OLD)["I9533"].endswith("updates it in place")


def test_of_two_platforms_neither_is_taken_for_the_environment_s() -> None:
    assert "W9515" in told(SolutionStackName=NEW, OptionSettings=[PROXY])
    docker = f"{ARN}Docker running on 64bit Amazon Linux 2023/4.7.2"
    assert {*told(SolutionStackName=NEW, PlatformArn=docker, OptionSettings=[PROXY])} == {"W9534"}
