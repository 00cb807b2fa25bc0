"""The names in a template: those that it gives to its own resources, and those that it joins.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticbeanstalk-environment.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from beanstack.eb.environmentnames import name_mistake
from beanstack.eb.findings import report, shown
from beanstack.eb.namespaces import ENVIRONMENT, LAUNCH, LOAD_BALANCER, MANAGED_ACTIONS, VPC
from beanstack.eb.rules import Kind
from beanstack.lint.rules.forms import Form, below, forms, items
from beanstack.lint.rules.references import references, section

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beanstack.eb.findings import Finding, Path

APPLICATION = "AWS::ElasticBeanstalk::Application"
VERSION = "AWS::ElasticBeanstalk::ApplicationVersion"
TEMPLATE = "AWS::ElasticBeanstalk::ConfigurationTemplate"
BEANSTALK = "AWS::ElasticBeanstalk::Environment"
PROFILE, ROLE = "AWS::IAM::InstanceProfile", "AWS::IAM::Role"
BUCKET, KEY_PAIR, TOPIC = "AWS::S3::Bucket", "AWS::EC2::KeyPair", "AWS::SNS::Topic"
GROUP, NETWORK, SUBNET = "AWS::EC2::SecurityGroup", "AWS::EC2::VPC", "AWS::EC2::Subnet"
# What the resources of each type are called in messages, and the property that names them. AWS itself makes the names
# or IDs of the others.
TYPES = {
    APPLICATION: ("application", "ApplicationName"),
    VERSION: ("version", ""),
    TEMPLATE: ("configuration template", ""),
    BEANSTALK: ("environment", ""),
    PROFILE: ("instance profile", "InstanceProfileName"),
    ROLE: ("role", "RoleName"),
    BUCKET: ("bucket", "BucketName"),
    KEY_PAIR: ("key pair", "KeyName"),
    TOPIC: ("topic", ""),
    GROUP: ("security group", "GroupName"),
    NETWORK: ("VPC", ""),
    SUBNET: ("subnet", ""),
}
# Where a type of resource names another one, and the type of that.
PROPERTIES: dict[str, list[tuple[tuple[str, ...], str]]] = {
    BEANSTALK: [
        (("ApplicationName",), APPLICATION),
        (("VersionLabel",), VERSION),
        (("TemplateName",), TEMPLATE),
        (("OperationsRole",), ROLE),
    ],
    VERSION: [(("ApplicationName",), APPLICATION), (("SourceBundle", "S3Bucket"), BUCKET)],
    TEMPLATE: [
        (("ApplicationName",), APPLICATION),
        (("EnvironmentId",), BEANSTALK),
        (("SourceConfiguration", "ApplicationName"), APPLICATION),
        (("SourceConfiguration", "TemplateName"), TEMPLATE),
    ],
}
OPTIONS = {
    (LAUNCH, "IamInstanceProfile"): PROFILE,
    (LAUNCH, "EC2KeyName"): KEY_PAIR,
    (LAUNCH, "SecurityGroups"): GROUP,
    (ENVIRONMENT, "ServiceRole"): ROLE,
    (MANAGED_ACTIONS, "ServiceRoleForManagedUpdates"): ROLE,
    (LOAD_BALANCER, "SecurityGroups"): GROUP,
    (LOAD_BALANCER, "ManagedSecurityGroup"): GROUP,
    (LOAD_BALANCER, "AccessLogsS3Bucket"): BUCKET,
    (VPC, "VPCId"): NETWORK,
    (VPC, "Subnets"): SUBNET,
    (VPC, "ELBSubnets"): SUBNET,
    (VPC, "DBSubnets"): SUBNET,
    ("aws:elasticbeanstalk:sns:topics", "Notification Topic ARN"): TOPIC,
}


class Use(NamedTuple):
    """A value that names a resource of a type, and the resource in which it is."""

    user: str
    value: Any
    path: Path
    type: str


def own_name_findings(template: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield the problems with the names of a template, whatever its parameters are."""
    names = Names(template)
    for user, resource in section(template, "Resources").items():
        if not isinstance(resource, dict) or not isinstance(resource.get("Properties"), dict):
            continue
        if not isinstance(resource.get("Type", ""), str):
            continue
        yield from _joined_names(template, user, resource)
        for use in _uses(user, resource):
            yield from names.findings(use)


