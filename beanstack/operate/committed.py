"""Reading committed templates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from beanstack.deployment import METADATA, PATTERNS, Deployment
from beanstack.operate.errors import DeploymentError

if TYPE_CHECKING:
    from pathlib import Path

APPLICATION = "application"  # the name of the application's own template


class Loader(yaml.CSafeLoader):
    """Reads CloudFormation's short functions as `{function: value}`."""


def _function(loader: Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        return {suffix: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {suffix: loader.construct_sequence(node, deep=True)}
    return {suffix: loader.construct_mapping(node, deep=True)}  # type: ignore[arg-type]


Loader.add_multi_constructor("!", _function)


def template(text: str) -> Any:
    """A CloudFormation template, JSON being YAML."""
    return yaml.load(text, Loader)  # noqa: S506 - a safe loader that also knows CloudFormation's tags


def deployment(path: Path) -> Deployment:
    """The deployment that a committed template describes. Raises DeploymentError."""
    return described(path, text(path))


def text(path: Path) -> str:
    """An environment's committed template. Raises DeploymentError."""
    there = sorted(other.stem for other in path.parent.glob("*.yaml") if other.stem != APPLICATION)
    if path.stem == APPLICATION:
        raise DeploymentError(
            f"{path} is shared by all environments and deployed with each; choose one: ENV={', ENV='.join(there)}"
        )
    if not path.is_file():
        if not there:
            there = sorted(folder.name for folder in path.parent.parent.glob("*/"))
        place = path.parent if path.parent.is_dir() else path.parent.parent
        known = f"; {place} has {', '.join(there)}" if there else ""
        raise DeploymentError(f"there is no {path}{known}: choose with APP=... ENV=..., or `make generate` first")
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        raise DeploymentError(f"{path} is not UTF-8; `make generate` writes it anew") from None


def described(path: Path, body: str) -> Deployment:
    """The deployment that the template `body`, which lies at `path`, describes. Raises DeploymentError."""
    try:
        found = template(body)["Metadata"][METADATA]
        values = {key: str(found.get(key, "")) for key in PATTERNS}
    except (yaml.YAMLError, KeyError, TypeError, AttributeError):
        raise DeploymentError(f"{path} has no {METADATA} metadata; `make generate` writes it anew") from None
    for key, value in values.items():
        if not re.fullmatch(PATTERNS[key], value):
            raise DeploymentError(f"{path}: Metadata.{METADATA}.{key} is {value!r}; `make generate` writes it anew")
    return Deployment(*values.values())
