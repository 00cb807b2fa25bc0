"""Coupled databases: the RDS instances that EB makes in its own stack, as an environment's options ask for them.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.managing.db.html
"""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Any, Final

from beanstack.eb.databases import NAME
from beanstack.eb.namespaces import DATABASE
from beanstack.localaws import optionsettings
from beanstack.localaws.api import OperationError, random_name

if TYPE_CHECKING:
    from beanstack.localaws.environment import Environment
    from beanstack.localaws.modules import Modules

# EB's options and their defaults, by the parameters of RDS.
PARAMETERS: Final = {
    "Engine": ("DBEngine", "mysql"),
    "EngineVersion": ("DBEngineVersion", ""),
    "DBInstanceClass": ("DBInstanceClass", "db.t2.micro"),
    "AllocatedStorage": ("DBAllocatedStorage", "5"),
    "MasterUsername": ("DBUser", "ebroot"),
    "MasterUserPassword": ("DBPassword", ""),
}


class Databases:
    """The databases of an account and region, kept by ministack's RDS without a server behind them."""

    def __init__(self, modules: Modules) -> None:
        self._rds = modules.rds

    def couple(self, environment: Environment) -> None:
        """Make the database of an environment that asks for one and has none."""
        if environment.database or not is_coupled(environment):
            return
        suffix = random_name(12, string.ascii_lowercase + string.digits)
        identifier = f"awseb-{environment.id}-stack-awsebrdsdatabase-{suffix}"
        given = {name: setting(environment, *option) for name, option in PARAMETERS.items()}
        self._call("_create_db_instance", DBInstanceIdentifier=identifier, DBName=NAME, **given)
        environment.database = identifier

    def decouple(self, before: Environment, environment: Environment) -> None:
        """End an environment's database if it no longer asks for one, by the deletion policy of `before`."""
        if before.database and not is_coupled(environment):
            self.end(before)
            environment.database = ""

    def end(self, environment: Environment) -> None:
        """Delete an environment's database, with or without a last snapshot, or leave it to itself."""
        policy = setting(environment, "DBDeletionPolicy", "Delete")
        if not environment.database or policy == "Retain":
            return
        last = {"SkipFinalSnapshot": "true"}
        if policy == "Snapshot":
            last = {"FinalDBSnapshotIdentifier": f"{environment.database}-final"}
        self._call("_delete_db_instance", DBInstanceIdentifier=environment.database, **last)

    def _call(self, action: str, **parameters: Any) -> None:
        given = {name: value for name, value in parameters.items() if value}
        status, _, body = getattr(self._rds, action)(given)
        if status != 200:
            raise OperationError(f"RDS: {body!r}")


def is_coupled(environment: Environment) -> bool:
    """Return whether an environment's options ask for a database."""
    return setting(environment, "HasCoupledDatabase", "false") == "true"


def setting(environment: Environment, option: str, default: str) -> str:
    """Return an option of the database, or EB's default."""
    return optionsettings.value(environment.settings, (DATABASE, option)) or default
