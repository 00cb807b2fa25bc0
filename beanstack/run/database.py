"""A container with a database of the environment's engine, in place of the database that RDS runs."""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from beanstack.eb.databases import NAME, PORTS, release
from beanstack.run.errors import RunError

if TYPE_CHECKING:
    from collections.abc import Mapping

SERVICE = "beanstack-database"
PASSWORD_LENGTH = 16


@dataclass(frozen=True)
class Kind:
    """A database engine: its image, port and data folder, and the variables in which the image takes its settings."""

    image: str
    port: int
    data: str
    database: str
    user: str
    password: str
    more: Mapping[str, str] = field(default_factory=dict)


KINDS: Mapping[str, Kind] = {
    "mysql": Kind(
        f"docker.io/library/mysql:{release('mysql')}",
        PORTS["mysql"],
        "/var/lib/mysql",
        "MYSQL_DATABASE",
        "MYSQL_USER",
        "MYSQL_PASSWORD",
        {"MYSQL_RANDOM_ROOT_PASSWORD": "yes"},
    ),
    "postgres": Kind(
        f"docker.io/library/postgres:{release('postgres')}",
        PORTS["postgres"],
        "/var/lib/postgresql/data",
        "POSTGRES_DB",
        "POSTGRES_USER",
        "POSTGRES_PASSWORD",
    ),
}


@dataclass(frozen=True)
class Database:
    """A database with its credentials. Beanstack writes the password to no file."""

    kind: Kind
    user: str
    password: str = field(repr=False)

    @property
    def variables(self) -> dict[str, str]:
        """The variables with which EB describes the database to the containers."""
        return {
            "RDS_HOSTNAME": SERVICE,
            "RDS_PORT": str(self.kind.port),
            "RDS_DB_NAME": NAME,
            "RDS_USERNAME": self.user,
            "RDS_PASSWORD": self.password,
        }

    @property
    def own_variables(self) -> dict[str, str]:
        """The variables from which the image creates the database."""
        kind = self.kind
        return {kind.database: NAME, kind.user: self.user, kind.password: self.password, **kind.more}

    @property
    def probe_command(self) -> list[str]:
        """A command in the container that succeeds once the database accepts connections."""
        return ["bash", "-c", f": </dev/tcp/127.0.0.1/{self.kind.port}"]


def database(engine: str, user: str, password: str | None = None) -> Database:
    """Return a database of an engine, with a random password unless one is given."""
    if engine not in KINDS:
        raise RunError(f"only a {' or '.join(KINDS)} database can run here, not {engine!r}")
    if password is None:
        letters = string.ascii_letters + string.digits
        password = "".join(secrets.choice(letters) for _ in range(PASSWORD_LENGTH))
    return Database(KINDS[engine], user, password)
