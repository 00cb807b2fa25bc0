"""HTTPS on this machine, from config to the answer: certificate, redirect, and what the commands print of it."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.e2e.conftest import LOCAL_FOLDER, containers
from tests.recipes.conftest import Checkout

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.run.engine import Engine

NAME = "todo.example.com"
HTTPS = """
  dev:
    https: {{certificate: "{arn}"}}
    dns: {{zones: none, names: [{name}]}}
    smoke_test: [{{path: /todos, status: 200}}]
"""


@pytest.fixture(scope="module")
def checkout(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    made = Checkout(tmp_path_factory.mktemp("project") / "checkout", engine.kind)
    started = made.make("local-start")
    assert started.returncode == 0, started.stderr
    arn = made.client("acm").request_certificate(DomainName=NAME)["CertificateArn"]
    made.edit("config/todobackend.yaml", "\n  dev: {}\n", HTTPS.format(arn=arn, name=NAME))
    generated = made.make("generate")
    assert generated.returncode == 0, generated.stderr
    yield made
    made.make("clean")


def curl(checkout: Checkout, *words: str) -> str:
    """Return what curl prints of an answer: the status, and where it redirects to."""
    shown = ["--silent", "--show-error", "--output", "/dev/null", "--write-out", "%{http_code} %{redirect_url}"]
    done = subprocess.run(["curl", *shown, *words], cwd=checkout.folder, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).strip()


def test_make_stack_speaks_https(checkout: Checkout, engine: Engine, image: str) -> None:
    del image
    printed = checkout.stack("ENV=dev")
    assert "smoke test: passed, 1 of 1" in printed
    assert f"  URL: https://{NAME}\n" in printed
    hints = re.findall(r"^  try: curl (.*)$", printed, re.MULTILINE)
    assert [curl(checkout, *f"{hint}todos".split()) for hint in hints] == ["200", "200"]
    shown = checkout.make("url", "LOCAL=1", "ENV=dev")
    url = shown.stdout.strip()
    port = url.rpartition(":")[2]
    assert re.fullmatch(r"https://127\.0\.0\.1:\d+", url), shown.stderr
    assert hints[0] in shown.stderr
    assert "certificate" in curl(checkout, f"{url}/todos")  # which nobody else certifies
    assert curl(checkout, f"http://127.0.0.1:{port}/a?b=c") == f"301 https://127.0.0.1:{port}/a?b=c"
    status = checkout.make("status", "LOCAL=1", "ENV=dev")
    assert NAME in status.stdout
    assert url in status.stdout
    destroyed = checkout.make("destroy", "LOCAL=1", "ENV=dev", "CONFIRM=todobackend-dev")
    assert destroyed.returncode == 0, destroyed.stderr
    assert containers(engine, checkout.folder / LOCAL_FOLDER) == []
    assert curl(checkout, f"http://127.0.0.1:{port}/").startswith("000")


def test_make_run_speaks_https(checkout: Checkout) -> None:
    ran = checkout.make("run", "ENV=dev")
    assert ran.returncode == 0, ran.stderr
    [hint] = re.findall(r"^  try: curl (.*)$", ran.stdout, re.MULTILINE)
    assert curl(checkout, *f"{hint}todos".split()) == "200"
    assert checkout.make("run-stop", "ENV=dev").returncode == 0
    assert curl(checkout, *f"{hint}todos".split()).startswith("000")
