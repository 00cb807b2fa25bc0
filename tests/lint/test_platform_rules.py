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
