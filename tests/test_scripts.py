"""folder.sh and pending.sh do the same in every deployment, whatever is there already."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from tests.conftest import as_name

SCRIPTS = Path(__file__).parents[1] / "templates/bin"
ME = os.getuid()
HOSTILE = [
    "two  words",
    'it\'s "quoted"',
    "$HOME ${x} $(id) `id`",
    "-rf",
    "--",
    "back\\slash",
    "a=b % # ; & | < > * ?",
    "{{ x }} {% y %}",
    "grüße 日本語 😀",
    "line\nend",
    "XXXXXX",
]
pytestmark = pytest.mark.skipif(
    ME != 0 and ME not in (os.getgid(), *os.getgroups()), reason="this user cannot give files to a group of its number"
)
as_root = pytest.mark.skipif(ME != 0, reason="only root gives files away")


def run(script: str, *words: str | Path, cwd: Path | None = None, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a script with bash, as init.config does."""
    command = ["bash", str(SCRIPTS / script), *map(str, words)]
    environment = {"PATH": os.environ["PATH"], **more}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, encoding="utf-8", check=False)


def made(path: Path, mode: str = "0755", owner: int = ME) -> None:
    done = run("folder.sh", path, str(owner), mode)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def marked(folder: Path, migration: str = "app:1", owner: int = ME) -> None:
    done = run("pending.sh", folder, str(owner), migration)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def mode(path: Path) -> str:
    return f"{stat.S_IMODE(path.stat().st_mode):04o}"


def owner(path: Path) -> tuple[int, int]:
    return path.lstat().st_uid, path.lstat().st_gid


@pytest.mark.parametrize("wanted", ["0755", "0700", "1777"])
@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_a_new_folder_gets_its_mode_whatever_the_umask(tmp_path: Path, wanted: str, umask: int) -> None:
    before = os.umask(umask)
    try:
        made(tmp_path / "a/b/c", wanted)
    finally:
        os.umask(before)
    assert mode(tmp_path / "a/b/c") == wanted


