"""The options of a coupled database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.config.option import written
from beanstack.eb.databases import DEFAULT_VERSIONS
from beanstack.eb.namespaces import DATABASE
from beanstack.resources import database

if TYPE_CHECKING:
    from beanstack.config import Environment
    from beanstack.config.option import Table


def coupled_database(environment: Environment) -> Table:
    """Return the options of a database. Without HasCoupledDatabase EB makes none, and does not say so.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.managing.db.html
    """
    settings = environment.database
    if not settings:
        return written(DATABASE, {"HasCoupledDatabase": "false"}, ("database",))
    version = DEFAULT_VERSIONS[settings.engine]
    return {
        **written(DATABASE, {"DBPassword": database.password(), "HasCoupledDatabase": "true"}, ("database",)),
        **written(DATABASE, {"DBEngineVersion": version}, ("database", "version"), ("database", "engine")),
    }
