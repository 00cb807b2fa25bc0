"""generate.py from the command line: what it says, what `--check` finds, and that a mistake changes nothing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.conftest import HELD, MINIMAL, assert_refused, snapshot

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Project

DEV = "output/todobackend/dev.yaml"
CONFIG = "config/todobackend.yaml"


def test_a_check_finds_nothing_right_after_generation(project: Project) -> None:
    before = snapshot(project)
    done = project.generate("--check")
    assert (done.returncode, done.stderr) == (0, "")
    assert snapshot(project) == before


def test_an_edit_is_shown_as_a_unified_diff(project: Project) -> None:
    text = (project.root / DEV).read_text("utf-8")
    project.write(DEV, text.replace("Elastic Beanstalk environment", "Elastic Beanstalk Umgebung für alle"))
    before = snapshot(project)
    done = project.generate("--check")
    assert done.returncode == 1
    assert done.stdout.startswith(f"--- a/{DEV}\n+++ b/{DEV}\n@@ -1,6 +1,6 @@\n")
    assert "-Description: 'Elastic Beanstalk Umgebung für alle todobackend-dev'\n" in done.stdout
    assert "+Description: 'Elastic Beanstalk environment todobackend-dev'\n" in done.stdout
    assert done.stderr == "files that differ from config/: 1; run `make generate`\n"
    assert snapshot(project) == before


def test_a_deleted_file_is_shown_in_full(project: Project) -> None:
    (project.root / DEV).unlink()
    done = project.generate("--check")
    assert done.returncode == 1
    assert done.stdout.startswith(f"--- /dev/null\n+++ b/{DEV}\n@@ -0,0 +1,")


@pytest.mark.parametrize(
    ("path", "content", "shown"),
    [
        ("output/todobackend/old.yaml", "a\nb", "@@ -1,2 +0,0 @@\n-a\n-b\n\\ No newline at end of file\n"),
        ("output/gone/dev.yaml", "a\n", "@@ -1 +0,0 @@\n-a\n"),
        ("bundle/todobackend/dev/.hidden", b"", ""),
        ("bundle/notes.txt", b"\xff\n", "@@ -1 +0,0 @@\n-\ufffd\n"),
        ("output/old.md", "a\r\n", "@@ -1 +0,0 @@\n-a\\r\n"),
    ],
)
def test_an_unexpected_file_is_shown_in_full(project: Project, path: str, content: str | bytes, shown: str) -> None:
    project.write(path, content)
    done = project.generate("--check")
    assert done.returncode == 1
    assert done.stdout == f"--- a/{path}\n+++ /dev/null\n{shown}"


@pytest.mark.parametrize("path", [DEV, "bundle/todobackend/dev/bin", "output"])
def test_a_link_differs_even_from_a_file_with_the_same_content(project: Project, tmp_path: Path, path: str) -> None:
    moved = (project.root / path).rename(tmp_path / "moved")
    (project.root / path).symlink_to(moved)
    done = project.generate("--check")
    assert done.returncode == 1
    assert f"--- a/{path}\n" in done.stdout
    assert "-(a link, or something else that is not a regular file)\n" in done.stdout


def test_a_difference_that_no_line_shows_is_reported(project: Project) -> None:
    project.write("templates/logo.png", b"\xff")
    project.generate()
    project.write("bundle/todobackend/dev/logo.png", b"\xfe")
    done = project.generate("--check")
    path = "bundle/todobackend/dev/logo.png"
    assert (done.returncode, done.stdout) == (1, f"--- a/{path}\n+++ b/{path}\n")


def test_a_diff_can_be_shown_where_letters_are_missing(project: Project) -> None:
    project.write(DEV, "für alle 😀\n")
    done = project.generate("--check", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert done.returncode == 1
    assert "-f\\xfcr alle \\U0001f600\n" in done.stdout


def test_a_closed_pipe_is_not_an_error(project: Project) -> None:
    project.write(DEV, "by hand\n" * 100_000)
    command = ["sh", "-c", '"$@" | head -n 1', "sh", sys.executable, "generate.py", "--check"]
    done = subprocess.run(command, cwd=project.root, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == (f"--- a/{DEV}\n", "")


def test_a_named_configuration_touches_its_own_application_only(project: Project) -> None:
    project.write("config/shop.yaml", MINIMAL)
    project.write(DEV, "edited")
    project.write("output/stale/dev.yaml", "stale")
    before = snapshot(project)
    assert project.generate("config/shop.yaml").stdout == "shop: 8 files, 8 written\n"
    after = snapshot(project)
    assert {path: after[path] for path in before} == before
    assert {path.split("/")[1] for path in after.keys() - before.keys()} == {"shop"}
    assert project.generate("--check", "config/shop.yaml").returncode == 0
    assert project.generate("--check", CONFIG).returncode == 1
    assert project.generate().stdout == "shop, todobackend: 23 files, 1 written, 1 removed\n"
    assert project.generate("--check").returncode == 0


def test_a_configuration_named_twice_counts_once(project: Project) -> None:
    done = project.generate(CONFIG, f"./config/../{CONFIG}", project.root / CONFIG, "--check")
    assert (done.returncode, done.stdout) == (0, "todobackend: 14 files are up to date\n")


def test_warnings_are_reported_and_do_not_fail(project: Project) -> None:
    project.write("config/shop.yaml", f"{MINIMAL}    volumes: {{unused: {{}}}}\n")
    done = project.generate()
    assert (done.returncode, done.stdout) == (0, "shop, todobackend: 23 files, 8 written\n")
    assert done.stderr.startswith("warning: config/shop.yaml:9:15: ")
    assert len(done.stderr.splitlines()) == 1


def test_one_mistake_refuses_all_and_changes_nothing(project: Project) -> None:
    project.write("config/shop.yaml", MINIMAL.replace("memory: 64", "memory: 64, privileged: perhaps"))
    project.write(CONFIG, (project.root / CONFIG).read_text("utf-8").replace("1.0.0", "1.0.1"))
    project.write("output/stale.yaml", "stale")
    assert_refused(project, says="config/shop.yaml:6:")
    assert_refused(project, "--check", says="config/shop.yaml:6:")
    assert_refused(project, CONFIG, "config/shop.yaml", says="config/shop.yaml:6:")


def test_every_mistake_of_every_file_is_reported_in_one_run(project: Project) -> None:
    project.write("config/shop.yaml", MINIMAL.replace("memory: 64", "memory: 1"))
    project.write("config/mill.yaml", MINIMAL.replace("application: shop", "application: mill\ncolour: red"))
    lines = project.generate().stderr.splitlines()
    assert [line.partition(": ")[0] for line in lines] == ["config/mill.yaml:2:1", "config/shop.yaml:6:40"]


@pytest.mark.parametrize(
    ("path", "named"),
    [
        *(("bundle", []), ("output", [])),
        *(("bundle", [CONFIG]), ("output", [CONFIG]), ("output/todobackend", [CONFIG]), ("output", ["--check"])),
    ],
)
def test_a_file_in_a_folders_place_is_an_error(project: Project, path: str, named: list[str]) -> None:
    project.write(CONFIG, (project.root / CONFIG).read_text("utf-8").replace("1.0.0", "1.0.1"))
    shutil.rmtree(project.root / path)
    project.write(path, "a file")
    assert_refused(project, *named, says=f"{path}: Not a directory")
    assert (project.root / path).read_text() == "a file"


def test_a_file_that_cannot_be_read_is_an_error(project: Project) -> None:
    (project.root / DEV).chmod(0)
    done = project.generate(prefix=HELD)
    advice = "you may not read the file: `chmod u+r` it, or remove it"
    assert (done.returncode, done.stderr) == (2, f"{project.root / DEV}: Permission denied; {advice}\n")
