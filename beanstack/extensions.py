"""The sections of a bundle's `.ebextensions`, and its option settings, which an environment's own ones override.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options.html#configuration-options-precedence
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/ebextensions-optionsettings.html
"""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import yaml

from beanstack.eb.layout import EXTENSIONS
from beanstack.eb.namespaces import PROPERTIES
from beanstack.eb.options.catalogue import facts
from beanstack.eb.settings import Setting, known, parts
from beanstack.eb.shape import is_function

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class ExtensionsError(Exception):
    """A bundle whose `.ebextensions` cannot be read; the message says where and why."""


class Loader(yaml.CSafeLoader):
    """Reads YAML 1.1 as EB does, but leaves a time as it is written."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def option_settings(bundle: bytes) -> list[Setting]:
    """Return the settings of a zipped bundle in EB's order, the last one of an option being the one that counts.

    A value that CloudFormation has yet to resolve is None. Raise ExtensionsError if the bundle cannot be read.
    """
    return list(settings_of(files_of(bundle)))


def files_of(bundle: bytes) -> dict[str, bytes]:
    """Return the `.config` files of a zipped bundle by path, in EB's order; raise ExtensionsError if it is no zip."""
    try:
        with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
            paths = sorted(path for path in archive.namelist() if path.startswith(EXTENSIONS))
            return {path: archive.read(path) for path in paths if path.endswith(".config")}
    except (zipfile.BadZipFile, EOFError, OSError, RuntimeError) as error:
        raise ExtensionsError(f"it is not a readable zip: {error}") from None


def section(files: Mapping[str, bytes], name: str) -> Iterator[tuple[str, Any]]:
    """Yield the section of a name of each file that has it, with the file's path."""
    for path, content in files.items():
        try:
            document = yaml.load(content, Loader)  # noqa: S506 - a safe loader
        except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
            raise ExtensionsError(f"{path} is not YAML: {' '.join(str(error).split())}") from None
        if isinstance(document, dict) and name in document:
            yield path, document[name]


def settings_of(files: Mapping[str, bytes]) -> Iterator[Setting]:
    """Yield the settings of some files of `.ebextensions`, by path."""
    for path, given in section(files, "option_settings"):
        if isinstance(given, list):
            yield from _listed(path, given)
        elif isinstance(given, dict):
            yield from mapped(path, given)


def _listed(path: str, items: list[Any]) -> Iterator[Setting]:
    for item in items:
        if isinstance(item, dict) and "option_name" in item:
            namespace = str(item.get("namespace") or PROPERTIES)
            yield _setting(
                path, namespace, item["option_name"], item.get("value"), str(item.get("resource_name") or "")
            )


def mapped(path: str, namespaces: Mapping[Any, Any]) -> Iterator[Setting]:
    """Yield settings that are written by namespace, as a file of saved configurations has them, too."""
    for written, options in namespaces.items():
        resource, namespace = parts(str(written))
        for option, value in options.items() if isinstance(options, dict) else ():
            yield _setting(path, namespace, option, value, resource)


def _setting(path: str, namespace: str, option: Any, value: Any, resource: str) -> Setting:
    fact = facts().find_option(namespace, str(option))
    separator = fact.list_separator if fact else ","
    return Setting(namespace, str(option), known(_text(value, separator)), resource, path)


def _text(value: Any, separator: str) -> str | None:
    """Return a value as EB takes it, or None for a function of CloudFormation."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        items = [_text(item, separator) for item in value]
        return None if None in items else separator.join(item or "" for item in items)
    if isinstance(value, dict):
        return None if is_function(value) else json.dumps(value)
    return str(value)
