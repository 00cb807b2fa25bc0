"""The sources of an import: a saved configuration or EB's own description of settings, and a source bundle.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environment-configuration-savedconfig.html
https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_DescribeConfigurationSettings.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import yaml

from beanstack.eb.layout import DOCKERRUN
from beanstack.eb.settings import Setting, known
from beanstack.extensions import Loader, mapped
from beanstack.lint.bundles.linter import read_bundle
from beanstack.takeover.draft import Left, TakeoverError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from beanstack.lint.bundles.bundle import Bundle
    from beanstack.operate.drift import Running

# What else a saved configuration says, none of which is a setting of the environment.
NO_SETTINGS = {
    "AWSConfigurationTemplateVersion",
    "DateCreated",
    "DateModified",
    "Description",
    "EnvironmentConfigurationMetadata",
}
NO_KEY = "config has no key for an environment's description"
UNKNOWN = "not a known part of a saved configuration"
ANOTHER_TYPE = "does not have the type that EB writes"
Kind = TypeVar("Kind")


class Source(NamedTuple):
    """An environment as a file describes it. What the file does not say is empty.

    `platform` is an ARN or the name of a solution stack. `is_complete` says that each setting is there, not only those
    that were set.
    """

    file: str
    settings: tuple[Setting, ...]
    platform: str
    application: str = ""
    environment: str = ""
    tier: str = ""
    tags: Mapping[str, str] = {}
    is_complete: bool = False
    left: tuple[Left, ...] = ()
    cname: str = ""
    account: str = ""
    description: str = ""
    kept_versions: int = 0  # beyond which EB deletes old ones; 0 for no such rule
    running: Running | None = None  # what AWS says of it beside its settings


def read_settings(path: Path) -> Source:
    """Return what a file of `eb config save`, or the answer of DescribeConfigurationSettings as JSON, describes."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        content = json.loads(text) if text.lstrip().startswith("{") else yaml.load(text, Loader)  # noqa: S506 - safe
    except (UnicodeDecodeError, ValueError, yaml.YAMLError) as error:
        raise TakeoverError(f"{path}: neither YAML nor JSON: {' '.join(str(error).split())}") from None
    if isinstance(content, dict) and isinstance(content.get("ConfigurationSettings"), list):
        return described(content["ConfigurationSettings"], path.name)
    if isinstance(content, dict) and isinstance(content.get("OptionSettings"), dict):
        return saved(content, path.name)
    message = "neither a saved configuration (`eb config save`) nor the answer of describe-configuration-settings"
    raise TakeoverError(f"{path}: {message}")


def described(found: list[Any], file: str) -> Source:
    """Return what DescribeConfigurationSettings says of an environment: what is deployed, not a draft of it."""
    if not all(isinstance(one, dict) for one in found):
        raise TakeoverError(f"{file}: ConfigurationSettings: an entry {ANOTHER_TYPE}")
    deployed = [one for one in found if one.get("DeploymentStatus") == "deployed"] or found
    if not deployed:
        raise TakeoverError(f"{file}: it describes no environment")
    one = deployed[0]
    settings = []
    for item in part(one, "OptionSettings", list, file):
        if not isinstance(item, dict):
            raise TakeoverError(f"{file}: OptionSettings: an entry {ANOTHER_TYPE}")
        names = [part(item, name, str, file) for name in ("Namespace", "OptionName", "Value", "ResourceName")]
        settings.append(Setting(names[0], names[1], known(names[2]), names[3]))
    return Source(
        file,
        tuple(settings),
        part(one, "PlatformArn", str, file) or part(one, "SolutionStackName", str, file),
        part(one, "ApplicationName", str, file),
        part(one, "EnvironmentName", str, file),
        part(part(one, "Tier", dict, file), "Name", str, file),
        is_complete=True,
        left=(Left(file, "Description", NO_KEY),) if one.get("Description") else (),
    )


def saved(content: Mapping[str, Any], file: str) -> Source:
    """Return what a saved configuration says, which has only what was set."""
    platform = part(content, "Platform", dict, file)
    tier = part(content, "EnvironmentTier", dict, file)
    read = {"OptionSettings", "Platform", "SolutionStack", "EnvironmentTier", "Tags", *NO_SETTINGS}
    return Source(
        file,
        tuple(mapped(file, content["OptionSettings"])),
        str(platform.get("PlatformArn") or content.get("SolutionStack") or ""),
        tier=str(tier.get("Name", "")),
        tags={str(name): str(value) for name, value in part(content, "Tags", dict, file).items()},
        left=tuple(Left(file, str(key), UNKNOWN) for key in content.keys() - read),
    )


def part(content: Mapping[str, Any], name: str, kind: type[Kind], file: str) -> Kind:
    """Return a part of what was read, empty if it is not there. Raise TakeoverError if it has another type."""
    value = content.get(name)
    if value is None:
        return kind()
    if not isinstance(value, kind):
        raise TakeoverError(f"{file}: {name} {ANOTHER_TYPE}")
    return value


def open_bundle(path: Path) -> tuple[Bundle, Any]:
    """Return a bundle, and its Dockerrun.aws.json as data. Raise TakeoverError if it has none that can be read."""
    bundle = read_bundle(path)
    content = bundle.contents.get(DOCKERRUN)
    if content is None:
        reasons = "".join(f"; {found}" for found in bundle.findings)
        raise TakeoverError(f"{path}: it does not contain {DOCKERRUN}{reasons}")
    try:
        return bundle, json.loads(content.decode("utf-8-sig"))
    except ValueError as error:
        raise TakeoverError(f"{path}/{DOCKERRUN}: not JSON: {error}") from None
