"""What counts on a real account alone: the recipes without LOCAL=1, whose calls an endpoint sends to the local AWS."""

from __future__ import annotations

import json
import shutil
import threading
from typing import TYPE_CHECKING

import pytest

from tests.recipes.proxy import Proxy

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.recipes.conftest import Checkout

IMAGE = "385605022855.dkr.ecr.us-east-1.amazonaws.com/docker-in-aws/todobackend:1.0.0"
ACCOUNT = "385605022855"
REPOSITORY = "docker-in-aws/todobackend"
HERE = "APP=todobackend ENV=dev"


@pytest.fixture
def account(new_checkout: Callable[[], Checkout]) -> tuple[Checkout, dict[str, str]]:
    """Return a committed checkout, and the shell's variables with which its calls reach the local AWS."""
    checkout = new_checkout()
    checkout.make("local-start")
    checkout.commit()
    return checkout, checkout.real_account(ACCOUNT)


def push(checkout: Checkout, tag: str = "1.0.0", content: str = "") -> str:
    """Put an image of the config's name into ECR and return its digest; an image is another by its content."""
    ecr = checkout.client("ecr", ACCOUNT)
    if not ecr.describe_repositories()["repositories"]:
        ecr.create_repository(repositoryName=REPOSITORY)
    kind = "application/vnd.docker.distribution.manifest.v2+json"
    manifest = json.dumps({"schemaVersion": 2, "mediaType": kind, "config": content or tag})
    put = ecr.put_image(repositoryName=REPOSITORY, imageManifest=manifest, imageTag=tag)
    return str(put["image"]["imageId"]["imageDigest"])


def change_image(checkout: Checkout, old: str, new: str) -> None:
    """Let the config name another image, and commit what is generated from it."""
    checkout.edit("config/todobackend.yaml", f"docker-in-aws/todobackend{old}", f"docker-in-aws/todobackend{new}")
    assert checkout.make("generate").returncode == 0
    checkout.commit()


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
    files = "config/todobackend.yaml, output/todobackend/README.md, output/todobackend/dev.yaml"
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


def test_without_a_repository_the_files_are_deployed_as_they_are_and_stack_says_so(
    account: tuple[Checkout, dict[str, str]],
) -> None:
    checkout, variables = account
    push(checkout)
    shutil.rmtree(checkout.folder / ".git")
    checkout.edit("config/todobackend.yaml", "scaling: {min: 1, max: 2}", "scaling: {min: 1, max: 3}")
    assert checkout.make("generate").returncode == 0
    done = checkout.make("stack", environment=variables)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "not checked:\n  git: there is no repository here, so the files are taken as they are\n" in done.stdout


@pytest.mark.parametrize("target", ["stack", "plan"])
def test_without_credentials_nothing_is_done(account: tuple[Checkout, dict[str, str]], target: str) -> None:
    checkout, variables = account
    none = {name: value for name, value in variables.items() if not name.endswith(("_KEY", "_KEY_ID"))}
    refused = checkout.make(target, environment=none)
    assert refused.returncode == 2
    assert "missing:credentials: Unable to locate credentials\n  Choose a profile with AWS_PROFILE" in refused.stderr


def test_an_image_by_a_digest_that_ecr_does_not_have_is_missing(account: tuple[Checkout, dict[str, str]]) -> None:
    checkout, variables = account
    absent = "sha256:" + "0" * 64
    digest = push(checkout)
    change_image(checkout, ":1.0.0", f"@{absent}")
    refused = checkout.make("stack", environment=variables)
    assert refused.returncode == 2
    image = IMAGE.replace(":1.0.0", f"@{absent}")
    assert f"missing:{image}: ECR has no image {image}\n" in refused.stderr
    assert checkout.client("cloudformation", ACCOUNT).list_stacks()["StackSummaries"] == []
    change_image(checkout, f"@{absent}", f"@{digest}")
    plan = checkout.make("plan", environment=variables)
    assert plan.returncode == 0, plan.stderr
    assert "missing" not in plan.stdout


