"""When a migration may be skipped."""

from __future__ import annotations

from typing import Any

import pytest

from beanstack.operate.comparison.migration import skips_migration


def deployed(key: str = "a", platform: str = "4.7.7", migrates: str = "true", **launch: str) -> dict[str, Any]:
    """A template of an environment."""
    options = {"EC2KeyName": "", "IamInstanceProfile": "p", "InstanceTypes": "t3.micro", "MinSize": "1", **launch}
    namespaces = {"InstanceTypes": "aws:ec2:instances", "MinSize": "aws:autoscaling:asg"}
    settings = [
        {"Namespace": namespaces.get(name, "aws:autoscaling:launchconfiguration"), "OptionName": name, "Value": value}
        for name, value in options.items()
    ]
    properties = {"PlatformArn": f"arn::platform/{platform}", "OptionSettings": settings}
    return {
        "Metadata": {"Beanstack": {"BundleKey": key, **({"Migrates": migrates} if migrates else {})}},
        "Resources": {
            "Version": {"Type": "AWS::ElasticBeanstalk::ApplicationVersion"},
            "Environment": {"Type": "AWS::ElasticBeanstalk::Environment", "Properties": properties},
        },
    }


@pytest.mark.parametrize(
    ("after", "skips"),
    [
        (deployed("b", platform="4.7.8"), True),
        (deployed("b", InstanceTypes="t3.small"), True),
        (deployed("b", EC2KeyName="ops"), True),
        (deployed("b", RootVolumeSize="30"), True),
        (deployed("b"), False),
        (deployed("b", MinSize="2"), False),
        (deployed("b", IamInstanceProfile="q"), False),
        (deployed("b", RootVolumeSize=""), False),
        (deployed("a", platform="4.7.8", EC2KeyName="ops"), False),
        (deployed("b", platform="4.7.8", migrates=""), False),
    ],
)
def test_a_migration_may_be_skipped_where_a_new_bundle_meets_new_instances(after: dict[str, Any], skips: bool) -> None:
    assert skips_migration(deployed(migrates=""), after) is skips


def test_a_first_deployment_skips_no_migration() -> None:
    assert not skips_migration({}, deployed())
