"""Sizes of templates and policies: the last one that AWS accepts, and the first that it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from beanstack.eb.limits import INLINE_POLICIES, STACK_NAME, problem, template_findings

TRUST = {"Statement": [{"Effect": "Allow"}]}
Template = dict[str, Any]


def template(**resources: Any) -> Template:
    return {"Resources": resources}


def role(*documents: Any, trust: Any = TRUST) -> Any:
    policies = [{"PolicyDocument": document} for document in documents]
    return {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust, "Policies": policies}}


def bucket_policy(document: Any) -> Any:
    return {"Type": "AWS::S3::BucketPolicy", "Properties": {"PolicyDocument": document}}


def named(size: int) -> Template:
    return template(**{"x" * size: {"Type": "AWS::S3::Bucket"}})


def several(size: int) -> Template:
    return template(**{f"R{index}": {"Type": "AWS::S3::Bucket"} for index in range(size)})


def inline(size: int) -> Template:
    """A role with two policies of a number of characters, which white space does not add to."""
    return template(Role=role("x" * (size - 6), "a   b"))


def trust(size: int) -> Template:
    return template(Role=role(trust="x" * (size - 2)))


def policy(size: int) -> Template:
    return template(Policy=bucket_policy(["x" * (size - 4)]))


def described(size: int) -> Template:
    return {"Description": "é" * (size // 2) + "x" * (size % 2), **template()}


def with_outputs(size: int) -> Template:
    return {"Outputs": {f"O{index}": {} for index in range(size)}, **template()}


@pytest.mark.parametrize(
    ("made", "most", "says"),
    [
        (named, 255, "the logical ID of a resource would have 256 characters; CloudFormation accepts at most 255"),
        (several, 500, "the template would have 501 resources; CloudFormation accepts at most 500"),
        (with_outputs, 200, "the template would have 201 outputs; CloudFormation accepts at most 200"),
        (described, 1024, "the template's description would have 1025 bytes; CloudFormation accepts at most 1024"),
        (inline, 10240, f"{INLINE_POLICIES.what} would have 10241 characters; IAM accepts at most 10240"),
        (trust, 2048, "the trust policy of the role would have 2049 characters; IAM accepts at most 2048"),
        (policy, 20480, "the policy of the bucket would have 20481 bytes; S3 accepts at most 20480"),
    ],
)  # fmt: skip
def test_the_last_size_is_accepted_and_the_next_is_refused(made: Any, most: int, says: str) -> None:
    assert list(template_findings(made(most), "")) == []
    assert [finding.message for finding in template_findings(made(most + 1), "")] == [says]


@pytest.mark.parametrize(("text", "refused"), [("é" * 25_600, False), ("é" * 25_600 + "x", True)])
def test_a_template_is_measured_in_bytes(text: str, refused: bool) -> None:
    assert bool(list(template_findings(template(), text))) is refused


def test_what_a_function_returns_counts_as_little_as_it_may_have() -> None:
    long = "x" * 5000
    functions = [
        {"Ref": long},
        {"Fn::Sub": f"${{{long}}}"},
        {"Fn::Sub": [f"${{{long}}}", {}]},
        {"Fn::ImportValue": long},
    ]
    assert list(template_findings(template(Role=role(functions)), "")) == []


def test_the_paths_of_findings_lead_into_the_template() -> None:
    [found] = template_findings(inline(11_000), "")
    assert found.path == ("Resources", "Role", "Policies")


def test_the_name_of_a_stack_has_128_characters() -> None:
    assert problem(STACK_NAME, 128) is None
    assert (
        problem(STACK_NAME, 129)
        == "the name of the stack would have 129 characters; CloudFormation accepts at most 128"
    )
