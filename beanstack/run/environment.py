"""The option settings that decide how an environment runs: properties, health check, database."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from beanstack.eb.namespaces import APPLICATION, DATABASE, ENVIRONMENT, PROCESS, PROPERTIES, SINGLE_INSTANCE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    Options = Mapping[tuple[str, str], str]


@dataclass(frozen=True)
class HealthCheck:
    """A health check: a port and, except for a network load balancer, a path and the codes that are healthy."""

    port: int
    path: str | None
    codes: str = "200"

    def accepts(self, code: int) -> bool:
        """Return whether a response with this status is healthy. `codes` is a list such as '200,301' or '200-299'."""
        for part in self.codes.split(","):
            first, _, last = part.partition("-")
            if int(first) <= code <= int(last or first):
                return True
        return False


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
    def is_single(self) -> bool:
        """Whether it is a single instance, which has no load balancer that would check a path."""
        return self.options.get((ENVIRONMENT, "EnvironmentType")) == SINGLE_INSTANCE

    @property
    def health_check(self) -> HealthCheck:
        """The load balancer's health check, with EB's defaults for what the options do not set."""
        kind = self.options.get((ENVIRONMENT, "LoadBalancerType"), "classic")
        classic = re.fullmatch(
            r"(?:[A-Z]+:(\d+))?(/.*)?", self.options.get((APPLICATION, "Application Healthcheck URL"), "")
        )
        if classic and classic[0]:  # such as HTTP:80/todos
            return HealthCheck(int(classic[1] or 80), classic[2])
        port = int(self.options.get((PROCESS, "Port"), "80"))
        if kind == "network" or self.is_single:
            path = None
        else:
            path = self.options.get((PROCESS, "HealthCheckPath"), "/")
        return HealthCheck(port, path, self.options.get((PROCESS, "MatcherHTTPCode")) or "200")


def options(settings: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], str]:
    """Return a template's OptionSettings, without values that only CloudFormation knows, such as a password."""
    return {
        (setting["Namespace"], setting["OptionName"]): setting["Value"]
        for setting in settings
        if isinstance(setting.get("Value"), str)
    }
