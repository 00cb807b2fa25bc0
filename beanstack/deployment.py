"""What an environment's template says of its own deployment: where it goes, as which stack, with which bundle.

Generation writes it into the template's metadata and operation reads it from there, never from config, so that what
is deployed is what was reviewed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

if TYPE_CHECKING:
    from pathlib import Path

METADATA = "Beanstack"
PATTERNS = {
    "Application": r"[A-Za-z][A-Za-z0-9-]*",
    "Environment": r"[A-Za-z0-9-]+",
    "Stack": r"[A-Za-z][A-Za-z0-9-]*",
    "Region": r"[a-z]{2,4}(-[a-z]+)+-\d",
    "Account": r"(\d{12})?",
    "BundleKey": r"[0-9a-f]{64}\.zip",
}


class DeploymentError(Exception):
    """A committed template that cannot be deployed as it is; the message is for users."""


class Deployment(NamedTuple):
    """An environment's stack, its application's, and where both belong; `account` is empty where none is pinned."""

    application: str
    environment: str
    stack: str
    region: str
    account: str
    bundle_key: str

    @property
    def application_stack(self) -> str:
        """The stack of the application bears the application's name."""
        return self.application

    def metadata(self) -> dict[str, dict[str, str]]:
        """The deployment as a template's metadata."""
        return {METADATA: {key: value for key, value in zip(PATTERNS, self, strict=True) if value}}

    def makefile(self) -> str:
        """The deployment as variables of make; each value has been matched against its pattern."""
        return (
            f"STACK := {self.stack}\nAPPLICATION_STACK := {self.application_stack}\nREGION := {self.region}\n"
            f"ACCOUNT := {self.account}\nBUNDLE_KEY := {self.bundle_key}\n"
        )


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
    if not path.is_file():
        there = sorted(other.stem for other in path.parent.glob("*.yaml") if other.stem != "application")
        known = f"; {path.parent} has {', '.join(there)}" if there else ""
        raise DeploymentError(f"there is no {path}{known}: choose with APP=... ENV=..., or `make generate` first")
    try:
        found = template(path.read_text("utf-8"))["Metadata"][METADATA]
        values = {key: str(found.get(key, "")) for key in PATTERNS}
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, UnicodeDecodeError):
        raise DeploymentError(f"{path} has no {METADATA} metadata; `make generate` writes it anew") from None
    for key, value in values.items():
        if not re.fullmatch(PATTERNS[key], value):
            raise DeploymentError(f"{path}: Metadata.{METADATA}.{key} is {value!r}; `make generate` writes it anew")
    return Deployment(*values.values())
