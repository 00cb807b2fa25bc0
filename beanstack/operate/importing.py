"""Importing an existing EB application and environment into the stacks that will change them.

A change set of type IMPORT takes over only these two: CloudFormation allows no other change with it, outputs included,
and requires a DeletionPolicy. The alternative, `ImportExistingResources`, would import and deploy in one step, before
anybody has seen the differences. CloudFormation does not compare the template with what runs, so the template that is
imported describes what runs, and `make plan` shows how the committed one differs from it.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-manually.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html
"""

from __future__ import annotations

import copy
import json
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from beanstack.deployment import METADATA
from beanstack.eb.layout import EXTENSIONS
from beanstack.eb.options.catalogue import Option, facts
from beanstack.eb.options.keys import Key, key
from beanstack.eb.options.same import same
from beanstack.eb.tags import is_reserved
from beanstack.extensions import settings_of
from beanstack.operate.committed import template, text
from beanstack.operate.comparison.observed import APPLICATION, ENVIRONMENT, of_type
from beanstack.operate.drift import drift
from beanstack.operate.errors import DeploymentError
from beanstack.operate.health import environment
from beanstack.operate.hidden import is_hidden
from beanstack.operate.live import live_settings, running, settings_of_template
from beanstack.operate.resolve import Resolver
from beanstack.operate.stack import EMPTY, settled, stack, stack_or_empty, template_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beanstack.deployment import Stack
    from beanstack.operate.call import Call
    from beanstack.operate.session import Clients

CHANGE_SET = "beanstack-import"
IMPORTED = "IMPORT_COMPLETE"
NAMES = {APPLICATION: "ApplicationName", ENVIRONMENT: "EnvironmentName"}
BACK = """\
{environment}: EB keeps these settings as the saved configuration {name}; to restore them:
  aws elasticbeanstalk update-environment --environment-name {environment} --template-name {name}"""


def import_stack(call: Call) -> int:
    """Import EB's application and environment into their stacks, without changing them."""
    call.refuse_foreign()
    clients = call.clients
    described = environment(clients)
    name = clients.deployment.eb_environment
    if described is None:
        none = f"EB has no environment {name} in {clients.deployment.region}; nothing can be imported"
        raise DeploymentError(f"{none}. `make stack {call.make}` creates a new one")
    wanted = {}
    for one in clients.deployment.stacks:
        found = missing(call, one)
        if found:
            wanted[one] = found
        else:
            print(f"{one.name}: already managed")
    if not wanted:
        return 0
    if described["Status"] != "Ready":
        raise DeploymentError(f"the environment {name} is {described['Status']}; try again once it is Ready")
    print(BACK.format(environment=name, name=save(clients, described)), flush=True)
    for one, resources in wanted.items():
        adopt(clients, one, body(call, one, resources, described), resources)
        print(f"{one.name}: {', '.join(resources)} imported", flush=True)
    print(f"Next: `make plan {call.make}` shows what `make stack {call.make}` would change")
    return 0


def missing(call: Call, one: Stack) -> list[str]:
    """Return the logical IDs of EB's resources that the committed template has and the deployed stack lacks."""
    planned = template(text(call.path(one)))
    found = stack(call.clients.cloudformation, one.name)
    deployed = template_of(call.clients.cloudformation, one.name) if found else {}
    there = [logical for logical, _ in of_type(deployed, *NAMES)]
    return [logical for logical, _ in of_type(planned, *NAMES) if logical not in there]


def save(clients: Clients, described: Mapping[str, Any]) -> str:
    """Make EB save the environment's settings, and return the name of the saved configuration.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environment-configuration-savedconfig.html
    """
    name = f"before-import-{described['EnvironmentName']}-{datetime.now(UTC):%Y%m%d%H%M%S}"
    clients.beanstalk.create_configuration_template(
        ApplicationName=described["ApplicationName"], TemplateName=name, EnvironmentId=described["EnvironmentId"]
    )
    return name


def body(call: Call, one: Stack, resources: list[str], described: Mapping[str, Any]) -> Any:
    """Return the template of a stack with the imported resources as they run, and the rest unchanged."""
    clients = call.clients
    planned = template(text(call.path(one)))
    made = {key: planned[key] for key in ("AWSTemplateFormatVersion", "Description", "Metadata") if key in planned}
    made = {**copy.deepcopy(made), "Resources": {}}
    made["Metadata"][METADATA].pop("BundleKey", None)  # a different bundle runs
    if stack(clients.cloudformation, one.name):
        made = template_of(clients.cloudformation, one.name)
    for logical in resources:
        resource = planned["Resources"][logical]
        properties = application_as_it_is(clients)
        if resource["Type"] == ENVIRONMENT:
            properties = environment_as_it_is(clients, resource["Properties"], described)
            properties["OptionSettings"] = options_as_they_are(call, resource["Properties"], described)
        made["Resources"][logical] = {
            "Type": resource["Type"],
            "DeletionPolicy": "Retain",
            "UpdateReplacePolicy": "Retain",
            "Properties": properties,
        }
    return made