def test_an_existing_folder_keeps_what_it_holds_and_gets_its_mode(tmp_path: Path) -> None:
    folder = tmp_path / "public"
    folder.mkdir(mode=0o700)
    (folder / "index.html").write_text("kept")
    (folder / "index.html").chmod(0o640)
    for _ in range(2):
        made(folder)
    assert mode(folder) == "0755"
    assert mode(folder / "index.html") == "0640"
    assert [path.name for path in folder.iterdir()] == ["index.html"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_path_can_hold_any_character(tmp_path: Path, name: str) -> None:
    folder = tmp_path / as_name(name) / as_name(name)
    for _ in range(2):
        made(folder)
        marked(folder / "pending")
    assert [path.name for path in tmp_path.iterdir()] == [as_name(name)]
    assert [path.name for path in folder.iterdir()] == ["pending"]
    assert (folder / "pending/migration").read_text() == "app:1\n"


def test_a_relative_path_can_start_with_a_dash(tmp_path: Path) -> None:
    assert run("folder.sh", "-p", str(ME), "0755", cwd=tmp_path).returncode == 0
    assert run("pending.sh", "--help", str(ME), "app:1", cwd=tmp_path).returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["--help", "-p"]


@as_root
def test_files_keep_their_owners_where_the_folder_has_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "public"
    folder.mkdir()
    (folder / "theirs").write_text("")
    os.chown(folder / "theirs", 1234, 1234)
    os.chown(folder, 1000, 1000)
    made(folder, owner=1000)
    assert owner(folder) == (1000, 1000)
    assert owner(folder / "theirs") == (1234, 1234)


@as_root
@pytest.mark.parametrize("before", [(0, 0), (1000, 0), (0, 1000)])
def test_a_folder_and_its_contents_change_owner_together(tmp_path: Path, before: tuple[int, int]) -> None:
    folder, outside = tmp_path / "public", tmp_path / "outside"
    (folder / "a/b").mkdir(parents=True)
    outside.mkdir()
    (outside / "file").write_text("")
    (folder / "a/b/.file").write_text("")
    (folder / "a/folder-link").symlink_to(outside)
    (folder / "file-link").symlink_to(outside / "file")
    (folder / "dangling").symlink_to("nowhere")
    os.chown(folder, *before)
    made(folder, owner=1000)
    assert {owner(path) for path in [folder, *folder.rglob("*")]} == {(1000, 1000)}
    assert {owner(path) for path in [outside, outside / "file"]} == {(0, 0)}


@as_root
def test_a_link_to_a_folder_is_treated_as_that_folder(tmp_path: Path) -> None:
    """An operator may have put a host path on another disk."""
    disk, link = tmp_path / "disk", tmp_path / "data"
    disk.mkdir()
    (disk / "file").write_text("")
    link.symlink_to(disk)
    for _ in range(2):
        made(link, "0750", owner=1000)
    assert {owner(path) for path in (disk, disk / "file")} == {(1000, 1000)}
    assert mode(disk) == "0750"
    assert owner(link) == (0, 0)


@as_root
@pytest.mark.parametrize("script", ["folder.sh", "pending.sh"])
@pytest.mark.parametrize(
    "way", ["theirs/link", "theirs/link/", "theirs/link/.", "theirs/link/below", "mine", "far/below"]
)
@pytest.mark.parametrize("target", ["../system", "/{}/system"])
@pytest.mark.parametrize(("owner_of_folder", "mode_of_folder"), [(1000, 0o755), (0, 0o775), (0, 0o1777)])
def test_a_link_that_a_containers_user_may_have_put_there_is_not_followed(
    tmp_path: Path, script: str, way: str, target: str, owner_of_folder: int, mode_of_folder: int
) -> None:
    theirs, system = tmp_path / "theirs", tmp_path / "system"
    theirs.mkdir()
    (system / "below").mkdir(parents=True)
    for folder in (system, system / "below"):
        folder.chmod(0o755)  # whatever the umask
    (theirs / "link").symlink_to(target.format(str(tmp_path).lstrip("/")))
    (tmp_path / "mine").symlink_to("theirs/link/below")
    (tmp_path / "far").symlink_to(theirs / "link")
    os.chown(theirs, owner_of_folder, 0)
    theirs.chmod(mode_of_folder)
    done = run(script, f"{tmp_path}/{way}", "1000", "0700" if script == "folder.sh" else "app:1")
    assert done.returncode == 1
    assert f"{theirs}/link is a link in a folder that is not only root's; it is not followed" in done.stderr
    assert {owner(path) for path in [system, system / "below"]} == {(0, 0)}
    assert {mode(path) for path in [system, system / "below"]} == {"0755"}
    assert [path.name for path in system.rglob("*")] == ["below"]


@as_root
@pytest.mark.parametrize("way", ["data", "data/.", "data/a/../b", "./data//b/", "far/b"])
def test_a_link_of_roots_own_is_followed_wherever_it_leads(tmp_path: Path, way: str) -> None:
    (tmp_path / "disk/a").mkdir(parents=True)
    (tmp_path / "disk/b").mkdir()
    (tmp_path / "data").symlink_to("disk")
    (tmp_path / "far").symlink_to(tmp_path / "data")
    made(Path(f"{tmp_path}/{way}"), owner=1000)
    done = run("folder.sh", way, "1001", "0755", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert owner((tmp_path / way).resolve()) == (1001, 1001)


def test_links_in_a_circle_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    assert run("folder.sh", tmp_path / "a/c", str(ME), "0755").returncode == 1


@pytest.mark.parametrize("script", ["folder.sh", "pending.sh"])
@pytest.mark.parametrize("obstacle", ["parent", "path", "dangling"])
def test_a_file_in_the_way_is_an_error_that_leaves_nothing(tmp_path: Path, script: str, obstacle: str) -> None:
    target = tmp_path / "data/pending" if obstacle == "parent" else tmp_path / "data"
    if obstacle == "dangling":
        (tmp_path / "data").symlink_to("nowhere")
    else:
        (tmp_path / "data").write_text("kept")
    done = run(script, target, str(ME), "0755" if script == "folder.sh" else "app:1")
    assert done.returncode != 0
    assert str(tmp_path / "data") in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["data"]
    assert obstacle == "dangling" or (tmp_path / "data").read_text() == "kept"


@pytest.mark.parametrize("script", ["folder.sh", "pending.sh"])
def test_a_missing_word_is_an_error(tmp_path: Path, script: str) -> None:
    done = run(script, tmp_path / "data", str(ME))
    assert done.returncode != 0
    assert "unbound variable" in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("script", ["folder.sh", "pending.sh"])
@pytest.mark.parametrize(
    "environment", [{}, {"PATH": ""}, {"PATH": "/nowhere"}, {"PATH": ".", "IFS": "/", "LANG": "x"}]
)
def test_the_environment_does_not_matter(tmp_path: Path, script: str, environment: dict[str, str]) -> None:
    (tmp_path / "mkdir").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "mkdir").chmod(0o755)
    command = [str(shutil.which("bash")), str(SCRIPTS / script), str(tmp_path / "made"), str(ME), "0700"]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert mode(tmp_path / "made") == "0700"


def test_only_its_owner_can_read_the_mark(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        marked(tmp_path / "a/pending")
    finally:
        os.umask(before)
    assert mode(tmp_path / "a/pending") == "0700"
    assert mode(tmp_path / "a/pending/migration") == "0600"
    assert [path.name for path in (tmp_path / "a").rglob("*")] == ["pending", "migration"]


@as_root
def test_the_containers_user_can_read_and_remove_the_mark(tmp_path: Path) -> None:
    marked(tmp_path / "pending", owner=1000)
    assert owner(tmp_path / "pending") == owner(tmp_path / "pending/migration") == (1000, 1000)


@pytest.mark.parametrize("migration", ["", "-n", "%s\\n", "it's $HOME", "111111111111.dkr.ecr/a/b:1@sha256:00"])
def test_the_mark_names_the_migration_byte_for_byte(tmp_path: Path, migration: str) -> None:
    marked(tmp_path / "pending", migration)
    assert (tmp_path / "pending/migration").read_text() == f"{migration}\n"


def test_a_mark_replaces_an_older_one(tmp_path: Path) -> None:
    for migration in ("a longer, older mark", "app:2", "app:2"):
        marked(tmp_path / "pending", migration)
        assert (tmp_path / "pending/migration").read_text() == f"{migration}\n"
    assert [path.name for path in tmp_path.rglob("*")] == ["pending", "migration"]


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_a_link_in_place_of_the_mark_is_replaced_and_never_written_through(tmp_path: Path, kind: str) -> None:
    outside, mark = tmp_path / "outside", tmp_path / "pending/migration"
    outside.write_text("kept") if kind == "file" else outside.mkdir()
    mark.parent.mkdir()
    mark.symlink_to(outside)
    marked(mark.parent)
    assert not mark.is_symlink()
    assert mark.read_text() == "app:1\n"
    assert outside.read_text() == "kept" if kind == "file" else not list(outside.iterdir())


def test_a_folder_in_place_of_the_mark_is_replaced(tmp_path: Path) -> None:
    mark = tmp_path / "pending/migration"
    (mark / "below").mkdir(parents=True)
    done = run("pending.sh", mark.parent, str(ME), "app:1")
    assert done.returncode == 0, done.stderr
    assert mark.read_text() == "app:1\n"
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["migration", "pending"]