def test_a_rollback_refuses_an_image_that_was_overwritten_or_is_gone(
    account: tuple[Checkout, dict[str, str]],
) -> None:
    checkout, variables = account
    before = push(checkout)
    deployed = checkout.make("stack", environment=variables)
    assert deployed.returncode == 0, deployed.stdout + deployed.stderr
    first = checkout.git("rev-parse", "HEAD")
    change_image(checkout, ":1.0.0", ":2.0.0")
    push(checkout, "2.0.0")
    assert checkout.make("stack", environment=variables).returncode == 0
    cloudformation = checkout.client("cloudformation", ACCOUNT)
    stack = cloudformation.describe_stacks(StackName="todobackend-dev")["Stacks"][0]

    now = push(checkout, "1.0.0", "another")
    overwritten = checkout.make("rollback", environment=variables)
    assert overwritten.returncode == 2
    reason = f"{IMAGE} was overwritten: {before} was deployed then, and ECR has {now} now"
    assert f"missing:{IMAGE}: {reason}\n  Restore the tag of {before} (https://docs" in overwritten.stderr

    ecr = checkout.client("ecr", ACCOUNT)
    ecr.batch_delete_image(repositoryName=REPOSITORY, imageIds=[{"imageTag": "1.0.0"}])
    gone = checkout.make("rollback", environment=variables)
    assert gone.returncode == 2
    assert f"missing:{IMAGE}: ECR no longer has the image {IMAGE}; {before} was deployed then\n" in gone.stderr
    assert cloudformation.describe_stacks(StackName="todobackend-dev")["Stacks"][0] == stack
    assert "lock" not in checkout.make("status", environment=variables).stdout

    assert push(checkout) == before
    back = checkout.make("rollback", environment=variables)
    assert back.returncode == 0, back.stdout + back.stderr
    assert "its digest was not recorded" not in back.stdout
    _, *lines = checkout.make("history", environment=variables).stdout.splitlines()
    assert [line.split()[2:5] for line in lines][:3] == [
        ["rollback", "deployed", first[:12]],
        ["rollback", "refused", first[:12]],
        ["rollback", "refused", first[:12]],
    ]


def test_leftovers_that_eb_does_not_remove_leave_a_good_deployment(account: tuple[Checkout, dict[str, str]]) -> None:
    """The role of whoever deploys may change the environment through CloudFormation alone."""
    checkout, variables = account
    push(checkout)
    deploy = ("stack", "REMOVE_LEFTOVERS=1")
    checkout.edit("config/todobackend.yaml", "  dev: {}\n", "  dev: {properties: {COLOUR: blue}}\n")
    assert checkout.make("generate").returncode == 0
    checkout.commit()
    first = checkout.make(*deploy, environment=variables)
    assert first.returncode == 0, first.stderr
    checkout.edit("config/todobackend.yaml", "  dev: {properties: {COLOUR: blue}}\n", "  dev: {}\n")
    assert checkout.make("generate").returncode == 0
    checkout.commit()

    def denied(action: str, _: int) -> tuple[str, str] | None:
        return (
            ("AccessDenied", "not authorized to perform: UpdateEnvironment") if action == "UpdateEnvironment" else None
        )

    with Proxy(checkout.url, denied) as proxy:
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        through = {"AWS_ENDPOINT_URL_ELASTIC_BEANSTALK": f"http://127.0.0.1:{proxy.server_port}"}
        refused = checkout.make(*deploy, environment={**variables, **through})
        proxy.shutdown()
    assert refused.returncode == 2
    assert "todobackend-dev is deployed and healthy, but EB did not remove the leftover options: " in refused.stderr
    assert "not authorized to perform: UpdateEnvironment" in refused.stderr
    name = "Namespace=aws:elasticbeanstalk:application:environment,OptionName=COLOUR"
    assert "To remove it later: aws elasticbeanstalk update-environment" in refused.stderr
    assert f"--options-to-remove {name}" in refused.stderr
    history = checkout.make("history", environment=variables).stdout.splitlines()
    assert history[1].split()[2:4] == ["stack", "deployed"]
