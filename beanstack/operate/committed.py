"""Reading committed templates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from beanstack.deployment import (
    BUILD_PATTERNS,
    CHECK_PATTERNS,
    IAM,
    METADATA,
    NAME_PATTERNS,
    PATTERNS,
    STACK_PATTERNS,
    Build,
    Check,
    Deployment,
    Stack,
    usual_stacks,
)
from beanstack.operate.choice import APPLICATION, choices, environments
from beanstack.operate.errors import DeploymentError

if TYPE_CHECKING:
    from pathlib import Path, PurePath


class Loader(yaml.CSafeLoader):
    """Reader of CloudFormation's short functions as `{function: value}`."""


def _function(loader: Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        return {suffix: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {suffix: loader.construct_sequence(node, deep=True)}
    return {suffix: loader.construct_mapping(node, deep=True)}  # type: ignore[arg-type]


Loader.add_multi_constructor("!", _function)


def template(text: str) -> Any:
    """Return a CloudFormation template, parsed; JSON is YAML as well."""
    return yaml.load(text, Loader)  # noqa: S506 - a safe loader that also knows CloudFormation's tags


def deployment(path: Path) -> Deployment:
    """Return the deployment that an environment's committed template describes. Raises DeploymentError."""
    refuse_no_environment(path)
    return described(path, text(path))


def refuse_no_environment(path: Path) -> None:
    """Raise DeploymentError if a path is not that of an environment's template, and name those that are."""
    there = environments(path.parent)
    if path.stem == APPLICATION:
        one = choices("ENV", there)
        raise DeploymentError(f"{path} is shared by all environments and deployed with each; choose one: {one}")
    if not path.is_file():
        if not there:
            there = sorted(folder.name for folder in path.parent.parent.glob("*/"))
        place = path.parent if path.parent.is_dir() else path.parent.parent
        known = f"; {place} has {', '.join(there)}" if there else ""
        raise DeploymentError(f"there is no {path}{known}: choose with APP=... ENV=..., or `make generate` first")


def text(path: Path) -> str:
    """Return the text of a committed template. Raises DeploymentError."""
    if not path.is_file():
        raise DeploymentError(f"there is no {path}; `make generate` writes it")
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        raise DeploymentError(f"{path} is not UTF-8; `make generate` writes it anew") from None


def described(path: Path, body: str) -> Deployment:
    """Return the deployment that the template `body`, which lies at `path`, describes. Raises DeploymentError."""
    try:
        found = template(body)
    except yaml.YAMLError:
        found = None
    return described_by(path, found)


def described_by(path: PurePath, parsed: Any) -> Deployment:
    """Return the deployment that a parsed template describes. Raises DeploymentError."""
    try:
        found = parsed["Metadata"][METADATA]
        listed = [dict(entry) for entry in found.get("Stacks", [])]
        checks = [dict(entry) for entry in found.get("SmokeTest", [])]
        made = [dict(entry) for entry in found.get("Builds", [])]
        values = matched(path, found, PATTERNS, f"Metadata.{METADATA}")
        names = matched(path, found, NAME_PATTERNS, f"Metadata.{METADATA}")
    except (KeyError, TypeError, ValueError, AttributeError):
        raise DeploymentError(f"{path} has no {METADATA} metadata; `make generate` writes it anew") from None
    stacks = tuple(listed_stack(path, entry, number) for number, entry in enumerate(listed))
    usual = usual_stacks(values["Application"], values["Environment"], values["Stack"])
    smoke_test = tuple(smoke_check(path, entry, number) for number, entry in enumerate(checks))
    builds = tuple(build(path, entry, number) for number, entry in enumerate(made))
    deployment = Deployment._make([*values.values(), stacks or usual, smoke_test, builds, *names.values()])
    if values["Stack"] not in [stack.name for stack in deployment.own]:
        wrong = f"Metadata.{METADATA}.Stacks does not list {values['Stack']} among the environment's own stacks"
        raise DeploymentError(f"{path}: {wrong}; `make generate` writes it anew")
    return deployment


def listed_stack(path: PurePath, entry: dict[str, Any], number: int) -> Stack:
    """Return the stack that an entry of the metadata's `Stacks` describes."""
    values = matched(path, entry, STACK_PATTERNS, f"Metadata.{METADATA}.Stacks.{number}")
    capabilities = tuple(values["Capabilities"].split()) or IAM
    return Stack(values["Name"], values["Template"], bool(values["Shared"]), capabilities)


def smoke_check(path: PurePath, entry: dict[str, Any], number: int) -> Check:
    """Return the check that an entry of the metadata's `SmokeTest` describes."""
    values = matched(path, entry, CHECK_PATTERNS, f"Metadata.{METADATA}.SmokeTest.{number}")
    return Check(*values.values())


def build(path: PurePath, entry: dict[str, Any], number: int) -> Build:
    """Return the build that an entry of the metadata's `Builds` describes."""
    values = matched(path, entry, BUILD_PATTERNS, f"Metadata.{METADATA}.Builds.{number}")
    return Build(*values.values())


def matched(path: PurePath, found: dict[str, Any], patterns: dict[str, str], place: str) -> dict[str, str]:
    """Return the text of each key; empty for an absent key. Raises DeploymentError if a pattern does not match."""
    values = {key: str(found.get(key, "")) for key in patterns}
    for key, value in values.items():
        if not re.fullmatch(patterns[key], value):
            raise DeploymentError(f"{path}: {place}.{key} is {value!r}; `make generate` writes it anew")
    return values
