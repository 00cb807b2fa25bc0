"""Option settings: whether they exist, and how the API describes them.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options.html
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from beanstack.localaws.context import Record, ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FACTS = Path(__file__).parent.parent / "eb" / "facts" / "options.json"

INSTANCE_PROFILE = ("aws:autoscaling:launchconfiguration", "IamInstanceProfile")
ENVIRONMENT_TYPE = ("aws:elasticbeanstalk:environment", "EnvironmentType")

Key = tuple[str, str, str]
"""Namespace, option name and resource name, which is empty for most options."""

Settings = dict[Key, str]


class OptionCatalogue:
    """The namespaces and options that exist, and those whose value is a secret."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self._named = {n["namespace"].lower(): n for n in facts["namespaces"] if not n.get("match")}
        self._patterns = [(re.compile(n["match"]), n) for n in facts["namespaces"] if n.get("match")]
        self._unchecked = [re.compile(n["match"]) for n in facts["out_of_scope_namespaces"]]
        self.sensitive = {
            (n["namespace"], option["name"])
            for n in facts["namespaces"]
            for option in n["options"]
            if option.get("sensitive")
        }

    @classmethod
    def from_file(cls, path: Path = FACTS) -> OptionCatalogue:
        return cls(json.loads(path.read_text(encoding="utf-8")))

    def exists(self, namespace: str, option: str) -> bool:
        """Whether the service knows the option. Case is ignored: AWS's own examples vary in it."""
        if any(pattern.match(namespace) for pattern in self._unchecked):
            return True
        entry = self._named.get(namespace.lower()) or next(
            (entry for pattern, entry in self._patterns if pattern.match(namespace)), None
        )
        if entry is None:
            return False
        if any(known["name"].lower() == option.lower() for known in entry["options"]):
            return True
        return bool(entry["free_form"]) and re.search(entry["free_form_name"]["pattern"], option) is not None

    def check(self, settings: Iterable[Key]) -> None:
        """Refuses the first setting that the service does not know."""
        for namespace, option, _ in settings:
            if not self.exists(namespace, option):
                raise ServiceError(
                    "ConfigurationValidationException",
                    "Configuration validation exception: Invalid option specification "
                    f"(Namespace: '{namespace}', OptionName: '{option}'): Unknown configuration setting.",
                )

    def described(self, settings: Settings) -> list[Record]:
        """ConfigurationOptionSettings of the API, in a stable order, without secrets."""
        return [
            {
                "Namespace": namespace,
                "OptionName": option,
                **({"ResourceName": resource} if resource else {}),
                "Value": "********" if (namespace, option) in self.sensitive else value,
            }
            for (namespace, option, resource), value in sorted(settings.items())
        ]


def settings(records: Iterable[Record] | None) -> Settings:
    """Return the option settings of a request or a template. Of two settings of one option, the last one counts."""
    return {
        (r["Namespace"], r["OptionName"], r.get("ResourceName") or ""): _text(r.get("Value")) for r in records or ()
    }


def value(table: Settings, option: tuple[str, str]) -> str:
    """Return the value of an option without a resource name, or an empty string if it is not set."""
    return table.get((*option, ""), "")


def _text(raw: Any) -> str:
    # A CloudFormation template may hold numbers and booleans where the API takes strings.
    if raw is None:
        return ""
    return str(raw).lower() if isinstance(raw, bool) else str(raw)
