"""The Auto Scaling group, as far as no option reaches it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere.autoscaling import AutoScalingGroup

if TYPE_CHECKING:
    from beanstack.config import Environment


def group(environment: Environment) -> list[AutoScalingGroup]:
    """Return the change of EB's group that makes it replace what the load balancer finds unhealthy.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environmentconfig-autoscaling-healthchecktype.html
    """
    replacing = environment.scaling.replace_unhealthy
    if not replacing:
        return []
    check = {"HealthCheckType": "ELB", "HealthCheckGracePeriod": replacing.grace}
    return [AutoScalingGroup("AWSEBAutoScalingGroup", validation=False, **check)]
