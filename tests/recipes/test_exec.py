"""`make exec` as an operator of a real account calls it; here the local AWS answers in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.recipes.conftest import Checkout

ACCOUNT = "123456789012"
COMMAND = ("exec", "APP=shop", "ENV=dev", "CONTAINER=web", 'CMD=["env"]')
CONFIG = f"""\
application: shop
defaults:
  region: us-east-1
  account: "{ACCOUNT}"
  platform: ECS running on 64bit Amazon Linux 2023/4.7.7
  containers: {{web: {{image: "nginx:1.27", memory: 64, ports: ["80:80"]}}}}
environments:
  dev: {{}}
"""


@pytest.fixture(scope="module")
def deployed(new_checkout: Callable[[], Checkout]) -> Checkout:
    checkout = new_checkout()
    (checkout.folder / "config/shop.yaml").write_text(CONFIG, "utf-8")
    assert checkout.make("generate").returncode == 0
    checkout.stack("APP=shop", "ENV=dev")
    return checkout


def test_an_instance_that_systems_manager_does_not_reach_is_refused_with_what_it_needs(deployed: Checkout) -> None:
    done = deployed.make(*COMMAND, environment=deployed.real_account(ACCOUNT))
    assert done.returncode == 2
    assert "Systems Manager reaches no instance of shop-dev. It needs `session_manager: true`" in done.stderr


def test_credentials_of_another_account_send_nothing(deployed: Checkout) -> None:
    done = deployed.make(*COMMAND, environment=deployed.real_account("210987654321"))
    assert done.returncode == 2
    assert "the credentials are of account 210987654321" in done.stderr
    assert "nothing was done" in done.stderr


def test_a_command_that_is_no_list_reaches_no_account(deployed: Checkout) -> None:
    done = deployed.make(*COMMAND[:-1], "CMD=env; ls", environment=deployed.real_account("210987654321"))
    assert done.returncode == 2
    assert "CMD must be a program and its arguments as a list in JSON" in done.stderr
