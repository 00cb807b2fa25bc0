"""What RDS accepts of a coupled database, by the options in `aws:rds:dbinstance`.

Versions and classes come from `facts/kept/rds.json`, names of users from `facts/database_users.json`. What is newer
than the facts, or what RDS still runs but no longer creates, is a warning.
https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from beanstack.eb import FACTS
from beanstack.eb.databases import RELEASE_PARTS
from beanstack.eb.findings import nearest, report, shown, suggestion
from beanstack.eb.kept import kept
from beanstack.eb.namespaces import DATABASE
from beanstack.eb.rules import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from beanstack.eb.findings import Finding
    from beanstack.eb.options.table import Table
    from beanstack.eb.rules import Severity

COUPLED = f"{DATABASE}::HasCoupledDatabase"
ENGINE = f"{DATABASE}::DBEngine"
VERSION = f"{DATABASE}::DBEngineVersion"
CLASS = re.compile(r"db\.(?P<family>[a-z0-9-]+)\.(?P<size>[a-z0-9.-]+)")
USER = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
USER_FORM = "letters, digits and _, a letter first"
SUCCESSORS = "use db.t3, db.m6i or db.r6i"


class Fault(NamedTuple):
    """A problem with a value: how severe it is, and its message."""

    severity: Severity
    message: str


def database_findings(table: Table) -> Iterator[Finding]:
    """Yield the problems with the engine, version, instance class and user of a coupled database.

    A decoupled database is not the environment's any more, whatever its settings still say.
    """
    engine = (_known(table, ENGINE) or table.default(ENGINE) or "").lower()
    if not engine or (_known(table, COUPLED) or "").lower() == "false":
        return
    yield from _engine(table)
    judges: tuple[tuple[Kind, str, Callable[[str], Fault | None]], ...] = (
        (Kind.DATABASE_VERSION, VERSION, lambda value: version_fault(engine, value)),
        (
            Kind.DATABASE_CLASS,
            f"{DATABASE}::DBInstanceClass",
            lambda value: class_fault(engine, _known(table, VERSION), value),
        ),
        (Kind.DATABASE_USER, f"{DATABASE}::DBUser", lambda value: user_fault(engine, value)),
    )
    for kind, reference, fault_of in judges:
        entry = table.last(reference, {})
        if not entry or entry.value is None:
            continue
        fault = fault_of(entry.value.strip())
        if fault:
            yield report(fault.severity, kind, fault.message, (entry.setting, "value"))


def _known(table: Table, reference: str) -> str | None:
    entry = table.last(reference, {})
    return entry.value.strip() if entry and entry.value else None


def _engine(table: Table) -> Iterator[Finding]:
    entry, engines = table.last(ENGINE, {}), kept("rds")["engines"]
    if entry and entry.value and entry.value.strip().lower() not in engines:
        message = f"{shown(entry.value)} is no engine of RDS that Elastic Beanstalk couples"
        near = nearest(entry.value, engines)
        yield report("warning", Kind.ENUM, f"{message}{suggestion(near)}", (entry.setting, "value"), allowed=near or "")


def version_fault(engine: str, version: str) -> Fault | None:
    """Return the problem with an engine's version, if any.

    RDS also takes the beginning of a version, such as 8.4 or 17, for the newest that begins so.
    """
    known = kept("rds")["versions"].get(engine)
    if not known or any(_is_version(one, version) for one in known["current"]):
        return None
    release = _release(engine, version)
    current = list(dict.fromkeys(_release(engine, one) for one in known["current"]))
    offered = f"it offers {', '.join(current)}"
    if any(_is_version(one, version) for one in known["deprecated"]):
        if release not in current:
            # A database that RDS has upgraded since keeps this value, which EB does not let anyone change.
            return Fault(
                "warning", f"RDS has retired {engine} {release} and creates no new database with it; {offered}"
            )
        newest = [one for one in known["current"] if _release(engine, one) == release][-1]
        message = f"RDS creates no new database with {engine} {version}, which is deprecated; the newest is {newest}"
        return Fault("warning", message)
    if release not in current:
        for other in kept("rds")["versions"]:
            if _offers(other, version):
                message = f"{shown(version)} is a version of {other}; of {engine} RDS offers {', '.join(current)}"
                return Fault("error", message)
        oldest = min(map(_numbers, (*current, *known["deprecated"])))
        if release[0].isdecimal() and _numbers(release) < oldest:
            return Fault("error", f"RDS has no {engine} as old as {version}; {offered}")
    message = f"unknown version {shown(version)} of {engine}; the newest known one is {known['current'][-1]}"
    return Fault("warning", message)


def class_fault(engine: str, version: str | None, name: str) -> Fault | None:
    """Return the problem with an instance class, if any.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.html
    """
    facts = kept("rds")
    match = CLASS.fullmatch(name)
    if not match:
        return None  # the pattern of the option reports it
    family, size = match["family"], match["size"]
    sizes = facts["sizes"].get(family)
    if not sizes:
        near = nearest(family, facts["sizes"])
        meant = suggestion(f"db.{near}.{size}" if near else None)
        return Fault("warning", f"unknown family of instance classes in {shown(name)}{meant}")
    if family in facts["old_families"]:
        return _old_class_fault(engine, version, family)
    if family not in facts["families"].get(engine, (family,)):
        return Fault("warning", f"RDS does not list db.{family} for {engine}")
    if size not in sizes:
        return Fault("warning", f"unknown size in {shown(name)}; db.{family} has {', '.join(sizes)}")
    return None


def _old_class_fault(engine: str, version: str | None, family: str) -> Fault | None:
    """Return the problem with a family that AWS has replaced, if any; some old versions still run on it."""
    if engine not in RELEASE_PARTS:
        return Fault("warning", f"db.{family} is of a previous generation, which RDS retires; {SUCCESSORS}")
    with_old: Mapping[str, list[str]] = kept("rds")["still_with_old"]
    still = [known for known, families in with_old.items() if family in families]
    if not still:
        return Fault("error", f"RDS has retired db.{family}; {SUCCESSORS}")
    if version is None or not _is_known(engine, version) or any(_is_version(known, version) for known in still):
        return None
    return Fault("error", f"RDS has no db.{family} for {engine} {version}; {SUCCESSORS}")


def user_fault(engine: str, name: str) -> Fault | None:
    """Return the problem with the name of the master user, if any.

    That RDS refuses a reserved name in capitals as well is not known.
    """
    facts = _users()
    family = engine.partition("-")[0]
    lower = name.lower()
    if not USER.fullmatch(name):
        return Fault("error", f"the master user {shown(name)} does not consist of {USER_FORM}")
    beginning = facts["refused_beginning"].get(family)
    if beginning and name.startswith(beginning):
        return Fault("error", f"{engine} reserves names that begin with {beginning}, such as {shown(name)}")
    if lower in facts["refused"].get(family, ()):
        severity: Severity = "error" if name == lower else "warning"
        return Fault(severity, f"RDS refuses {shown(lower)} as the master user of {engine}: the name is reserved")
    longest, documented = facts["longest"].get(family), facts["documented_length"]
    if longest and len(name) > longest:
        return Fault("error", f"has {len(name)} characters; {engine} takes at most {longest}")
    if lower in facts["roles"].get(family, ()):
        return Fault("warning", f"{shown(name)} is a user that RDS itself creates in {engine}")
    if lower in facts["reserved_words"].get(family, ()):
        return Fault("warning", f"{shown(name)} is a reserved word of {engine}, which RDS's documentation excludes")
    if len(name) > documented:
        return Fault("warning", f"has {len(name)} characters; RDS documents at most {documented}")
    return None


@cache
def _users() -> Mapping[str, Any]:
    return dict(json.loads((FACTS / "database_users.json").read_text("utf-8")))


def _is_known(engine: str, version: str) -> bool:
    known = kept("rds")["versions"][engine]
    return any(_is_version(one, version) for one in (*known["current"], *known["deprecated"]))


def _is_version(known: str, version: str) -> bool:
    """Return whether a known version is meant, the newest of several, or a patch that is newer than the facts."""
    return _begins(known, version) or _begins(version, known)


def _begins(version: str, beginning: str) -> bool:
    return version == beginning or version.startswith((f"{beginning}.", f"{beginning}-"))


def _offers(engine: str, version: str) -> bool:
    """Return whether RDS offers the release of an engine that a version would belong to.

    Releases that are gone do not count: a new release of MySQL may be numbered as an old one of PostgreSQL was.
    """
    current = kept("rds")["versions"][engine]["current"]
    return _release(engine, version) in [_release(engine, one) for one in current]


def _release(engine: str, version: str) -> str:
    """Return the release that gets only fixes: 8.4 of MySQL, 17 of PostgreSQL."""
    return ".".join(re.split(r"[.-]", version)[: RELEASE_PARTS.get(engine, 2)])


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]
