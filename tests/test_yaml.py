"""What is committed reads back to what troposphere made, whatever the values are."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from troposphere import Base64, GetAtt, ImportValue, Join, Output, Parameter, Ref, Select, Sub, Tags, Template, s3

from beanstack import stacks
from beanstack.yaml import text

if TYPE_CHECKING:
    from tests.conftest import Configured

KEY = f"{'0' * 64}.zip"
TRICKY = [
    "",
    " ",
    "it's",
    "''",
    '"quoted"',
    "a: b",
    "a #b",
    "#",
    "no",
    "Yes",
    "null",
    "~",
    "012",
    "1e3",
    "0x1F",
    "1:30",
    "2024-01-01",
    "=",
    "<<",
    "*anchor",
    "&anchor",
    "!tag",
    "- item",
    "{a: b}",
    "%",
    "@",
    "`",
    "\\n",
    "a\nb",
    "a\n\n  b\n",
    "\ttab",
    " spaces ",
    "trailing:",
    "grüße",
    "日本語",
    "😀",
    "\u00a0",
    "\u0085",
    "\ufeffx",
    "${AWS::Region}",
    "{{resolve:x}}",
    "long " * 400,
]


class Reader(yaml.CSafeLoader):
    """A loader that reads CloudFormation's short functions as the long ones."""


def _long(reader: Reader, name: str, node: yaml.Node) -> dict[str, Any]:
    key = name if name in ("Ref", "Condition") else f"Fn::{name}"
    if isinstance(node, yaml.ScalarNode):
        value: Any = reader.construct_scalar(node)
        return {key: value.split(".", 1) if name == "GetAtt" else value}
    assert isinstance(node, yaml.SequenceNode)
    return {key: reader.construct_sequence(node, deep=True)}


Reader.add_multi_constructor("!", _long)


def read(written: str) -> Any:
    return yaml.load(written, Reader)


def bucket(**properties: Any) -> Template:
    template = Template(Description="A bucket")
    template.add_resource(s3.Bucket("Bucket", **properties))
    return template


def expected(template: Template) -> dict[str, Any]:
    return {"AWSTemplateFormatVersion": "2010-09-09", **template.to_dict()}


@pytest.mark.parametrize("kind", ["application", "network", "classic", "none"])
@pytest.mark.parametrize("database", ["null", "{engine: mysql}"])
def test_both_stacks_read_back_to_what_they_are(shop: Configured, kind: str, database: str) -> None:
    settings = """\
execution_role_arn: arn:aws:iam::111111111111:role/reader
properties: {A: "it's: #1", B: "no", C: "012", D: "😀"}
tags: {team: "yes"}
"""
    application = shop(f"{settings}load_balancer: {{type: {kind}}}\ndatabase: {database}")
    for template in (
        stacks.application_stack(application),
        stacks.environment_stack(application, application.environments["dev"], KEY),
    ):
        assert read(text(template, "config/shop.yaml")) == expected(template)


@pytest.mark.parametrize("value", TRICKY)
def test_a_tricky_value_survives(value: str) -> None:
    template = bucket(Tags=Tags({"key": value}), BucketName=Sub(value), DeletionPolicy=value)
    template.set_metadata({value: value})
    assert read(text(template, "config/shop.yaml")) == expected(template)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_value_survives(value: str) -> None:
    template = bucket(Tags=Tags({"key": value}))
    template.set_metadata({value: [value, {value: Sub(value, A=Ref("B"))}]})
    written = text(template, "config/shop.yaml")
    assert read(written.encode().decode()) == expected(template)


@pytest.mark.parametrize(
    "function",
    [
        Ref("AWS::Region"),
        Sub("it's ${A}: #b"),
        Sub("${A}", A=Ref("B")),
        GetAtt("Bucket", "Arn"),
        GetAtt("Bucket", "Outputs.Arn"),
        Join("-", ["a", Ref("B"), Join("", [])]),
        Select(0, ["a", "b"]),
        ImportValue("shop-Bucket"),
        ImportValue(Sub("${A}-Bucket")),
        Base64(Join("", ["a", Ref("B")])),
    ],
)
def test_every_shape_of_a_function_survives(function: Any) -> None:
    template = bucket(BucketName=function)
    assert read(text(template, "config/shop.yaml")) == expected(template)


def test_the_template_is_written_for_reviewers() -> None:
    template = bucket(
        BucketName=Sub("${AWS::Region}-012"),
        Tags=Tags({"on": "no"}),
        DeletionPolicy="Retain",
        UpdateReplacePolicy="Retain",
        DependsOn="Other",
    )
    template.add_output(Output("Name", Value=Ref("Bucket")))
    template.add_output(Output("Other", Value=ImportValue("x")))
    template.set_metadata({"Beanstack": {"Stack": "shop"}})
    written = """\
        # Generated from config/shop.yaml by generate.py; do not edit.
        AWSTemplateFormatVersion: '2010-09-09'
        Description: 'A bucket'
        Metadata:
          Beanstack:
            Stack: 'shop'
        Resources:
          Bucket:
            Type: 'AWS::S3::Bucket'
            DeletionPolicy: 'Retain'
            UpdateReplacePolicy: 'Retain'
            DependsOn: 'Other'
            Properties:
              BucketName: !Sub '${AWS::Region}-012'
              Tags:
              - Key: 'on'
                Value: 'no'
        Outputs:
          Name:
            Value: !Ref Bucket
          Other:
            Value: !ImportValue x
        """
    assert text(template, "config/shop.yaml") == dedent(written)


def test_nothing_that_troposphere_made_is_lost() -> None:
    template = bucket(Condition="Wanted", Metadata={"a": "b"})
    template.add_parameter(Parameter("Size", Type="String"))
    template.add_condition("Wanted", {"Fn::Equals": [Ref("Size"), "big"]})
    template.add_mapping("Map", {"a": {"b": "c"}})
    written = text(template, "config/shop.yaml")
    assert read(written) == expected(template)


def test_a_long_value_stays_on_its_line() -> None:
    template = bucket()
    template.set_description(" ".join(["word"] * 200))
    lines = text(template, "config/shop.yaml").splitlines()
    assert max(map(len, lines)) > 990
