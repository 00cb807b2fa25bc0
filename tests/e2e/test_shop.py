"""The second example in real containers: its prod from `make stack LOCAL=1` to `make destroy`."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

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


@dataclass
class Prod:
    """The shop's prod as clients on this machine reach it: by its names, whose addresses are a port here."""

    authority: Path
    port: str

    def curl(self, scheme: str, host: str, path: str) -> Answer:
        """Return what curl gets for a path under one of the shop's names, without following a redirect."""
        words = ["curl", "--silent", "--show-error", "--dump-header", "-", "--cacert", str(self.authority)]
        words += ["--resolve", f"{host}:{self.port}:127.0.0.1", f"{scheme}://{host}:{self.port}{path}"]
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stderr
        head, _, body = done.stdout.partition("\n\n")
        status, *lines = head.splitlines()
        headers = dict(line.lower().split(": ", 1) for line in lines)
        return Answer(int(status.split()[1]), headers, body)


class Answer(NamedTuple):
    """The status, headers and body of an answer."""

    status: int
    headers: dict[str, str]
    body: str


@pytest.fixture(scope="module")
def prod(shop: Shop) -> Prod:
    """Deploy prod, which ends healthy."""
    printed = shop.make("stack")
    assert "shop-prod: Ready, health Ok" in printed
    assert "smoke test: passed, 1 of 1" in printed
    assert "  URL: https://shop.example.com\n" in printed
    found = re.search(r"https://127\.0\.0\.1:(\d+)", shop.make("url"))
    assert found
    return Prod(shop.folder / "build/localaws/authority.pem", found[1])


def test_its_name_answers_over_https_through_the_front(prod: Prod) -> None:
    answer = prod.curl("https", "shop.example.com", "/products")
    assert (answer.status, answer.headers["x-front"], answer.headers["x-container"]) == (200, "proxy", "shop")
    assert {"name": "beanstalk", "price": 40, "currency": "EUR"} in json.loads(answer.body)


def test_port_80_redirects_to_https(prod: Prod) -> None:
    answer = prod.curl("http", "shop.example.com", "/products?sort=price")
    there = f"https://shop.example.com:{prod.port}/products?sort=price"  # port 443 is this one here
    assert (answer.status, answer.headers["location"]) == (301, there)


def test_a_path_and_a_host_reach_containers_of_their_own(prod: Prod) -> None:
    staff = prod.curl("https", "shop.example.com", "/admin/")
    assert (staff.status, staff.headers["x-container"], json.loads(staff.body)["currency"]) == (200, "worker", "EUR")
    api = prod.curl("https", "api.shop.example.com", "/products")
    assert (api.status, api.headers["x-container"]) == (200, "shop")
    assert "x-front" not in staff.headers.keys() | api.headers.keys()


@pytest.mark.usefixtures("prod")
def test_it_can_be_destroyed_once_its_protection_is_lifted_and_leaves_nothing(shop: Shop, engine: Engine) -> None:
    shop.edit("deletion_protection: true", "deletion_protection: false")
    for words in (["generate"], ["stack"], ["destroy", "CONFIRM=shop-prod"], ["destroy-application", "CONFIRM=shop"]):
        shop.make(*words)
    assert containers(engine, shop.folder / "build/localaws/environments/shop-prod") == []
    ended = shop.client("cloudformation").list_stacks()["StackSummaries"]
    assert {stack["StackStatus"] for stack in ended} == {"DELETE_COMPLETE"}
    assert shop.client("elasticbeanstalk").describe_applications()["Applications"] == []
