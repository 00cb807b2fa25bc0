"""What a bundle's `.ebextensions` say besides commands: option settings, and resources of EB's own stack.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options.html#configuration-options-precedence
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from beanstack.eb.layout import EXTENSIONS
from beanstack.eb.mergedresources import MergeError, merged
from beanstack.eb.options.keys import key
from beanstack.eb.stackresources import stack_resources
from beanstack.extensions import ExtensionsError, section, settings_of
from beanstack.run.balancer.actions import LISTENER
from beanstack.run.errors import RunError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beanstack.run.healthcheck import Options


def with_options_of(bundle: Mapping[str, bytes], given: Options) -> dict[tuple[str, str], str]:
    """Return an environment's options, which precede those of its bundle."""
    found = {}
    try:
        for setting in settings_of(_files(bundle)):
            if setting.value is not None:
                name = key(setting.namespace, setting.option)
                found[name.namespace, name.option] = setting.value
    except ExtensionsError as error:
        raise RunError(str(error)) from None
    return {**found, **given}


def listeners(bundle: Mapping[str, bytes], options: Options) -> dict[str, dict[str, Any]]:
    """Return the listeners that a bundle changes or adds, by name; raise RunError for what EB refuses."""
    known = {name: {"Type": resource.type} for name, resource in stack_resources().items()}
    try:
        found = {path: _mapping(path, given) for path, given in section(_files(bundle), "Resources")}
        changed = {name for resources in found.values() for name in resources if LISTENER.fullmatch(name)}
        sections = [
            (path, {name: given for name, given in resources.items() if name in changed})
            for path, resources in found.items()
        ]
        all_ = merged(known, sections, lambda namespace, name: options.get((namespace, name)))
    except (ExtensionsError, MergeError) as error:
        raise RunError(str(error)) from None
    return {name: all_[name] for name in sorted(changed)}


def ignored(bundle: Mapping[str, bytes]) -> list[str]:
    """Return the resources of a bundle of which nothing is read here."""
    found = (name for path, given in section(_files(bundle), "Resources") for name in _mapping(path, given))
    return [name for name in found if not LISTENER.fullmatch(name)]


def _files(bundle: Mapping[str, bytes]) -> dict[str, bytes]:
    paths = sorted(path for path in bundle if path.startswith(EXTENSIONS) and path.endswith(".config"))
    return {path: bundle[path] for path in paths}


def _mapping(path: str, given: Any) -> Mapping[str, Any]:
    if not isinstance(given or {}, dict):
        raise RunError(f"{path}: expected a mapping of resources by name")
    return given or {}
