"""The folder of an environment that runs on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beanstack.run.errors import RunError
from beanstack.run.folder import Folder

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    (tmp_path / "shop-dev").mkdir()
    return Folder(tmp_path / "shop-dev", "shop-dev")


def test_an_environment_that_another_engine_runs_is_refused(folder: Folder) -> None:
    (folder.path / "engine").write_text("docker")
    with pytest.raises(RunError, match="shop-dev is running on docker here: use ENGINE=docker, or stop it first"):
        folder.locked("podman").__enter__()
    with folder.locked("docker"):
        pass


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\xff\xfe", b"docker podman"])
def test_a_damaged_file_names_no_engine(folder: Folder, content: bytes) -> None:
    (folder.path / "engine").write_bytes(content)
    with folder.locked("podman"):
        pass


def test_a_folder_whose_links_lead_in_a_circle_is_reported_when_it_is_used(tmp_path: Path) -> None:
    (tmp_path / "build").symlink_to("build")
    folder = Folder(tmp_path / "build/run/shop-dev", "shop-dev")
    assert len(folder.digest) == 6
    with pytest.raises(OSError, match="symbolic links"):
        folder.locked("podman").__enter__()
