"""EB's settings as keys of config: the declarations at the fields, read backwards.

What config would make of the draft is compared with what runs, as `make drift` compares. What differs becomes a key or,
where there is none, an entry of `options`. So EB's defaults and what EB makes for itself are left out.
"""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, Any, NamedTuple, get_origin

from beanstack.config.option import text
from beanstack.config.settings import Application
from beanstack.eb.namespaces import DATABASE, ENVIRONMENT, INSTANCES, LOAD_BALANCER, MANAGED_ACTIONS, SECRETS
from beanstack.eb.options.catalogue import facts
from beanstack.eb.options.filled import SERVICE_ROLE, filled
from beanstack.eb.options.keys import Key, key
from beanstack.eb.options.values import items
from beanstack.eb.secrets import resembles_secret
from beanstack.eb.settings import Setting
from beanstack.operate.drift import drift
from beanstack.resources.options import table
from beanstack.takeover.containers import SECRET
from beanstack.takeover.declared import declared, key_of
from beanstack.takeover.draft import Left
from beanstack.takeover.https import https

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from beanstack.config import Environment
    from beanstack.config.option import Table
    from beanstack.eb.findings import Path
    from beanstack.eb.options.catalogue import Option
    from beanstack.operate.drift import Comparison, Running
    from beanstack.takeover.declared import Declared
    from beanstack.takeover.draft import Draft
    from beanstack.takeover.source import Source

OWN_ROLE = "Beanstack makes a service role of its own in place of EB's"
PASSWORD = "EB does not show it; the first `make stack` sets a new one, which Secrets Manager keeps"  # noqa: S105
ALWAYS = "EB has no value, and Beanstack always sets {!r}"
OWN = "EB has no value, and Beanstack creates one"
COMPUTED = "EB computes it from the environment's other resources"
TYPE = Key(ENVIRONMENT, "LoadBalancerType")
# Options that contain the application's name are functions, which nothing here resolves.
NAMELESS = Application.model_construct(name="", environments={})
IS_SHARED = Key(ENVIRONMENT, "LoadBalancerIsShared")
SHARED = Key(LOAD_BALANCER, "SharedLoadBalancer")
COUPLED = Key(DATABASE, "HasCoupledDatabase")
# Options that a section becomes by being there. Without them, what its keys become has no effect.
SECTIONS: Mapping[Key, Path] = {
    Key(INSTANCES, "EnableSpot"): ("spot",),
    Key(MANAGED_ACTIONS, "ManagedActionsEnabled"): ("managed_updates",),
}


class Live(NamedTuple):
    """The settings of a running environment, by option, and what else is known about it."""

    file: str
    values: Mapping[Key, str]
    running: Running


def live(source: Source, running: Running, draft: Draft) -> Live:
    """Return the settings as EB describes them, with the defaults that a saved configuration lacks."""
    values: dict[Key, str] = {}
    for one in source.settings:
        name = key(one.namespace, one.option, one.resource)
        values[name] = one.value or ""
        if one.value is None:
            draft.left.append(Left(source.file, str(name), COMPUTED))
    if not source.is_complete:
        given = {(name.namespace, name.option): value for name, value in values.items() if value and not name.resource}
        for (namespace, option), default in filled(given, running.tier, running.platform).items():
            values.setdefault(Key(namespace, option), default or "")
    return Live(source.file, values, running)


def balancer(settings: Live) -> str:
    """Return the type of the load balancer of what runs, which decides what keys become."""
    if settings.values.get(Key(ENVIRONMENT, "EnvironmentType"), "").lower() == "singleinstance":
        return "none"
    return settings.values.get(TYPE, "").lower() or "classic"


def shared_port(settings: Live) -> int:
    """Return the listener of a shared load balancer that has the environment's rules; EB's own choice is port 80."""
    for name, value in settings.values.items():
        port = name.namespace.rpartition(":")[2]
        if name.option == "Rules" and value and port.isdecimal():
            return int(port)
    return 80


def begin(draft: Draft, settings: Live) -> None:
    """Set the keys that determine which options other keys become."""
    kind = balancer(settings)
    if kind != "application":
        draft.set(("load_balancer", "type"), kind)
    if settings.values.get(IS_SHARED, "").lower() == "true":
        draft.set(("load_balancer", "shared"), settings.values.get(SHARED, ""))
        draft.set(("load_balancer", "shared_port"), shared_port(settings))
    elif secured := https(settings.values, kind):
        draft.set(("https",), secured)
        draft.set(("dns",), "none")
    if settings.values.get(COUPLED, "").lower() == "true":
        draft.set(("database", "engine"), settings.values.get(Key(DATABASE, "DBEngine"), ""))
        draft.left.append(Left(settings.file, f"{DATABASE} DBPassword", PASSWORD))


