"""The console script `beanstack`: its help, what it imports, and what it says of a mistake in the call."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from beanstack import __version__
from beanstack.cli import HEADINGS, VERBS

if TYPE_CHECKING:
    from tests.conftest import Project

BEANSTACK = Path(sys.executable).with_name("beanstack")
# What only a verb that does its work needs; each takes as long to import as the help takes to print.
SLOW = {"troposphere", "awacs", "pydantic", "jinja2", "botocore", "rich", "cfnlint"}

# Python imports a sitecustomize.py that it finds before all else.
MISSING = """\
import sys
class Finder:
    def find_spec(name, path=None, target=None):
        if name == {0!r}:
            raise ModuleNotFoundError("No module named " + name, name=name)
sys.meta_path.insert(0, Finder)
"""


def beanstack(*arguments: str, cwd: Path | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **variables}
    return subprocess.run(
        [BEANSTACK, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=60
    )


# Verbs of this machine, which would start or make something in any folder.
NEEDS_NO_FILE = {"init", "local-start", "local-stop", "run-stop", "venv"}


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]])
def test_without_arguments_it_lists_the_verbs_with_a_line_each(arguments: list[str]) -> None:
    done = beanstack(*arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert dict(re.findall(r"^  (\S+) +(\S.*)$", done.stdout, re.MULTILINE)) == {
        name: verb.summary for name, verb in VERBS.items()
    }
    headings = re.findall(r"^\S.*:$", done.stdout, re.MULTILINE)
    assert headings == list(HEADINGS.values())


def test_it_prints_its_version() -> None:
    done = beanstack("--version")
    assert (done.returncode, done.stdout) == (0, f"beanstack {__version__}\n")


@pytest.mark.parametrize("verb", VERBS)
def test_help_is_quick_and_ends_with_an_example_that_parses(verb: str, tmp_path: Path) -> None:
    done = beanstack(verb, "--help", COLUMNS="500", PYTHONPROFILEIMPORTTIME="1")
    assert done.returncode == 0
    assert SLOW & modules(done.stderr) == set()
    assert done.stdout.startswith(f"usage: beanstack {verb} ")
    label, _, example = done.stdout.splitlines()[-1].partition(": ")
    assert (label, example.split()[:2]) == ("example", ["beanstack", verb])
    if verb in NEEDS_NO_FILE:
        return
    tried = beanstack(*shlex.split(example)[1:], cwd=tmp_path)
    assert tried.returncode == 2  # the folder has none of the files, which is the only mistake
    assert tried.stderr
    assert "usage:" not in tried.stderr
    assert "Traceback" not in tried.stderr


def test_a_mistaken_verb_imports_nothing_that_is_slow() -> None:
    assert SLOW & modules(beanstack("nonsense", PYTHONPROFILEIMPORTTIME="1").stderr) == set()


def modules(imported: str) -> set[str]:
    """Return the modules that Python lists with PYTHONPROFILEIMPORTTIME."""
    found = {line.rpartition("|")[2].strip() for line in imported.splitlines()}
    assert "beanstack.cli" in found
    return found


@pytest.mark.parametrize(
    ("word", "advice"),
    [
        ("genrate", "did you mean 'generate'?"),
        ("rolback", "did you mean 'rollback'?"),
        ("publish", "`beanstack` lists the verbs"),
        ("--verbose", "`beanstack` lists the verbs"),
    ],
)
def test_an_unknown_verb_is_refused_with_the_one_that_is_similar(word: str, advice: str) -> None:
    done = beanstack(word)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"beanstack: unknown verb '{word}'; {advice}\n")


@pytest.mark.parametrize("arguments", [["generate", "--chekc"], ["lint"], ["follow"], ["wait", "--timeout", "soon"]])
def test_a_mistake_in_the_call_shows_the_usage(arguments: list[str], tmp_path: Path) -> None:
    done = beanstack(*arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"usage: beanstack {arguments[0]} ")


@pytest.mark.parametrize("arguments", ["", "--version", "generate --help", "lint --help", "plan --help"])
def test_a_closed_pipe_causes_no_traceback(arguments: str) -> None:
    command = f"{shlex.quote(str(BEANSTACK))} {arguments} | :"
    # Unbuffered, the first write fails; buffered, the one at the end does.
    for unbuffered in ("", "1"):
        environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
        done = subprocess.run(command, shell=True, env=environment, capture_output=True, text=True, check=False)
        assert (done.stdout, done.stderr) == ("", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("arguments", ["--help", "generate", "generate --check"])
def test_a_full_disk_behind_the_output_is_reported(arguments: str, project: Project) -> None:
    command = f"{shlex.quote(str(BEANSTACK))} {arguments} >/dev/full"
    for unbuffered in ("", "1"):
        environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
        done = subprocess.run(
            command, cwd=project.root, shell=True, env=environment, capture_output=True, text=True, check=False
        )
        said = "beanstack: standard output: No space left on device; the disk is full: free some space\n"
        assert (done.returncode, done.stderr) == (2, said)


def test_a_closed_output_causes_no_traceback(project: Project) -> None:
    command = f"{shlex.quote(str(BEANSTACK))} generate >&-"
    done = subprocess.run(command, cwd=project.root, shell=True, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_module_is_the_console_script() -> None:
    done = subprocess.run([sys.executable, "-m", "beanstack"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, beanstack().stdout)


@pytest.mark.parametrize(("verb", "package", "extra"), [("url", "botocore", "operate"), ("events", "rich", "operate")])
def test_a_missing_extra_is_named_with_the_command_that_installs_it(
    verb: str, package: str, extra: str, project: Project, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(MISSING.format(package))
    done = beanstack(verb, cwd=project.root, PYTHONPATH=str(tmp_path))
    install = f"pip install 'beanstack[{extra}]'"
    message = f"beanstack {verb} needs the package '{package}'; install it with: {install}\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", message)
