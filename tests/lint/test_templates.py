"""Each template in bad/ has the one finding in its metadata, each in good/ has none, by all of cfn-lint's rules."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from beanstack.eb.rules import template_rules
from tests.lint.linted import Found, Linted, linted, run

HERE = Path(__file__).parent
BAD = sorted((HERE / "bad").iterdir())
GOOD = sorted((HERE / "good").iterdir())
FINDING = re.compile(r'"?Finding"?: "?([EWI][0-9]{4}) at ([0-9]+):([0-9]+)"?')
TIMEOUT = HERE / "bad" / "E9504-timeout-above-an-hour.yaml"


def named(files: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("file", files, ids=lambda file: file.name)


def expected(file: Path) -> Found:
    match = FINDING.search(file.read_text("utf-8"))
    assert match, f"{file.name} does not say what is wrong with it"
    return Found(match[1], int(match[2]), int(match[3]))


@pytest.fixture(scope="module")
def bad() -> Linted:
    return linted(BAD)


@pytest.fixture(scope="module")
def good() -> Linted:
    return linted(GOOD)


@named(BAD)
def test_a_bad_template_has_the_finding_that_it_names_and_no_other(file: Path, bad: Linted) -> None:
    assert bad.found[file.name] == [expected(file)]


@named(GOOD)
def test_a_good_template_has_no_finding(file: Path, good: Linted) -> None:
    assert good.found[file.name] == []


@named(BAD)
def test_a_bad_template_is_named_for_its_finding(file: Path) -> None:
    assert file.name.startswith(f"{expected(file).id}-")


def test_there_are_templates_in_both_formats() -> None:
    assert {file.suffix for file in BAD} == {".json", ".yaml"}
    assert {file.suffix for file in GOOD} == {".json", ".yaml"}


def test_every_rule_has_a_template_and_every_template_a_rule() -> None:
    assert {expected(file).id for file in BAD} == {rule.id for rule in template_rules().values()}


def test_the_exit_status_shows_the_worst_severity(bad: Linted, good: Linted) -> None:
    """https://github.com/aws-cloudformation/cfn-lint#exit-codes"""
    assert good.status == 0
    assert bad.status == 2 + 4 + 8


@pytest.mark.parametrize(("letter", "status"), [("E", 2), ("W", 4), ("I", 8)])
def test_the_exit_status_shows_each_severity(letter: str, status: int) -> None:
    file = next(file for file in BAD if file.name.startswith(letter))
    assert linted([file]).status == status


def test_informational_findings_are_shown_only_on_request() -> None:
    files = [str(file) for file in BAD if file.name.startswith("I")]
    done = run("--format", "json", "--template", *files)
    assert (done.returncode, json.loads(done.stdout), done.stderr) == (0, [], "")
    assert linted([HERE / "bad" / file for file in files]).status == 8


def test_the_warnings_of_these_rules_can_be_ignored_together() -> None:
    one_of_each = {expected(file).id: file for file in BAD}
    found = linted([*one_of_each.values()], "--ignore-checks", "W95").found
    left = {finding.id for findings in found.values() for finding in findings}
    assert left == {id_ for id_ in one_of_each if id_[0] != "W"}


def test_a_single_rule_can_be_ignored() -> None:
    assert linted([TIMEOUT], "--ignore-checks", "E9504") == Linted({TIMEOUT.name: []}, 0)


def test_the_metadata_of_a_resource_can_ignore_a_rule(tmp_path: Path) -> None:
    """https://github.com/aws-cloudformation/cfn-lint#resource-based-metadata"""
    file = HERE / "bad" / "E9504-branch-of-the-properties-of-two.yaml"
    directive = "    Metadata: {cfn-lint: {config: {ignore_checks: [E9504]}}}\n    Properties:\n"
    before, properties, after = file.read_text("utf-8").rpartition("    Properties:\n")
    ignored = tmp_path / "ignored.yaml"
    ignored.write_text(before + directive + after, "utf-8")
    other = tmp_path / "other.yaml"
    other.write_text((before + properties + after).replace("    Properties:\n", directive, 1), "utf-8")
    (finding,) = linted([file]).found[file.name]
    assert linted([ignored, other]).found == {ignored.name: [], other.name: [finding._replace(line=finding.line + 1)]}


def test_a_directive_on_an_environment_covers_the_default_of_a_parameter_that_it_uses(tmp_path: Path) -> None:
    text = (HERE / "bad" / "E9504-default-of-a-parameter.yaml").read_text("utf-8")
    file = tmp_path / "ignored.yaml"
    directive = "    Metadata: {cfn-lint: {config: {ignore_checks: [E9504]}}}\n    Properties:\n"
    file.write_text(text.replace("    Properties:\n", directive), "utf-8")
    assert linted([file]).found == {file.name: []}


def test_the_finding_is_the_same_in_yaml_and_in_json(bad: Linted, tmp_path: Path) -> None:
    """A JSON file is also YAML; and it may consist of a single line."""
    files = [file for file in BAD if file.suffix == ".json"]
    for file in files:
        (tmp_path / f"{file.stem}.yaml").write_bytes(file.read_bytes())
        (tmp_path / file.name).write_text(json.dumps(json.loads(file.read_text("utf-8"))), "utf-8")
    found = linted(sorted(tmp_path.iterdir())).found
    for file in files:
        assert found[f"{file.stem}.yaml"] == bad.found[file.name]
        assert [(place.id, place.line) for place in found[file.name]] == [(expected(file).id, 1)]


def test_a_template_may_come_from_the_standard_input() -> None:
    done = run("--format", "json", text=TIMEOUT.read_text("utf-8"))
    assert (done.returncode, done.stderr) == (2, "")
    (match,) = json.loads(done.stdout)
    assert (match["Rule"]["Id"], match["Location"]["Start"]["LineNumber"]) == ("E9504", expected(TIMEOUT).line)


def test_a_file_that_is_not_a_template_gets_only_errors_of_cfn_lint(tmp_path: Path) -> None:
    broken = (
        "",
        "{",
        "a: b: c",
        "- 1\n- 2",
        "Resources: [",
        "\t",
        "Resources: !Unknown {}",
        "42",
        "Resources: &a [*a]",
        "\0",
    )
    files = [tmp_path / f"{number}.yaml" for number in range(len(broken))]
    for file, text in zip(files, broken, strict=True):
        file.write_text(text, "utf-8")
    done = linted(files)
    assert done.status == 2
    for places in done.found.values():
        assert places
        assert {place.id for place in places} <= {"E0000", "E1001", "E3001"}
