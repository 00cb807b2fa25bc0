"""Folders that cannot be written, files that are damaged, and a local AWS that is killed: what make says."""

from __future__ import annotations

import os
import shutil
import signal
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.conftest import HELD_TO_MODES

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.recipes.conftest import Checkout

STATE = "build/localaws"
FILES = ("port", "pid", "token", "server.lock", "start.lock")
MAKES_IT = "there is no stack todobackend-dev in us-east-1; `make stack APP=todobackend ENV=dev LOCAL=1` makes it"
LOST = "What it held in its memory is lost: stacks, bundles, records and secrets. `make stack LOCAL=1` deploys again."


@contextmanager
def unwritable(folder: Path) -> Iterator[str]:
    """Make a folder that cannot be written, and yield what a message says of it."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o555)
    try:
        yield f"you may not write to the folder {folder}: `chmod u+w` it, or work in a copy that is yours"
    finally:
        folder.chmod(0o755)


def assert_refused(done: subprocess.CompletedProcess[str], advice: str) -> None:
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert advice in done.stderr


@pytest.fixture
def stopped(checkout: Checkout) -> Iterator[Checkout]:
    """Return the copy without a local AWS and without a folder build; what a test has put in a file's place goes."""
    assert checkout.make("local-stop").returncode == 0
    shutil.rmtree(checkout.folder / "build", ignore_errors=True)
    yield checkout
    for name in FILES:
        path = checkout.folder / STATE / name
        if path.is_dir():
            path.rmdir()
        elif path.is_symlink():
            path.unlink()


@pytest.mark.parametrize("words", ["bundle", "local-start", "stack LOCAL=1", "status LOCAL=1", "events LOCAL=1"])
@pytest.mark.parametrize("folder", ["", "build"])
def test_a_folder_that_cannot_be_written_is_named(stopped: Checkout, words: str, folder: str) -> None:
    with unwritable(stopped.folder / folder) as advice:
        assert_refused(stopped.make(*words.split(), before=HELD_TO_MODES), advice)


@pytest.mark.parametrize("folder", ["", "build", "build/run"])
def test_a_folder_in_which_nothing_can_run_is_named(stopped: Checkout, folder: str, tmp_path: Path) -> None:
    """The engine is a stub, which answers and runs nothing."""
    (tmp_path / "podman").write_text("#!/bin/sh\n")
    (tmp_path / "podman").chmod(0o755)
    before = [*HELD_TO_MODES, "env", f"PATH={tmp_path}:{os.environ['PATH']}"]
    with unwritable(stopped.folder / folder) as advice:
        assert_refused(stopped.make("run", "ENGINE=podman", before=before), advice)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: path.symlink_to(path.name), "links lead in a circle: remove the link"),
        (lambda path: path.touch(), "a file is where a folder is needed: move it away"),
    ],
    ids=["circle", "file"],
)
@pytest.mark.parametrize("words", ["bundle", "stack LOCAL=1", "run ENGINE=podman"])
def test_something_else_in_the_place_of_the_folder_is_named(
    stopped: Checkout, words: str, make: Callable[[Path], None], message: str, tmp_path: Path
) -> None:
    (tmp_path / "podman").write_text("#!/bin/sh\n")
    (tmp_path / "podman").chmod(0o755)
    make(stopped.folder / "build")
    try:
        before = ["env", f"PATH={tmp_path}:{os.environ['PATH']}"]
        assert_refused(stopped.make(*words.split(), before=before), message)
    finally:
        (stopped.folder / "build").unlink()


@pytest.mark.parametrize("words", ["local-start", "stack LOCAL=1", "status LOCAL=1"])
def test_a_state_folder_that_cannot_be_written_is_named(stopped: Checkout, words: str) -> None:
    with unwritable(stopped.folder / STATE) as advice:
        assert_refused(stopped.make(*words.split(), before=HELD_TO_MODES), advice)


def test_nothing_needs_to_be_stopped_in_a_folder_that_cannot_be_written(stopped: Checkout) -> None:
    with unwritable(stopped.folder):
        done = stopped.make("local-stop", before=HELD_TO_MODES)
    assert (done.returncode, done.stdout) == (0, "local AWS: not running\n")


