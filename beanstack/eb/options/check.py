"""What is wrong with option settings, by the facts alone.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from beanstack.eb.findings import report, shown
from beanstack.eb.namespaces import PROPERTIES, SECRETS
from beanstack.eb.options import names, together
from beanstack.eb.options.ec2 import instance_type_findings
from beanstack.eb.options.misplaced import misplaced
from beanstack.eb.options.rds import database_findings
from beanstack.eb.options.schedule import schedule_findings
from beanstack.eb.options.secretarns import secret_arn_fault
from beanstack.eb.options.table import Entry, Table
from beanstack.eb.options.values import value_findings
from beanstack.eb.rules import Kind
from beanstack.eb.secrets import is_secret, resembles_secret, says_secret
from beanstack.eb.settings import Context, culprit, known

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from beanstack.eb.findings import Finding, Path
    from beanstack.eb.options.catalogue import Facts, Match, Option
    from beanstack.eb.rules import Severity
    from beanstack.eb.settings import Setting

UNREADABLE = (Kind.TYPE, Kind.ENUM, Kind.LIST)
# In an environment in which a setting has no effect, another setting would not help.
MOOT = (Kind.MISSING, Kind.NEEDS)
NOT_THERE = (Kind.NAMESPACE, Kind.OPTION, Kind.PLATFORM)


def check_options(settings: Sequence[Setting], facts: Facts, context: Context) -> list[Finding]:
    """Return the findings in the order of the settings; those on missing settings come first."""
    table = Table(facts, context)
    alone: list[Finding] = []
    for index, setting in enumerate(settings):
        if not facts.unchecked(setting.namespace):
            alone += _setting(index, setting, table)
    alone += _duplicates(settings, facts)
    alone += misplaced(settings, table)
    alone += database_findings(table)
    alone += instance_type_findings(table)
    alone += schedule_findings(table)
    between = together.findings(table)
    # What a rule between options says of a setting is more precise than a finding of the same kind on it alone.
    covered: set[tuple[Kind, Path]] = set()
    for finding in between:
        covered.update((finding.kind, path[:1]) for path in (finding.path, *finding.also))
    found = [finding for finding in alone if (finding.kind, finding.path[:1]) not in covered]
    found = list(_of_effect(_of_existing([*found, *between])))
    found = list(_once_a_namespace(found, settings))
    found.sort(key=lambda finding: (finding.path[:1], finding.id))
    return [_with_value(finding, settings, facts) for finding in found]


def _of_existing(found: Sequence[Finding]) -> list[Finding]:
    """Drop what else is wrong with a setting that Elastic Beanstalk does not know: one mistake has one finding."""
    unknown: dict[Path, Kind] = {}
    for finding in found:
        if finding.path and finding.kind in NOT_THERE and finding.severity == "error":
            unknown[finding.path[:1]] = finding.kind  # that of the platform comes last, and says most
    kept = []
    for finding in found:
        if unknown.get(finding.path[:1], finding.kind) is finding.kind:
            kept.append(finding)
    return kept


def _once_a_namespace(found: Sequence[Finding], settings: Sequence[Setting]) -> Iterator[Finding]:
    """Drop the repetition of what is said of a namespace as a whole that the platform does not have."""
    said: set[tuple[str, str]] = set()
    for finding in found:
        if finding.kind is Kind.PLATFORM and finding.path[1:] == ("namespace",):
            place = settings[culprit(finding)].source, finding.message
            if place in said:
                continue
            said.add(place)
        yield finding


def _of_effect(found: Sequence[Finding]) -> Iterator[Finding]:
    """Drop findings on what a setting needs, or on its load balancer, if the setting has no effect anyway.

    That an option is out of use says less than that the platform does not have it.
    """
    idle: set[Path] = set()
    absent: set[Path] = set()
    for finding in found:
        if finding.kind in (Kind.TIER, Kind.ENVIRONMENT_TYPE):
            idle.add(finding.path[:1])
        if finding.kind is Kind.TIER:
            idle.update(finding.also)
        if finding.kind is Kind.PLATFORM:
            absent.add(finding.path[:1])
    idle.discard(())
    for finding in found:
        misplaced = finding.kind is Kind.LOAD_BALANCER_TYPE and finding.severity != "error"
        if finding.path[:1] in idle and (misplaced or finding.kind in MOOT):
            continue
        if finding.path[:1] not in absent or finding.kind is not Kind.OBSOLETE:
            yield finding


def _with_value(finding: Finding, settings: Sequence[Setting], facts: Facts) -> Finding:
    """Return a finding with the text of what is wrong, unless that is a secret."""
    if not finding.path:
        return finding
    setting, part = settings[culprit(finding)], str(finding.path[1])
    texts = {"namespace": setting.namespace, "option": setting.option, "resource": setting.resource}
    if part in texts:
        return replace(finding, value=texts[part])
    value = setting.value or ""
    option = facts.find_option(setting.namespace, setting.option)
    if (option and option.sensitive) or is_secret(setting.option, value) or setting.namespace == SECRETS:
        return finding
    return replace(finding, value=value)


def _setting(index: int, setting: Setting, table: Table) -> Iterator[Finding]:
    """Yield the problems with one setting, and add it to the table as it is probably meant."""
    match = table.facts.find(setting.namespace)
    if not match:
        yield from _unknown_namespace(index, setting, table)
        return
    yield from names.namespace(index, setting, match)
    named = names.option(index, setting, match, table)
    yield from named.findings
    option, name = named.option, named.name
    value = known(setting.value)
    if option and _is_in_plain_text(setting, match, option, value):
        yield _in_plain_text(index, setting, match)
    unreadable = option is None
    if option and value is not None:
        if match.name == SECRETS:
            option = replace(option, sensitive=True)  # a secret may have been written in place of its ARN
        for finding in value_findings(option, value):
            unreadable |= _is_unreadable(finding)
            yield replace(finding, path=(index, "value"))
        if match.name == SECRETS and not unreadable:
            yield from _secret_arn(index, value.strip(), table)
    if not name:
        return
    if value is not None and not value.strip():
        table.drop(named.namespace, name, setting.resource)  # rules between options do not concern an empty value
    else:
        table.add(named.namespace, Entry(index, name, None if unreadable else value, setting.resource))


def _is_unreadable(finding: Finding) -> bool:
    """Return whether a value that is wrong by itself says nothing in rules between options."""
    return finding.severity == "error" or (finding.kind in UNREADABLE and finding.severity == "warning")


def _unknown_namespace(index: int, setting: Setting, table: Table) -> Iterator[Finding]:
    named = names.unknown_namespace(index, setting, table)
    yield from named.findings
    if named.option and named.name:
        # The option counts as set, otherwise rules between options would report it as missing as well.
        table.add(named.namespace, Entry(index, named.name, None, setting.resource))


def _secret_arn(index: int, arn: str, table: Table) -> Iterator[Finding]:
    fault = secret_arn_fault(arn, table.fact("platform")) if arn else None
    if fault:
        yield report(fault.severity, Kind.PATTERN, fault.message, (index, "value"), allowed=fault.meant)


def _is_in_plain_text(setting: Setting, match: Match, option: Option, value: str | None) -> bool:
    if value is None:
        return says_secret(setting.sketch)
    if not value.strip():
        return False
    return option.sensitive or (match.name == PROPERTIES and is_secret(setting.option, value))


def _in_plain_text(index: int, setting: Setting, match: Match) -> Finding:
    instead = "in the environment's template, as {{resolve:secretsmanager:...}}"
    if match.name == PROPERTIES:
        instead = f"as the ARN of a secret, in {SECRETS}"
    message = f"{setting.option} is in plain text; give it {instead}"
    return report("warning", Kind.SECRET, message, (index, "value"))


def _duplicates(settings: Sequence[Setting], facts: Facts) -> Iterator[Finding]:
    """Yield findings on several settings of one option."""
    last: dict[tuple[str, str, str], int] = {}
    for index, setting in enumerate(settings):
        key = _identity(setting, facts)
        if key in last:
            yield _duplicate(index, last[key], settings, facts)
        last[key] = index


def _identity(setting: Setting, facts: Facts) -> tuple[str, str, str]:
    """Return what settings of one option have in common: Elastic Beanstalk ignores case and a needless resource."""
    match = facts.find(setting.namespace)
    if not match:
        return setting.namespace, setting.option, setting.resource
    option, resource = setting.option, setting.resource
    if not match.namespace.free_name:
        option = option.lower()
    if not match.namespace.resource_name:
        resource = ""
    return match.name, option, resource


def _both_values(setting: Setting, earlier: Setting, facts: Facts) -> str:
    """Return the end of a message with both values of an option, unless one may be a secret."""
    option = facts.find_option(setting.namespace, setting.option)
    values = [earlier.value, setting.value]
    if None in values or values[0] == values[1] or (option and option.sensitive):
        return ""
    if any(resembles_secret(setting.option, value or "") for value in values):
        return ""
    return f", to {shown(values[0])} and {shown(values[1])}"


def _duplicate(index: int, before: int, settings: Sequence[Setting], facts: Facts) -> Finding:
    setting, earlier = settings[index], settings[before]
    severity: Severity = "error"
    if setting.source != earlier.source:
        severity, message = "informational", f"{setting.option} overrides that of an earlier file"
    else:
        message = f"{setting.option} is set twice{_both_values(setting, earlier, facts)}"
        option = facts.find_option(setting.namespace, setting.option)
        if option and option.repeated:
            message += f"; {option.repeated}"
        may_be_equal = setting.value == earlier.value or None in (setting.value, earlier.value)
        if may_be_equal or setting.source or (option and option.repeated):
            severity = "warning"
    return report(severity, Kind.DUPLICATE, message, (index, "setting"), also=((before,),))
