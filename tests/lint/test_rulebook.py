"""The rules for templates in the facts: each has a description, and an example in which it finds something."""

from __future__ import annotations

import json
import subprocess
import sys
from textwrap import indent
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from cfnlint.core import get_rules
from cfnlint.decode import decode_str
from cfnlint.template import Template

from beanstack.eb import FACTS
from beanstack.eb.branches import platforms
from beanstack.eb.findings import Finding
from beanstack.eb.options.catalogue import facts
from beanstack.eb.rules import EVIDENCE, Kind, bundle_rules, template_rules
from beanstack.lint.rules import _match
from beanstack.lint.rules.places import Places
from beanstack.lint.rules.template import template_findings
from tests.conftest import PROJECT

if TYPE_CHECKING:
    from beanstack.eb.options.catalogue import Constraint
    from beanstack.eb.rules import Rule

RULES = template_rules().values()
CASES: dict[str, dict[str, Any]] = yaml.safe_load((PROJECT / "tests/eb/options/constraints.yaml").read_text("utf-8"))
IDS = [rule.id for rule in RULES]
SHORTENED = {"<5,000 characters>": "x" * 5000}
ARN = "arn:aws:elasticbeanstalk:us-east-1::platform/"
PLATFORMS = {branch.id: f"{ARN}{branch.name}/1.0.0" for branch in platforms().branches}
ENVIRONMENT = """\
Resources:
  Environment:
    Type: AWS::ElasticBeanstalk::Environment
    Properties:
      ApplicationName: shop
"""


def template(rule: Rule) -> Template:
    """Return the example as a whole template."""
    text = f"{rule.example}\n"
    for short, whole in SHORTENED.items():
        text = text.replace(short, whole)
    whole = text if text.startswith("Resources:") else ENVIRONMENT + indent(text, " " * 6)
    decoded, problems = decode_str(whole)
    assert not problems
    return Template(None, decoded, ["us-east-1"])


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_a_rule_finds_something_in_its_example(rule: Rule) -> None:
    assert rule.id in {found.id for found in template_findings(template(rule))}


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_an_error_rests_on_more_than_an_inference(rule: Rule) -> None:
    """Of an option with two values, one is lost whatever Elastic Beanstalk does, so E9511 needs no answer of it."""
    assert rule.evidence
    assert rule.evidence != ("inferred",) or rule.severity != "error" or rule.id == "E9511"
    assert set(rule.evidence) <= set(EVIDENCE)


def test_a_rule_between_options_says_how_it_is_known() -> None:
    for fact in json.loads((FACTS / "options.json").read_text("utf-8"))["constraints"]:
        assert set(fact["evidence"]) <= set(EVIDENCE), fact["id"]
        assert fact["severity"] != "error" or set(fact["evidence"]) != {"inferred"}, fact["id"]


def test_a_rule_without_evidence_of_its_own_has_that_of_its_page() -> None:
    known = {rule.name: rule.known_from for rule in bundle_rules().values()}
    assert known["secret-arn"] == "AWS's documentation"
    assert known["version-as-text"] == "a public report"
    assert known["yaml11-value"] == "documentation of the software"


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_a_rule_is_described_and_has_a_source(rule: Rule) -> None:
    assert rule.description.endswith(".")
    assert rule.page.startswith(("https://docs.aws.amazon.com/", "https://github.com/aws"))


def test_the_rules_are_listed_once_and_in_order() -> None:
    assert sorted(IDS, key=lambda id_: (id_[1:], "EWI".index(id_[0]))) == IDS
    assert len({*IDS}) == len(IDS)


def test_every_kind_of_finding_in_a_template_has_a_rule() -> None:
    """Only the rules on files of the bundle do not apply to templates."""
    assert {rule.kind for rule in RULES} == {*Kind} - {Kind.FILE}


IN_TEMPLATES = [constraint for constraint in facts().constraints if constraint.kind is not Kind.FILE]


@pytest.mark.parametrize("constraint", IN_TEMPLATES, ids=lambda constraint: constraint.id)
def test_every_rule_between_options_is_reported_by_cfn_lint(constraint: Constraint) -> None:
    """A missing option is not an error: it may be set outside the template."""
    case = CASES[constraint.id]
    parts = ("Namespace", "OptionName", "Value", "ResourceName")
    around = case.get("fires_in", {})
    tier = {"web": "WebServer", "worker": "Worker"}[around.get("tier", "web")]
    given = [
        [*setting[:2], "x" * 5000 if setting[2] == "LONG" else setting[2], *setting[3:]] for setting in case["fires"]
    ]
    properties = {
        "ApplicationName": "shop",
        "Tier": {"Name": tier},
        "PlatformArn": PLATFORMS[around.get("platform", "ecs-al2023")],
        "OptionSettings": [dict(zip(parts, setting, strict=False)) for setting in given],
    }
    environment = {"Type": "AWS::ElasticBeanstalk::Environment", "Properties": properties}
    found = template_findings(Template(None, {"Resources": {"Environment": environment}}, ["us-east-1"]))
    assert {finding.id for finding in found} <= {*IDS}
    reported = [finding.id for finding in found if finding.message.startswith(constraint.why.rstrip("."))]
    assert [Kind(int(id_[1:])) for id_ in reported] == [constraint.kind]


def test_cfn_lint_loads_all_rules() -> None:
    rules = get_rules(["beanstack.lint.rules"], [], ["E", "W", "I"])
    assert {rule.id for rule in rules.all_rules.values() if "elasticbeanstalk" in rule.tags} == {*IDS}
    assert rules.all_rules["E9504"].severity == "error"
    assert rules.all_rules["W9518"].source_url.startswith("https://docs.aws.amazon.com/elasticbeanstalk/")


def test_the_linter_of_bundles_does_not_import_cfn_lint() -> None:
    seed = str(PROJECT / "tests/lint/bundles/seed")
    code = f"import sys; from beanstack.lint.__main__ import main; main([{seed!r}]); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert "beanstack.lint.bundles" in done.stdout
    assert "cfnlint" not in done.stdout


def test_a_name_in_a_message_is_escaped() -> None:
    finding = Finding(("Resources", "E", "Properties"), "\u202eA_PASSWORD is in plain text", template_rules()["W9517"])
    assert _match(finding, Places("missing.yaml")).message == r"\u202eA_PASSWORD is in plain text"
