"""The settings of an environment that count: those that were set, those of its bundle, and EB's defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.eb.namespaces import PROPERTIES
from beanstack.eb.options.filled import filled
from beanstack.eb.options.keys import Key, key
from beanstack.eb.tiers import BY_NAME, WEB
from beanstack.extensions import ExtensionsError, option_settings
from beanstack.localaws.platforms import ECS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.eb.tiers import Tier
    from beanstack.localaws.environment import Environment


class Options:
    """The options of an environment, by key; a value is None where EB leaves an option without one."""

    def __init__(self, environment: Environment, bundle: bytes | None) -> None:
        given = {**_of_extensions(bundle), **{Key(*name): value for name, value in environment.settings.items()}}
        # An empty value means the default, except in a property, which may be empty.
        set_here = {name: value for name, value in given.items() if value or name.namespace == PROPERTIES}
        plain = {(name.namespace, name.option): value for name, value in set_here.items() if not name.resource}
        self.tier: Tier = BY_NAME.get(environment.tier["Name"], WEB)
        everything = filled(plain, self.tier.id, str(ECS.id))
        self.table: dict[Key, str | None] = {Key(*pair): value for pair, value in everything.items()}
        self.table |= {name: value for name, value in set_here.items() if name.resource}

    def value(self, namespace: str, option: str) -> str:
        """Return the value of an option; empty if it has none."""
        return self.table.get(Key(namespace, option)) or ""

    def values(self, namespace: str, option: str) -> list[str]:
        """Return the items of an option that is a list."""
        return [item.strip() for item in self.value(namespace, option).split(",") if item.strip()]

    def is_on(self, namespace: str, option: str) -> bool:
        """Return whether an option is `true`."""
        return self.value(namespace, option).lower() == "true"

    def of_family(self, beginning: str) -> Iterator[str]:
        """Yield the last parts of the namespaces that begin in one way, such as the ports of listeners."""
        found = {name.namespace for name in self.table if name.namespace.startswith(beginning)}
        for namespace in sorted(found):
            yield namespace.removeprefix(beginning)


def _of_extensions(bundle: bytes | None) -> dict[Key, str]:
    """Return the options that a bundle sets; none of a bundle that a test made up."""
    try:
        settings = option_settings(bundle or b"")
    except ExtensionsError:
        return {}
    return {key(one.namespace, one.option, one.resource): one.value for one in settings if one.value is not None}
