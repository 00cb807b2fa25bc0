"""Option settings: whether they exist, and how the API describes them.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from beanstack.eb.namespaces import LAUNCH
from beanstack.eb.options.catalogue import facts
from beanstack.eb.options.keys import Key, key
from beanstack.localaws.api import Record, ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterable

INSTANCE_PROFILE = (LAUNCH, "IamInstanceProfile")

Settings = dict[Key, str]


def exists(namespace: str, option: str) -> bool:
    """Return whether the service knows the option. Case is ignored: AWS's own examples vary in it."""
    if facts().unchecked(namespace):
        return True
    match = facts().find(namespace)
    if match is None:
        return False
    free = match.namespace.free_name
    return option.lower() in match.namespace.options or bool(free and re.search(free["pattern"], option))


def check(settings: Iterable[Key]) -> None:
    """Refuse the first setting that the service does not know."""
    for namespace, option, _ in settings:
        if not exists(namespace, option):
            raise ServiceError(
                "ConfigurationValidationException",
                "Configuration validation exception: Invalid option specification "
                f"(Namespace: '{namespace}', OptionName: '{option}'): Unknown configuration setting.",
            )


def described(settings: Settings) -> list[Record]:
    """Return a saved configuration as ConfigurationOptionSettings, in a stable order, without secrets."""
    return [
        {
            "Namespace": namespace,
            "OptionName": option,
            **({"ResourceName": resource} if resource else {}),
            "Value": "********" if _is_sensitive(namespace, option) else value,
        }
        for (namespace, option, resource), value in sorted(settings.items())
    ]


def _is_sensitive(namespace: str, option: str) -> bool:
    known = facts().find_option(namespace, option)
    return bool(known and known.sensitive)


def settings(records: Iterable[Record] | None) -> Settings:
    """Return the option settings of a request or a template. Of two settings of one option, the last one counts."""
    return {
        key(r["Namespace"], r["OptionName"], r.get("ResourceName") or ""): _text(r.get("Value")) for r in records or ()
    }


def value(table: Settings, option: tuple[str, str]) -> str:
    """Return the value of an option without a resource name, or an empty string if it is not set."""
    return table.get(Key(*option), "")


def _text(raw: Any) -> str:
    # A CloudFormation template may hold numbers and booleans where the API takes strings.
    if raw is None:
        return ""
    return str(raw).lower() if isinstance(raw, bool) else str(raw)
