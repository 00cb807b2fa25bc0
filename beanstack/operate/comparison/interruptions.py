"""What users notice of a change: nothing, an application restart, new instances in batches or all at once, downtime."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.operate.comparison.observed import ENVIRONMENT, Option, options

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beanstack.operate.comparison.fates import Fate
    from beanstack.operate.comparison.observed import Body

NONE = "none"
RESTART = "application restart"
BATCHES = "instances replaced in batches"
AT_ONCE = "all instances at once"
DOWNTIME = "downtime"
ORDER = (NONE, RESTART, BATCHES, AT_ONCE, DOWNTIME)

COMMAND = "aws:elasticbeanstalk:command"
ROLLING = Option("aws:autoscaling:updatepolicy:rollingupdate", "RollingUpdateEnabled")
# https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.rolling-version-deploy.html
DEPLOYMENTS = {
    "AllAtOnce": AT_ONCE,
    "Rolling": BATCHES,
    "RollingWithAdditionalBatch": BATCHES,
    "Immutable": BATCHES,
    "TrafficSplitting": BATCHES,
}


def interruption(fate: Fate, deployed: Body, planned: Body) -> str:
    """Return what a resource's change interrupts, as far as it is known; one of `ORDER`."""
    if fate.type == ENVIRONMENT and fate.action in ("Remove", "Replace"):
        return DOWNTIME
    if fate.type != ENVIRONMENT or fate.action != "Modify":
        return NONE
    before, after = options(deployed), options(planned)
    found = [NONE]
    if "VersionLabel" in fate.differing:
        found.append(of_version(after))
    if "PlatformArn" in fate.differing:
        found.append(of_instances(after))
    changed = [option for option in after if before.get(option) != after[option]]
    found += [of_option(option, after) for option in changed]
    return max(found, key=ORDER.index)


def of_version(after: Mapping[Option, str]) -> str:
    """Return what the deployment of another version interrupts."""
    return DEPLOYMENTS.get(after.get(Option(COMMAND, "DeploymentPolicy"), "AllAtOnce"), AT_ONCE)


def of_instances(after: Mapping[Option, str]) -> str:
    """Return what new instances interrupt: rolling updates replace them in batches."""
    return BATCHES if after.get(ROLLING, "false").lower() == "true" else AT_ONCE


def of_option(option: Option, after: Mapping[Option, str]) -> str:
    """Return what the change of an option interrupts, by the facts."""
    from beanstack.eb.changes import replaces_instances, restarts_application

    if replaces_instances(option.namespace, option.name):
        return of_instances(after)
    if restarts_application(option.namespace, option.name):
        return RESTART
    return NONE