def application_as_it_is(clients: Clients) -> dict[str, Any]:
    """Return the properties of EB's application."""
    name = clients.deployment.eb_application
    [found] = clients.beanstalk.describe_applications(ApplicationNames=[name])["Applications"]
    kept = {key: found[key] for key in ("Description", "ResourceLifecycleConfig") if found.get(key)}
    return {"ApplicationName": name, **kept}


def environment_as_it_is(clients: Clients, planned: Mapping[str, Any], described: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties of EB's environment; creation-time ones only if the committed template has them.

    CloudFormation would replace the environment for a CNAMEPrefix that comes or goes later.
    """
    made = {
        key: described[key]
        for key in ("ApplicationName", "EnvironmentName", "PlatformArn", "Description")
        if described.get(key)
    }
    if "CNAMEPrefix" in planned:
        made["CNAMEPrefix"] = described["CNAME"].partition(".")[0]
    made["Tier"] = {key: described["Tier"][key] for key in ("Name", "Type")}
    if described.get("VersionLabel"):
        made["VersionLabel"] = described["VersionLabel"]
    tags = clients.beanstalk.list_tags_for_resource(ResourceArn=described["EnvironmentArn"])["ResourceTags"]
    own = [tag for tag in tags if not is_reserved(tag["Key"])]
    return {**made, **({"Tags": own} if own else {})}


def options_as_they_are(call: Call, planned: Mapping[str, Any], described: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the settings that the committed template sets and all others that were set, with their values in EB.

    What may be a secret stays out, as do EB's defaults, what EB made for itself, and what the `.ebextensions` of the
    committed bundle go on setting.
    """
    clients = call.clients
    ours = settings_of_template(planned, Resolver({}, {}, {}))
    folder = call.source / f"bundle/{call.application}/{call.environment}"
    configs = {path.name: path.read_bytes() for path in sorted(folder.glob(f"{EXTENSIONS}*.config"))}
    live = live_settings(clients) or []
    actual = {}
    for one in live:
        actual[key(one["Namespace"], one["OptionName"], one.get("ResourceName", ""))] = one.get("Value", "")
    planned_values = {key(one.namespace, one.option, one.resource): one.value or "" for one in ours}
    names = set(planned_values)
    for other in drift([*settings_of(configs), *ours], live, running(clients, described)).drifts:
        names.add(Key(other.namespace, other.option, other.resource))
    made = []
    for name in sorted(names):
        value = actual.get(name, "")
        fact = facts().find_option(name.namespace, name.option) or Option()
        if same(fact, value, planned_values.get(name, "")):
            value = planned_values[name]  # written as here, to show no difference
        if value and not fact.sensitive and not is_hidden(name.namespace, name.option, value):
            of_resource = {"ResourceName": name.resource} if name.resource else {}
            made.append({"Namespace": name.namespace, "OptionName": name.option, "Value": value, **of_resource})
    return made


def adopt(clients: Clients, one: Stack, content: Any, resources: list[str]) -> None:
    """Create and execute a change set that imports resources. Raises DeploymentError and then leaves nothing behind."""
    formation = clients.cloudformation
    made = [
        {
            "ResourceType": content["Resources"][logical]["Type"],
            "LogicalResourceId": logical,
            "ResourceIdentifier": identifier(content["Resources"][logical]),
        }
        for logical in resources
    ]
    names = {"StackName": one.name, "ChangeSetName": f"{CHANGE_SET}-{datetime.now(UTC):%Y%m%d%H%M%S}"}
    formation.create_change_set(
        **names,
        ChangeSetType="IMPORT",
        TemplateBody=json.dumps(content),
        ResourcesToImport=made,
        Capabilities=list(one.capabilities),
    )
    while True:
        found = formation.describe_change_set(**names)
        if found["Status"] not in ("CREATE_PENDING", "CREATE_IN_PROGRESS"):
            break
        time.sleep(clients.interval)
    if found["Status"] != "CREATE_COMPLETE":
        discard(clients, names)
        raise DeploymentError(f"{one.name}: nothing was imported: {found.get('StatusReason', found['Status'])}")
    formation.execute_change_set(**names)
    status = settled(clients, one.name)
    if status != IMPORTED:
        raise DeploymentError(f"{one.name} is {status}, not {IMPORTED}; EB's resources are as they were")


def identifier(resource: Mapping[str, Any]) -> dict[str, str]:
    """Return the property that identifies a resource, and its value."""
    name = NAMES[resource["Type"]]
    return {name: resource["Properties"][name]}


def discard(clients: Clients, names: Mapping[str, str]) -> None:
    """Delete a change set that failed, and the empty stack that it created."""
    formation = clients.cloudformation
    formation.delete_change_set(**names)
    found = stack_or_empty(formation, names["StackName"])
    if found and found["StackStatus"] == EMPTY:
        formation.delete_stack(StackName=names["StackName"])
