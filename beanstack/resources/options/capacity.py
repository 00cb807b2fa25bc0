"""The number of instances, and how a change of their configuration replaces them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.config.option import written
from beanstack.eb.namespaces import ENVIRONMENT, GROUP, LOAD_BALANCED, ROLLING, SINGLE_INSTANCE

if TYPE_CHECKING:
    from beanstack.config import Environment
    from beanstack.config.option import Entry, Table
    from beanstack.eb.findings import Path

TYPE: Path = ("load_balancer", "type")


def scaling(environment: Environment, given: Table) -> Table:
    """Return how instances are replaced when their configuration changes, a platform's version included."""
    if not environment.load_balanced:
        return {
            **written(ENVIRONMENT, {"EnvironmentType": SINGLE_INSTANCE}, TYPE),
            **written(GROUP, {"MinSize": "1", "MaxSize": "1"}, TYPE),
            **written(ROLLING, {"RollingUpdateEnabled": "false"}, TYPE),
        }
    fewest, most = given[GROUP, "MinSize", ""], given[GROUP, "MaxSize", ""]
    least = _number(fewest, environment.scaling.min)
    kept = min(least, _number(most, environment.scaling.max) - 1)
    return {
        **written(ENVIRONMENT, {"EnvironmentType": LOAD_BALANCED}, TYPE),
        **written(ROLLING, {"RollingUpdateEnabled": "true", "RollingUpdateType": "Health"}, TYPE),
        # EB's own defaults, and what they would have to be where no instance needs to run: it refuses a batch of 0.
        **written(ROLLING, {"MaxBatchSize": str(max(1, -(-least // 3)))}, *fewest.keys),
        **written(ROLLING, {"MinInstancesInService": str(kept)}, *fewest.keys, *most.keys),
    }


def _number(entry: Entry, size: int) -> int:
    """Return the group's size as EB gets it; where CloudFormation has yet to resolve it, config's own."""
    return int(entry.value) if entry.value.isdecimal() else size
