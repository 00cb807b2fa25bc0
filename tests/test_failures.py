"""What is said about an error of the file system, of real ones."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import HELD_TO_MODES

CODE = """
import sys
from pathlib import Path
from beanstack.failures import failure
path = Path(sys.argv[1])
try:
    {action}
    sys.exit("it succeeded")
except OSError as error:
    print(failure(error, "somewhere"))
"""
WRITE, READ, LIST = "path.write_text('x' * 100000)", "path.read_text()", "list(path.iterdir())"


def said(action: str, path: Path | str, folder: Path) -> str:
    """Return what is said when a process that the modes of files hold for does something to a path."""
    command = [*HELD_TO_MODES, sys.executable, "-c", CODE.format(action=action), str(path)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.rstrip("\n")


def denied(path: Path | str, advice: str) -> str:
    return f"{path}: Permission denied; {advice}"


def unwritable(folder: Path) -> str:
    return f"you may not write to the folder {folder}: `chmod u+w` it, or work in a copy that is yours"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "folder"
    made.mkdir()
    return made


def test_a_folder_that_cannot_be_written_is_named_with_what_to_do(folder: Path) -> None:
    folder.chmod(0o555)
    assert said(WRITE, folder / "file", folder) == denied(folder / "file", unwritable(folder))
    assert said("path.mkdir(parents=True)", folder / "a/b/c", folder) == denied(folder / "a", unwritable(folder))
    assert said(WRITE, "file", folder) == denied("file", unwritable(folder))
    assert said("path.unlink()", folder / "x", folder.parent).startswith(f"{folder}/x: No such file or directory")


def test_the_folder_of_a_file_that_cannot_be_removed_or_renamed_is_named(folder: Path) -> None:
    (folder / "file").touch()
    (folder.parent / "other").touch()
    folder.chmod(0o555)
    assert said("path.unlink()", folder / "file", folder) == denied(folder / "file", unwritable(folder))
    replaced = said("path.replace(path.parent / 'folder/file')", folder.parent / "other", folder)
    assert replaced == denied(folder / "file", unwritable(folder))


@pytest.mark.parametrize(
    ("mode", "action", "advice"),
    [
        (0o000, READ, "you may not read the file: `chmod u+r` it, or remove it"),
        (0o444, WRITE, "you may not write the file: `chmod u+w` it, or remove it"),
    ],
)
def test_a_file_is_named_if_it_is_the_file_alone(folder: Path, mode: int, action: str, advice: str) -> None:
    (folder / "file").touch(mode)
    (folder / "file").chmod(mode)
    assert said(action, folder / "file", folder) == denied(folder / "file", advice)


def test_a_folder_that_cannot_be_read_or_entered_is_named(folder: Path) -> None:
    (folder / "file").touch()
    folder.chmod(0)
    entering = f"you may not enter the folder {folder}: `chmod u+x` it, or work in a folder of your own"
    assert said(READ, folder / "file", folder.parent) == denied(folder / "file", entering)
    reading = f"you may not read the folder {folder}: `chmod u+rx` it, or work in a folder of your own"
    assert said(LIST, folder, folder.parent) == denied(folder, reading)


def test_other_causes_come_with_what_to_do(folder: Path) -> None:
    (folder / "file").touch()
    (folder / "circle").symlink_to("circle")
    assert said(WRITE, folder, folder) == f"{folder}: Is a directory; a folder is where a file is needed: move it away"
    below = folder / "file/below"
    assert said(WRITE, below, folder) == f"{below}: Not a directory; a file is where a folder is needed: move it away"
    circle = folder / "circle/file"
    advice = "links lead in a circle: remove the link"
    assert said(WRITE, circle, folder) == f"{circle}: {os.strerror(40)}; {advice}"
    long = folder / ("x" * 300)
    assert said(WRITE, long, folder) == f"{long}: File name too long; work in a folder with a shorter path"
    made = said("path.mkdir()", folder / "file", folder)
    assert made == f"{folder}/file: File exists; something else is in its place: move it away"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_disk_is_named_by_the_place_that_the_caller_knows(folder: Path) -> None:
    """An error of writing names no file."""
    full = "somewhere: No space left on device; the disk is full: free some space"
    assert said(WRITE, "/dev/full", folder) == full


def test_a_read_only_file_system_is_named(folder: Path) -> None:
    script = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'
    words = [sys.executable, "-c", CODE.format(action=WRITE), str(folder / "file")]
    command = [
        "unshare",
        "--mount",
        *([] if os.getuid() == 0 else ["--map-root-user"]),
        "sh",
        "-c",
        script,
        str(folder),
    ]
    done = subprocess.run([*command, *words], capture_output=True, text=True, check=False)
    if done.returncode != 0 and "Traceback" not in done.stderr:
        pytest.skip(f"this user can mount nothing: {done.stderr.strip()}")
    assert done.stdout.startswith(f"{folder}/file: Read-only file system; you may not write to the folder {folder}: ")
