"""A database of the environment's engine, in the place of the one that RDS would run."""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from beanstack.eb.databases import release
from beanstack.run.errors import RunError

if TYPE_CHECKING:
    from collections.abc import Mapping

SERVICE = "beanstack-database"
NAME = "ebdb"  # a coupled database's, always
PASSWORD_LENGTH = 16


@dataclass(frozen=True)
class Kind:
    """An engine: its image, port, data folder, and what its image calls database, user and password."""

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
        3306,
        "/var/lib/mysql",
        "MYSQL_DATABASE",
        "MYSQL_USER",
        "MYSQL_PASSWORD",
        {"MYSQL_RANDOM_ROOT_PASSWORD": "yes"},
    ),
    "postgres": Kind(
        f"docker.io/library/postgres:{release('postgres')}",
        5432,
        "/var/lib/postgresql/data",
        "POSTGRES_DB",
        "POSTGRES_USER",
        "POSTGRES_PASSWORD",
    ),
}


@dataclass(frozen=True)
class Database:
    """One database with its credentials. No file of Beanstack's has the password."""

    kind: Kind
    user: str
    password: str = field(repr=False)

    @property
    def variables(self) -> dict[str, str]:
        """What EB tells the containers of it."""
        return {
            "RDS_HOSTNAME": SERVICE,
            "RDS_PORT": str(self.kind.port),
            "RDS_DB_NAME": NAME,
            "RDS_USERNAME": self.user,
            "RDS_PASSWORD": self.password,
        }

    @property
    def own_variables(self) -> dict[str, str]:
        """What its image makes it from."""
        kind = self.kind
        return {kind.database: NAME, kind.user: self.user, kind.password: self.password, **kind.more}

    @property
    def answers(self) -> list[str]:
        """A command in its container that succeeds once it takes connections; while it is being made it has no port."""
        return ["bash", "-c", f": </dev/tcp/127.0.0.1/{self.kind.port}"]


def database(engine: str, user: str, password: str | None = None) -> Database:
    """A database of that engine; its password is made up unless it has one already."""
    if engine not in KINDS:
        raise RunError(f"a database of the engine {engine!r} cannot run here, only {' or '.join(KINDS)}")
    letters = string.ascii_letters + string.digits
    return Database(KINDS[engine], user, password or "".join(secrets.choice(letters) for _ in range(PASSWORD_LENGTH)))
