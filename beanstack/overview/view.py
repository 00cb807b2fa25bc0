"""An environment for the overview: its settings, and the options that EB gets."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from beanstack.eb.namespaces import DATABASE, GROUP, LAUNCH, SECRETS, VPC
from beanstack.host import Host
from beanstack.resources import listeners
from beanstack.resources.options import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.config import Application, Environment
    from beanstack.resources.listeners import Listener

BALANCERS = {
    "application": "Application Load Balancer",
    "network": "Network Load Balancer",
    "classic": "Classic Load Balancer",
}


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
        return listeners.known(table(self.application, self.environment))

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
    def listeners(self) -> list[listeners.Listener]:
        """The load balancer's enabled listeners, by port."""
        return listeners.listeners(self.options, self.environment.balancer)

    def redirects(self, listener: Listener) -> bool:
        """Return whether a listener redirects clients to HTTPS and forwards nothing to the instances."""
        https = self.environment.https
        return bool(https and https.redirects and listener.port == listeners.HTTP_PORT)

    @property
    def routes(self) -> dict[int, list[str]]:
        """The instances' ports that rules of the listeners lead to, each with what these rules ask of requests."""
        return listeners.routes(self.options)

    @property
    def targets(self) -> list[int]:
        """The instances' ports that requests reach. A shared load balancer has listeners of its own."""
        return listeners.instance_ports(self.options, self.environment.balancer)

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
