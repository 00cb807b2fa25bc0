"""A project of one's own: docs/tutorial.md as it is written, from the wheel to a second environment, then an upgrade.

`make` installs the project's requirements.txt from the package index that pip is configured with.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import PROJECT, Project
from tests.test_wheel import build, copy_source, wheel  # noqa: F401 - a fixture is among them

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXT = (PROJECT / "docs/tutorial.md").read_text("utf-8")
BLOCK = re.compile(r"^```(sh|yaml|text)\n(.*?)^```", re.MULTILINE | re.DOTALL)
VARIABLES = {
    "ENGINE": "none",  # whose health is good at once; containers are another test's concern
    **{f"GIT_{who}_{what}": "a@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
}


class Tutorial:
    """What the tutorial does, in a folder that holds the wheel and nothing else."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.printed = ""  # by the last commands
        self.all = ""

    def run(self, commands: str) -> None:
        """Run commands, each of which must succeed; the next ones begin in the folder where these end."""
        script = f"{commands}pwd > '{self.folder}/where'\n"
        at = (self.folder / "where").read_text().strip() if (self.folder / "where").exists() else self.folder
        environment = {**os.environ, **VARIABLES}
        if "make release" in commands:
            environment["ALLOW"] = "unknown-architecture"  # no registry is needed
        done = subprocess.run(
            ["sh", "-e", "-c", script],
            cwd=at,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=900,
        )
        assert done.returncode == 0, commands + done.stdout + done.stderr
        self.printed = done.stdout
        self.all += done.stdout
        for name in (".venv-localaws", ".venv-compose"):  # as they would be made, which takes a minute
            link = self.folder / "shop" / name
            if link.parent.exists() and not link.is_symlink():
                link.symlink_to(PROJECT / name)

    def edit(self, line: str) -> None:
        """Put a line in the place of the one in config/ that has the same key."""
        path = self.folder / "shop/config/shop.yaml"
        key = re.escape(line.partition(":")[0])
        text, edits = re.subn(rf"^{key}:.*\n", line, path.read_text("utf-8"), flags=re.MULTILINE)
        assert edits == 1
        path.write_text(text, "utf-8")


@pytest.fixture(scope="module")
def tutorial(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tutorial]:  # noqa: F811
    """Do all that the tutorial says, up to the end of the local AWS."""
    done = Tutorial(tmp_path_factory.mktemp("tutorial"))
    shutil.copy(wheel, done.folder)
    try:
        for kind, content in BLOCK.findall(TEXT):
            if kind == "sh":
                done.run(content)
            elif kind == "yaml":
                done.edit(content)
            else:
                lines = done.printed.splitlines()
                missing = [one for one in content.splitlines() if not any(shown(one, line) for line in lines)]
                assert not missing, done.printed
        yield done
    finally:
        if (done.folder / "shop/build/localaws").exists():
            make(Project(done.folder / "shop"), "local-stop")


def shown(documented: str, printed: str) -> bool:
    """Return whether a line that was printed is the documented one, in which `...` is anything."""
    pattern = re.escape(documented).replace(re.escape("..."), ".*")
    return bool(re.fullmatch(pattern, printed))


@pytest.fixture(scope="module")
def made(tutorial: Tutorial) -> Project:
    """Return the project that the tutorial has made."""
    return Project(tutorial.folder / "shop")


def run(project: Project, *words: str | Path) -> str:
    """Run a command in the project, which must succeed; return what it printed on standard output."""
    environment = {**os.environ, **VARIABLES}
    done = subprocess.run(
        words, cwd=project.root, env=environment, capture_output=True, text=True, check=False, timeout=900
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def make(project: Project, *words: str) -> str:
    return run(project, "make", "--no-print-directory", *words)


def test_the_tutorial_does_what_it_says(tutorial: Tutorial, made: Project) -> None:
    assert tutorial.all.startswith("beanstack 0.1.0\n")
    assert "4 passed" in tutorial.all
    for environment in ("dev", "prod"):
        assert f"shop-{environment}: Ready, health Ok, version shop-{environment}-version-" in tutorial.all
    assert run(made, "git", "status", "--porcelain") == ""


def test_a_project_passes_its_checks_and_keeps_the_wheel_that_no_index_has(made: Project) -> None:
    assert "shop: 15 files are up to date" in make(made, "check")
    [wheel_of_project] = (made.root / "vendor").iterdir()
    pin = (made.root / "requirements.txt").read_text("utf-8").splitlines()[2]
    assert pin == f"./vendor/{wheel_of_project.name} \\"
    assert "Beanstack 0.1.0" in (made.root / "output/README.md").read_text("utf-8")


def another(folder: Path, version: str, *edits: tuple[str, str, str]) -> Path:
    """Return the wheel of this source with another version and some edits: a file, what it has, and what instead."""
    source = folder / "source"
    copy_source(source)
    for name, old, new in [("beanstack/__init__.py", "0.1.0", version), *edits]:
        text = (source / name).read_text("utf-8")
        assert old in text
        (source / name).write_text(text.replace(old, new), "utf-8")
    return build(source, folder / version)


def test_an_upgrade_that_changes_nothing_is_no_deployment(made: Project, tmp_path: Path) -> None:
    wheel_of_next = another(tmp_path, "0.2.0", ("Makefile", "## Run the tests", "## Run all tests"))
    shown = make(made, "upgrade", f"TO={wheel_of_next}")
    assert shown.startswith("Beanstack 0.1.0 -> 0.2.0\n")
    assert "No bundle and no template changes, so there is nothing to deploy." in shown
    assert run(made, "git", "status", "--porcelain", "--untracked-files=all").splitlines() == [
        *(" M Makefile", " M output/README.md", " M requirements.txt"),
        *(" D vendor/beanstack-0.1.0-py3-none-any.whl", "?? vendor/beanstack-0.2.0-py3-none-any.whl"),
    ]
    command = [made.root / ".venv/bin/python", made.root / "generate.py"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "the project pins Beanstack 0.2.0, and this is Beanstack 0.1.0. " in done.stderr
    assert make(made, "generate") == "shop: 15 files, nothing changed\n"
    assert "4 passed" in make(made, "test")