def _joined_names(template: Mapping[str, Any], user: str, resource: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield the names that are wrong already in the part that is written."""
    kinds = {BEANSTALK: ("EnvironmentName", "CNAMEPrefix"), APPLICATION: ("ApplicationName",)}
    for kind in kinds.get(resource.get("Type", ""), ()):
        path = ("Resources", user, "Properties", kind)
        for form in forms(template, resource["Properties"].get(kind), path):
            mistake = name_mistake(kind, form.parts)
            # A name that is known is checked in each scenario, and its length by cfn-lint.
            if mistake and not form.is_known and "{{resolve:" not in form.text:
                name = form.text.replace("${}", "${...}")
                message = f"the {'name' if kind != 'CNAMEPrefix' else kind} {shown(name)} {mistake}"
                yield report("error", Kind.ENVIRONMENT_NAME, message, path, also=(form.path,))


def _uses(user: str, resource: Mapping[str, Any]) -> Iterator[Use]:
    """Yield what a resource names."""
    type_, properties = resource.get("Type", ""), resource["Properties"]
    path = ("Resources", user, "Properties")
    for keys, target in PROPERTIES.get(type_, ()):
        for value, at in below(properties, path, keys):
            yield Use(user, value, at, target)
    if type_ in (BEANSTALK, TEMPLATE):
        for item, at in items(properties.get("OptionSettings"), (*path, "OptionSettings")):
            if isinstance(item, dict):
                named = OPTIONS.get((str(item.get("Namespace")), str(item.get("OptionName"))))
                if named and "Value" in item:
                    yield Use(user, item["Value"], (*at, "Value"), named)
    if type_ == PROFILE:
        for value, at in items(properties.get("Roles"), (*path, "Roles")):
            yield Use(user, value, at, ROLE)


class Names:
    """The names of the resources that a template creates."""

    def __init__(self, template: Mapping[str, Any]) -> None:
        self._template = template
        self._resources = {
            name: value for name, value in section(template, "Resources").items() if isinstance(value, dict)
        }
        self._reached: dict[str, set[str]] = {}

    def findings(self, use: Use) -> Iterator[Finding]:
        """Yield the problems with one use of a name."""
        if use.type in (VERSION, TEMPLATE) and self._resources[use.user].get("Type") == BEANSTALK:
            yield from self._other_application(use)
        for form in forms(self._template, use.value, use.path):
            for text in form.text.split(","):  # some options are lists
                item = form._replace(text=text.strip())
                if item.is_comparable:
                    yield from self._of_form(use, item)

    def _of_form(self, use: Use, form: Form) -> Iterator[Finding]:
        """Yield what is wrong with a name that is a text, a parameter, or made of both."""
        targets = [name for name, value in self._resources.items() if value.get("Type") == use.type]
        given = {name: self._given(name) for name in targets}
        written = form.text.rpartition("/")[2] if use.type in (ROLE, PROFILE) else form.text
        same = [name for name in targets if written in [one.text for one in given[name]]]
        is_certain = all(one.is_comparable for found in given.values() for one in found)
        if not same and is_certain and self._text(form) in targets:
            logical_id, words = self._text(form), TYPES[use.type][0]
            message = f"{shown(logical_id)} is the logical ID of the {words}, not its name; write !Ref {logical_id}"
            yield report("error", Kind.LOGICAL_ID, message, use.path, also=(form.path,))
        elif len(same) == 1 and not self._is_ordered(use.user, same[0]):
            words = TYPES[use.type][0]
            message = (
                f"this names the {words} {same[0]} of this template without a Ref, so that CloudFormation may create"
                f" or delete it at the wrong time; write !Ref {same[0]}, or add it to DependsOn"
            )
            yield report("warning", Kind.ORDER, message, use.path, also=(form.path,))

    def _text(self, form: Form) -> str:
        """Return a form's text, that of the default where it is a whole parameter."""
        parameter = section(self._template, "Parameters").get(form.text[2:-1]) if form.text.startswith("${") else None
        if isinstance(parameter, dict) and isinstance(parameter.get("Default"), str):
            return str(parameter["Default"])
        return form.text

    def _given(self, name: str) -> list[Form]:
        """Return the forms of the name that a template gives to a resource."""
        _, key = TYPES[self._resources[name]["Type"]]
        properties = self._resources[name].get("Properties")
        if not key or not isinstance(properties, dict):
            return []
        return forms(self._template, properties.get(key), ("Resources", name, "Properties", key))

    def _is_ordered(self, user: str, other: str) -> bool:
        """Return whether CloudFormation creates a resource before one that uses it, or may not create both."""
        condition = self._resources[other].get("Condition")
        if user == other or (condition and condition != self._resources[user].get("Condition")):
            return True
        return other in self._before(user)

    def _before(self, name: str) -> set[str]:
        """Return the resources on which one depends, directly or through others."""
        if name not in self._reached:
            reached: set[str] = set()
            waiting = [name]
            while waiting:
                resource = self._resources[waiting.pop()]
                named = {*references(resource), *_dependencies(resource)}
                new = {other for other in named if other in self._resources} - reached
                reached |= new
                waiting += new
            self._reached[name] = reached
        return self._reached[name]

    def _other_application(self, use: Use) -> Iterator[Finding]:
        """Yield a version or configuration template that belongs to another application than the environment."""
        match use.value:
            case {"Ref": str() as name} if self._resources.get(name, {}).get("Type") == use.type:
                pass
            case _:
                return
        own, others = self._applications(use.user), self._applications(name)
        if own and others and not own & others:
            message = f"the {TYPES[use.type][0]} {name} belongs to another application than the environment"
            yield report("error", Kind.APPLICATION, message, use.path, also=(use.path,))

    def _applications(self, name: str) -> set[str]:
        """Return the logical IDs or known names of the application of a resource; empty if it is not known."""
        properties = self._resources[name].get("Properties")
        value = properties.get("ApplicationName") if isinstance(properties, dict) else None
        match value:
            case {"Ref": str() as application} if self._resources.get(application, {}).get("Type") == APPLICATION:
                if self._resources[application].get("Condition"):
                    return set()
                given = self._given(application)
                known = {form.text for form in given if form.is_known}
                return {application, *known} if len(known) == len(given) else set()
        found = forms(self._template, value, ())
        return {form.text for form in found} if len(found) == 1 and found[0].is_known else set()


def _dependencies(resource: Mapping[str, Any]) -> list[str]:
    given = resource.get("DependsOn", [])
    given = given if isinstance(given, list) else [given]
    return [name for name in given if isinstance(name, str)]
