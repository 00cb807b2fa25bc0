"""Instances on scratch roots."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.run.scratch import ENTER, Instance

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="session")
def _may_mount() -> None:
    done = subprocess.run([*ENTER, "true"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        reason = f"this user can make no mount namespace with users of its own: {done.stderr.strip()}"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)


@pytest.fixture
def new_instance(tmp_path: Path, _may_mount: None) -> Callable[[str], Instance]:
    return lambda name: Instance(tmp_path / name)


@pytest.fixture
def host(new_instance: Callable[[str], Instance]) -> Instance:
    return new_instance("host")
