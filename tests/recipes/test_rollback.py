"""Going back to an earlier deployment, with the Makefile, in a repository with a history of its own."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, NamedTuple

import pytest

from beanstack.operate import record
from beanstack.operate.bucket import bundle_bucket
from beanstack.operate.committed import deployment
from beanstack.operate.session import Clients

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.recipes.conftest import Checkout

CONFIG = "config/todobackend.yaml"
HERE = "APP=todobackend ENV=dev LOCAL=1"


class History(NamedTuple):
    """A checkout in which `good` was deployed, and `bad` after it."""

    checkout: Checkout
    good: str
    bad: str
    clients: Clients


def git(checkout: Checkout, *words: str) -> str:
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *words]
    return subprocess.run(command, cwd=checkout.folder, check=True, capture_output=True, text=True).stdout.strip()


def commit(checkout: Checkout, old: str, new: str) -> str:
    """Change the config, generate, commit, and return the commit."""
    checkout.edit(CONFIG, old, new)
    result = checkout.make("generate")
    assert result.returncode == 0, result.stderr
    git(checkout, "add", "config", "bundle", "output", "templates")
    git(checkout, "commit", "--quiet", "--message", new)
    return git(checkout, "rev-parse", "HEAD")


def deployed_template(history: History, name: str) -> str:
    body = history.clients.cloudformation.get_template(StackName=name)["TemplateBody"]
    return str(body)


def stack(history: History, name: str = "todobackend-dev") -> dict[str, object]:
    found: dict[str, object] = history.clients.cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    return found


@pytest.fixture(scope="module")
def history(new_checkout: Callable[[], Checkout]) -> History:
    checkout = new_checkout()
    git(checkout, "init", "--quiet")
    git(checkout, "add", "config", "bundle", "output", "templates")
    git(checkout, "commit", "--quiet", "--message", "Begin")
    good = git(checkout, "rev-parse", "HEAD")
    checkout.stack()
    bad = commit(checkout, "todobackend:1.0.0", "todobackend:1.0.1")
    checkout.inject("todobackend-dev", HealthStatus="Severe", Health="Red")
    result = checkout.make("stack", "LOCAL=1", "TIMEOUT=1")
    checkout.inject("todobackend-dev")
    assert result.returncode == 2
    assert f"`make rollback {HERE}` deploys the last good deployment again." in result.stderr
    return History(
        checkout, good, bad, Clients(deployment(checkout.folder / "output/todobackend/dev.yaml"), checkout.url)
    )


def test_a_rollback_deploys_the_committed_bytes_of_the_last_good_deployment_by_the_same_rules(history: History) -> None:
    checkout = history.checkout
    # What is in the working tree or staged since then does not matter.
    checkout.edit(CONFIG, "todobackend:1.0.1", "todobackend:9.9.9")
    shared = stack(history, "todobackend").get("LastUpdatedTime")
    result = checkout.make("rollback", "LOCAL=1")
    assert result.returncode == 0, result.stdout + result.stderr
    assert f"todobackend-dev: {history.bad[:12]} of " in result.stdout
    assert f", going back to {history.good[:12]} of " in result.stdout
    assert "note: the database keeps the schema that later migrations have made" in result.stdout
    revert = result.stdout.splitlines()[-1]
    assert revert == (
        f"The next `make stack {HERE}` would undo the rollback. "
        f"`git revert {git(checkout, 'rev-parse', '--short', history.bad)}` makes it last."
    )
    assert (
        deployed_template(history, "todobackend-dev")
        == git(checkout, "show", f"{history.good}:output/todobackend/dev.yaml") + "\n"
    )
    assert stack(history, "todobackend").get("LastUpdatedTime") == shared
    found = next(record.records(history.clients))
    assert found
    assert (found.result, found.commit, found.dirty) == ("deployed", history.good, False)
    assert list(found.templates) == ["todobackend-dev"]
    [environment] = history.clients.beanstalk.describe_environments(EnvironmentNames=["todobackend-dev"])[
        "Environments"
    ]
    assert environment["VersionLabel"] == found.version
    git(checkout, "checkout", "--quiet", CONFIG)
    plan = checkout.make("plan", "LOCAL=1").stdout
    assert "behind" not in plan, "what was rolled back to is an ancestor of HEAD"
    again = checkout.make("rollback", "LOCAL=1")
    assert again.returncode == 2
    assert "no good deployment before the one that runs is recorded, whose" in again.stderr, "it does not come back"
    refused_unless_allowed(history)


def refused_unless_allowed(history: History) -> None:
    """Make the database larger, which going back would undo."""
    checkout = history.checkout
    larger = commit(checkout, '    version: "8.4.11"', '    storage: 100\n    version: "8.4.11"')
    checkout.stack()
    before = stack(history).get("LastUpdatedTime")
    refused = checkout.make("rollback", "LOCAL=1", f"TO={history.good[:10]}")
    assert refused.returncode == 2
    assert "data-loss:database: the database would shrink" in refused.stderr
    assert stack(history).get("LastUpdatedTime") == before
    found = next(record.records(history.clients))
    assert found
    assert (found.result, found.commit) == ("refused", history.good)
    allowed = checkout.make("rollback", "LOCAL=1", f"TO={history.good[:10]}", "ALLOW=data-loss:database")
    assert allowed.returncode == 0, allowed.stdout + allowed.stderr
    assert "aws:rds:dbinstance DBAllocatedStorage: 100 -> " in allowed.stdout
    assert git(checkout, "rev-parse", "HEAD") == larger


@pytest.mark.parametrize(
    ("to", "message"),
    [
        ("nonsense", "unknown commit 'nonsense'"),
        ("--all", "unknown commit '--all'"),
        ("{bad}", "no good deployment of {bad} is recorded, whose"),
    ],
)
def test_only_a_good_deployment_is_gone_back_to(history: History, to: str, message: str) -> None:
    result = history.checkout.make("rollback", "LOCAL=1", f"TO={to.format(bad=history.bad)}")
    assert result.returncode == 2
    assert message.format(bad=history.bad[:12]) in result.stderr


@pytest.mark.parametrize("damage", ["gone", "other"])
def test_a_bundle_that_is_not_the_deployed_one_is_refused(history: History, damage: str) -> None:
    s3, bucket = history.clients.s3, bundle_bucket(history.clients)
    good = next(one for one in record.records(history.clients) if one.commit == history.good)
    content = s3.get_object(Bucket=bucket, Key=good.bundle)["Body"].read()
    s3.delete_object(Bucket=bucket, Key=good.bundle)
    if damage == "other":
        s3.put_object(Bucket=bucket, Key=good.bundle, Body=b"other")
    before = stack(history).get("LastUpdatedTime")
    result = history.checkout.make("rollback", "LOCAL=1", f"TO={history.good}")
    s3.put_object(Bucket=bucket, Key=good.bundle, Body=content)
    assert result.returncode == 2
    expected = {"gone": "is no longer in its bucket; `git revert`", "other": "is damaged or was replaced"}
    assert expected[damage] in result.stderr
    assert stack(history).get("LastUpdatedTime") == before


def test_a_foreign_stack_is_refused(history: History) -> None:
    checkout = history.checkout
    commit(checkout, "environments:\n", "environments:\n  other: {}\n")
    body = "Resources: {Topic: {Type: 'AWS::SNS::Topic'}}"
    history.clients.cloudformation.create_stack(StackName="todobackend-other", TemplateBody=body)
    for verb in ("rollback", "abort", "restart", "redeploy", "drift"):
        result = checkout.make(verb, "LOCAL=1", "ENV=other")
        assert result.returncode == 2
        assert "foreign:todobackend-other: " in result.stderr
