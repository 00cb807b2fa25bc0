"""The data that is checked: option settings, and what is known of their environment.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options.html
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from beanstack.eb.findings import Finding

# A dynamic reference, and functions: in .ebextensions, and as JSON in the settings that EB itself describes.
UNRESOLVED = ("{{resolve:", "`{", '{"Ref":', '{"Fn::')


class Setting(NamedTuple):
    """One option setting. A value of None is unknown: an intrinsic function or `{{resolve:...}}`.

    `sketch` is the written part of such a value, with ${...} for the rest; it is only searched for secrets. `source`
    names the file of the setting if there are several: a later file may override an option of an earlier one.
    """

    namespace: str
    option: str
    value: str | None
    resource: str = ""
    source: str = ""
    sketch: str = ""


class Context(NamedTuple):
    """What is known of an environment; None is unknown.

    `tier` is web or worker, `platform` an ID of the facts such as ecs-al2023, or ecs-* if only its beginning is known.
    If the settings are not `complete`, more may come from elsewhere (a saved configuration, .ebextensions), so that a
    missing option means nothing. `files` are the top-level keys of files in the source bundle, by file name.
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
    """Return a value, or None if CloudFormation or EB will put something else in its place."""
    if value is None or any(sign in value for sign in UNRESOLVED):
        return None
    return value


def fits(fact: str, patterns: Iterable[str]) -> bool:
    """Return whether a fact on an environment matches one of some names, ignoring case; * matches anything."""
    return any(fnmatchcase(fact.lower(), pattern.lower()) for pattern in patterns)


def culprit(finding: Finding) -> int:
    """Return the index of the setting that a finding is about. A finding on a missing setting has none."""
    return int(finding.path[0])


def concerned(finding: Finding) -> list[int]:
    """Return the indices of the settings that a finding names, the culprit first."""
    return [int(path[0]) for path in (finding.path, *finding.also) if path]
