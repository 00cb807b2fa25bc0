"""What is wrong with option settings, by the facts alone.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from beanstack.eb import names, together
from beanstack.eb.findings import report, shown
from beanstack.eb.namespaces import PROPERTIES, SECRETS
from beanstack.eb.rules import Kind
from beanstack.eb.secrets import is_secret, says_secret
from beanstack.eb.settings import Context, culprit, known
from beanstack.eb.table import Entry, Table
from beanstack.eb.values import value_findings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from beanstack.eb.catalogue import Facts, Option, Place
    from beanstack.eb.findings import Finding, Path
    from beanstack.eb.rules import Severity
    from beanstack.eb.settings import Setting

BALANCED = ("LoadBalanced",)
UNREADABLE = (Kind.TYPE, Kind.ENUM)
# What no other setting would mend where a setting has no effect in such an environment.
MOOT = (Kind.MISSING, Kind.NEEDS)


def check_options(settings: Sequence[Setting], facts: Facts, context: Context) -> list[Finding]:
    """Return the findings in the order of the settings; those on missing settings come first."""
    table = Table(facts, context)
    found: list[Finding] = []
    for index, setting in enumerate(settings):
        if not facts.unchecked(setting.namespace):
            found += _setting(index, setting, table)
    found += _twice(settings, facts)
    between = list(together.findings(table))
    reported = {(finding.kind, path[:1]) for finding in between for path in (finding.path, *finding.also)}
    found += _misplaced(settings, table)
    found = [finding for finding in found if (finding.kind, finding.path[:1]) not in reported] + between
    found = [*_of_effect(found)]
    found.sort(key=lambda finding: (finding.path[:1], finding.id))
    return [_with_value(finding, settings, facts) for finding in found]


def _of_effect(found: Sequence[Finding]) -> Iterator[Finding]:
    """Drop findings on what a setting needs, or on its load balancer, if the setting has no effect anyway."""
    idle: set[Path] = set()
    for finding in found:
        if finding.kind in (Kind.TIER, Kind.ENVIRONMENT_TYPE):
            idle.add(finding.path[:1])
        if finding.kind is Kind.TIER:
            idle.update(finding.also)
    idle.discard(())
    for finding in found:
        misplaced = finding.kind is Kind.LOAD_BALANCER_TYPE and finding.severity != "error"
        if not (misplaced or finding.kind in MOOT) or finding.path[:1] not in idle:
            yield finding


def _with_value(finding: Finding, settings: Sequence[Setting], facts: Facts) -> Finding:
    """Return a finding with the text of what is wrong, unless that is a secret."""
    if not finding.path:
        return finding
    setting, part = settings[culprit(finding)], str(finding.path[1])
    place = facts.place(setting.namespace)
    option = place.namespace.option(setting.option) if place else None
    secret = (option and option.sensitive) or is_secret(setting.option, setting.value or "")
    secret = secret or setting.namespace == SECRETS
    value = "" if secret else setting.value or ""
    texts = {"namespace": setting.namespace, "option": setting.option, "resource": setting.resource}
    return replace(finding, value=texts.get(part, value))


def _setting(index: int, setting: Setting, table: Table) -> Iterator[Finding]:
    """Yield what is wrong with a setting by itself, and add it to the table as it seems to be meant."""
    facts = table.facts
    place = facts.place(setting.namespace)
    if not place:
        meant = facts.resembled(setting.namespace)
        yield names.unknown_namespace(index, setting, meant)
        if meant and (place := facts.place(meant)):
            option = place.namespace.option(setting.option)
            if option and option.name:
                table.add(place.name, Entry(index, option.name, None, setting.resource))
        return
    yield from names.namespace(index, setting, place)
    option, name, found = names.option(index, setting, place)
    yield from found
    value = known(setting.value)
    wrong = False
    if option and value is not None:
        named = option if option.name else replace(option, name=setting.option)
        if place.name == SECRETS:
            named = replace(named, sensitive=True)  # a secret may have been written in place of its ARN
        for finding in value_findings(named, value):
            wrong |= finding.kind in UNREADABLE and finding.severity != "informational"
            yield replace(finding, path=(index, "value"))
        yield from _secret(index, setting, place, option, value)
    elif option and says_secret(setting.sketch):
        yield _in_plain_text(index, setting, place)
    if name and (value is None or value.strip()):
        # Of a value that says nothing no rule between options speaks as well.
        table.add(place.name, Entry(index, name, None if wrong or not option else value, setting.resource))
    elif name:
        table.drop(place.name, name, setting.resource)


def _secret(index: int, setting: Setting, place: Place, option: Option, value: str) -> Iterator[Finding]:
    secret = option.sensitive or (place.name == PROPERTIES and is_secret(setting.option, value))
    if value.strip() and secret:
        yield _in_plain_text(index, setting, place)


def _in_plain_text(index: int, setting: Setting, place: Place) -> Finding:
    instead = "in the environment's template, as {{resolve:secretsmanager:...}}"
    if place.name == PROPERTIES:
        instead = f"as the ARN of a secret, in {SECRETS}"
    message = f"{setting.option} is in plain text; give it {instead}"
    return report("warning", Kind.SECRET, message, (index, "value"))


def _twice(settings: Sequence[Setting], facts: Facts) -> Iterator[Finding]:
    """Yield findings on several settings of one option, unless a later file overrides an earlier one."""
    last: dict[tuple[str, str, str], int] = {}
    for index, setting in enumerate(settings):
        place = facts.place(setting.namespace)
        free = not place or bool(place.namespace.free_name)
        name = setting.option if free else setting.option.lower()
        resource = setting.resource if not place or place.namespace.resource_name else ""
        key = (place.name if place else setting.namespace, name, resource)
        before = last.get(key)
        last[key] = index
        if before is None:
            continue
        values, source = (setting.value, settings[before].value), settings[before].source
        option = place.namespace.option(setting.option) if place else None
        repeated = option.repeated if option else ""
        harmless = values[0] == values[1] or None in values or source or repeated
        severity: Severity = "warning" if harmless else "error"
        message = f"{setting.option} is set twice{repeated and '; ' + repeated}"
        if source != setting.source:
            severity, message = "informational", f"{setting.option} overrides that of an earlier file"
        yield report(severity, Kind.DUPLICATE, message, (index, "setting"), also=((before,),))


def _misplaced(settings: Sequence[Setting], table: Table) -> Iterator[Finding]:
    """Yield the settings that have no effect in an environment of this kind."""
    tier, platform = table.fact("tier"), table.fact("platform")
    single = "SingleInstance" if (table.fact("environment_type") or "").lower() == "singleinstance" else None
    # A worker has no load balancer, whatever the default of its type is.
    balancer = table.fact("load_balancer_type") if tier == "web" and not single else None
    for index, setting in enumerate(settings):
        place = table.facts.place(setting.namespace)
        if not place or setting.value == "":
            continue
        space, option = place.namespace, place.namespace.option(setting.option)
        platforms, types = (option.platforms, option.load_balancer_types) if option else (None, None)
        for kind, fact, own, shared, what in (
            (Kind.TIER, tier, None, space.applies_to, "the tier"),
            (Kind.PLATFORM, platform, platforms, space.platforms, "the platform"),
            (Kind.LOAD_BALANCER_TYPE, balancer, types, space.load_balancer_types, "load balancers of the type"),
            (Kind.ENVIRONMENT_TYPE, single, None, space.environment_types, "environments of the type"),
            (
                Kind.ENVIRONMENT_TYPE,
                single,
                types and BALANCED,
                space.load_balancer_types and BALANCED,
                "environments of the type",
            ),
        ):
            allowed = own or shared
            if fact is not None and allowed and table.facts.fit(fact, allowed) is False:
                subject = f"{setting.option} of {place.name}" if own else place.name
                message = f"{subject} is for {what} {' or '.join(allowed)}, not {shown(fact)}"
                part = "option" if own else "namespace"
                yield report("warning", kind, message, (index, part), allowed=", ".join(allowed))
