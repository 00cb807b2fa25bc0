"""Whether a migration may be skipped.

EB runs no leader's commands on instances that a new platform or new launch options start:
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/customize-containers-ec2.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.eb.namespaces import INSTANCES, LAUNCH
from beanstack.operate.comparison.observed import Option, metadata, options
from beanstack.operate.comparison.settings import platform_arn

if TYPE_CHECKING:
    from beanstack.operate.comparison.observed import Body

SKIPPED_MIGRATION = (
    "the new bundle's migration may be skipped, because EB names no leader among the instances that a new platform or "
    "new launch options start; deploy these first and the bundle after them"
)
# What EB starts instances from; the profile's name is CloudFormation's to choose.
LAUNCHED = (LAUNCH, INSTANCES)
PROFILE = Option(LAUNCH, "IamInstanceProfile")


def skips_migration(before: Body, after: Body) -> bool:
    """Return whether a new bundle brings a migration while something else makes EB start new instances."""
    old, new = metadata(before), metadata(after)
    is_another = old.get("BundleKey") not in (None, new.get("BundleKey"))
    return is_another and bool(new.get("Migrates")) and launched(before) != launched(after)


def launched(body: Body) -> tuple[str, dict[Option, str]]:
    """Return from what instances are started: the platform, and the launch options as far as they are set."""
    chosen = {
        option: value
        for option, value in options(body).items()
        if option.namespace in LAUNCHED and option != PROFILE and value
    }
    return platform_arn(body), chosen
