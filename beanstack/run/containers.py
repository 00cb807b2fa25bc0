"""The containers of one environment on this machine: their names, their logs, and the database among them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from beanstack.run.database import SERVICE, Database, database
from beanstack.run.errors import RunError

if TYPE_CHECKING:
    from pathlib import Path

    from beanstack.run.engine import Engine
    from beanstack.run.environment import Environment

INSTANCE = "beanstack-instance"
KEPT_LINES = 10_000  # kept of each container's log when a deployment fails


@dataclass(frozen=True)
class Containers:
    """The containers of an environment, whose names begin with that of its Compose project."""

    engine: Engine
    project: str

    def name(self, service: str) -> str:
        """Return the name of a service's container."""
        return f"{self.project}-{service}"

    def running(self) -> list[str]:
        """Return the services whose containers run."""
        listed = self.engine.check_call("ps", "--format", "{{.Names}}").splitlines()
        return sorted(name.removeprefix(self.name("")) for name in listed if name.startswith(self.name("")))

    def of_application(self) -> list[str]:
        """Return the names of the application's containers, whichever bundle they came from."""
        listed = self.engine.check_call("ps", "--all", "--format", "{{.Names}}").splitlines()
        others = (self.name(SERVICE), self.name(INSTANCE))
        return [name for name in listed if name.startswith(self.name("")) and name not in others]

    def keep_logs(self, folder: Path) -> None:
        """Write the log of each container of the application into a file."""
        folder.mkdir(exist_ok=True)
        for name in self.of_application():
            lines = self.engine.logs(name, lines=KEPT_LINES)
            (folder / name.removeprefix(self.name(""))).write_text("\n".join(lines) + "\n", "utf-8")

    def database(self, environment: Environment) -> Database | None:
        """Return the coupled database, with the password that it has if it exists already."""
        engine = environment.database_engine
        if not engine:
            return None
        new = database(engine, environment.database_user, environment.database_password)
        inspected = self.engine.call("container", "inspect", self.name(SERVICE))
        if inspected.returncode != 0:
            return new
        variables = dict(pair.partition("=")[::2] for pair in json.loads(inspected.stdout)[0]["Config"]["Env"])
        if new.kind.password not in variables:
            raise RunError(f"the database that is running is not {engine!r}; delete it first with `make run-stop`")
        return database(engine, variables[new.kind.user], variables[new.kind.password])
