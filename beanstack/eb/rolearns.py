"""ARNs of IAM roles that ECS or EB is to use for an environment.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
https://docs.aws.amazon.com/IAM/latest/APIReference/API_Role.html
"""

from __future__ import annotations

import re

from beanstack.eb.findings import shown
from beanstack.eb.kept import kept

# IAM takes any printable ASCII character in a path. Those left out here are wildcards and variables in the policy that
# lets the role be passed, which would name other roles then.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
FOLDER = "[!-#%-)+-.0->@-~]+/"
NAME = kept("iam")["role_name"]
NAME_SIGNS = NAME["pattern"].replace(r"\w", "A-Za-z0-9_").removesuffix("+")
ROLE = rf"arn:aws[a-z-]*:iam::[0-9]{{12}}:role/({FOLDER})*{NAME_SIGNS}{{1,{NAME['max']}}}"
SIGNS = f"{NAME_SIGNS}{{1,{NAME['max']}}}"
# By name, with the path that EB takes in front of it, or by ARN.
NAMED_ROLE = f"(?!arn:)({FOLDER})*{SIGNS}|{ROLE}"
ACCOUNT = "[0-9]{12}"
PROFILE = rf"{NAME_SIGNS}{{1,128}}|arn:aws[a-z-]*:iam::{ACCOUNT}:instance-profile/({FOLDER})*{NAME_SIGNS}{{1,128}}"
POLICY = rf"{NAME_SIGNS}{{1,128}}|arn:aws[a-z-]*:iam::(aws|{ACCOUNT}):policy/({FOLDER})*{NAME_SIGNS}{{1,128}}"
PATH = rf"/({FOLDER})*"
FORM = "a role's ARN, arn:aws:iam::...:role/..., with neither wildcards nor variables"
# Of a role or an instance profile, wherever an option names one.
OF_IAM = re.compile(
    r"arn:aws[a-z-]*:iam::(?P<account>[0-9]{12}):(?P<kind>role|instance-profile)/(?P<path>.*/)?(?P<name>[^/]*)"
)
OF_POLICY = re.compile(r"arn:aws[a-z-]*:iam::(?P<account>[0-9]{12}):policy/")
LINKED = "aws-service-role/"


def other_account_fault(arn: str, account: str | None) -> str:
    """Return that a role or an instance profile belongs to another account than the environment, if it does.

    A role can only be passed to a service within its own account.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
    """
    found = OF_IAM.match(arn)
    if not found or account in (None, found["account"]):
        return ""
    return f"{shown(arn)} belongs to the account {found['account']}; nobody can pass it to a service in {account}"


def linked_fault(arn: str) -> str:
    """Return that a role is linked to a service, so that no other service can assume it.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
    """
    found = OF_IAM.match(arn)
    if not found or not (found["path"] or "").startswith(LINKED):
        return ""
    service = found["path"].removeprefix(LINKED).rstrip("/")
    return f"{shown(arn)} is linked to the service {service}, which alone can assume it"


def policy_fault(arn: str, account: str | None) -> str:
    """Return that a policy belongs to another account than the role that is to have it, if it does.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html
    """
    found = OF_POLICY.match(arn)
    if not found or account in (None, found["account"]):
        return ""
    return f"{shown(arn)} belongs to the account {found['account']}; no role in {account} can have it"


def without_account(role: str) -> str:
    """Return the path and name of a role that is given by name, or by its ARN in whatever account."""
    found = OF_IAM.fullmatch(role)
    return f"{found['path'] or ''}{found['name']}" if found else role