def test_a_folder_of_a_deployment_that_cannot_be_written_leaves_no_lock(new_checkout: Callable[[], Checkout]) -> None:
    checkout = new_checkout()
    checkout.stack()
    with unwritable(checkout.folder / "build/todobackend/dev") as advice:
        assert_refused(checkout.make("stack", "LOCAL=1", before=HELD_TO_MODES), advice)
    (checkout.folder / "build/todobackend/dev/deployment.json").unlink(missing_ok=True)
    checkout.stack("TIMEOUT=20")


@pytest.mark.parametrize("content", ["[]", '{"process": "x"}'])
def test_a_damaged_note_of_a_deployment_is_ignored(stopped: Checkout, content: str) -> None:
    note = stopped.folder / "build/todobackend/dev/deployment.json"
    note.parent.mkdir(parents=True)
    note.write_text(content)
    stopped.stack()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: path.mkdir(), "Is a directory; a folder is where a file is needed: move it away"),
        (lambda path: path.symlink_to(path), "; links lead in a circle: remove the link"),
        (lambda path: path.touch(0), "Permission denied; you may not read the file: `chmod u+r` it, or remove it"),
    ],
    ids=["folder", "circle", "unreadable"],
)
@pytest.mark.parametrize("name", FILES)
def test_a_file_of_the_local_aws_that_is_none_is_named(
    stopped: Checkout, name: str, make: Callable[[Path], None], message: str
) -> None:
    path = stopped.folder / STATE / name
    path.parent.mkdir(parents=True)
    make(path)
    done = stopped.make("status", "LOCAL=1", before=HELD_TO_MODES)
    assert_refused(done, f"{path}: ")
    assert message in done.stderr


@pytest.mark.parametrize(
    ("name", "content"),
    [
        *(("port", content) for content in (b"nonsense", b"\xff\xfe", b"", b"9" * 20, "²".encode(), b"1", b"-1")),
        *((name, b"\xff\xfe") for name in FILES[2:]),
    ],
)
def test_a_file_that_holds_anything_else_does_not_keep_the_local_aws_from_starting(
    stopped: Checkout, name: str, content: bytes
) -> None:
    path = stopped.folder / STATE / name
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    done = stopped.make("local-start")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("local AWS: started at http://127.0.0.1:")


@pytest.mark.parametrize("name", ["port", "pid", "token"])
def test_a_running_server_writes_its_files_anew(stopped: Checkout, name: str) -> None:
    assert stopped.make("local-start").returncode == 0
    path = stopped.folder / STATE / name
    before = path.read_text()
    path.write_text("nonsense")
    again = stopped.make("local-start")
    assert (again.returncode, again.stdout) == (0, "")
    end = time.monotonic() + 60
    while path.read_text() != before:
        assert time.monotonic() < end, path.read_text()
        time.sleep(0.1)
    assert stopped.make("local-stop").stdout == "local AWS: stopped\n"


def kill(checkout: Checkout) -> None:
    os.kill(int((checkout.folder / STATE / "pid").read_text()), signal.SIGKILL)


@pytest.mark.parametrize("verb", ["status", "events", "url"])
def test_what_is_lost_with_a_server_that_is_killed_is_said_once(stopped: Checkout, verb: str) -> None:
    stopped.stack()
    kill(stopped)
    done = stopped.make(verb, "LOCAL=1")
    assert done.returncode != 0
    assert done.stderr.startswith("local AWS: the server before this one ended without `make local-stop`")
    assert LOST in done.stderr
    assert f"Its log is {stopped.folder / STATE}/log.before.\n" in done.stderr
    assert MAKES_IT in done.stdout + done.stderr
    assert LOST not in stopped.make(verb, "LOCAL=1").stderr


def test_a_deployment_after_the_server_was_killed_says_what_was_lost_and_deploys_all_again(stopped: Checkout) -> None:
    stopped.stack()
    kill(stopped)
    done = stopped.make("stack", "LOCAL=1")
    assert (done.returncode, LOST in done.stderr) == (0, True)
    assert stopped.make("status", "LOCAL=1").returncode == 0


def test_a_verb_that_the_server_leaves_alone_says_what_is_lost(stopped: Checkout) -> None:
    """As one of a recipe's later steps, which start no server."""
    stopped.stack()
    kill(stopped)
    done = stopped.operate("wait")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("the local AWS does not answer at http://127.0.0.1:")
    assert "`make stack LOCAL=1` starts it again and deploys" in done.stderr
