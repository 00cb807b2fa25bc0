"""Which environment of a project is meant, by its folders alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from beanstack.operate.errors import DeploymentError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

APPLICATION = "application"  # the name of the application's own template
DEFAULT = "dev"
NAME = r"[A-Za-z0-9-]*"  # what a path, a shell and AWS all accept as it is


def application(project: Path, name: str) -> str:
    """Return the application that is meant: `name`, or if that is empty the only one. Raises DeploymentError."""
    refuse_characters(APP=name)
    if name:
        return name
    known = stems(project / "config")
    if len(known) == 1:
        return known[0]
    if not known:
        raise DeploymentError("config/ holds no application; write config/<application>.yaml first")
    raise DeploymentError(f"config/ holds several applications; choose one: {choices('APP', known)}")


def environment(project: Path, application: str, name: str) -> str:
    """Return the environment that is meant: `name`, or if that is empty `dev`. Raises DeploymentError."""
    refuse_characters(ENV=name)
    known = environments(project / "output" / application)
    if name or DEFAULT in known or not known:
        return name or DEFAULT
    raise DeploymentError(f"{application} has no environment {DEFAULT}; choose one: {choices('ENV', known)}")


def environments(output: Path) -> list[str]:
    """Return the environments whose templates are in an application's folder of output/."""
    return [name for name in stems(output) if name != APPLICATION]


def stems(folder: Path) -> list[str]:
    return sorted(path.stem for path in folder.glob("*.yaml"))


def choices(variable: str, names: Iterable[str]) -> str:
    """Return what a user may write, as in `ENV=dev, ENV=prod`."""
    return ", ".join(f"{variable}={name}" for name in names)


def refuse_characters(**names: str) -> None:
    """Raise DeploymentError if a variable's value is not a name."""
    for variable, value in names.items():
        if not re.fullmatch(NAME, value):
            raise DeploymentError(f"APP and ENV are letters, digits and hyphens, not {variable}='{value}'")
