"""What EB itself puts into the stack of an environment, by EB's names, as the environment's options ask for it.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/customize-containers-format-resources-eb.html
There are fewer resources than on AWS, and with fewer properties: those that options or bundles change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from beanstack.eb.databases import COUPLED, NAME
from beanstack.eb.namespaces import DATABASE, VPC, WORKER_DAEMON
from beanstack.localaws.ownstack.balancers import balancers
from beanstack.localaws.ownstack.instances import instances
from beanstack.localaws.ownstack.parts import DEAD_LETTERS, QUEUE, attribute, of_type, ref, resource

if TYPE_CHECKING:
    from beanstack.localaws.ownstack.parts import Asked, Resource, Resources

DATABASE_SUBNETS: Final = "AWSEBRDSDBSubnetGroup"
# EB's options of a coupled database, and the defaults that EB fills in for it, by the properties of the resource.
OF_DATABASE: Final = {
    "Engine": ("DBEngine", "mysql"),
    "EngineVersion": ("DBEngineVersion", ""),
    "DBInstanceClass": ("DBInstanceClass", "db.t2.micro"),
    "AllocatedStorage": ("DBAllocatedStorage", "5"),
    "MasterUsername": ("DBUser", "ebroot"),
    "MasterUserPassword": ("DBPassword", ""),
    "MultiAZ": ("MultiAZDatabase", "false"),
}


def own_resources(asked: Asked) -> Resources:
    """Return EB's own resources of an environment, by logical ID."""
    found = {**instances(asked), **balancers(asked)}
    if not asked.options.tier.serves_requests:
        found |= _queues(asked)
    if asked.options.is_on(DATABASE, "HasCoupledDatabase"):
        found[COUPLED] = _database(asked)
        subnets = asked.options.values(VPC, "DBSubnets")
        if subnets:
            about = {"DBSubnetGroupDescription": "Subnets of the database", "SubnetIds": subnets}
            found[DATABASE_SUBNETS] = of_type("AWS::RDS::DBSubnetGroup", about)
            found[COUPLED]["Properties"]["DBSubnetGroupName"] = ref(DATABASE_SUBNETS)
    return found


def _queues(asked: Asked) -> Resources:
    """Return a worker's queues; a queue of the user's own takes the place of both."""
    options = asked.options
    if options.value(WORKER_DAEMON, "WorkerQueueURL"):
        return {}
    redrive = {
        "deadLetterTargetArn": attribute(DEAD_LETTERS, "Arn"),
        "maxReceiveCount": options.value(WORKER_DAEMON, "MaxRetries") or "10",
    }
    return {
        DEAD_LETTERS: resource(DEAD_LETTERS, {}),
        QUEUE: resource(
            QUEUE,
            {
                "VisibilityTimeout": options.value(WORKER_DAEMON, "VisibilityTimeout"),
                "MessageRetentionPeriod": options.value(WORKER_DAEMON, "RetentionPeriod"),
                "RedrivePolicy": redrive,
            },
        ),
    }


def _database(asked: Asked) -> Resource:
    """Return the coupled database.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.managing.db.html
    """
    options = asked.options
    given = {name: options.value(DATABASE, option) or default for name, (option, default) in OF_DATABASE.items()}
    policy = options.value(DATABASE, "DBDeletionPolicy") or "Delete"
    return resource(COUPLED, {**given, "DBName": NAME}, DeletionPolicy=policy, UpdateReplacePolicy=policy)
