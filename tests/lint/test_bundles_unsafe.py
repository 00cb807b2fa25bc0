"""Zips and folders that are unsafe to unpack or to follow: each is reported, and soon."""

from __future__ import annotations

import os
import struct
import zipfile
from typing import TYPE_CHECKING

import pytest

from beanstack.lint.bundles.bundle import BUNDLE_LIMIT, MEBIBYTE, READ_LIMIT
from beanstack.lint.bundles.linter import bundle_findings, read_bundle
from tests.conftest import fixture_bundle

if TYPE_CHECKING:
    from pathlib import Path

DOCKERRUN = "Dockerrun.aws.json"
GOOD = fixture_bundle()[DOCKERRUN]
LINK = 0o120777 << 16


def ids(path: Path) -> list[str]:
    return [finding.id for finding in bundle_findings(path)]


def zipped(path: Path, members: dict[str, bytes], links: dict[str, str] | None = None) -> Path:
    made = path / "app.zip"
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {DOCKERRUN: GOOD, **members}.items():
            info = zipfile.ZipInfo("placeholder")
            info.filename = info.orig_filename = name
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
        for name, target in (links or {}).items():
            info = zipfile.ZipInfo(name)
            info.external_attr = LINK
            info.create_system = 3
            archive.writestr(info, target)
    return made


def patched(path: Path, old: bytes, new: bytes) -> Path:
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new))
    return path


def test_a_good_zip_has_no_findings(tmp_path: Path) -> None:
    made = zipped(tmp_path, {"bin/run.sh": b"", "./.ebextensions/a.config": b"commands: {}"})
    assert ids(made) == []
    assert set(read_bundle(made).contents) == {DOCKERRUN, ".ebextensions/a.config"}


def test_a_fault_inside_a_zip_has_its_place(tmp_path: Path) -> None:
    [finding] = bundle_findings(zipped(tmp_path, {".ebextensions/a.config": b"commands: {}\nfile: {}\n"}))
    assert finding.id == "E9683"
    assert finding.place == (f"{tmp_path}/app.zip/.ebextensions/a.config", 2, 1)


@pytest.mark.parametrize(
    "name", ["../x", "a/../../x", "/etc/x", "C:/x", "C:\\x", "\\x", "..\\x", "a/../..", "a/b/../../../.ebextensions/c"]
)
def test_a_path_that_leaves_the_folder_is_refused(name: str, tmp_path: Path) -> None:
    assert ids(zipped(tmp_path, {name: b"x"})) == ["E9601"]


def test_a_backslash_does_not_separate_folders_on_linux(tmp_path: Path) -> None:
    assert ids(zipped(tmp_path, {".ebextensions\\a.config": b"x"})) == ["W9612"]


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04", b"PK\x05\x06" + b"\xff" * 18])
def test_a_file_that_is_not_a_zip_is_reported(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "app.zip").write_bytes(content)
    assert ids(tmp_path / "app.zip") == ["E9604"]


def test_a_zip_that_is_cut_off_is_reported(tmp_path: Path) -> None:
    made = zipped(tmp_path, {"a": b"a" * 1000})
    made.write_bytes(made.read_bytes()[:-40])
    assert ids(made) == ["E9604"]


def test_a_member_that_is_broken_is_reported(tmp_path: Path) -> None:
    made = zipped(tmp_path, {})
    content = bytearray(made.read_bytes())
    content[100:120] = b"\0" * 20
    made.write_bytes(content)
    assert ids(made) == ["E9604"]


