"""Checks of the names in a setting: its namespace, its option and its ResourceName."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from beanstack.eb.findings import listed, nearest, report, shown, suggestion
from beanstack.eb.namespaces import PROPERTIES
from beanstack.eb.options.meant import filled, option_elsewhere, option_meant, option_missing, written
from beanstack.eb.rules import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from beanstack.eb.findings import Finding
    from beanstack.eb.options.catalogue import Match, Namespace, Option
    from beanstack.eb.options.table import Table
    from beanstack.eb.rules import Severity
    from beanstack.eb.settings import Setting

FEW = 8  # options that a message lists
OWN_RESOURCES = ("AWSEB", ":")  # how the service names the resources that it creates, when it reports settings


def namespace(index: int, setting: Setting, match: Match) -> Iterator[Finding]:
    """Yield the problems with a known namespace and its ResourceName."""
    space = match.namespace
    if match.name != setting.namespace:
        message = f"Elastic Beanstalk writes the namespace '{match.name}'"
        yield report("warning", Kind.CASE, message, (index, "namespace"), allowed=match.name)
    known = space.options.get(setting.option.lower())
    if space.status == "legacy" and not (known and known.replaced_by):
        message = f"{match.name} is for platforms of the past"
        yield report("warning", Kind.OBSOLETE, message, (index, "namespace"))
    elif space.status == "internal":
        instead = f"environment variables belong in {PROPERTIES}"
        if setting.option.lower() != "environmentvariables":
            instead = "a copy of what it filled in does not follow its next version"
        message = f"{match.name} is for Elastic Beanstalk itself to fill; {instead}"
        yield report("warning", Kind.INTERNAL, message, (index, "namespace"))
    yield from _port(index, match)
    resource = setting.resource.strip()
    if space.resource_name is True and not resource:
        message = f"{setting.option} of {match.name} needs a ResourceName"
        yield report("error", Kind.RESOURCE_MISSING, message, (index, "setting"))
    elif not space.resource_name and resource and not resource.startswith(OWN_RESOURCES):
        message = f"{match.name} has no use for a ResourceName, here {shown(resource)}"
        yield report("warning", Kind.RESOURCE_NEEDLESS, message, (index, "resource"))


class Named(NamedTuple):
    """The facts on an option, the namespace and the name in EB's own case, and the problem with the name.

    Of a misspelt option the facts are None, and the names are those that are meant, or empty.
    """

    option: Option | None
    namespace: str
    name: str
    findings: Sequence[Finding]


def unknown_namespace(index: int, setting: Setting, table: Table) -> Named:
    """Report a namespace that does not exist, with the one that is meant: one like it, or one that has the option."""
    message = f"unknown namespace {shown(setting.namespace)}"
    meant = table.facts.resembled(setting.namespace) or ""
    match = table.facts.find(meant) if meant else None
    option = match.namespace.option(setting.option) if match else None
    found = [] if option or (meant and not match) else option_meant(None, setting.option, table)
    if found:
        message += f"; {written(found, None, setting.option, setting.option)}"
    else:
        message += suggestion(meant)
    finding = report("error", Kind.NAMESPACE, message, (index, "namespace"), allowed="" if found else meant)
    return Named(option, match.name if match else "", option.name if option else "", [finding])


def option(index: int, setting: Setting, match: Match, table: Table) -> Named:
    """Return what an option's name says."""
    space = match.namespace
    known = space.options.get(setting.option.lower())
    if known and (known.name == setting.option or not space.free_name):
        return Named(known, match.name, known.name, list(_known(index, setting, space, known)))
    if space.free_name:
        free = replace(space.free_value, name=setting.option)
        return Named(free, match.name, setting.option, list(_free(index, setting, space.free_name, table)))
    return _unknown_option(index, setting, match, table)


def _unknown_option(index: int, setting: Setting, match: Match, table: Table) -> Named:
    """Report an option that its namespace does not have, with the one that is meant."""
    message = f"{match.name} has no option {shown(setting.option)}"
    advice = option_missing(match.name, setting.option)
    found = [] if advice else option_meant(match.namespace, setting.option, table)
    namespace, near = "", ""
    if advice:
        message += f"; {advice}"
    elif found:
        message += f"; {written(found, match.namespace, setting.option, 'it')}"
        if len(found) == 1 and "{" not in found[0][0]:
            namespace, near = found[0]
    else:
        near = nearest(setting.option, [known.name for known in match.namespace.options.values()]) or ""
        namespace = match.name
        message += suggestion(near) or _options(match.namespace)
    allowed = namespace if near == setting.option else near
    finding = report("error", Kind.OPTION, message, (index, "option"), allowed=allowed)
    return Named(None, namespace, near, [finding])


def _options(space: Namespace) -> str:
    """Return the end of a message with the options of a namespace that has few."""
    known = [option.name for option in space.options.values() if not option.obsolete]
    return f"; it has {listed(known)}" if len(known) <= FEW else ""


def _known(index: int, setting: Setting, space: Namespace, known: Option) -> Iterator[Finding]:
    if known.name != setting.option:
        message = f"Elastic Beanstalk writes the option '{known.name}'"
        yield report("warning", Kind.CASE, message, (index, "option"), allowed=known.name)
    if space.status == "legacy" and not known.replaced_by:
        return  # the finding on the namespace says so already
    if known.obsolete or known.replaced_by:
        message = f"AWS's guide does not list {known.name} in this namespace"
        if known.obsolete:
            message = f"{known.name} is out of use"
        if known.replaced_by:
            message += f"; use {filled(known.replaced_by)}"
        yield report("warning", Kind.OBSOLETE, message, (index, "option"), allowed=filled(known.replaced_by))
    elif not known.documented and space.status != "internal":
        message = f"{known.name} is in no documentation"
        yield report("informational", Kind.INTERNAL, message, (index, "option"))


def _free(index: int, setting: Setting, form: Mapping[str, str], table: Table) -> Iterator[Finding]:
    pattern, recommended = form["pattern"], form.get("recommended_pattern", "")
    if not re.search(pattern, setting.option):
        severity: Severity = "warning" if form.get("on_violation") == "warning" else "error"
        message = f"the name {shown(setting.option)} is not {form['form']}"
        if not setting.option.strip():
            message = f"the name is empty, not {form['form']}"
        yield report(severity, Kind.PATTERN, message, (index, "option"), allowed=form["form"])
    elif not re.search(recommended, setting.option):
        message = f"the name {shown(setting.option)} is usually {form['recommended_form']}"
        found = option_elsewhere(setting.option, table)
        if found:
            message += f"; {written(found, None, setting.option, setting.option)}"
        yield report("informational", Kind.PATTERN, message, (index, "option"), allowed=form["recommended_form"])


def _port(index: int, match: Match) -> Iterator[Finding]:
    """Check that the port in a listener's namespace is within its range."""
    groups = match.namespace.match.search(match.name)
    for name, fact in match.namespace.placeholders.items():
        if not groups or fact["type"] != "integer":
            continue
        if not fact["min"] <= int(groups[name]) <= fact["max"]:
            limits = f"{fact['min']} to {fact['max']}"
            message = f"the {name} in {match.name} is not {limits}"
            yield report("error", Kind.RANGE, message, (index, "namespace"), allowed=limits)
