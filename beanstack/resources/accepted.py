"""What EB would say of an environment's whole option table, reported at the keys of its configuration.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from beanstack.config.stricter import STRICTER
from beanstack.eb.branches import ECS
from beanstack.eb.layout import DOCKERRUN
from beanstack.eb.options.catalogue import facts
from beanstack.eb.options.check import check_options
from beanstack.eb.rules import Kind, rule_of
from beanstack.eb.settings import Context, Setting, concerned
from beanstack.resources import roles
from beanstack.resources.options import table
from beanstack.resources.replaced import replaced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.config import Application, Environment
    from beanstack.config.option import Entry
    from beanstack.eb.findings import Finding


def judged(application: Application, environment: Environment) -> Iterator[Finding]:
    """Yield what Elastic Beanstalk would refuse, and what the rules on templates warn of.

    Secrets in plain text have a rule of config's own, with exceptions that the facts do not know.
    """
    options = table(application, environment)
    settings = []
    for (namespace, name, resource), entry in options.items():
        value = entry.value if isinstance(entry.value, str) else None
        settings.append(Setting(namespace, name, value, resource))
    entries = list(options.values())
    keys = {"executionRoleArn"} if environment.execution_role_arn else set[str]()
    context = Context(environment.tier, ECS, complete=True, files={DOCKERRUN: frozenset(keys)})
    for found in check_options(settings, facts(), context):
        finding = found
        if found.constraint in STRICTER or found.rule.name in STRICTER:
            finding = replace(found, rule=rule_of("error", found.kind))
        if finding.severity != "informational" and finding.kind is not Kind.SECRET:
            yield _at_key(finding, [entries[index] for index in concerned(finding)])
    yield from replaced(application, environment)
    yield from roles.judged(application, environment)


def _at_key(finding: Finding, taking_part: list[Entry]) -> Finding:
    """Return a finding at the key of the culprit, or at the environment where no key gives the option.

    Of several options that do not go together the one below `options` is to blame: it has no key of its own.
    """
    taking_part.sort(key=lambda entry: not _is_raw(entry))
    path, *also = [key for entry in taking_part for key in entry.keys] or [()]
    part = finding.path[1] if finding.path else "value"
    if path[:1] != ("options",) and (path[:1], part) != (("properties",), "option"):
        part = "value"
    if finding.path and finding.path[1] in ("namespace", "resource"):
        path = path[:-1]
    return replace(finding, path=path, at_key=part != "value", also=tuple(also), page=finding.rule.page)


def _is_raw(entry: Entry) -> bool:
    """Return whether `options` give an option, rather than a key of its own."""
    return any(key[0] == "options" for key in entry.keys)
