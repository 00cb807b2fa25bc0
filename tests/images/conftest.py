"""A project whose images are built from its own source."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import project_with_source

if TYPE_CHECKING:
    from pathlib import Path

REGISTRY = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
CONFIG = """\
# The shop.
application: shop
defaults:
  region: eu-west-1
  account: "123456789012"
  platform: ECS running on 64bit Amazon Linux 2023/4.7.7
  build: {context: app, repository: shop}   # the site and its worker
  containers:
    web: {memory: 64, ports: ["80:8000"]}
    worker: {memory: 64, essential: false}
    proxy:
      # its own
      image: docker.io/library/nginx:1.27   # tested
      memory: 64
environments:
  dev: {}
  staging:
    # like prod
    scaling: {min: 1, max: 2}
  prod:
    deployment: {policy: RollingWithAdditionalBatch}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project's folder, which is the working directory."""
    folder = project_with_source(tmp_path / "project", CONFIG, "FROM scratch\nCOPY page.html /\n")
    (folder / "app/page.html").write_text("hello\n")
    monkeypatch.chdir(folder)
    return folder
