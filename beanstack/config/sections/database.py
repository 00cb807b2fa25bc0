"""The database that is coupled to an environment."""

from __future__ import annotations

from collections.abc import Mapping  # pydantic reads the annotations when it builds the model
from typing import Annotated, Literal

from pydantic import Field

from beanstack.config.model import Boolean, Integer, Model, Shape, ShellName
from beanstack.config.option import option
from beanstack.eb.databases import DEFAULT_VERSIONS
from beanstack.eb.namespaces import DATABASE
from beanstack.eb.options.rds import USER, USER_FORM

DatabaseVersion = Annotated[str, Shape(r"^[0-9]+(\.[0-9]+)*(-rds\.[0-9]{8})?$", "a version such as '8.4'")]
DatabaseClass = Annotated[str, Shape(r"^db\.[a-z0-9-]+\.[a-z0-9]+$", "an RDS instance class such as db.t3.micro")]
DatabaseUser = Annotated[str, Shape(f"^{USER.pattern}$", USER_FORM)]


def _versions() -> str:
    return ", ".join(f"`{version}` of {engine}" for engine, version in DEFAULT_VERSIONS.items())


class Database(Model):
    """A database coupled to the environment; its name is always `ebdb`."""

    engine: Literal["mysql", "postgres"] = option(
        DATABASE, "DBEngine", default=..., description="RDS engine. Cannot change later."
    )
    version: DatabaseVersion | None = option(
        DATABASE,
        "DBEngineVersion",
        default=None,
        description=f"Cannot change later, so better named; by default {_versions()}.",
    )
    instance_class: DatabaseClass = option(
        DATABASE,
        "DBInstanceClass",
        default="db.t3.micro",  # EB's, db.t2.micro, is of a retired generation
        description="RDS instance class.",
    )
    storage: Integer = option(DATABASE, "DBAllocatedStorage", default=20, ge=20, description="GiB. Can only grow.")
    user: DatabaseUser = option(DATABASE, "DBUser", description="Master user. Cannot change later.")
    deletion_policy: str = option(
        DATABASE,
        "DBDeletionPolicy",
        default="Snapshot",  # EB's is Delete
        description="What happens to the database when the environment ends.",
    )
    multi_az: Boolean = option(DATABASE, "MultiAZDatabase", description="A standby in another zone.")
    variables: Mapping[
        ShellName, Literal["RDS_HOSTNAME", "RDS_PORT", "RDS_DB_NAME", "RDS_USERNAME", "RDS_PASSWORD"]
    ] = Field({}, description="Variables of bootstrapped containers, each from one of EB's.")
