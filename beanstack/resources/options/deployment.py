"""Updates of the platform by EB itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.config.option import written
from beanstack.eb.namespaces import ENVIRONMENT, MANAGED_ACTIONS

if TYPE_CHECKING:
    from beanstack.config import Environment
    from beanstack.config.option import Table

SERVICE_ROLE = (ENVIRONMENT, "ServiceRole", "")


def managed_updates(environment: Environment, made: Table) -> Table:
    """Return what turns managed updates on, under the environment's own service role; off is a constant.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environment-platform-update-managed.html
    """
    if not environment.managed_updates:
        return {}
    role = made[SERVICE_ROLE]
    options = {"ManagedActionsEnabled": "true", "ServiceRoleForManagedUpdates": role.value}
    return written(MANAGED_ACTIONS, options, ("managed_updates",), *role.keys)
