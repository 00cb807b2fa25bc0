"""Rules on whose roles an environment uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.config.sections.roles import InstanceRole
from beanstack.eb.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.config.settings import Environment


def one_source(env: Environment) -> Iterator[Finding]:
    """Yield settings of a role that is not made, because an existing profile is used.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/iam-instanceprofile.html
    """
    if env.instance_profile and env.instance_role != InstanceRole():
        message = "`instance_profile` names an existing profile, so no role is made that this could change"
        yield Finding(("instance_role",), message, at_key=True, also=(("instance_profile",),))


def policies_once(env: Environment) -> Iterator[Finding]:
    """Yield policies of the instances' role that its list has twice.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html
    """
    names = env.instance_role.managed_policies
    for index, name in enumerate(names):
        if name in names[:index]:
            yield Finding(("instance_role", "managed_policies", index), f"the list has {name!r} already")
