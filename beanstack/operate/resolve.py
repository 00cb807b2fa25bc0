"""The values that CloudFormation's functions in a deployed template have, from the resources and outputs of its stacks.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from beanstack.eb.partitions import partition_of
from beanstack.operate.stack import stack

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from beanstack.operate.session import Clients

VARIABLE = re.compile(r"\$\{([^!}][^}]*)\}")
LITERAL = re.compile(r"\$\{!([^}]*)\}")
# What Fn::GetAtt returns of some types, made of the physical ID and of what it ends with. A role's and a profile's name
# means the ARN, whose path is not known.
ATTRIBUTES = {
    ("AWS::DynamoDB::Table", "Arn"): "arn:{partition}:dynamodb:{region}:{account}:table/{id}",
    ("AWS::EC2::SecurityGroup", "GroupId"): "{id}",
    ("AWS::EC2::Subnet", "SubnetId"): "{id}",
    ("AWS::EC2::VPC", "VpcId"): "{id}",
    ("AWS::IAM::InstanceProfile", "Arn"): "{id}",
    ("AWS::IAM::Role", "Arn"): "{id}",
    ("AWS::S3::Bucket", "Arn"): "arn:{partition}:s3:::{id}",
    ("AWS::SNS::Topic", "TopicArn"): "{id}",
    ("AWS::SQS::Queue", "Arn"): "arn:{partition}:sqs:{region}:{account}:{end}",
    ("AWS::SQS::Queue", "QueueName"): "{end}",
    ("AWS::SecretsManager::Secret", "Id"): "{id}",
}


class UnresolvedError(Exception):
    """A value that only CloudFormation knows; the message names the function."""


class Resource(NamedTuple):
    """A resource of a stack."""

    type: str
    id: str


class Resolver:
    """Resolves the functions of one stack's template.

    `pseudo` are the pseudo parameters such as `AWS::Region`, `exports` the outputs that other stacks export.
    """

    def __init__(
        self, resources: Mapping[str, Resource], exports: Mapping[str, str], pseudo: Mapping[str, str]
    ) -> None:
        self._resources = resources
        self._exports = exports
        self._pseudo = pseudo

    def text(self, value: Any) -> str:
        """Return a value of the template as CloudFormation passes it on; raise UnresolvedError if it is not known."""
        if isinstance(value, dict):
            text = self._function(value)
        elif isinstance(value, bool):
            text = str(value).lower()
        else:
            text = "" if value is None else str(value)
        if "{{resolve:" in text:
            raise UnresolvedError("a secret or parameter that only CloudFormation reads")
        return text

    def _function(self, value: Mapping[str, Any]) -> str:
        if len(value) != 1:
            raise UnresolvedError("not a function")
        [(written, argument)] = value.items()
        functions: dict[str, Callable[[Any], str]] = {
            "GetAtt": self._attribute,
            "ImportValue": self._import,
            "Join": self._join,
            "Ref": self._reference,
            "Sub": self._substitute,
        }
        name = written.removeprefix("Fn::")
        if name not in functions:
            raise UnresolvedError(f"the function {written}")
        return functions[name](argument)

    def _reference(self, name: str) -> str:
        if name in self._pseudo:
            return self._pseudo[name]
        return self._resource(name).id

    def _resource(self, name: str) -> Resource:
        if name not in self._resources:
            raise UnresolvedError(f"the unknown resource {name}")
        return self._resources[name]

    def _attribute(self, argument: Any) -> str:
        name, attribute = argument if isinstance(argument, list) else str(argument).split(".", 1)
        resource = self._resource(name)
        form = ATTRIBUTES.get((resource.type, attribute))
        if form is None:
            raise UnresolvedError(f"the attribute {name}.{attribute}")
        pseudo = {key: self._pseudo[f"AWS::{key.title()}"] for key in ("partition", "region")}
        account, end = self._pseudo["AWS::AccountId"], resource.id.rpartition("/")[2]
        return form.format(id=resource.id, end=end, account=account, **pseudo)

    def _import(self, argument: Any) -> str:
        name = self.text(argument)
        if name not in self._exports:
            raise UnresolvedError(f"the export {name} of another stack")
        return self._exports[name]

    def _join(self, argument: Any) -> str:
        separator, values = argument
        return str(separator).join(self.text(value) for value in values)

    def _substitute(self, argument: Any) -> str:
        text, given = argument if isinstance(argument, list) else (argument, {})

        def value_of(match: re.Match[str]) -> str:
            name = match[1].strip()
            if name in given:
                return self.text(given[name])
            return self._attribute(name) if "." in name else self._reference(name)

        return LITERAL.sub(r"${\1}", VARIABLE.sub(value_of, str(text)))


def resolver(clients: Clients, described: Mapping[str, Any]) -> Resolver:
    """Return the resolver for a described stack's template, with the exports of the deployment's stacks."""
    cloudformation = clients.cloudformation
    resources: dict[str, Resource] = {}
    for page in cloudformation.get_paginator("list_stack_resources").paginate(StackName=described["StackName"]):
        for one in page["StackResourceSummaries"]:
            resources[one["LogicalResourceId"]] = Resource(one["ResourceType"], one.get("PhysicalResourceId", ""))
    _, partition, _, region, account, _ = described["StackId"].split(":", 5)
    pseudo = {
        "AWS::AccountId": account,
        "AWS::Partition": partition,
        "AWS::Region": region,
        "AWS::StackId": described["StackId"],
        "AWS::StackName": described["StackName"],
        "AWS::URLSuffix": partition_of(region).domains[0],
    }
    return Resolver(resources, exports(clients), pseudo)


def exports(clients: Clients) -> dict[str, str]:
    """Return what the stacks of the deployment export; what others export is not asked for."""
    found = {}
    for needed in clients.deployment.stacks:
        described = stack(clients.cloudformation, needed.name) or {}
        for output in described.get("Outputs", ()):
            if "ExportName" in output:
                found[output["ExportName"]] = output["OutputValue"]
    return found
