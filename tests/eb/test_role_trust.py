"""Whom a role trusts: the service that is to assume it, or not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.eb.role import (
    EB,
    ECS,
    HEALTH,
    SOUND,
    SOUND_SERVICE,
    UPDATES,
    WEB,
    ids,
    of_instance,
    of_service,
    role,
    trust,
)

TRUSTED = {
    "list": trust(["lambda.amazonaws.com", "ec2.amazonaws.com"]),
    "China": trust("ec2.amazonaws.com.cn"),
    "an isolated region": trust("ec2.c2s.ic.gov"),
    "a region's own": trust("ec2.us-east-1.amazonaws.com"),
    "star": trust("*"),
    "anyone": trust(Principal="*"),
    "any account": trust(Principal={"AWS": "*"}),
    "all actions": trust(Action=["sts:TagSession", "sts:Assume*"]),
    "case": trust(Action="STS:assumerole"),
    "no list": {"Statement": trust()["Statement"][0]},
    "another statement first": {"Statement": trust("lambda.amazonaws.com")["Statement"] + trust()["Statement"]},
    "condition": trust(Condition={"StringEquals": {"aws:SourceAccount": "123456789012"}}),
    "external id": trust(Condition={"StringEquals": {"sts:ExternalId": "other"}}),
}


@pytest.mark.parametrize("document", TRUSTED.values(), ids=list(TRUSTED))
def test_a_role_that_ec2_may_assume_is_silent(document: dict[str, Any]) -> None:
    assert of_instance(SOUND | {"AssumeRolePolicyDocument": document}) == []


UNKNOWN_TRUST = {
    "document": None,
    "text": "{}",
    "no statement": {"Version": "2012-10-17"},
    "statement": {"Statement": [None]},
    "service": trust(None),
    "one of the services": trust(["lambda.amazonaws.com", None]),
    "action": trust("lambda.amazonaws.com", Action=None),
    "not these actions": {
        "Statement": {"Effect": "Allow", "Principal": {"Service": "x"}, "NotAction": "sts:TagSession"}
    },
    "not these principals": {"Statement": {"Effect": "Allow", "NotPrincipal": {"AWS": "x"}, "Action": "*"}},
    "effect": trust("lambda.amazonaws.com", Effect=None),
}


@pytest.mark.parametrize("document", UNKNOWN_TRUST.values(), ids=list(UNKNOWN_TRUST))
def test_trust_that_is_not_known_in_full_is_silent(document: Any) -> None:
    assert of_instance(SOUND | {"AssumeRolePolicyDocument": document}) == []
    assert of_service(SOUND_SERVICE | {"AssumeRolePolicyDocument": document}) == []


FIRST = ("Statement", 0)
LAMBDA = trust("lambda.amazonaws.com")
UNTRUSTED = {
    "another service": (LAMBDA, (*FIRST, "Principal", "Service")),
    "misspelt": (trust("ec2.amazonaws.co"), (*FIRST, "Principal", "Service")),
    "an account": (trust(Principal={"AWS": "arn:aws:iam::123456789012:root"}), (*FIRST, "Principal")),
    "another action": (trust(Action=["sts:TagSession"]), (*FIRST, "Action")),
    "two other services": ({"Statement": LAMBDA["Statement"] + trust("ecs.amazonaws.com")["Statement"]}, ()),
    "denied": (trust(Effect="Deny"), ()),
    "nobody": ({"Statement": []}, ()),
}


@pytest.mark.parametrize(("document", "path"), UNTRUSTED.values(), ids=list(UNTRUSTED))
def test_a_role_that_ec2_may_not_assume_is_an_error_at_what_is_wrong(
    document: dict[str, Any], path: tuple[str | int, ...]
) -> None:
    (fault,) = of_instance(SOUND | {"AssumeRolePolicyDocument": document})
    assert ids([fault]) == ["E9535"]
    assert fault.path == ("AssumeRolePolicyDocument", *path)


def test_a_role_for_the_other_use_is_reported_with_the_service_that_it_trusts() -> None:
    assert [fault.message for fault in of_service(role(HEALTH, UPDATES))] == [
        "the trust policy does not let elasticbeanstalk.amazonaws.com assume the role, only ec2.amazonaws.com"
    ]
    assert ids(of_instance(role(WEB, ECS, service=EB))) == ["E9535"]


@pytest.mark.parametrize("service", [EB, "elasticbeanstalk.amazonaws.com.cn"])
@pytest.mark.parametrize(
    "condition",
    [{}, {"StringEquals": {"sts:ExternalId": "elasticbeanstalk"}}, {"StringEquals": {"sts:ExternalId": None}}],
)
def test_elastic_beanstalk_may_assume_a_role_with_its_external_id(service: str, condition: dict[str, Any]) -> None:
    assert of_service(SOUND_SERVICE | {"AssumeRolePolicyDocument": trust(service, Condition=condition)}) == []


def test_another_external_id_is_a_warning_at_its_place() -> None:
    document = trust(EB, Condition={"StringEquals": {"sts:ExternalId": ["mine"]}})
    (fault,) = of_service(SOUND_SERVICE | {"AssumeRolePolicyDocument": document})
    assert ids([fault]) == ["W9535"]
    assert fault.path == ("AssumeRolePolicyDocument", "Statement", 0, "Condition", "StringEquals", "sts:ExternalId")
    document["Statement"] += trust(EB)["Statement"]
    assert of_service(SOUND_SERVICE | {"AssumeRolePolicyDocument": document}) == []