class Fitting:
    """Settings on their way into a draft; each is placed once.

    What the bundle's `extensions` set stays with them, unless the environment has another value.
    """

    def __init__(self, draft: Draft, settings: Live, extensions: Sequence[Setting]) -> None:
        self.draft = draft
        self.settings = settings
        self.extensions = extensions
        self.placed: dict[Key, Path] = {Key(DATABASE, "DBPassword"): ()}

    def fit(self, environment: Environment) -> bool:
        """Add what differs to the draft; return whether anything was new."""
        keys = dict(declared(environment.balancer))
        added = False
        for name in self.differing(environment):
            if name not in self.placed and self.settings.values.get(name):
                added |= self._place(name, keys)
        return added

    def differing(self, environment: Environment) -> list[Key]:
        """Return the settings of what runs that the draft does not have."""
        ours = table(NAMELESS, environment)
        unknown = [key(*name) for name, entry in ours.items() if not isinstance(entry.value, str)]
        found = [name for name in unknown if self.settings.values.get(name)]
        for one in self._compared(ours).drifts:
            found.append(Key(one.namespace, one.option, one.resource))
        return found

    def finish(self, environment: Environment) -> None:
        """List the settings that still differ, and those that could not be compared."""
        ours = table(NAMELESS, environment)
        made = [str(key(*name)) for name, entry in ours.items() if not isinstance(entry.value, str)]
        found = self._compared(ours)
        refused = {one.place for one in self.draft.left}
        for one in found.drifts:
            name = Key(one.namespace, one.option, one.resource)
            if ".".join(map(str, self.placed.get(name, ()))) not in refused:
                self.lose(str(name), ALWAYS.format(one.expected) if not one.actual else "config cannot express it")
        settings = {str(name): name for name in self.settings.values}
        for unchecked in found.unchecked:
            if unchecked.subject in settings and settings[unchecked.subject] not in self.placed:
                self.lose(unchecked.subject, OWN if unchecked.subject in made else unchecked.reason)

    def _compared(self, ours: Table) -> Comparison:
        settings = list(self.extensions)
        for (namespace, option, resource), entry in ours.items():
            settings.append(Setting(namespace, option, entry.value if isinstance(entry.value, str) else None, resource))
        records = [
            {"Namespace": name.namespace, "OptionName": name.option, "ResourceName": name.resource, "Value": value}
            for name, value in self.settings.values.items()
        ]
        return drift(settings, records, self.settings.running)

    def _place(self, name: Key, keys: Mapping[Key, Declared]) -> bool:
        """Put a setting of what runs under its key; return whether the draft has it."""
        value = self.settings.values[name]
        fact = facts().find_option(name.namespace, name.option)
        written = f"{name.resource}.{name.namespace}" if name.resource else name.namespace
        path: Path = ("options", written, name.option)
        declared = key_of(name, keys)
        if name in SECTIONS and self._is_on(name):
            self.placed[name] = SECTIONS[name]
            self.draft.add_section(SECTIONS[name])
            return True
        if declared and self._would_turn_on(declared.path):
            declared = None
        if declared:
            path = declared.path
        elif Key(name.namespace, "") in keys:
            path = (*keys[Key(name.namespace, "")].path, name.option)
        self.placed[name] = path
        if name.option == "ServiceRole" and value.rpartition("/")[2] == SERVICE_ROLE:
            self.lose(str(name), OWN_ROLE)
            return False
        if name.namespace != SECRETS and ((fact and fact.sensitive) or resembles_secret(name.option, value)):
            self._ask(name, path)
            return False
        if declared and get_origin(declared.kind) is tuple:
            self.draft.set(path, items(fact, value))
        else:
            self.draft.set(path, _number(value) if declared and fact and fact.type == "number" else _typed(fact, value))
        return True

    def _is_on(self, name: Key) -> bool:
        return self.settings.values.get(name, "").lower() == "true"

    def _would_turn_on(self, path: Path) -> bool:
        """Return whether a key is in a section that would turn on what is off."""
        return any(path[:1] == section and not self._is_on(switch) for switch, section in SECTIONS.items())

    def _ask(self, name: Key, path: Path) -> None:
        remark = f"{name.option} is a secret. Store it in Secrets Manager, and write\n{name.option}: "
        remark += '"{{resolve:secretsmanager:NAME}}"'
        self.draft.fill_in(path, Left(self.settings.file, str(name), SECRET), remark)

    def lose(self, place: str, reason: str) -> None:
        """List a setting that did not get into the draft, once."""
        left = Left(self.settings.file, place, reason)
        if all(left[:2] != one[:2] for one in (*self.draft.left, *self.draft.to_fill_in)):
            self.draft.left.append(left)


def _number(value: str) -> Any:
    """Return a number that becomes the same text again; other text as it is."""
    for made in (int, float):
        with contextlib.suppress(ValueError):
            if text(made(value)) == value:
                return made(value)
    return value


def _typed(fact: Option | None, value: str) -> Any:
    """Return a value as config writes it, which becomes the same text again."""
    kind = fact.type if fact else "string"
    if kind == "integer" and re.fullmatch(r"0|[1-9][0-9]*", value):
        return int(value)
    if kind == "boolean" and value in ("true", "false"):
        return value == "true"
    by_lower_name = {known.lower(): known for known in (fact.values if fact else ())}
    return by_lower_name.get(value.lower(), value)
