"""The IAM policies of a template in sentences.

Roles and policies are read from the deployed resources; no permission is declared twice.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from beanstack.overview.markdown import code, codes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DOCUMENTS = ("PolicyDocument", "RepositoryPolicyText")  # for policies that are attached to a resource
ROLE = "AWS::IAM::Role"


def sentences(resources: Mapping[str, Any]) -> Iterator[str]:
    """Yield a sentence for each permission that a template's resources give."""
    for name, resource in resources.items():
        properties = resource.get("Properties", {})
        if resource["Type"] == ROLE:
            yield from _role(name, properties)
        for document in DOCUMENTS:
            for statement in properties.get(document, {}).get("Statement", []):
                yield f"{_sentence(_principals(statement), statement)}; {code(name)}."


def _role(name: str, properties: Mapping[str, Any]) -> Iterator[str]:
    role = code(name)
    for statement in properties["AssumeRolePolicyDocument"]["Statement"]:
        yield f"{_sentence(_principals(statement), {**statement, 'Resource': name})}."
    boundary = properties.get("PermissionsBoundary")
    if boundary:
        yield f"{role} may do no more than {code(reference(boundary))} allows."
    managed = [reference(arn).rpartition("/")[2] for arn in properties.get("ManagedPolicyArns", [])]
    if managed:
        yield f"{role} has the managed policies {codes(managed)}."
    for policy in properties.get("Policies", []):
        for statement in policy["PolicyDocument"]["Statement"]:
            yield f"{_sentence(role, statement)}; policy {code(policy['PolicyName'])}."


def _sentence(who: str, statement: Mapping[str, Any]) -> str:
    verb = "may call" if statement["Effect"] == "Allow" else "may **not** call"
    words = f"{who} {verb} {codes(_list(statement['Action']))}"
    resources = [reference(resource) for resource in _list(statement.get("Resource", []))]
    if resources == ["*"]:
        words += " on any resource"
    elif resources:
        words += f" on {codes(resources)}"
    conditions = [
        f"{code(key)} is {codes(map(reference, _list(value)))}"
        for keys in statement.get("Condition", {}).values()
        for key, value in keys.items()
    ]
    return f"{words}, where {' and '.join(conditions)}" if conditions else words


def _principals(statement: Mapping[str, Any]) -> str:
    principal = statement["Principal"]
    if principal == "*":
        return "Everyone"
    return " and ".join(codes(map(reference, _list(names))) for names in principal.values())


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def reference(value: Any) -> str:
    """Return a value of a template in a line: `${name}` for what CloudFormation fills in."""
    if not isinstance(value, dict):
        return str(value)
    [(function, given)] = value.items()
    match function:
        case "Fn::Sub" if isinstance(given, list):
            text, names = given
            return re.sub(r"\$\{(\w+)\}", lambda found: _filled(found, names), text)
        case "Fn::Sub":
            return str(given)
        case "Fn::GetAtt":
            return f"${{{'.'.join(given)}}}"
        case "Fn::Join":
            return str(given[0]).join(map(reference, given[1]))
        case _:  # Ref and Fn::ImportValue
            return f"${{{given}}}"


def _filled(found: re.Match[str], names: Mapping[str, Any]) -> str:
    return reference(names[found[1]]) if found[1] in names else found[0]
