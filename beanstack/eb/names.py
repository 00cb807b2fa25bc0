"""Checks of the names in a setting: its namespace, its option and its ResourceName."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from beanstack.eb.findings import nearest, report, shown, suggestion
from beanstack.eb.rules import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beanstack.eb.catalogue import Match, Namespace, Option
    from beanstack.eb.findings import Finding
    from beanstack.eb.rules import Severity
    from beanstack.eb.settings import Setting

OWN_RESOURCES = ("AWSEB", ":")  # how the service names the resources that it creates, when it reports settings


def unknown_namespace(index: int, setting: Setting, meant: str | None) -> Finding:
    message = f"unknown namespace {shown(setting.namespace)}{suggestion(meant)}"
    return report("error", Kind.NAMESPACE, message, (index, "namespace"), allowed=meant or "")


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
        message = f"{match.name} is for Elastic Beanstalk itself to fill"
        yield report("informational", Kind.INTERNAL, message, (index, "namespace"))
    yield from _port(index, match)
    resource = setting.resource.strip()
    if space.resource_name is True and not resource:
        message = f"{setting.option} of {match.name} needs a ResourceName"
        yield report("error", Kind.RESOURCE_MISSING, message, (index, "setting"))
    elif not space.resource_name and resource and not resource.startswith(OWN_RESOURCES):
        message = f"{match.name} has no use for a ResourceName, here {shown(resource)}"
        yield report("warning", Kind.RESOURCE_NEEDLESS, message, (index, "resource"))


def option(index: int, setting: Setting, match: Match) -> tuple[Option | None, str, list[Finding]]:
    """Return the facts on an option, its name in EB's own case, and what is wrong with it.

    Of a misspelt option the facts are None, and the name is the one that it resembles, or empty.
    """
    space = match.namespace
    known = space.options.get(setting.option.lower())
    if known and (known.name == setting.option or not space.free_name):
        return known, known.name, list(_known(index, setting, space, known))
    if space.free_name:
        free = replace(space.free_value, name=setting.option)
        return free, setting.option, list(_free(index, setting, space.free_name))
    near = nearest(setting.option, [known.name for known in space.options.values()])
    message = f"{match.name} has no option {shown(setting.option)}{suggestion(near)}"
    return None, near or "", [report("error", Kind.OPTION, message, (index, "option"), allowed=near or "")]


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
            message += f"; use {known.replaced_by}"
        yield report("warning", Kind.OBSOLETE, message, (index, "option"), allowed=known.replaced_by)
    elif not known.documented and space.status != "internal":
        message = f"{known.name} is in no documentation"
        yield report("informational", Kind.INTERNAL, message, (index, "option"))


def _free(index: int, setting: Setting, form: Mapping[str, str]) -> Iterator[Finding]:
    pattern, recommended = form["pattern"], form.get("recommended_pattern", "")
    if not re.search(pattern, setting.option):
        severity: Severity = "warning" if form.get("on_violation") == "warning" else "error"
        message = f"the name {shown(setting.option)} does not match {pattern}"
        yield report(severity, Kind.PATTERN, message, (index, "option"), allowed=pattern)
    elif not re.search(recommended, setting.option):
        message = f"the name {shown(setting.option)} should match {recommended}"
        yield report("informational", Kind.PATTERN, message, (index, "option"), allowed=recommended)


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
