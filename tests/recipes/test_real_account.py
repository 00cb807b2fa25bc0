"""What counts on a real account alone: the recipes without LOCAL=1, whose calls an endpoint sends to the local AWS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.recipes.conftest import Checkout

IMAGE = "385605022855.dkr.ecr.us-east-1.amazonaws.com/docker-in-aws/todobackend:1.0.0"
ACCOUNT = "385605022855"


@pytest.fixture
def account(new_checkout: Callable[[], Checkout]) -> tuple[Checkout, dict[str, str]]:
    """Return a committed checkout, and the shell's variables with which its calls reach the local AWS."""
    checkout = new_checkout()
    checkout.make("local-start")
    checkout.commit()
    return checkout, checkout.real_account(ACCOUNT)


def push(checkout: Checkout) -> None:
    """Put an image of the config's name into ECR."""
    ecr = checkout.client("ecr", ACCOUNT)
    ecr.create_repository(repositoryName="docker-in-aws/todobackend")
    manifest = {"schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.v2+json"}
    ecr.put_image(
        repositoryName="docker-in-aws/todobackend",
        imageManifest=json.dumps(manifest),
        imageTag=IMAGE.rpartition(":")[2],
    )


def test_an_image_that_ecr_does_not_have_is_missing(account: tuple[Checkout, dict[str, str]]) -> None:
    checkout, variables = account
    refused = checkout.make("stack", environment=variables)
    assert refused.returncode == 2
    assert f"missing:{IMAGE}: ECR has no image {IMAGE}\n" in refused.stderr
    assert checkout.client("cloudformation", ACCOUNT).list_stacks()["StackSummaries"] == []
    push(checkout)
    plan = checkout.make("plan", environment=variables)
    assert plan.returncode == 0, plan.stderr
    assert "missing" not in plan.stdout


def test_what_is_not_committed_is_refused_unless_it_is_allowed(account: tuple[Checkout, dict[str, str]]) -> None:
    checkout, variables = account
    push(checkout)
    checkout.edit("config/todobackend.yaml", "scaling: {min: 1, max: 2}", "scaling: {min: 1, max: 3}")
    assert checkout.make("generate").returncode == 0
    refused = checkout.make("stack", environment=variables)
    assert refused.returncode == 2
    files = "config/todobackend.yaml, output/todobackend/dev.yaml"
    assert f"uncommitted: not as in the commit {checkout.git('rev-parse', 'HEAD')[:12]}: {files}" in refused.stderr
    assert checkout.client("cloudformation", ACCOUNT).list_stacks()["StackSummaries"] == []
    more = checkout.make("stack", "ALLOW=uncommitted behind", environment=variables)
    assert more.returncode == 2
    assert "ALLOW names behind, which is no danger of this deployment; remove it" in more.stderr
    allowed = checkout.make("stack", "ALLOW=uncommitted", environment=variables)
    assert allowed.returncode == 0, allowed.stdout + allowed.stderr
    status = checkout.make("status", environment=variables)
    assert "Template:    that of this working tree\n" in status.stdout
    checkout.commit()
    assert "Template:    the committed one\n" in checkout.make("status", environment=variables).stdout
