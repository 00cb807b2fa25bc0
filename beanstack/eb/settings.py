"""The data that is checked: option settings, and what is known of their environment.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options.html
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from beanstack.eb.findings import Finding

UNRESOLVED = ("{{resolve:", "`{", '{"Ref":', '{"Fn::')


class Setting(NamedTuple):
    """One option setting. A value of None cannot be known: an intrinsic, `{{resolve:...}}`, or EB's own `{...}`.

    `sketch`: such a value as far as it is written down, with ${...} for the rest; only a secret is sought in it.
    `source` names the file that it stands in where settings come from several, of which a later one may override an
    option of an earlier one.
    """

    namespace: str
    option: str
    value: str | None
    resource: str = ""
    source: str = ""
    sketch: str = ""


class Context(NamedTuple):
    """What is known of an environment; None for what is not known.

    `tier` is web or worker, `platform` an id of the facts such as ecs-al2023, or ecs-* where only how it begins is
    known. Not `complete`: settings may come from elsewhere too (a saved configuration, .ebextensions), so that nothing
    is known of an option that is not there. `files`: the top-level keys of files of the source bundle, by name.
    """

    tier: str | None = None
    platform: str | None = None
    complete: bool = True
    files: Mapping[str, frozenset[str]] | None = None


def parts(written: str) -> tuple[str, str]:
    """Return the resource name, empty if there is none, and the namespace of EB's shorthand `Name.namespace`.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-autoscaling-scheduledactions.html
    """
    resource, _, namespace = written.partition(".")
    return (resource, namespace) if namespace.startswith("aws:") else ("", written)


def known(value: str | None) -> str | None:
    """Return the value of a text; what CloudFormation or EB will resolve is not known.

    EB itself shows functions as JSON where it describes settings.
    """
    return None if value is None or any(sign in value for sign in UNRESOLVED) else value


def fits(fact: str, patterns: Iterable[str]) -> bool:
    """Return whether a fact on an environment matches one of some names, ignoring case; * matches anything."""
    return any(fnmatchcase(fact.lower(), pattern.lower()) for pattern in patterns)


def culprit(finding: Finding) -> int:
    """Return the index of the setting that a finding is about, which is not about a missing one."""
    return int(finding.path[0])


def concerned(finding: Finding) -> list[int]:
    """Return the indices of the settings that a finding names, the culprit first."""
    return [int(path[0]) for path in (finding.path, *finding.also) if path]
