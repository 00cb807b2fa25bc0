"""Random templates: whatever they contain, the rules report findings and never fail."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cfnlint.decode import decode
from cfnlint.template import Template
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from beanstack.eb.rules import template_rules
from beanstack.lint import rules
from beanstack.lint.rules.scenarios import Scenarios
from beanstack.lint.rules.template import SCENARIOS, template_findings
from tests.lint.any_template import ENVIRONMENT, templates

if TYPE_CHECKING:
    from cfnlint.rules import RuleMatch

LARGE = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def parsed(template: dict[str, Any], filename: str | None = None) -> Template:
    """Return a template as cfn-lint passes it to rules; skip one on which cfn-lint itself fails."""
    try:
        return Template(filename, template, ["us-east-1"])
    except Exception:
        assume(False)
        raise


def exists(template: dict[str, Any], path: tuple[str | int, ...]) -> bool:
    value: Any = template
    for key in path:
        if not (key in value if isinstance(value, dict) else isinstance(value, list) and 0 <= int(key) < len(value)):
            return False
        value = value[key]
    return True


@given(templates)
@LARGE
def test_no_template_breaks_the_rules(template: dict[str, Any]) -> None:
    cfn = parsed(template)
    found = template_findings(cfn)
    assert template_findings(cfn) == found
    assert template_findings(parsed(template)) == found
    for finding in found:
        assert finding.path[0] == "Resources"
        assert len(finding.path) >= 2
        assert exists(template, finding.path)
        assert all(exists(template, source) for source in finding.also)
        assert finding.message
    assert {finding.id for finding in found} <= {rule.id for rule in template_rules().values()}


def matches(cfn: Template) -> list[RuleMatch]:
    return [match for rule in template_rules().values() for match in getattr(rules, rule.id)().match(cfn)]


@given(templates)
@settings(LARGE, max_examples=30)
def test_no_text_of_a_template_breaks_the_rules(template: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "template.json"
        file.write_text(json.dumps(template, default=str), "utf-8")
        read, _ = decode(str(file))
        if isinstance(read, dict):
            for match in matches(parsed(read, str(file))):
                assert match.path[0] == "Resources"


SETTING = {"Namespace": "aws:elasticbeanstalk:command", "OptionName": "Timeout", "Value": "7200"}
FOUND = {"Type": ENVIRONMENT, "Properties": {"OptionSettings": [SETTING]}}


@pytest.mark.parametrize(
    "template",
    [
        {"Conditions": {"A": {"Condition": "A"}}, "Resources": {"E": {**FOUND, "Condition": "A"}}},
        {"Conditions": {"A": {"Fn::Not": [{"Condition": "A"}]}}, "Resources": {"E": {**FOUND, "Condition": "A"}}},
        {"Conditions": {"A": {"Fn::Not": [{"Condition": "B"}]}, "B": {"Condition": "A"}}, "Resources": {"E": FOUND}},
        {"Conditions": [], "Parameters": 1, "Mappings": None, "Resources": {"E": {**FOUND, "Condition": {"Ref": "A"}}}},
        {"Resources": {"E": {**FOUND, "Condition": ["A"]}, "F": None, "G": [], "H": {"Type": None}}},
        {"Parameters": {"P": {"Type": "String", "AllowedValues": 5, "Default": {}}}, "Resources": {"E": FOUND}},
        {"Resources": {"E": {"Type": ENVIRONMENT, "Properties": {"TemplateName": {"Ref": "E"}}}}},
        {"Resources": {"E": {"Type": ENVIRONMENT, "Properties": {"Ref": "AWS::NoValue"}}}},
        {"Resources": {"E": {"Type": ENVIRONMENT, "Properties": {"OptionSettings": {"Ref": "AWS::NoValue"}}}}},
    ],
    ids=str,
)
def test_odd_templates_do_not_break_the_rules(template: dict[str, Any]) -> None:
    assert {finding.id for finding in template_findings(Template(None, template, ["us-east-1"]))} <= {"E9504"}


@pytest.mark.parametrize(
    "conditions",
    [
        {f"C{i}": {"Fn::Equals": [{"Ref": f"P{i}"}, "1"]} for i in range(12)},
        {f"C{i}": {"Fn::Equals": [{"Ref": "P0"}, str(i)]} for i in range(12)},
        {f"C{i}": {"Fn::Not": [{"Condition": f"C{i - 1}"}]} if i else {"Fn::Equals": [1, 1]} for i in range(12)},
    ],
    ids=["of their own", "exclusive", "contrary"],
)
def test_only_a_limited_number_of_possibilities_is_checked(conditions: dict[str, Any]) -> None:
    """Of 30 parameters with 50 allowed values each and 12 conditions, not all combinations are checked."""
    environment_properties = "aws:elasticbeanstalk:application:environment"
    given = [
        {
            "Namespace": environment_properties,
            "OptionName": f"SIZE_{i}",
            "Value": {"Fn::If": [f"C{i % 12}", {"Ref": f"P{i}"}, ""]},
        }
        for i in range(30)
    ]
    values = [str(value) for value in range(50)]
    cfn = Template(
        None,
        {
            "Parameters": {f"P{i}": {"Type": "String", "Default": "1", "AllowedValues": values} for i in range(30)},
            "Conditions": conditions,
            "Resources": {"E": {"Type": ENVIRONMENT, "Properties": {"OptionSettings": [SETTING, *given]}}},
        },
        ["us-east-1"],
    )
    assert len([*Scenarios(cfn).of(cfn.template["Resources"]["E"], SCENARIOS)]) == SCENARIOS
    assert [finding.id for finding in template_findings(cfn)] == ["E9504"]


@given(st.text(alphabet="ab:-[]{}!&*|>\"'#%,?\n\t ", max_size=40) | st.binary(max_size=20).map(str))
@settings(LARGE, max_examples=30)
def test_no_text_at_all_breaks_the_rules(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "template.yaml"
        file.write_text(f"Resources:\n  A:\n    Type: {ENVIRONMENT}\n    Properties: {text}\n", "utf-8")
        read, _ = decode(str(file))
        if isinstance(read, dict):
            matches(parsed(read, str(file)))
