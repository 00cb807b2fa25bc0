"""A local run cannot reach a real account, and no run reaches another account than config's."""

from __future__ import annotations

import socket
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.recipes.conftest import Checkout

REAL_LOOKING = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "AWS_SESSION_TOKEN": "a-session",
    "AWS_PROFILE": "production",
    "AWS_DEFAULT_REGION": "eu-central-1",
}


class Elsewhere:
    """A port that counts its connections, in place of everything that a local run must not reach."""

    def __init__(self) -> None:
        self.calls = 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        threading.Thread(target=self.count, daemon=True).start()

    def count(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.calls += 1
            connection.close()


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    made = Elsewhere()
    yield made
    made.socket.close()


def test_a_local_run_reaches_nothing_else(new_checkout: Callable[[], Checkout], elsewhere: Elsewhere) -> None:
    checkout = new_checkout()
    home = checkout.folder / "home"
    (home / ".aws").mkdir(parents=True)
    (home / ".aws/config").write_text(f"[profile production]\nregion = eu-central-1\nendpoint_url = {elsewhere.url}\n")
    (home / ".aws/credentials").write_text("[production]\naws_access_key_id = AKIA\naws_secret_access_key = secret\n")
    services = ("CLOUDFORMATION", "ELASTIC_BEANSTALK", "S3", "STS", "IAM")
    tempting = {
        **REAL_LOOKING,
        "HOME": str(home),
        "AWS_ENDPOINT_URL": elsewhere.url,
        **{f"AWS_ENDPOINT_URL_{service}": elsewhere.url for service in services},
        **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY"), elsewhere.url),
    }
    for target in ("stack", "plan", "status", "events", "url", "eb"):
        result = checkout.make(target, "LOCAL=1", "ARGS=list -v", environment=tempting)
        assert result.returncode == 0, result.stdout + result.stderr
    assert checkout.make("destroy", "LOCAL=1", "CONFIRM=todobackend-dev", environment=tempting).returncode == 0
    assert elsewhere.calls == 0


def test_every_aws_call_names_region_and_loopback_and_may_be_the_users_own_cli(
    new_checkout: Callable[[], Checkout],
) -> None:
    checkout = new_checkout()
    calls, own = checkout.folder / "calls", checkout.folder / "aws"
    own.write_text(
        f'#!/bin/sh\necho "$*" >>"{calls}"\necho "${{AWS_PAGER-unset}}" >>"{calls}.pagers"\n'
        f'exec "{checkout.folder}/.venv/bin/aws" "$@"\n'
    )
    own.chmod(0o755)
    names = {"stack": "", "destroy": "todobackend-dev", "destroy-application": "todobackend"}
    for target, name in names.items():
        result = checkout.make(target, "LOCAL=1", f"AWS={own}".replace(" ", "\\ "), f"CONFIRM={name}")
        assert result.returncode == 0, result.stdout + result.stderr
    lines = calls.read_text().splitlines()
    assert lines
    for line in lines:
        assert line.endswith(f" --endpoint-url {checkout.url} --region us-east-1"), line
    pagers = Path(f"{calls}.pagers").read_text()
    assert pagers == "\n" * len(lines), "version 2 of the aws CLI would wait in a pager"


def test_without_a_local_aws_a_local_call_ends_on_loopback(checkout: Checkout) -> None:
    """The port's file names a port on which nothing listens, and nothing else is tried."""
    port = stopped(checkout)
    port.write_text("1")
    result = checkout.operate("url", **REAL_LOOKING)
    assert result.returncode == 2
    assert result.stderr.startswith("the local AWS does not answer at http://127.0.0.1:1. If it has ended, all that")


@pytest.mark.parametrize("port", ["80@example.com", "", "1/../", "0", "65536", "99999999999999999999", "²"])
def test_an_endpoint_elsewhere_is_refused(checkout: Checkout, port: str) -> None:
    stopped(checkout).write_text(port)
    result = checkout.operate("status")
    assert result.returncode == 2
    assert f"build/localaws/port names no port but {port!r}; `make local-stop` and" in result.stderr


def test_without_a_file_that_names_a_port_a_local_call_is_refused(checkout: Checkout) -> None:
    stopped(checkout)
    result = checkout.operate("status")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == "no local AWS is running; `make local-start` starts it\n"


def stopped(checkout: Checkout) -> Path:
    """Stop the local AWS, which would repair its files, and return where it writes its port."""
    assert checkout.make("local-stop").returncode == 0
    port = checkout.folder / "build/localaws/port"
    port.parent.mkdir(parents=True, exist_ok=True)
    return port


@pytest.mark.parametrize("target", ["stack", "plan", "status", "destroy"])
def test_credentials_of_another_account_are_refused_before_anything_happens(checkout: Checkout, target: str) -> None:
    checkout.make("local-start")
    checkout.edit("config/todobackend.yaml", '# account: "385605022855"', 'account: "385605022855"')
    assert checkout.make("generate").returncode == 0
    result = checkout.make(target, environment=checkout.real_account("999999999999"))
    assert result.returncode != 0
    refusal = "the credentials are of account 999999999999, the environment belongs to 385605022855; nothing was done"
    assert refusal in result.stderr
    assert checkout.client("cloudformation", "999999999999").list_stacks()["StackSummaries"] == []


def test_a_pinned_account_is_the_local_runs_account_too(new_checkout: Callable[[], Checkout]) -> None:
    checkout = new_checkout()
    checkout.edit("config/todobackend.yaml", '# account: "385605022855"', 'account: "385605022855"')
    assert checkout.make("generate").returncode == 0
    checkout.stack()
    stacks = checkout.client("cloudformation", "385605022855").list_stacks()["StackSummaries"]
    names = {stack["StackName"] for stack in stacks}
    assert {name for name in names if not name.startswith("awseb-")} == {"todobackend", "todobackend-dev"}


def test_a_deployment_neither_leaves_nor_prints_a_secret(new_checkout: Callable[[], Checkout]) -> None:
    checkout = new_checkout()
    printed = checkout.stack() + checkout.make("events", "LOCAL=1").stdout
    secrets = checkout.client("secretsmanager")
    [secret] = secrets.list_secrets()["SecretList"]
    password = secrets.get_secret_value(SecretId=secret["ARN"])["SecretString"]
    assert len(password) == 16
    assert password.isalnum()
    assert password not in printed
    for path in checkout.folder.rglob("*"):
        if path.is_file() and not {".venv", ".venv-localaws"} & set(path.parts):
            assert password.encode() not in path.read_bytes(), path
