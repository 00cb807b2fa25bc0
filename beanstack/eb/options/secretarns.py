"""The ARNs of secrets from which Elastic Beanstalk sets variables, whose form depends on the platform.

On most platforms an ARN may end in one key of the secret's JSON, `ARN:key`. On the ECS managed Docker platform it goes
into the task definition, where ECS takes a whole ARN or one with a key, a version stage and a version, each of which
may be empty: `ARN:key::`. With anything between, the ECS agent cannot read the secret, and the task does not start.
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/AWSHowTo.secrets.env-vars.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
https://github.com/aws/amazon-ecs-agent/blob/master/agent/taskresource/asmsecret/asmsecret.go
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from beanstack.eb.findings import shown
from beanstack.eb.settings import fits

if TYPE_CHECKING:
    from beanstack.eb.rules import Severity

WHOLE = (
    7  # fields of a secret's ARN, of which colons separate arn, partition, service, Region, account, secret and name
)
WITH_KEY = 8
ON_ECS = 10  # with a key, a version stage and a version
# What names consist of; an ARN with anything else leads nowhere or, with *, lets a role read more than one.
# https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
# https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
SECRET = re.compile(r"[A-Za-z0-9/_+=.@!-]+")  # those that services make for themselves have a !, as in rds!db-1
PARAMETER = re.compile(r"[A-Za-z0-9/_.-]+(:[0-9A-Za-z_.-]+)?")  # a version or a label may follow
PLACE = re.compile(r"[a-z0-9-]+:([0-9]{12})?")  # parameters of AWS's own belong to no account
BLANK = re.compile(r"[<>\[\]{}$]|[A-Z]")  # of a Region or an account that a later step fills in
ECS = ("ecs-*", "multicontainer-docker-al1")


class Fault(NamedTuple):
    """A problem with an ARN, and the form that would be valid."""

    severity: Severity
    message: str
    meant: str = ""


def secret_arn_fault(arn: str, platform: str | None) -> Fault | None:
    """Return the problem with the ARN of a secret or a parameter, if any; the platform may be unknown."""
    fields = arn.split(":")
    service, kind = fields[2], fields[5] if len(fields) > WHOLE - 2 else ""
    if service == "ssm":
        if not kind.startswith("parameter/"):
            return Fault("warning", "this is not the ARN of a parameter, which has :parameter/NAME")
        return _place_fault(fields) or _name_fault("parameter", ":".join(fields[5:]).partition("/")[2], PARAMETER)
    if kind != "secret" or len(fields) < WHOLE:
        return Fault("warning", "this is not the ARN of a secret, which has :secret:NAME")
    fault = _place_fault(fields) or _name_fault("secret", fields[WHOLE - 1], SECRET)
    if fault:
        return fault
    secret, key = ":".join(fields[:WHOLE]), fields[WHOLE] if len(fields) > WHOLE else ""
    is_ecs = None if platform is None else fits(platform, ECS)
    if is_ecs and len(fields) not in (WHOLE, ON_ECS):
        rest = ":".join([*fields[WHOLE:], "", ""][:3])
        message = "ECS takes a secret's ARN alone, or with a key, a version stage and a version, as in ARN:key::"
        return Fault("error", message, f"{secret}:{rest}" if len(fields) < ON_ECS else "")
    if is_ecs is False and len(fields) > WITH_KEY:
        message = "this platform takes a secret's ARN alone, or with a key, as in ARN:key"
        return Fault("warning", message, f"{secret}:{key}" if key else secret)
    if is_ecs is None and len(fields) not in (WHOLE, WITH_KEY, ON_ECS):
        message = (
            "a secret's ARN may end in a key, as in ARN:key, or on the ECS managed Docker platform as in ARN:key::"
        )
        return Fault("warning", message)
    return None


def _place_fault(fields: list[str]) -> Fault | None:
    place = ":".join(fields[3:5])
    if PLACE.fullmatch(place) or BLANK.search(place):
        return None
    return Fault("error", f"expected a Region and an account ID of 12 digits in the ARN, found {shown(place)}")


def _name_fault(what: str, name: str, form: re.Pattern[str]) -> Fault | None:
    if form.fullmatch(name) or re.search(r"[<>\[\]{}$]", name):
        return None
    signs = "/ _ + = . @ -" if what == "secret" else "/ _ . -"
    return Fault("error", f"the name of a {what} has letters, digits and {signs}, found {shown(name)}")
