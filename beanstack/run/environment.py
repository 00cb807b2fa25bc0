"""The option settings that decide how an environment runs: properties, health check, database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from beanstack.eb.namespaces import DATABASE, PROPERTIES
from beanstack.run.healthcheck import health_check

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from beanstack.run.healthcheck import HealthCheck, Options


@dataclass(frozen=True)
class Environment:
    """An environment with the options that EB would get."""

    application: str
    name: str
    options: Options

    @property
    def properties(self) -> dict[str, str]:
        """The environment properties, which every container receives as variables."""
        return {name: value for (namespace, name), value in self.options.items() if namespace == PROPERTIES}

    @property
    def database_engine(self) -> str | None:
        """The engine of the coupled database, or None if there is no database."""
        if self.options.get((DATABASE, "HasCoupledDatabase"), "false").lower() != "true":
            return None
        return self.options.get((DATABASE, "DBEngine"), "mysql")

    @property
    def database_user(self) -> str:
        return self.options.get((DATABASE, "DBUser"), "ebroot")

    @property
    def database_password(self) -> str | None:
        """The database's password, or None if only CloudFormation knows it."""
        return self.options.get((DATABASE, "DBPassword"))

    @property
    def health_check(self) -> HealthCheck:
        """The health check of the load balancer's first target."""
        return health_check(self.options)


def unresolved(settings: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the names of the properties whose values only CloudFormation knows."""
    return [
        setting["OptionName"]
        for setting in settings
        if setting["Namespace"] == PROPERTIES and not isinstance(setting.get("Value"), str)
    ]


def options(settings: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], str]:
    """Return a template's OptionSettings, without values that only CloudFormation knows, such as a password."""
    return {
        (setting["Namespace"], setting["OptionName"]): setting["Value"]
        for setting in settings
        if isinstance(setting.get("Value"), str)
    }
