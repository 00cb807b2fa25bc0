"""Decoupling a database in two steps, and a snapshot before, through the Makefile."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.guard.edits import DATABASE, DEPLOYED
from tests.recipes.test_protection import HERE, configure, deploy

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.recipes.conftest import Checkout

RETAINED = DEPLOYED.replace("deletion_policy: Snapshot", "deletion_policy: Retain")
WITHOUT = DEPLOYED.replace(DATABASE, "")


def in_rds(checkout: Checkout) -> dict[str, list[Any]]:
    """Return the databases and the snapshots of the local AWS."""
    rds = checkout.client("rds")
    return {
        "databases": [one["DBInstanceIdentifier"] for one in rds.describe_db_instances()["DBInstances"]],
        "snapshots": [one["DBSnapshotIdentifier"] for one in rds.describe_db_snapshots()["DBSnapshots"]],
    }


def test_a_database_is_decoupled_in_two_steps_and_stays(new_checkout: Callable[[], Checkout]) -> None:
    checkout = new_checkout()
    deploy(checkout, DEPLOYED)
    there = in_rds(checkout)
    assert (len(there["databases"]), there["snapshots"]) == (1, [])

    taken = checkout.make("snapshot", *HERE)
    assert taken.returncode == 0, taken.stderr
    [snapshot] = in_rds(checkout)["snapshots"]
    assert re.fullmatch(r"shop-dev-20\d{6}-\d{6}", snapshot)
    assert f"The snapshot {snapshot} is available, and stays until you delete it" in taken.stdout

    configure(checkout, WITHOUT)
    refused = checkout.make("stack", *HERE)
    assert refused.returncode == 2
    assert "\ndata-loss:database: the database would be deleted; RDS keeps a last snapshot" in "\n" + refused.stderr
    assert "deploy `database: {deletion_policy: Retain}` first, and remove `database` in a second" in refused.stderr
    assert in_rds(checkout)["databases"] == there["databases"]

    deploy(checkout, RETAINED)
    configure(checkout, WITHOUT)
    refused = checkout.make("stack", *HERE)
    assert refused.returncode == 2
    assert "\ndata-loss:database: the database would be decoupled: it stays" in "\n" + refused.stderr
    assert "This is the second step of decoupling it" in refused.stderr
    deploy(checkout, WITHOUT, "ALLOW=data-loss:database")
    assert in_rds(checkout) == {"databases": there["databases"], "snapshots": [snapshot]}

    none = checkout.make("snapshot", *HERE)
    assert none.returncode == 2
    assert "shop-dev has no coupled database" in none.stderr
    destroyed = checkout.make("destroy", *HERE, "CONFIRM=shop-dev")
    assert destroyed.returncode == 0, destroyed.stderr
    assert in_rds(checkout)["databases"] == there["databases"]
