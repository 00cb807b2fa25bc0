"""What EB accepts of an environment manifest (env.yaml) and of a saved configuration, which have one format.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environment-cfg-manifest.html
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environment-configuration-savedconfig.html
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from beanstack.eb import FACTS, environmentnames
from beanstack.eb.findings import bundle_finding, shown
from beanstack.eb.platforms import platform_arn, solution_stack
from beanstack.eb.settings import Context
from beanstack.eb.shape import PLACEHOLDER, shape_findings
from beanstack.eb.tiers import BY_NAME, TIERS
from beanstack.eb.unreplaced import variable_findings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beanstack.eb.findings import Finding, Path
    from beanstack.eb.platforms import Platform

GROUP = "+"  # ends the name of an environment in a group, to whose name EB appends the group's
NAMES = {"EnvironmentName": environmentnames.NAMES["EnvironmentName"], "CName": environmentnames.NAMES["CNAMEPrefix"]}
PLATFORMS = {("SolutionStack",): solution_stack, ("Platform", "PlatformArn"): platform_arn}


@cache
def facts() -> Mapping[str, Any]:
    """Return the facts of facts/manifests.json, read once."""
    return dict(json.loads((FACTS / "manifests.json").read_text("utf-8")))


def is_manifest(content: Any) -> bool:
    """Return whether a file has a key of this format; tools of other makers have an env.yaml, too."""
    return isinstance(content, dict) and not content.keys().isdisjoint(facts()["manifest"]["keys"])


def manifest_findings(content: Any, *, ecs: bool) -> Iterator[Finding]:
    """Yield the problems with a file but for its option settings; `ecs`: its bundle is for the ECS platform."""
    yield from shape_findings(content, facts()["manifest"], lenient=True)
    yield from variable_findings(content)
    for path, _, platform in _platforms(content):
        for finding in platform.findings:
            yield replace(finding, path=path)
    yield from _tier(content)
    yield from _names(content)
    links = content.get("EnvironmentLinks")
    if links and (ecs or (context_of(content).platform or "").startswith("ecs")):
        yield bundle_finding("links-on-ecs", ("EnvironmentLinks",), "EB sets no links on the ECS platform", at_key=True)


def context_of(content: Any) -> Context:
    """Return what a file says of its environment. More settings may come from elsewhere."""
    named = {platform.id for _, _, platform in _platforms(content)}
    platform = named.pop() if len(named) == 1 else None
    name = _text(content, ("EnvironmentTier", "Name"))
    tier = BY_NAME.get(name or "")
    return Context(tier.id if tier else None, platform, complete=False)


def _text(content: Any, path: Path) -> str | None:
    """Return the text at a path, None if there is none or a later step has yet to fill it in."""
    for step in path:
        content = content.get(step) if isinstance(content, dict) else None
    return content if isinstance(content, str) and not PLACEHOLDER.search(content) else None


def _platforms(content: Any) -> Iterator[tuple[Path, str, Platform]]:
    """Yield the path and the name of each platform that a file names, and what is known of it."""
    for path, read in PLATFORMS.items():
        name = _text(content, path)
        if name:
            yield path, name, read(name)


def _tier(content: Any) -> Iterator[Finding]:
    types = {tier.name: tier.type for tier in TIERS}
    name = _text(content, ("EnvironmentTier", "Name"))
    allowed = [types[name]] if name in types else [*types.values()]
    for key, values in (("Name", [*types]), ("Type", allowed)):
        value = _text(content, ("EnvironmentTier", key))
        if value is not None and value not in values:
            message = f"the {key} of this tier is {' or '.join(values)}, not {shown(value)}"
            yield bundle_finding("manifest-tier", ("EnvironmentTier", key), message)


def _names(content: Any) -> Iterator[Finding]:
    for key, (least, most, _) in NAMES.items():
        name = _text(content, (key,))
        if name is None:
            continue
        own = name.removesuffix(GROUP)
        if not environmentnames.NAME.fullmatch(own):
            yield bundle_finding("manifest-name", (key,), f"{key} {shown(name)} {environmentnames.LABEL}")
        elif len(own) > most or (own == name and len(own) < least):
            yield bundle_finding("manifest-name", (key,), f"{key} {shown(name)} must have {least} to {most} characters")
