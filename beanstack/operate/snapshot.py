"""Snapshots of a coupled database, before something dangerous is done to it."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from beanstack.operate.errors import DeploymentError
from beanstack.operate.health import environment

if TYPE_CHECKING:
    from collections.abc import Callable

    from beanstack.operate.session import Clients

DATABASE = "AWS::RDS::DBInstance"


def snapshot(clients: Clients, report: Callable[[str], None]) -> str:
    """Take a snapshot of the environment's database, wait until it is available, and return its name.

    Raises DeploymentError if there is no database, or if RDS reports that the snapshot failed.
    """
    database = coupled_database(clients)
    name = snapshot_name(clients.deployment.stack, datetime.now(UTC))
    rds = clients.client("rds")
    rds.create_db_snapshot(DBSnapshotIdentifier=name, DBInstanceIdentifier=database)
    report(f"RDS takes the snapshot {name} of {database}; this may take long, and continues if you stop waiting")
    last = ""
    while True:
        found = rds.describe_db_snapshots(DBSnapshotIdentifier=name)["DBSnapshots"][0]
        status = found["Status"]
        if status == "available":
            return name
        if status not in ("creating", "pending"):
            raise DeploymentError(f"the snapshot {name} is {status}; `aws rds describe-events` shows why")
        progress = f"{name}: {status}, {found.get('PercentProgress', 0)}%"
        if progress != last:
            report(progress)
        last = progress
        time.sleep(clients.interval)


def coupled_database(clients: Clients) -> str:
    """Return the identifier of the environment's database. Raises DeploymentError without one.

    DescribeEnvironmentResources does not list it; the stack that EB makes for the environment does, where the guide
    calls it AWSEBRDSDatabase.
    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/customize-containers-format-resources-eb.html
    https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_EnvironmentResourceDescription.html
    """
    name = clients.deployment.eb_environment
    described = environment(clients)
    if described is None:
        raise DeploymentError(f"EB has no environment {name} in {clients.deployment.region}")
    own = f"awseb-{described['EnvironmentId']}-stack"
    for resource in clients.cloudformation.describe_stack_resources(StackName=own)["StackResources"]:
        if resource["ResourceType"] == DATABASE:
            return str(resource["PhysicalResourceId"])
    raise DeploymentError(f"{name} has no coupled database: {own} has no {DATABASE}")


def snapshot_name(stack: str, now: datetime) -> str:
    """Return a name for a snapshot: letters, digits and single hyphens, a letter first, at most 255.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSnapshot.html
    """
    return re.sub(r"-+", "-", f"{stack}-{now:%Y%m%d-%H%M%S}")
