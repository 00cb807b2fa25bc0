"""A project's pin of Beanstack: how it is read, and that another Beanstack does not generate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beanstack import __version__
from beanstack.pin import pin
from tests.conftest import assert_refused

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Project

COMMIT = "0123456789abcdef" * 2 + "01234567"
PINS = {
    "requirements.txt": [
        ("beanstack==1.2.3 \\\n    --hash=sha256:00\n", "1.2.3"),
        ("awacs==2.6 \\\n    --hash=sha256:00\nbeanstack[project]==1.2.3\n", "1.2.3"),
        ("./vendor/beanstack-1.2.3-py3-none-any.whl \\\n    --hash=sha256:00\n", "1.2.3"),
        ("beanstack @ https://example.com/a/beanstack-1.2.3-py3-none-any.whl --hash=sha256:00\n", "1.2.3"),
        ("beanstack>=1.2\n", ""),
        ("# beanstack==1.2.3\nbeanstack-extras==1\n", ""),
    ],
    "beanstack.txt": [
        (f"git+https://example.com/beanstack@{COMMIT}\n", COMMIT),
        (f"# why\nbeanstack @ git+https://example.com/beanstack@{COMMIT}\n", COMMIT),
    ],
}


@pytest.mark.parametrize(("name", "text", "found"), [(name, *row) for name, rows in PINS.items() for row in rows])
def test_a_pin_is_read(tmp_path: Path, name: str, text: str, found: str) -> None:
    (tmp_path / name).write_text(text)
    assert pin(tmp_path) == found


def test_a_project_without_a_pin_has_none(tmp_path: Path) -> None:
    assert pin(tmp_path) == ""


@pytest.mark.parametrize("arguments", [(), ("--check",), ("config/todobackend.yaml",)])
def test_another_version_than_the_pinned_one_refuses_to_generate(project: Project, arguments: tuple[str, ...]) -> None:
    project.write("requirements.txt", "beanstack==9.8.7\n")
    says = f"the project pins Beanstack 9.8.7, and this is Beanstack {__version__}. `make generate` runs"
    assert_refused(project, *arguments, says=says)


def test_a_commit_is_another_than_a_release(project: Project) -> None:
    project.write("beanstack.txt", f"beanstack @ git+https://example.com/beanstack@{COMMIT}\n")
    assert_refused(project, says=f"pins Beanstack {COMMIT}, and this is Beanstack {__version__}. ")


def test_the_pinned_version_generates_and_stands_in_one_generated_file(project: Project) -> None:
    project.write("requirements.txt", f"beanstack=={__version__}\n")
    assert project.generate("--check").returncode == 0
    holding = {path for path, content in project.generated().items() if f"Beanstack {__version__}".encode() in content}
    assert holding == {"output/README.md"}
