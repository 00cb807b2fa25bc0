"""`beanstack lint`: what it prints, in which form, and its exit status."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from beanstack.lint.__main__ import main
from tests.conftest import PROJECT

if TYPE_CHECKING:
    from pathlib import Path

SEED = str(PROJECT / "tests/lint/bundles/seed")


@pytest.fixture(scope="session")
def good(pristine: Path) -> str:
    """A bundle without any finding."""
    return str(pristine / "bundle/todobackend/dev")


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    """A bundle with one error, one warning and a note."""
    (tmp_path / ".ebextensions").mkdir()
    text = "container_commands:\n  a:\n    command: sudo ls >> /x\nfile: {}\n"
    (tmp_path / ".ebextensions/a.config").write_text(text)
    return tmp_path


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(arguments)
    return status, *capsys.readouterr()


def test_a_good_bundle_prints_nothing(good: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, good) == (0, "", "")


def test_each_finding_is_a_line_that_editors_understand(bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = printed(capsys, str(bad))
    assert (status, err) == (1, "1 error, 1 warning, 1 note\n")
    file = f"{bad}/.ebextensions/a.config"
    assert out.splitlines() == [
        f"{file}:3:14: informational I9695: `sudo` is unnecessary: EB runs commands as root",
        f"{file}:3:22: warning W9694: appends to '/x': the file grows at every deployment"
        " (write a new file and move it)",
        f"{file}:4:1: error E9683: unknown key 'file' (did you mean 'files'?)",
    ]


@pytest.mark.parametrize(
    ("fail_on", "more", "status"),
    [
        ("error", [SEED], 0),
        ("warning", [SEED], 1),
        ("informational", [SEED], 1),
        ("informational", [], 0),
    ],
)
def test_the_exit_status_depends_on_the_worst_severity(
    fail_on: str, more: list[str], status: int, good: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert printed(capsys, "--fail-on", fail_on, good, *more)[0] == status


def test_a_path_that_does_not_exist_is_a_mistake(good: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, good, "nowhere") == (2, "", "beanstack lint: nowhere: no such folder, zip or file\n")


def test_an_unknown_format_is_a_mistake() -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["--format", "xml", SEED])


def test_a_single_file_is_checked(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = printed(capsys, f"{SEED}/.ebextensions/init.config", f"{SEED}/Dockerrun.aws.json")
    assert status == 0
    assert [line.removeprefix(SEED)[:30] for line in out.splitlines()][0::5] == [
        "/.ebextensions/init.config:15:",
        "/Dockerrun.aws.json:16:16: war",
    ]


def test_json_contains_the_findings_of_the_text(bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, err = printed(capsys, "--format", "json", str(bad))
    assert err == ""
    assert json.loads(out)[2] == {
        "id": "E9683",
        "rule": "unknown-section",
        "severity": "error",
        "message": "unknown key 'file'",
        "allowed": "did you mean 'files'?",
        "file": f"{bad}/.ebextensions/a.config",
        "line": 4,
        "column": 1,
    }


def test_json_of_a_good_bundle_is_an_empty_list(good: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, "--format", "json", good) == (0, "[]\n", "")


def test_sarif_is_what_code_scanning_reads(bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = printed(capsys, "--format", "sarif", str(bad))
    sarif: Any = json.loads(out)
    [run] = sarif["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert sarif["version"] == "2.1.0"
    assert [result["level"] for result in run["results"]] == ["note", "warning", "error"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    place = run["results"][2]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == f"file://{bad}/.ebextensions/a.config"
    assert place["region"] == {"startLine": 4, "startColumn": 1}


def test_a_name_cannot_move_the_cursor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "\x1b[2J.ebextensions" / ".ebextensions"
    folder.mkdir(parents=True)
    (folder / "a.config").write_text('"\\e[2J": {}')
    for form in ("text", "json", "sarif"):
        assert "\x1b" not in printed(capsys, "--format", form, str(tmp_path))[1]


@pytest.mark.parametrize(("variable", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_only_a_terminal_without_no_color_gets_colours(variable: dict[str, str], coloured: bool, bad: Path) -> None:
    ours, theirs = pty.openpty()
    plain = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    command = [sys.executable, "-m", "beanstack.lint", str(bad)]
    subprocess.run(command, stdout=theirs, stderr=subprocess.DEVNULL, env=plain | variable, cwd=PROJECT, check=False)
    os.close(theirs)
    assert ("\x1b[31merror E9683\x1b[0m" in os.read(ours, 10_000).decode()) is coloured


def test_no_slow_module_is_imported() -> None:
    code = f"import sys; from beanstack.lint.__main__ import main; main([{SEED!r}]); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    slow = {"cfnlint", "troposphere", "pydantic", "jinja2", "awacs", "boto3"}
    assert slow & set(done.stdout.splitlines()[-1].split()) == set()


def test_a_closed_pipe_causes_no_traceback() -> None:
    command = f"{sys.executable} -m beanstack.lint --format sarif {SEED} | head -1"
    done = subprocess.run(command, shell=True, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("{\n", "")
