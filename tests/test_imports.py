"""Imports run one way and in no circle, those for types included."""

from __future__ import annotations

import ast
import sys
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

import pytest

from tests.conftest import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PACKAGE = PROJECT / "beanstack"
# What each part of the package may import of the others; a part that is not here may import all of them.
MAY_IMPORT: dict[str, set[str]] = {
    "eb": set(),
    "text": {"eb"},
    "config": {"eb", "paths", "text"},
    "resources": {"config", "eb"},
    "lint": {"cli", "eb", "failures", "text"},
    "operate": {"archive", "deployment", "eb", "extensions", "failures", "loopback", "text", "venv"},
    "images": {"config", "eb", "generate", "host", "loopback", "operate", "run", "text"},
    "overview": {"config", "eb", "host", "resources"},
    "review": {"deployment", "eb", "operate"},
    "generate": {
        *(
            "archive",
            "bundle",
            "config",
            "differences",
            "eb",
            "failures",
            "fragments",
            "overview",
            "pin",
            "resources",
            "sources",
        ),
        *("sizes", "stacks", "tree", "yaml"),
    },
    "fragments": {"config", "eb", "resources"},
    "sizes": {"archive", "config", "eb", "resources", "stacks", "yaml"},
    "project": {
        "cli",  # which a project's own generate.py calls
        *("bundle", "config", "differences", "eb", "failures", "generate", "paths", "pin", "resources", "takeover"),
        *("tree", "venv"),
    },
    "run": {"archive", "confined", "eb", "extensions", "failures", "launch", "loopback", "operate", "venv"},
    "localaws": {"confined", "eb", "extensions", "failures", "launch", "loopback", "run"},
    "takeover": {
        *("archive", "bundle", "config", "deployment", "eb", "extensions", "failures", "host", "lint", "loopback"),
        *("operate", "paths", "resources", "text"),
    },
    "cli": {"eb", "failures"},
    "extensions": {"eb"},
    "loopback": {"confined"},
    "archive": {"eb"},
    **{leaf: set() for leaf in ("confined", "deployment", "failures", "launch", "paths", "pin", "venv")},
}


def name_of(path: Path) -> str:
    parts = path.relative_to(PROJECT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def imported(path: Path) -> Iterator[str]:
    """Yield what a file imports, wherever in it the import is; of a package the module, where the name is one."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            for alias in node.names:
                below = f"{node.module}.{alias.name}"
                yield below if below in MODULES else str(node.module)


GRAPH = {name: set(imported(path)) for name, path in MODULES.items()}


def test_no_module_imports_itself_indirectly() -> None:
    try:
        TopologicalSorter({name: found & MODULES.keys() for name, found in GRAPH.items()}).prepare()
    except CycleError as error:
        pytest.fail(" <- ".join(error.args[1]))


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_a_part_imports_only_those_below_it(part: str) -> None:
    own = f"beanstack.{part}"
    allowed = {own, *(f"beanstack.{other}" for other in MAY_IMPORT[part])}
    wrong = {
        f"{name} imports {other}"
        for name, found in GRAPH.items()
        if name == own or name.startswith(f"{own}.")
        for other in found
        if other.startswith("beanstack.") and ".".join(other.split(".")[:2]) not in allowed
    }
    assert not wrong


def test_the_facts_need_the_standard_library_alone() -> None:
    wrong = {
        f"{name} imports {other}"
        for name, found in GRAPH.items()
        if name.startswith("beanstack.eb")
        for other in found
        if other.partition(".")[0] not in {"beanstack", *sys.stdlib_module_names}
    }
    assert not wrong
