"""An environment for the overview: its settings, and the options that EB gets."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from beanstack.eb.namespaces import (
    ANY_RULE,
    CLASSIC_LISTENER,
    DATABASE,
    GROUP,
    LAUNCH,
    PROCESS,
    SECRETS,
    VPC,
)
from beanstack.host import Host
from beanstack.resources.options import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.config import Application, Environment

LISTENERS = "aws:elbv2:listener:"
PROCESSES = PROCESS.removesuffix("default")
RULES = ANY_RULE.partition("{")[0]
HTTP_PORT = 80
BALANCERS = {
    "application": "Application Load Balancer",
    "network": "Network Load Balancer",
    "classic": "Classic Load Balancer",
}


class Listener(NamedTuple):
    """A port on which the load balancer listens, and the instances' port to which it forwards."""

    protocol: str
    port: int
    target: int

    def __str__(self) -> str:
        return f"{self.protocol} {self.port}"


class Secret(NamedTuple):
    """A secret or parameter: the container that gets it, empty for all of them, as which variable, and its ARN."""

    container: str
    variable: str
    arn: str


class View:
    """An environment of an application."""

    def __init__(self, application: Application, environment: Environment) -> None:
        self.application = application
        self.environment = environment
        self.name = environment.name
        self.host = Host(application, environment)

    @cached_property
    def options(self) -> dict[tuple[str, str], str]:
        """The options whose values are known before the deployment, by namespace and name."""
        found = table(self.application, self.environment)
        return {
            (namespace, name): entry.value
            for (namespace, name, _), entry in found.items()
            if isinstance(entry.value, str)
        }

    def option(self, namespace: str, name: str, default: str = "") -> str:
        """Return an option's value, the default where it is not set or empty."""
        return self.options.get((namespace, name)) or default

    @property
    def instances(self) -> str:
        """How many instances run, and of which types."""
        fewest, most = self.option(GROUP, "MinSize"), self.option(GROUP, "MaxSize")
        count = fewest if fewest == most else f"{fewest} to {most}"
        noun = "instance" if count == "1" else "instances"
        return f"{count} {noun}, {' or '.join(self.environment.instance_types)}"

    @property
    def balancer(self) -> str:
        """The load balancer in words, empty without one."""
        name = BALANCERS.get(self.environment.balancer, "")
        return f"Shared {name}" if name and self.environment.shares_balancer else name

    @property
    def is_internal(self) -> bool:
        """Whether the load balancer has only addresses of the VPC."""
        return self.option(VPC, "ELBScheme").lower() == "internal"

    @property
    def listeners(self) -> list[Listener]:
        """The load balancer's enabled listeners, by port."""
        start = CLASSIC_LISTENER if self.environment.balancer == "classic" else LISTENERS
        names = {namespace for namespace, _ in self.options if namespace.startswith(start)}
        found = [self._listener(name) for name in names if self.option(name, "ListenerEnabled", "true") != "false"]
        return sorted(found, key=lambda listener: listener.port)

    def _listener(self, namespace: str) -> Listener:
        last = namespace.rpartition(":")[2]
        port = int(last) if last.isdecimal() else HTTP_PORT
        if self.environment.balancer == "classic":
            target = self.option(namespace, "InstancePort", str(HTTP_PORT))
            return Listener(self.option(namespace, "ListenerProtocol", "HTTP"), port, int(target))
        usual = "TCP" if self.environment.balancer == "network" else "HTTP"
        if self.environment.shares_balancer:
            usual = "Port"  # its own listeners have a protocol that the environment does not know
        target = self._port(self.option(namespace, "DefaultProcess", "default"))
        return Listener(self.option(namespace, "Protocol", usual), port, target)

    def _port(self, process: str) -> int:
        return int(self.option(f"{PROCESSES}{process}", "Port", str(HTTP_PORT)))

    @property
    def routes(self) -> dict[int, list[str]]:
        """The instances' ports that rules of the listeners lead to, each with what these rules ask of requests."""
        found: dict[int, list[str]] = {}
        names: set[str] = set()
        for (namespace, name), value in self.options.items():
            if namespace.startswith(LISTENERS) and name == "Rules":
                names.update(value.split(","))
        for name in sorted(names & {namespace.removeprefix(RULES) for namespace, _ in self.options}):
            rule = RULES + name
            asked = [self.option(rule, "HostHeaders"), self.option(rule, "PathPatterns")]
            words = " ".join(one.replace(",", " or ") for one in asked if one)
            found.setdefault(self._port(self.option(rule, "Process", "default")), []).append(words)
        return found

    @property
    def targets(self) -> list[int]:
        """The instances' ports that requests reach. A shared load balancer has listeners of its own."""
        found = {listener.target for listener in self.listeners} | self.routes.keys()
        return sorted(found) or [int(self.option(PROCESS, "Port", str(HTTP_PORT)))]

    @property
    def key_pair(self) -> str:
        """The key pair for SSH, empty without one."""
        return self.option(LAUNCH, "EC2KeyName")

    @property
    def engine(self) -> str:
        """The coupled database's engine, empty without a database."""
        return self.option(DATABASE, "DBEngine") if self.environment.database else ""

    def secrets(self) -> Iterator[Secret]:
        """Yield what ECS reads from Secrets Manager and Parameter Store for the containers."""
        for name, arn in sorted(self.environment.options.get(SECRETS, {}).items()):
            yield Secret("", name, arn)
        for name, container in self.environment.containers.items():
            for variable, arn in container.secrets.items():
                yield Secret(name, variable, arn)
            for option in container.log_configuration.secret_options if container.log_configuration else ():
                yield Secret(name, option.name, option.value_from)
            if container.repository_credentials:
                yield Secret(name, "registry credentials", container.repository_credentials)
