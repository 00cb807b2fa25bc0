"""What an environment's option settings say of how it runs: properties, health check, database."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    Options = Mapping[tuple[str, str], str]

PROPERTIES = "aws:elasticbeanstalk:application:environment"
PROCESS = "aws:elasticbeanstalk:environment:process:default"
APPLICATION = "aws:elasticbeanstalk:application"
ENVIRONMENT = "aws:elasticbeanstalk:environment"
DATABASE = "aws:rds:dbinstance"


@dataclass(frozen=True)
class HealthCheck:
    """Where an instance must answer: its port and, but for a network load balancer, a path and the codes that count."""

    port: int
    path: str | None
    codes: str = "200"

    def accepts(self, code: int) -> bool:
        """Whether a response with this status counts as healthy; `codes` are such as '200,301' or '200-299'."""
        ranges = (part.partition("-") for part in self.codes.split(","))
        return any(int(first) <= code <= int(last or first) for first, _, last in ranges)


@dataclass(frozen=True)
class Environment:
    """An environment as EB would be asked to run it."""

    application: str
    name: str
    options: Options

    @property
    def properties(self) -> dict[str, str]:
        """The environment properties, which every container gets as variables."""
        return {name: value for (namespace, name), value in self.options.items() if namespace == PROPERTIES}

    @property
    def database_engine(self) -> str | None:
        """The engine of the coupled database, None where there is none."""
        coupled = self.options.get((DATABASE, "HasCoupledDatabase"), "false").lower() == "true"
        return self.options.get((DATABASE, "DBEngine"), "mysql") if coupled else None

    @property
    def database_user(self) -> str:
        return self.options.get((DATABASE, "DBUser"), "ebroot")

    @property
    def database_password(self) -> str | None:
        """The database's password, None where nobody but CloudFormation knows it."""
        return self.options.get((DATABASE, "DBPassword"))

    @property
    def is_single(self) -> bool:
        """Whether it is one instance without a load balancer, which nobody asks for a path."""
        return self.options.get((ENVIRONMENT, "EnvironmentType")) == "SingleInstance"

    @property
    def health_check(self) -> HealthCheck:
        """The load balancer's health check; EB's defaults where the options name none."""
        kind = self.options.get((ENVIRONMENT, "LoadBalancerType"), "classic")
        classic = re.fullmatch(
            r"(?:[A-Z]+:(\d+))?(/.*)?", self.options.get((APPLICATION, "Application Healthcheck URL"), "")
        )
        if classic and classic[0]:  # such as HTTP:80/todos
            return HealthCheck(int(classic[1] or 80), classic[2])
        return HealthCheck(
            int(self.options.get((PROCESS, "Port"), "80")),
            None if kind == "network" or self.is_single else self.options.get((PROCESS, "HealthCheckPath"), "/"),
            self.options.get((PROCESS, "MatcherHTTPCode")) or "200",
        )


def options(settings: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], str]:
    """A template's OptionSettings; what only CloudFormation could tell, such as a password, is left out."""
    return {
        (setting["Namespace"], setting["OptionName"]): setting["Value"]
        for setting in settings
        if isinstance(setting.get("Value"), str)
    }
