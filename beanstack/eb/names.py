"""Checks of the names in a setting: its namespace, its option and its ResourceName."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from beanstack.eb.findings import nearest, report, shown, suggestion
from beanstack.eb.rules import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beanstack.eb.catalogue import Namespace, Option, Place
    from beanstack.eb.findings import Finding
    from beanstack.eb.rules import Severity
    from beanstack.eb.settings import Setting

OWN_RESOURCES = ("AWSEB", ":")  # how the service names the resources that it creates, when it reports settings


def unknown_namespace(index: int, setting: Setting, meant: str | None) -> Finding:
    message = f"unknown namespace {shown(setting.namespace)}{suggestion(meant)}"
    return report("error", Kind.NAMESPACE, message, (index, "namespace"), allowed=meant or "")


def namespace(index: int, setting: Setting, place: Place) -> Iterator[Finding]:
    """Yield what is wrong with a known namespace and its ResourceName."""
    if place.name != setting.namespace:
        message = f"Elastic Beanstalk writes the namespace '{place.name}'"
        yield report("warning", Kind.CASE, message, (index, "namespace"), allowed=place.name)
    known = place.namespace.options.get(setting.option.lower())
    if place.namespace.status == "legacy" and not (known and known.replaced_by):
        message = f"{place.name} is for platforms of the past"
        yield report("warning", Kind.OBSOLETE, message, (index, "namespace"))
    elif place.namespace.status == "internal":
        message = f"{place.name} is for Elastic Beanstalk itself to fill"
        yield report("informational", Kind.INTERNAL, message, (index, "namespace"))
    yield from _placeholders(index, place)
    resource, wanted = setting.resource.strip(), place.namespace.resource_name
    if wanted is True and not resource:
        message = f"{setting.option} of {place.name} needs a ResourceName"
        yield report("error", Kind.RESOURCE_MISSING, message, (index, "setting"))
    elif not wanted and resource and not resource.startswith(OWN_RESOURCES):
        message = f"{place.name} has no use for a ResourceName, here {shown(resource)}"
        yield report("warning", Kind.RESOURCE_NEEDLESS, message, (index, "resource"))


def option(index: int, setting: Setting, place: Place) -> tuple[Option | None, str, list[Finding]]:
    """What is known of the option, its name in EB's own case, and what is wrong with it.

    A misspelt option is None, its name the one that it resembles, empty where it resembles none.
    """
    space = place.namespace
    known = space.options.get(setting.option.lower())
    if known and (known.name == setting.option or not space.free_name):
        return known, known.name, list(_known(index, setting, space, known))
    if space.free_name:
        return space.free_value, setting.option, list(_free(index, setting, space.free_name))
    near = nearest(setting.option, [known.name for known in space.options.values()])
    message = f"{place.name} has no option {shown(setting.option)}{suggestion(near)}"
    return None, near or "", [report("error", Kind.OPTION, message, (index, "option"), allowed=near or "")]


def _known(index: int, setting: Setting, space: Namespace, known: Option) -> Iterator[Finding]:
    if known.name != setting.option:
        message = f"Elastic Beanstalk writes the option '{known.name}'"
        yield report("warning", Kind.CASE, message, (index, "option"), allowed=known.name)
    if space.status == "legacy" and not known.replaced_by:
        return  # the finding on the namespace says so already
    if known.obsolete or known.replaced_by:
        successor = f"; use {known.replaced_by}" if known.replaced_by else ""
        if known.obsolete:
            message = f"{known.name} is out of use{successor}"
        else:
            message = f"AWS's guide does not list {known.name} in this namespace{successor}"
        yield report("warning", Kind.OBSOLETE, message, (index, "option"), allowed=known.replaced_by)
    elif not known.documented and space.status != "internal":
        message = f"{known.name} is in no documentation"
        yield report("informational", Kind.INTERNAL, message, (index, "option"))


def _free(index: int, setting: Setting, form: Mapping[str, str]) -> Iterator[Finding]:
    if not re.search(form["pattern"], setting.option):
        severity: Severity = "warning" if form.get("on_violation") == "warning" else "error"
        message = f"the name {shown(setting.option)} does not match {form['pattern']}"
        yield report(severity, Kind.PATTERN, message, (index, "option"), allowed=form["pattern"])
    elif not re.search(form.get("recommended_pattern", ""), setting.option):
        message = f"the name {shown(setting.option)} is better one that matches {form['recommended_pattern']}"
        yield report("informational", Kind.PATTERN, message, (index, "option"), allowed=form["recommended_pattern"])


def _placeholders(index: int, place: Place) -> Iterator[Finding]:
    """Check that a listener is named by a port within its range."""
    match = place.namespace.match.search(place.name) if place.namespace.many else None
    for name, fact in place.namespace.placeholders.items():
        text = match[name] if match else ""
        if fact["type"] == "integer" and text and not fact["min"] <= int(text) <= fact["max"]:
            limits = f"{fact['min']} to {fact['max']}"
            message = f"the {name} in {place.name} is not {limits}"
            yield report("error", Kind.RANGE, message, (index, "namespace"), allowed=limits)
