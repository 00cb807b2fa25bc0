"""Engines, their versions and instance classes, as RDS lists them.

cfn-lint asks RDS for versions (DescribeDBEngineVersions), for the classes that a version can be ordered with
(DescribeOrderableDBInstanceOptions), and takes all classes that ever had a price from the price list.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from scripts.facts.sources import extension

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

RESOURCE = "aws_rds_dbinstance"
LISTED = ("mysql", "postgres", "mariadb")  # with every version; of the others the releases are enough
OTHERS = ("oracle-", "sqlserver-")  # not Aurora and Db2, which EB cannot couple, nor RDS Custom
# Families that AWS replaced. Of these alone a missing one is retired: the source also lacks db.x2idn, which exists.
OLD = re.compile(r"[mr][1-4]|t[12]")
DIGITS = re.compile(r"\d+")


def facts() -> dict[str, Any]:
    """Return engines, versions, classes by family, and the old families that a version still has."""
    priced = _priced()
    engines = [engine for engine in priced if engine in LISTED or engine.startswith(OTHERS)]
    sizes: dict[str, set[str]] = {}
    for engine in engines:
        for family, found in priced[engine].items():
            sizes.setdefault(family, set()).update(found)
    old = set(filter(OLD.fullmatch, sizes))
    return {
        "engines": [engine for engine in _engines() if engine in LISTED or engine.startswith(OTHERS)],
        "versions": _versions(),
        "sizes": {family: sorted(sizes[family]) for family in sorted(sizes)},
        "families": {engine: sorted(priced[engine]) for engine in sorted(engines)},
        "old_families": sorted(old),
        "still_with_old": {
            version: sorted(old & families) for version, families in _ordered().items() if old & families
        },
    }


def _engines() -> list[str]:
    """Return every engine of RDS."""
    for rule in extension(RESOURCE, "engine_version")["allOf"]:
        engine = rule["then"]["properties"].get("Engine")
        if engine:
            return list(engine["enum"])
    raise LookupError("cfn-lint lists no engines")


def _versions() -> dict[str, dict[str, list[str]]]:
    """Return the versions of each engine: those that RDS creates, and the deprecated ones."""
    deprecated: dict[str, list[str]] = {}
    for rule in extension(RESOURCE, "engine_version_deprecated")["allOf"]:
        condition = rule["if"]["properties"]
        deprecated[condition["Engine"]["const"]] = condition["EngineVersion"]["enum"]
    found: dict[str, dict[str, list[str]]] = {}
    for engine, every in _every_version().items():
        if engine in LISTED:
            gone = _in_order(deprecated.get(engine, ()))
            current = _in_order(set(every) - set(gone))
            found[engine] = {"current": current, "deprecated": gone}
        elif engine.startswith(OTHERS):
            releases = {".".join(version.split(".")[:2]) for version in every}
            found[engine] = {"current": _in_order(releases), "deprecated": []}
    return found


def _every_version() -> dict[str, list[str]]:
    versions: dict[str, list[str]] = {}
    for rule in extension(RESOURCE, "engine_version")["allOf"]:
        then = rule["then"]["properties"]
        if "EngineVersion" in then:
            versions[rule["if"]["properties"]["Engine"]["const"]] = then["EngineVersion"]["enum"]
    return versions


def _priced() -> dict[str, dict[str, set[str]]]:
    """Return the sizes of each family that ever had a price, in any Region, by engine."""
    found: dict[str, dict[str, set[str]]] = {}
    for region in extension(RESOURCE, "dbinstanceclass_enum").values():
        for rule in region["allOf"]:
            families = found.setdefault(rule["if"]["properties"]["Engine"]["const"], {})
            for family, size in _classes(rule):
                families.setdefault(family, set()).add(size)
    return found


def _ordered() -> dict[str, set[str]]:
    """Return the families that a version can be ordered with. The source has one list for all engines."""
    found: dict[str, set[str]] = {}
    for rule in extension(RESOURCE, "db_instance_class")["allOf"]:
        version = rule["if"]["properties"]["EngineVersion"]["pattern"].split("|")[-1].rstrip(")$").replace("\\", "")
        found.setdefault(version, set()).update(family for family, _ in _classes(rule))
    return {version: found[version] for version in _in_order(found)}


def _classes(rule: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """Yield family and size of each class that a rule lists."""
    for name in rule["then"]["properties"]["DBInstanceClass"]["enum"]:
        _, family, *size = name.split(".", 2)
        if size:  # db.serverless has none, and is Aurora's
            yield family, size[0]


def _in_order(versions: Iterable[str]) -> list[str]:
    """Return versions, the oldest first, without bare majors such as 18, which stand for their newest minor."""
    full = [version for version in versions if not version.isdecimal()]
    return sorted(full, key=lambda version: ([int(number) for number in DIGITS.findall(version)], version))
