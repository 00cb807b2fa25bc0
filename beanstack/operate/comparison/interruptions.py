"""What users notice of a change: nothing, an application restart, instances replaced, downtime."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.eb import namespaces
from beanstack.eb.options import changes
from beanstack.eb.options.changes import Interruption
from beanstack.operate.comparison.observed import ENVIRONMENT, VERSION, options

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beanstack.operate.comparison.fates import Fate
    from beanstack.operate.comparison.observed import Body, Option

UNKNOWN = "not known"  # AWS does not say of every option what its change interrupts
POLICY = (namespaces.COMMAND, "DeploymentPolicy")
# https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.rolling-version-deploy.html
IN_BATCHES = ("Rolling", "RollingWithAdditionalBatch", "Immutable", "TrafficSplitting")
ORDER = (*map(str, Interruption),)


def interruption(fate: Fate, deployed: Body, planned: Body) -> str:
    """Return the worst that a resource's change interrupts.

    What uses a resource that is replaced is not known, except of a version, which every new bundle replaces.
    """
    if fate.action == "Add":
        return Interruption.NONE
    if fate.type != ENVIRONMENT:
        return UNKNOWN if fate.action == "Replace" and fate.type != VERSION else Interruption.NONE
    if fate.action in ("Remove", "Replace"):
        return Interruption.DOWNTIME
    found = list(of_environment(fate, options(deployed), options(planned)))
    worst = max((one for one in found if one), key=ORDER.index, default=str(Interruption.NONE))
    if worst == Interruption.NONE and None in found:
        return UNKNOWN
    return worst


def of_environment(fate: Fate, before: Mapping[Option, str], after: Mapping[Option, str]) -> Iterator[str | None]:
    """Yield what each part of an environment's change interrupts; None where AWS does not say."""
    settings = {(option.namespace, option.name): value for option, value in after.items()}
    in_batches = changes.replaces_in_batches(settings)
    if "VersionLabel" in fate.differing:
        policy = settings.get(POLICY) or changes.default_of(*POLICY)
        yield Interruption.IN_BATCHES if policy in IN_BATCHES else Interruption.AT_ONCE
    if "PlatformArn" in fate.differing:
        yield Interruption.IN_BATCHES if in_batches else Interruption.AT_ONCE
    for option, value in after.items():
        if before.get(option) != value:
            yield changes.interruption(option.namespace, option.name, in_batches=in_batches)
