"""What `make stack` would change: a change set of each stack, read and deleted again."""

from __future__ import annotations

import secrets
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from botocore.exceptions import WaiterError

from beanstack.deployment import METADATA
from beanstack.operate.committed import template
from beanstack.operate.stack import EMPTY, stack_or_empty

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.deployment import Stack
    from beanstack.operate.session import Clients

ENVIRONMENT = "AWS::ElasticBeanstalk::Environment"
# What EB starts instances from; the profile's name is CloudFormation's to choose.
LAUNCH = ("aws:autoscaling:launchconfiguration ", "aws:ec2:instances ")
PROFILE = "aws:autoscaling:launchconfiguration IamInstanceProfile"
NOTHING = ("didn't contain changes", "No updates are to be performed")
POLL = {"Delay": 1, "MaxAttempts": 120}  # seconds, times


class Change(NamedTuple):
    """One resource's change: `Add`, `Modify` or `Remove`; whether it is replaced; which properties differ."""

    action: str
    resource: str
    type: str
    replacement: str
    properties: tuple[str, ...]


class PlanError(Exception):
    """A change set that CloudFormation refused; the message is its reason."""


def plan(clients: Clients, deployed: Stack, body: str) -> list[Change]:
    """Return the changes that deploying the template `body` as a stack would make; empty for none.

    Raises PlanError. Whatever happens, neither a change set nor an empty stack of ours stays behind.
    """
    name = deployed.name
    there = stack_or_empty(clients.cloudformation, name)
    pending = there is not None and there["StackStatus"] == EMPTY  # somebody else's, who has not executed it yet
    with change_set(clients.cloudformation, deployed, body, new=not there or pending, ours=not there) as found:
        if found["Status"] == "FAILED":
            reason = found.get("StatusReason", "without a reason")
            if any(text in reason for text in NOTHING):
                return []
            raise PlanError(f"{name}: {reason}")
        before = template_of(clients.cloudformation, name) if there and not pending else {}
        changes = [change["ResourceChange"] for change in found["Changes"]]
        return [described(change, before, template(body)) for change in changes]


@contextmanager
def change_set(cloudformation: Any, stack: Stack, body: str, *, new: bool, ours: bool) -> Iterator[dict[str, Any]]:
    """A change set's description, every page of it, for as long as it is read.

    That of a `new` stack makes an empty one, which goes with it where it is `ours`.
    """
    name = f"beanstack-plan-{secrets.token_hex(4)}"
    cloudformation.create_change_set(
        StackName=stack.name,
        ChangeSetName=name,
        ChangeSetType="CREATE" if new else "UPDATE",
        TemplateBody=body,
        Capabilities=list(stack.capabilities),
    )
    names = {"StackName": stack.name, "ChangeSetName": name}
    try:
        with suppress(WaiterError):  # the description says why
            cloudformation.get_waiter("change_set_create_complete").wait(**names, WaiterConfig=POLL)
        found = cloudformation.describe_change_set(**names)
        while "NextToken" in found:
            page = cloudformation.describe_change_set(**names, NextToken=found.pop("NextToken"))
            found = {**page, "Changes": found["Changes"] + page["Changes"]}
        yield found
    finally:
        cloudformation.delete_change_set(**names)
        if ours:
            cloudformation.delete_stack(StackName=stack.name)


def template_of(cloudformation: Any, name: str) -> Any:
    """A deployed stack's template."""
    body = cloudformation.get_template(StackName=name, TemplateStage="Original")["TemplateBody"]
    return template(body) if isinstance(body, str) else body


def described(change: dict[str, Any], before: Any, after: Any) -> Change:
    """A change as a row; of an EB environment it names the options that differ."""
    resource = change["LogicalResourceId"]
    targets = [detail["Target"] for detail in change.get("Details", [])]
    properties = list(dict.fromkeys(target.get("Name") or target["Attribute"] for target in targets))
    if "OptionSettings" in properties:
        properties.remove("OptionSettings")
        properties += list(option_changes(options(before, resource), options(after, resource)))
    replacement = change.get("Replacement", "")
    return Change(change["Action"], resource, change["ResourceType"], replacement, tuple(properties))


def skips_migration(before: Any, after: Any) -> bool:
    """Whether a migration may be skipped: a new bundle brings it, and something else makes EB start new instances.

    EB runs no leader's commands then:
    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/customize-containers-ec2.html
    """
    old, new = (body.get("Metadata", {}).get(METADATA, {}) for body in (before, after))
    another = old.get("BundleKey") not in (None, new.get("BundleKey"))
    return another and bool(new.get("Migrates")) and launched(before) != launched(after)


def launched(body: Any) -> dict[str, str]:
    """From what an environment's instances are started: its platform, and its launch options as far as they are set."""
    found: dict[str, str] = {}
    for name, resource in body.get("Resources", {}).items():
        if resource["Type"] == ENVIRONMENT:
            chosen = {key: value for key, value in options(body, name).items() if key.startswith(LAUNCH) and value}
            found = {**chosen, "PlatformArn": str(resource["Properties"].get("PlatformArn"))}
    found.pop(PROFILE, None)
    return found


def options(body: Any, resource: str) -> dict[str, str]:
    """Return an environment's options by `Resource.namespace OptionName`; functions as the template has them."""
    properties = body.get("Resources", {}).get(resource, {}).get("Properties", {})
    settings = properties.get("OptionSettings", [])
    found = {}
    for setting in settings:
        resource = f"{setting['ResourceName']}." if "ResourceName" in setting else ""
        found[f"{resource}{setting['Namespace']} {setting['OptionName']}"] = str(setting.get("Value", ""))
    return found


def option_changes(before: dict[str, str], after: dict[str, str]) -> Iterator[str]:
    """`namespace OptionName: old -> new`. An option that disappears keeps its value in EB, and says so."""
    for option in sorted({*before, *after}):
        old, new = before.get(option), after.get(option)
        if old != new:
            yield f"{option}: {old or 'unset'} -> {'(EB keeps it)' if new is None else new}"
