"""The tier of an environment: one of two pairs of a name and a type.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-elasticbeanstalk-environment-tier.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.eb.findings import shown
from beanstack.eb.rules import Kind
from beanstack.eb.settings import known
from beanstack.eb.tiers import TIERS
from beanstack.lint.rules.found import found

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from beanstack.eb.findings import Finding
    from beanstack.lint.rules.worlds import Node, World

TYPES = {tier.name: tier.type for tier in TIERS}


def tier_findings(world: World, properties: Node | None) -> Iterator[Finding]:
    """A name or a type that no tier has, or the type of the other tier."""
    tier = world.child(properties, "Tier")
    name = world.text(world.child(tier, "Name"))
    yield from _wrong(world, tier, "Name", [*TYPES])
    yield from _wrong(world, tier, "Type", [TYPES[name]] if name in TYPES else [*TYPES.values()])


def _wrong(world: World, tier: Node | None, key: str, allowed: Sequence[str]) -> Iterator[Finding]:
    node = world.child(tier, key)
    for text in world.texts(node) if node else ():
        value = known(text.text)
        if node and value is not None and value not in allowed:
            message = f"the {key} of this tier is {' or '.join(allowed)}, not {shown(value)}"
            yield found("error", Kind.TIER_NAME, message, node.path, text.path)
