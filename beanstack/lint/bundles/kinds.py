"""What a bundle says of the kind of its environment, on which EB's resources depend.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/customize-containers-format-resources-eb.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from beanstack.eb.findings import shown
from beanstack.eb.namespaces import ENVIRONMENT
from beanstack.eb.stackresources import KINDS, kinds_of_balancer, kinds_of_tier, kinds_of_type
from beanstack.eb.tiers import BY_NAME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from beanstack.lint.bundles.options import OptionSetting
    from beanstack.text.document import Document, Node

OPTIONS: dict[str, Callable[[str], frozenset[str]]] = {
    "EnvironmentType": kinds_of_type,
    "LoadBalancerType": kinds_of_balancer,
}


class Limit(NamedTuple):
    """Something that only some kinds of environments have, and where the bundle names it."""

    what: str
    kinds: frozenset[str]
    document: Document
    start: int


def limits_of_settings(settings: Sequence[OptionSetting]) -> Iterator[Limit]:
    """Yield what the settings say of the kind of environment; a later file overrides an earlier one."""
    last: dict[str, Limit] = {}
    for setting in settings:
        kinds = OPTIONS.get(setting.option) if setting.namespace == ENVIRONMENT else None
        value = setting.value.value
        if kinds and isinstance(value, str):
            what = f"{setting.option} {shown(value)}"
            last[setting.option] = Limit(what, kinds(value), setting.document, setting.places["option"])
    yield from last.values()


def limits_of_manifest(manifest: tuple[Document, Node] | None) -> Iterator[Limit]:
    """Yield what the bundle's env.yaml says of the kind of environment."""
    tier = manifest and manifest[1].child("EnvironmentTier")
    name = tier and tier.child("Name")
    if manifest and name and str(name.value) in BY_NAME:
        yield Limit(f"the tier {name.value}", kinds_of_tier(BY_NAME[str(name.value)].id), manifest[0], name.start)


def common_kinds(limits: Sequence[Limit]) -> frozenset[str]:
    """Return the kinds of environments that have all of some things."""
    kinds = KINDS
    for limit in limits:
        kinds &= limit.kinds
    return kinds
