"""The roles that a template makes for an environment: the instance profile's, and the service role.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/concepts-roles.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from beanstack.lint.findings import Kind, finding_id
from beanstack.lint.roles import instance_role_faults, service_role_faults
from beanstack.lint.rules.found import Found

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from beanstack.lint.roles import RoleFault
    from beanstack.lint.rules.environments import Given
    from beanstack.lint.rules.worlds import Node, World
    from beanstack.lint.settings import Context

ROLE, PROFILE = "AWS::IAM::Role", "AWS::IAM::InstanceProfile"
LAUNCH = ("aws:autoscaling:launchconfiguration", "iaminstanceprofile")
SERVICE = ("aws:elasticbeanstalk:environment", "servicerole")
MANAGED_UPDATES = ("aws:elasticbeanstalk:managedactions", "managedactionsenabled")
HEALTH = ("aws:elasticbeanstalk:healthreporting:system", "systemtype")
