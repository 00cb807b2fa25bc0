"""Deletion protection of an environment's own stacks: CloudFormation's termination protection and a stack policy.

Neither reaches what EB makes in its own stack. A coupled database there is protected by RDS, as the bundle asks.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-protect-stacks.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from beanstack.eb.namespaces import DATABASE
from beanstack.operate.comparison.observed import Option, options
from beanstack.operate.comparison.protection import OPEN, is_ours, policy
from beanstack.operate.errors import DeploymentError
from beanstack.operate.health import environment
from beanstack.operate.stack import policy_of, stack, template_of
from beanstack.operate.why import takes_no_update

if TYPE_CHECKING:
    from collections.abc import Iterable

    from beanstack.operate.call import Call
    from beanstack.operate.session import Clients

OFF = (
    "aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name {stack} "
    "--region {region}"
)
OFF_DATABASE = (
    "aws rds modify-db-instance --no-deletion-protection --apply-immediately --db-instance-identifier {database} "
    "--region {region}"
)


def protect(call: Call) -> None:
    """Switch the stacks' protection on or off, as the committed template asks."""
    for one in call.deployment.own:
        if call.deployment.deletion_protection:
            switch_on(call.clients.cloudformation, one.name)
        else:
            switch_off(call.clients.cloudformation, one.name)


def switch_on(cloudformation: Any, name: str) -> None:
    """Protect a stack, unless it is protected."""
    wanted = policy(template_of(cloudformation, name))
    if policy_of(cloudformation, name) != wanted:
        cloudformation.set_stack_policy(StackName=name, StackPolicyBody=json.dumps(wanted))
        print(f"{name}: the stack policy denies replacing and deleting what holds data")
    if not has_termination_protection(cloudformation, name):
        cloudformation.update_termination_protection(StackName=name, EnableTerminationProtection=True)
        print(f"{name}: termination protection is on")


def switch_off(cloudformation: Any, name: str) -> None:
    """Undo `switch_on`. A protection that somebody set up by hand stays: it has no policy of ours."""
    if not is_ours(policy_of(cloudformation, name)):
        return
    # The policy last: it shows the next run that this one has not ended.
    cloudformation.update_termination_protection(StackName=name, EnableTerminationProtection=False)
    cloudformation.set_stack_policy(StackName=name, StackPolicyBody=json.dumps(OPEN))
    print(f"{name}: termination protection and the stack policy are off")


def has_termination_protection(cloudformation: Any, name: str) -> bool:
    """Return whether CloudFormation refuses to delete a stack; False if there is no such stack."""
    found = stack(cloudformation, name)
    return bool(found and found.get("EnableTerminationProtection"))


def refuse_protected(call: Call, names: Iterable[str]) -> None:
    """Raise DeploymentError if one of these stacks is protected from deletion."""
    for name in names:
        if can_lose_the_key(call.clients, name):
            first = "Write `deletion_protection: false` in config/"
            if not call.template.is_file():
                first = "Put the environment back into config/ with `deletion_protection: false`"
            raise DeploymentError(
                f"{name} is protected by `deletion_protection`; nothing was deleted\n"
                f"{first}, deploy that with `make stack {call.make}`, then destroy it"
            )
        if has_termination_protection(call.clients.cloudformation, name):
            off = OFF.format(stack=name, region=call.deployment.region)
            raise DeploymentError(
                f"the stack {name} has termination protection; nothing was deleted\n`{off}` switches it off"
            )


def refuse_protected_database(call: Call) -> None:
    """Raise DeploymentError if RDS would refuse to delete the coupled database, after EB has deleted all the rest.

    That happens if `deletion_protection` was taken out of the config instead of set to false, or was set by hand.
    """
    database = protected_database(call.clients)
    if database:
        off = OFF_DATABASE.format(database=database, region=call.deployment.region)
        raise DeploymentError(
            f"RDS protects the database {database} from deletion; nothing was deleted\n"
            f"Deploy with `deletion_protection: false`, or `{off}` switches it off"
        )


def protected_database(clients: Clients) -> str:
    """Return the coupled database if it cannot be deleted with the environment; empty if that is not known."""
    from botocore.exceptions import ClientError

    from beanstack.operate.snapshot import coupled_database

    try:
        database = coupled_database(clients)
        [found] = clients.client("rds").describe_db_instances(DBInstanceIdentifier=database)["DBInstances"]
    except (ClientError, DeploymentError):  # there is none, or nobody may ask
        return ""
    deployed = options(template_of(clients.cloudformation, clients.deployment.stack))
    is_kept = deployed.get(Option(DATABASE, "DBDeletionPolicy")) == "Retain"
    return database if found.get("DeletionProtection") and not is_kept else ""


def can_lose_the_key(clients: Clients, name: str) -> bool:
    """Return whether a stack is protected by the key, and a deployment without the key is possible."""
    found = stack(clients.cloudformation, name)
    if not found or takes_no_update(found["StackStatus"]) or environment(clients) is None:
        return False
    return is_ours(policy_of(clients.cloudformation, name))
