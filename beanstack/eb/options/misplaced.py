"""Settings that do not apply to an environment of this kind: its tier, platform, load balancer and type.

Most of them have no effect. An option that a platform does not have is refused: each platform defines options of its
own, and the answers of the service are recorded in `refused_elsewhere` of the facts.
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-specific.html
https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_DescribeConfigurationOptions.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.eb.findings import report, shown
from beanstack.eb.namespaces import LOAD_BALANCED, SINGLE_INSTANCE
from beanstack.eb.options.catalogue import Option
from beanstack.eb.options.meant import filled
from beanstack.eb.rules import Kind
from beanstack.eb.settings import fits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from beanstack.eb.findings import Finding
    from beanstack.eb.options.catalogue import Facts, Namespace
    from beanstack.eb.options.table import Table
    from beanstack.eb.settings import Setting

BALANCED = (LOAD_BALANCED,)
WHAT_FOR = {
    Kind.TIER: "the tier",
    Kind.LOAD_BALANCER_TYPE: "load balancers of the type",
    Kind.ENVIRONMENT_TYPE: "environments of the type",
}
CUSTOM = "custom"  # a platform of somebody's own, which may define any options
RETIRED = "-al1"
SYSTEMS = {"al1": "retired Amazon Linux AMI", "al2": "Amazon Linux 2", "al2023": "Amazon Linux 2023"}


def misplaced(settings: Sequence[Setting], table: Table) -> Iterator[Finding]:
    """Yield findings on settings that have no effect in an environment of this kind, or that it does not know."""
    tier = table.fact("tier")
    single = SINGLE_INSTANCE if table.is_single else None
    balancer = table.balancer
    for index, setting in enumerate(settings):
        match = table.facts.find(setting.namespace)
        if not match or setting.value == "":
            continue
        space = match.namespace
        option = space.option(setting.option) or Option()
        balanced = (option.load_balancer_types and BALANCED, space.load_balancer_types and BALANCED)
        for kind, fact, own, shared in (
            (Kind.TIER, tier, None, space.applies_to),
            (Kind.LOAD_BALANCER_TYPE, balancer, option.load_balancer_types, space.load_balancer_types),
            (Kind.ENVIRONMENT_TYPE, single, None, space.environment_types),
            (Kind.ENVIRONMENT_TYPE, single, *balanced),
        ):
            allowed = own or shared
            if not allowed or table.facts.fit(fact, allowed) is not False:
                continue
            subject, part = match.name, "namespace"
            if own:
                subject, part = f"{setting.option} of {match.name}", "option"
            message = f"{subject} is for {WHAT_FOR[kind]} {' or '.join(allowed)}, not {shown(fact)}"
            yield report("warning", kind, message, (index, part), allowed=", ".join(allowed))
        yield from _of_platform(index, table, space, option)


def _of_platform(index: int, table: Table, space: Namespace, option: Option) -> Iterator[Finding]:
    """Check that the platform has the namespace and the option."""
    for subject, part, owner, platforms in (
        (space.name, "namespace", space, space.platforms),
        (f"{option.name} of {space.name}", "option", option, option.platforms),
    ):
        platform = table.fact("platform")
        if not platforms or platform == CUSTOM:
            continue
        is_gone = platform is None and all(one.endswith(RETIRED) for one in platforms)
        if table.facts.fit(platform, platforms) is not False and not (is_gone and owner.refused_elsewhere):
            continue
        allowed = ", ".join(platform_name(one, table.facts) for one in platforms)
        where = "every platform that is left" if platform is None else platform_name(platform, table.facts)
        if owner.refused_elsewhere:
            message = f"{subject} exists only on {allowed}; Elastic Beanstalk refuses it on {where}"
            message += _advice(owner, platform, table.facts)
            yield report("error", Kind.PLATFORM, message, (index, part), allowed=allowed)
        else:
            message = f"{subject} is for {allowed}, not {where}"
            yield report("warning", Kind.PLATFORM, message, (index, part), allowed=allowed)
        return


def _advice(owner: Namespace | Option, platform: str | None, facts: Facts) -> str:
    """Return what to write instead, if it exists on the platform."""
    successor = facts.find(owner.replaced_by.partition("::")[0]) if owner.replaced_by else None
    if successor and facts.fit(platform, successor.namespace.platforms or ["*"]) is not False:
        return f"; use {filled(owner.replaced_by)}"
    instead = getattr(owner, "instead", "")
    families = [one.removesuffix(RETIRED) + "-*" for one in owner.platforms or ()]
    if instead and (platform is None or fits(platform, families)):
        return f"; {instead}"
    return ""


def platform_name(platform: str, facts: Facts) -> str:
    """Return how a platform is called whose ID, or the beginning of it as in `ecs-*`, is known."""
    if platform == f"*{RETIRED}":
        return f"any platform of the {SYSTEMS['al1']}"
    family, _, system = platform.rpartition("-")
    name = family.replace("-", " ")
    for pattern, description in facts.platforms.items():
        if pattern != f"*{RETIRED}" and (fits(platform, [pattern]) or fits(pattern, [platform])):
            name = description.partition(" running on ")[0]
    return f"{name} ({SYSTEMS[system]})" if system in SYSTEMS else name