def test_an_unknown_compression_is_reported(tmp_path: Path) -> None:
    made = tmp_path / "app.zip"
    with zipfile.ZipFile(made, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr(DOCKERRUN, GOOD)
    assert ids(made) == ["E9604"]


def test_an_encrypted_member_is_reported(tmp_path: Path) -> None:
    made = zipped(tmp_path, {})
    content = bytearray(made.read_bytes())
    content[6] |= 1  # of the member
    content[content.index(b"PK\1\2") + 8] |= 1  # of the list
    made.write_bytes(content)
    assert ids(made) == ["E9605"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_reported(tmp_path: Path) -> None:
    made = zipped(tmp_path, {})
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr(DOCKERRUN, b"{}")
    assert ids(made) == ["E9606"]


def test_a_zip_beyond_ebs_limit_is_not_opened(tmp_path: Path) -> None:
    made = tmp_path / "app.zip"
    with made.open("wb") as file:
        file.truncate(BUNDLE_LIMIT + 1)
    assert ids(made) == ["E9607"]


def test_a_member_of_1_gb_is_not_unpacked(tmp_path: Path) -> None:
    """The size that the zip claims is enough to refuse it."""
    made = zipped(tmp_path, {"dump.sql": os.urandom(6 * MEBIBYTE)})
    patched(made, struct.pack("<L", 6 * MEBIBYTE), struct.pack("<L", 1024 * MEBIBYTE))
    assert ids(made) == ["E9608"]


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    assert ids(zipped(tmp_path, {"zeros": b"\0" * (20 * MEBIBYTE)})) == ["E9609"]


def test_a_bomb_that_claims_to_be_small_is_read_up_to_the_limit(tmp_path: Path) -> None:
    made = zipped(tmp_path, {".ebextensions/a.config": b" " * (20 * MEBIBYTE)})
    patched(made, struct.pack("<L", 20 * MEBIBYTE), struct.pack("<L", 100))
    assert ids(made) in (["E9604"], ["E9611"])


def test_a_file_that_is_too_large_to_read_is_reported(tmp_path: Path) -> None:
    (tmp_path / DOCKERRUN).write_bytes(GOOD + b" " * READ_LIMIT)
    assert ids(tmp_path) == ["E9611"]
    assert ids(zipped(tmp_path, {".ebextensions/x.config": os.urandom(2 * MEBIBYTE)})) == ["E9611"]


def test_a_large_file_of_a_folder_is_not_read(tmp_path: Path) -> None:
    (tmp_path / DOCKERRUN).write_bytes(GOOD)
    with (tmp_path / "dump.sql").open("wb") as file:
        file.truncate(1024 * MEBIBYTE)
    assert sorted(ids(tmp_path)) == ["E9608", "W9617"]


def test_a_link_in_a_zip_is_reported_and_not_followed(tmp_path: Path) -> None:
    links = {".ebextensions/a.config": "../b.config", "self": "self", "current/up": "../releases/2"}
    made = zipped(tmp_path, {"b.config": b"- a"}, links)
    assert ids(made) == ["I9619", "I9619", "I9619"]
    assert set(read_bundle(made).contents) == {DOCKERRUN}


@pytest.mark.parametrize("target", ["/etc/passwd", "../../etc/passwd", "../..", "a/../../../x"])
def test_a_link_in_a_zip_that_leads_out_is_refused(target: str, tmp_path: Path) -> None:
    assert ids(zipped(tmp_path, {}, {"app/link": target})) == ["E9602"]


def test_a_link_out_of_a_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/a.config").write_text("- a")
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / DOCKERRUN).write_bytes(GOOD)
    (tmp_path / "app/.ebextensions").symlink_to("../outside")
    (tmp_path / "app/passwd").symlink_to("/etc/passwd")
    assert ids(tmp_path / "app") == ["E9602", "E9602"]
    assert list(read_bundle(tmp_path / "app").contents) == [DOCKERRUN]


def test_a_link_within_a_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared/a.config").write_text("- a")
    (tmp_path / ".ebextensions").symlink_to("shared")
    assert ids(tmp_path) == ["E9684"]


def test_links_in_a_circle_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / DOCKERRUN).write_bytes(GOOD)
    (tmp_path / "a").mkdir()
    (tmp_path / "a/up").symlink_to("..")
    (tmp_path / "self").symlink_to("self")
    assert ids(tmp_path) == ["E9603", "E9603"]


def test_a_link_to_nothing_is_reported(tmp_path: Path) -> None:
    (tmp_path / DOCKERRUN).write_bytes(GOOD)
    (tmp_path / "current").symlink_to("releases/9")
    assert ids(tmp_path) == ["W9616"]


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / DOCKERRUN)
    assert ids(tmp_path) == ["E9611"]


@pytest.mark.parametrize("name", ["app/Dockerrun.aws.json", "dockerrun.aws.json"])
def test_a_file_at_the_wrong_place_is_reported(name: str, tmp_path: Path) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(GOOD)
    assert set(ids(tmp_path)) == {"W9613", "I9618"}


def test_an_empty_folder_is_reported(tmp_path: Path) -> None:
    assert ids(tmp_path) == ["W9615"]


def test_a_bundle_of_another_platform_gets_a_note(tmp_path: Path) -> None:
    (tmp_path / "application.py").write_text("")
    (tmp_path / "requirements.txt").write_text("flask\n")
    assert ids(tmp_path) == ["I9618"]
    (tmp_path / ".platform/hooks/prebuild").mkdir(parents=True)
    (tmp_path / ".platform/hooks/prebuild/01.sh").write_text("#!/bin/sh\n")
    assert ids(tmp_path) == []


def test_a_hook_that_is_a_pipe_or_leads_outside_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "outside.sh").write_text("export $(cat env)\n")
    hooks = tmp_path / "app/.platform/hooks/prebuild"
    hooks.mkdir(parents=True)
    (hooks / "01.sh").symlink_to(tmp_path / "outside.sh")
    os.mkfifo(hooks / "02.sh")
    (tmp_path / "app" / DOCKERRUN).write_bytes(GOOD)
    assert ids(tmp_path / "app") == ["E9602"]
