"""Whole bundles: the mistakes in the seed, no findings in good ones, and a test for every rule."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from beanstack.eb.rules import bundle_rules
from beanstack.lint.bundles.linter import bundle_findings
from tests.conftest import PROJECT

HERE = Path(__file__).parent
SEED = HERE / "bundles/seed"
GOOD = sorted((HERE / "bundles/good").iterdir())


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_generated_bundles_have_no_findings(environment: str, pristine: Path) -> None:
    assert bundle_findings(pristine / "bundle/todobackend" / environment) == []


@pytest.mark.parametrize("bundle", GOOD, ids=[path.name for path in GOOD])
def test_a_good_bundle_has_no_findings(bundle: Path) -> None:
    found = [finding for finding in bundle_findings(bundle) if finding.severity != "informational"]
    assert found == []


def test_no_good_bundle_is_empty() -> None:
    assert [path.name for path in GOOD if not any(path.rglob("*.*"))] == []


def test_the_mistakes_in_the_seed_are_reported() -> None:
    """The seed is the bundle of a book chapter, unchanged, with which Beanstack began."""
    found = [
        (finding.place.file.removeprefix(f"{SEED}/"), finding.id, finding.place.line, finding.place.column)
        for finding in bundle_findings(SEED)
    ]
    assert found == [
        (".ebextensions/init.config", "W9692", 15, 14),
        (".ebextensions/init.config", "W9694", 17, 74),
        (".ebextensions/init.config", "W9694", 22, 51),
        ("Dockerrun.aws.json", "W9677", 6, 30),
        ("Dockerrun.aws.json", "W9677", 10, 30),
        ("Dockerrun.aws.json", "W9676", 16, 16),
        ("Dockerrun.aws.json", "W9676", 33, 16),
        ("Dockerrun.aws.json", "W9658", 35, 28),
    ]


def test_every_rule_has_a_test_and_a_place_in_the_code() -> None:
    # Those on containers are tested where they are judged, by name.
    tests = "".join(path.read_text("utf-8") for path in (PROJECT / "tests").rglob("*.py"))
    untested = [
        rule for rule in bundle_rules().values() if f'"{rule.id}"' not in tests and f'"{rule.name}"' not in tests
    ]
    assert untested == []
    folders = [PROJECT / "beanstack" / name for name in ("lint/bundles", "eb", "text")]
    code = "".join(path.read_text("utf-8") for folder in folders for path in folder.rglob("*.py"))
    assert [name for name in bundle_rules() if f'"{name}"' not in code] == []


def test_the_rules_are_in_order_and_well_formed() -> None:
    ids = [rule.id for rule in bundle_rules().values()]
    assert all(re.fullmatch(r"[EWI]9[68]\d\d", found) for found in ids)
    assert [found[1:] for found in ids] == sorted({found[1:] for found in ids})
    assert all(rule.page.startswith("https://") and rule.description.endswith(".") for rule in bundle_rules().values())


def test_a_config_file_in_json_is_checked_like_yaml(tmp_path: Path) -> None:
    (tmp_path / ".ebextensions").mkdir()
    (tmp_path / ".ebextensions/a.config").write_text('{"container_commands": {"a": {"comand": "ls"}}}')
    found = {(finding.id, finding.place.column, finding.allowed) for finding in bundle_findings(tmp_path)}
    assert found == {("W9640", 31, "did you mean 'command'?"), ("E9641", 30, "")}
