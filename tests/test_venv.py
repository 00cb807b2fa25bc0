"""Virtual environments that cannot be made, or need not be: what is said."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from beanstack import venv
from tests.conftest import HELD_TO_MODES

if TYPE_CHECKING:
    from pathlib import Path

ENSURE = """
import sys
from pathlib import Path
from beanstack import venv
try:
    venv.ensure(Path(sys.argv[1]), Path(sys.argv[2]))
except venv.VenvError as error:
    sys.exit(str(error))
"""


def ensure(folder: Path, lock: Path) -> subprocess.CompletedProcess[str]:
    command = [*HELD_TO_MODES, sys.executable, "-c", ENSURE, str(folder), str(lock)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    """Return a lock file that names no package, so that nothing is installed."""
    path = tmp_path / "tool.txt"
    path.touch()
    return path


@pytest.mark.parametrize("existing", [False, True])
def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, lock: Path, existing: bool) -> None:
    project = tmp_path / "project"
    folder = project / ".venv-tool"
    (folder if existing else project).mkdir(parents=True)
    shut = folder if existing else project
    shut.chmod(0o555)
    done = ensure(folder, lock)
    shut.chmod(0o755)
    said = (
        f"{folder} cannot be made: you may not write to the folder {shut}: `chmod u+w` it, or work in a copy that is "
    )
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"{said}yours\n")


def test_an_environment_that_is_there_needs_no_right_to_write(tmp_path: Path, lock: Path) -> None:
    folder = tmp_path / ".venv-tool"
    folder.mkdir()
    (folder / venv.MARK).write_text(venv.mark(folder, lock))
    folder.chmod(0o555)
    done = ensure(folder, lock)
    folder.chmod(0o755)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("kind", ["file", "circle"])
def test_what_is_no_environment_is_not_current(tmp_path: Path, lock: Path, kind: str) -> None:
    folder = tmp_path / ".venv-tool"
    if kind == "file":
        folder.touch()
    else:
        folder.symlink_to(folder)
    assert not venv.is_current(folder, lock)
