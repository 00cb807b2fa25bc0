"""The second example in real containers: its prod from `make stack LOCAL=1` to `make destroy`."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

import boto3
import pytest

from tests.e2e.conftest import PROJECT, containers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from beanstack.run.engine import Engine

ACCOUNT, REGION = "123456789012", "eu-west-1"


class Shop:
    """A copy of the example, whose virtual environments are this repository's."""

    def __init__(self, folder: Path, engine: str) -> None:
        self.folder = folder
        self.engine = engine
        shutil.copytree(PROJECT / "examples/shop", folder, ignore=shutil.ignore_patterns(".venv*", "build"))
        for name in (".venv", ".venv-localaws", ".venv-compose", ".venv-ebcli"):
            (folder / name).symlink_to(PROJECT / name)

    def make(self, *words: str) -> str:
        """Run `make WORD ... LOCAL=1 ENV=prod`, which must succeed; return what it printed."""
        command = ["make", "--no-print-directory", f"ENGINE={self.engine}", *words, "LOCAL=1", "ENV=prod"]
        done = subprocess.run(
            command, cwd=self.folder, env=dict(os.environ), capture_output=True, text=True, check=False, timeout=600
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def edit(self, old: str, new: str) -> None:
        """Replace a text in the configuration, which must be there."""
        path = self.folder / "config/shop.yaml"
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")

    def client(self, service: str) -> Any:
        """Return a client of the copy's own local AWS."""
        port = (self.folder / "build/localaws/port").read_text()
        return boto3.client(
            service,
            endpoint_url=f"http://127.0.0.1:{port}",
            region_name=REGION,
            aws_access_key_id=ACCOUNT,
            aws_secret_access_key="local",
        )


@pytest.fixture(scope="module")
def shop(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Return a copy whose prod runs; in the end, nothing of it does."""
    made = Shop(tmp_path_factory.mktemp("example") / "shop", engine.kind)
    yield made
    made.make("local-stop")


@pytest.fixture(scope="module")
def url(shop: Shop) -> str:
    """Deploy prod, and return its URL."""
    found = re.search(r"^  URL: (\S+)$", shop.make("stack"), re.MULTILINE)
    assert found
    return found[1]


def answer(url: str) -> tuple[dict[str, str], bytes]:
    """Return the headers and the body of an answer 200."""
    with urlopen(url, timeout=60) as response:
        assert response.status == 200
        return dict(response.headers), response.read()


def test_the_front_passes_on_what_the_worker_has_written(url: str) -> None:
    headers, body = answer(f"{url}/products")
    assert (headers["X-Front"], headers["X-Container"]) == ("proxy", "shop")
    assert {"name": "beanstalk", "price": 40, "currency": "EUR"} in json.loads(body)


@pytest.mark.usefixtures("url")
def test_it_can_be_destroyed_once_its_protection_is_lifted_and_leaves_nothing(shop: Shop, engine: Engine) -> None:
    shop.edit("deletion_protection: true", "deletion_protection: false")
    for words in (["generate"], ["stack"], ["destroy", "CONFIRM=shop-prod"], ["destroy-application", "CONFIRM=shop"]):
        shop.make(*words)
    assert containers(engine, shop.folder / "build/localaws/environments/shop-prod") == []
    ended = shop.client("cloudformation").list_stacks()["StackSummaries"]
    assert {stack["StackStatus"] for stack in ended} == {"DELETE_COMPLETE"}
    assert shop.client("elasticbeanstalk").describe_applications()["Applications"] == []
