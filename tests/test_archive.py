"""A bundle's zip is the same bytes wherever and whenever it is made, and is named after them."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beanstack.archive import archive, is_litter, key

if TYPE_CHECKING:
    from random import Random

    from tests.conftest import Project

FILES = {
    "Dockerrun.aws.json": b"{}\n",
    ".ebextensions/init.config": b"commands: {}\n",
    "bin/folder.sh": b"echo\n" * 1000,
    ".platform/nginx/conf.d/a b.conf": b"",
    "bin/grüße.sh": bytes(range(256)),
}
# The SHA-256 of the zip of FILES. A change of it gives every bundle of every user a new key.
SHA256 = "d54356c1fbd6e1efa9ea928e1d2869b6e9a4a8fc451d6def0b0d17b27692ec50"
LITTER = [
    ".DS_Store",
    "bin/.DS_Store",
    "Thumbs.db",
    "desktop.ini",
    "__MACOSX/bin/folder.sh",
    "bin/__pycache__/a.pyc",
    "bin/folder.sh~",
    "bin/.folder.sh.swp",
    "bin/.folder.sh.swo",
    "#notes#",
    "._Dockerrun.aws.json",
    "bin/.#folder.sh",
]
MAKE = """
import hashlib, json, sys
from beanstack.archive import archive
files = json.load(sys.stdin)
print(hashlib.sha256(archive({path: bytes.fromhex(content) for path, content in files})).hexdigest())
"""


def opened(archived: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(archived))


def zipped(project: Project, *, umask: int = -1, **more: str) -> subprocess.CompletedProcess[str]:
    """Zip the environment `dev` as the recipe does."""
    return subprocess.run(
        [sys.executable, "-m", "beanstack", "bundle", "--app", "todobackend", "--env", "dev"],
        cwd=project.root,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **more},
        umask=umask,
        capture_output=True,
        text=True,
        check=False,
    )


def named_zip(project: Project) -> Path:
    """Return where the zip belongs that the template names."""
    template = (project.root / "output/todobackend/dev.yaml").read_text("utf-8")
    return project.root / "build/todobackend/dev" / template.partition("BundleKey: '")[2].partition("'")[0]


def test_the_bytes_are_those_that_every_earlier_run_made() -> None:
    assert hashlib.sha256(archive(FILES)).hexdigest() == SHA256
    assert key(archive(FILES)) == f"{SHA256}.zip"


@pytest.mark.parametrize(
    ("umask", "variables"),
    [
        (0o077, {}),
        (0o000, {"TZ": "Asia/Kathmandu"}),
        (0o022, {"TZ": "America/St_Johns", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}),
        (0o027, {"PYTHONHASHSEED": "1", "SOURCE_DATE_EPOCH": "1", "LC_ALL": "C.UTF-8"}),
        (0o022, {"PYTHONHASHSEED": "4294967295", "PYTHONOPTIMIZE": "2"}),
    ],
)
def test_no_setting_of_the_process_changes_the_bytes(umask: int, variables: dict[str, str]) -> None:
    text = json.dumps([(path, content.hex()) for path, content in reversed(FILES.items())])
    done = subprocess.run(
        [sys.executable, "-c", MAKE],
        input=text,
        env={**os.environ, **variables},
        cwd=Path(__file__).parents[1],
        umask=umask,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == SHA256


def test_any_tool_can_read_the_zip() -> None:
    with opened(archive(FILES)) as read:
        assert read.testzip() is None
        assert {name: read.read(name) for name in read.namelist()} == FILES
        assert read.namelist() == sorted(FILES)


def test_each_entry_is_stored_with_one_date_and_an_explicit_mode() -> None:
    with opened(archive(FILES)) as read:
        for entry in read.infolist():
            assert entry.compress_type == zipfile.ZIP_STORED
            assert entry.compress_size == entry.file_size == len(FILES[entry.filename])
            assert entry.date_time == (1980, 1, 1, 0, 0, 0)
            assert entry.create_system == 3
            assert not entry.extra
            expected = 0o100755 if entry.filename.endswith(".sh") else 0o100644
            assert oct(entry.external_attr >> 16) == oct(expected)


@pytest.mark.parametrize("path", LITTER)
def test_litter_stays_out(path: str) -> None:
    assert is_litter(path)
    assert archive({**FILES, path: b"litter"}) == archive(FILES)


@pytest.mark.parametrize(
    "path", [".ebextensions/a.config", ".dockerignore", "a#", "#a", "~a", "a.swp.conf", "my.DS_Store", "._/a", "x/.env"]
)
def test_what_only_looks_like_litter_goes_in(path: str) -> None:
    with opened(archive({path: b"kept"})) as read:
        assert read.namelist() == [path]


names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/\0"), min_size=1).map("a/b{}_".format)


@given(st.dictionaries(names, st.binary()), st.randoms(use_true_random=False))
def test_the_order_of_the_files_never_matters(files: dict[str, bytes], random: Random) -> None:
    shuffled = list(files.items())
    random.shuffle(shuffled)
    assert archive(dict(shuffled)) == archive(files)
    with opened(archive(files)) as read:
        assert {name: read.read(name) for name in read.namelist()} == files


@given(st.dictionaries(names, st.binary(), min_size=1), st.binary(min_size=1))
def test_two_bundles_never_share_a_key(files: dict[str, bytes], more: bytes) -> None:
    path = next(iter(files))
    assert key(archive({**files, path: files[path] + more})) != key(archive(files))
    assert key(archive({**files, f"{path}2": b""})) != key(archive(files))


def test_the_recipes_zip_is_the_one_that_the_template_names(project: Project) -> None:
    target = named_zip(project)
    done = zipped(project)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{target.relative_to(project.root)}\n", "")
    assert f"{hashlib.sha256(target.read_bytes()).hexdigest()}.zip" == target.name
    assert [path.name for path in target.parent.iterdir()] == [target.name]
    folder = project.root / "bundle/todobackend/dev"
    with opened(target.read_bytes()) as read:
        assert {name: read.read(name) for name in read.namelist()} == {
            path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
        }


def test_dates_modes_order_and_litter_of_the_files_change_nothing(project: Project) -> None:
    folder = project.root / "bundle/todobackend/dev"
    found = [path for path in folder.rglob("*") if path.is_file()]
    for number, path in enumerate(reversed(found)):  # written again, so that the folder lists them in another order
        content = path.read_bytes()
        path.unlink()
        path.write_bytes(content)
        path.chmod(0o600 | number)
        os.utime(path, (number, number * 10**8))
    (folder / ".DS_Store").write_bytes(b"litter")
    target = named_zip(project)
    done = zipped(project, umask=0o077, TZ="Asia/Kathmandu", LC_ALL="C", PYTHONHASHSEED="7")
    assert (done.returncode, done.stderr) == (0, "")
    assert key(target.read_bytes()) == target.name


@pytest.mark.parametrize("edit", ["changed", "removed", "added", "renamed", "gone"])
def test_an_edited_folder_is_refused_and_nothing_is_made(project: Project, edit: str) -> None:
    folder = project.root / "bundle/todobackend/dev"
    script = folder / "bin/folder.sh"
    match edit:
        case "changed":
            script.write_bytes(script.read_bytes() + b"\n")
        case "removed":
            script.unlink()
        case "added":
            (folder / ".hidden").write_bytes(b"")
        case "renamed":
            script.rename(folder / "bin/folders.sh")
        case "gone":
            folder.rename(folder.with_name("other"))
    done = zipped(project)
    message = "bundle/todobackend/dev does not match the template; run `make generate`\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", message)
    assert not (project.root / "build").exists()
