"""Deployments of one environment at the same time, as several people make them, and what is recorded of each."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from beanstack.operate import lock, record
from beanstack.operate.bucket import bundle_bucket
from beanstack.operate.committed import deployment
from beanstack.operate.session import Clients
from tests.recipes.conftest import Checkout

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

HERE = "APP=todobackend ENV=dev LOCAL=1"
STACK = ("make", "--no-print-directory", "ENGINE=none", "stack", "LOCAL=1")
OURS = re.compile(r"todobackend-dev: \S+ on \S+ has been deploying since [\d-]+ [\d:]+ UTC")


@pytest.fixture(scope="module")
def alice(new_checkout: Callable[[], Checkout]) -> Checkout:
    made = new_checkout()
    result = made.make("stack", "LOCAL=1")
    assert result.returncode == 0, result.stdout + result.stderr
    return made


@pytest.fixture
def bob(alice: Checkout, pristine: Path, tmp_path: Path) -> Checkout:
    """Another folder, which reaches the same AWS."""
    made = Checkout(tmp_path / "bob", applications=pristine)
    (made.folder / "build").mkdir()
    (made.folder / "build/localaws").symlink_to(alice.folder / "build/localaws")
    return made


@pytest.fixture
def clients(alice: Checkout) -> Clients:
    return Clients(deployment(alice.folder / "output/todobackend/dev.yaml"), alice.url)


@pytest.fixture
def running(alice: Checkout, clients: Clients) -> Iterator[subprocess.Popen[str]]:
    """A deployment of Alice's that waits for the environment's health until `finish` is called."""
    with subprocess.Popen(
        [*STACK, "TIMEOUT=120"],
        cwd=alice.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        keep_updating(alice, process)
        yield process
        finish(alice)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        lock.free(clients)


def keep_updating(checkout: Checkout, process: subprocess.Popen[str]) -> None:
    """Let a deployment come to the environment's own stacks, and then let EB update until `finish` is called."""
    assert process.stdout
    for line in process.stdout:
        if line.startswith("The bundle "):
            break
    checkout.inject("todobackend-dev", Status="Updating")


def finish(checkout: Checkout) -> None:
    checkout.inject("todobackend-dev", Status="Ready", HealthStatus="Ok", Health="Green")


@contextmanager
def interrupted_in_aws(checkout: Checkout, *command: str) -> Iterator[None]:
    """Run a make command whose aws command hangs; press Ctrl-C at the end of the block."""
    hanging = checkout.folder / "hanging"
    hanging.write_text("#!/bin/sh\necho begun\nexec sleep 60\n")
    hanging.chmod(0o755)
    with subprocess.Popen(
        [*command, "AWS=./hanging"], cwd=checkout.folder, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdout
        while process.stdout.readline() != "begun\n":
            assert process.poll() is None
        yield
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=60)


def results(clients: Clients) -> list[str]:
    return [found.result for found in record.records(clients)]


def until_it_waits(process: subprocess.Popen[str]) -> None:
    """Read what a deployment prints until it has come to its last step."""
    assert process.stdout
    for line in process.stdout:
        if line.startswith("todobackend-dev: Updating"):
            return
    raise AssertionError("it ended")


def test_a_deployment_is_recorded_with_what_was_deployed(alice: Checkout, clients: Clients) -> None:
    found = next(record.records(clients))
    assert found
    assert (found.result, found.commit, found.tool) == ("deployed", "", "0.1.0")
    assert found.ended
    assert found.began <= found.ended <= record.now()
    output = alice.folder / "output/todobackend"
    assert found.templates == {
        "todobackend": hashlib.sha256((output / "application.yaml").read_bytes()).hexdigest(),
        "todobackend-dev": hashlib.sha256((output / "dev.yaml").read_bytes()).hexdigest(),
    }
    assert found.bundle == clients.deployment.bundle_key
    environments = clients.beanstalk.describe_environments(EnvironmentNames=["todobackend-dev"])["Environments"]
    assert found.version == environments[0]["VersionLabel"]
    assert lock.holder(clients) is None


def test_history_shows_the_newest_deployment_first(alice: Checkout) -> None:
    assert alice.make("stack", "LOCAL=1").returncode == 0
    head, *lines = alice.make("history", "LOCAL=1").stdout.splitlines()
    assert head.split() == ["Began", "(UTC)", "What", "Result", "Commit", "Version", "Who"]
    times = [line[:19] for line in lines]
    assert len(times) > 1
    assert times == sorted(times, reverse=True)
    assert re.fullmatch(r"\S+ \S+  stack +deployed +without git +todobackend-dev-version-\w+ +\S+", lines[0])


def test_an_environment_that_was_never_deployed_has_no_history(alice: Checkout) -> None:
    result = alice.make("history", "LOCAL=1", "ENV=prod")
    assert (result.returncode, result.stdout) == (0, "nothing is recorded of todobackend-prod\n")


def test_a_second_deployer_learns_who_deploys_and_ends_after_the_timeout(
    running: subprocess.Popen[str], alice: Checkout, bob: Checkout, clients: Clients
) -> None:
    updated = clients.cloudformation.describe_stacks(StackName="todobackend-dev")["Stacks"][0].get("LastUpdatedTime")
    before = results(clients)
    second = bob.make("stack", "LOCAL=1", "TIMEOUT=2")
    assert second.returncode != 0
    assert OURS.search(second.stdout)
    assert "; waiting at most 2 seconds\n" in second.stdout
    assert OURS.search(second.stderr)
    assert "; nothing was done\n" in second.stderr
    assert f"If that run has died, `make unlock {HERE}` frees the lock" in second.stderr
    stack = clients.cloudformation.describe_stacks(StackName="todobackend-dev")["Stacks"][0]
    assert stack.get("LastUpdatedTime") == updated
    assert results(clients) == before, "it never began"
    assert running.poll() is None, "the first one goes on"
    finish(alice)
    assert running.wait(60) == 0
    assert results(clients)[0] == "deployed"


def test_a_second_deployer_goes_on_when_the_first_has_ended(
    running: subprocess.Popen[str], alice: Checkout, bob: Checkout, clients: Clients
) -> None:
    with subprocess.Popen(
        [*STACK, "TIMEOUT=100"], cwd=bob.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as second:
        assert second.stdout
        seen = []
        for line in second.stdout:
            seen.append(line)
            if OURS.match(line):
                finish(alice)
        assert second.wait(60) == 0, seen
    assert running.wait(60) == 0
    first, then = list(record.records(clients))[1::-1]
    assert (first.result, then.result) == ("deployed", "deployed")
    assert first.ended
    assert then.began >= first.ended, "it began when it got the lock"


def test_a_deployer_who_stops_waiting_leaves_the_lock_to_the_first(
    running: subprocess.Popen[str], bob: Checkout, clients: Clients
) -> None:
    held, before = lock.holder(clients), results(clients)
    with subprocess.Popen(
        [*STACK, "TIMEOUT=100"], cwd=bob.folder, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as second:
        assert second.stdout
        while not OURS.match(second.stdout.readline()):
            assert second.poll() is None
        os.killpg(second.pid, signal.SIGINT)
        second.communicate(timeout=60)
    assert second.returncode != 0
    assert running.poll() is None
    assert (lock.holder(clients), results(clients)) == (held, before)


def test_two_deployments_from_one_folder_do_not_take_each_other_for_their_own(
    running: subprocess.Popen[str], alice: Checkout, clients: Clients
) -> None:
    assert alice.make("stack", "LOCAL=1", "TIMEOUT=1").returncode != 0
    held = lock.holder(clients)
    assert held
    assert alice.make("bundle").returncode == 0
    assert alice.operate("wait", "--timeout", "1").returncode == 1
    assert lock.holder(clients) == held, "a verb by hand is no step of the deployment"
    finish(alice)
    assert running.wait(60) == 0
    assert lock.holder(clients) is None


def test_the_next_run_in_the_folder_of_a_deployment_that_was_killed_takes_the_lock_over(
    running: subprocess.Popen[str], alice: Checkout, bob: Checkout, clients: Clients
) -> None:
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    finish(alice)
    assert lock.holder(clients)
    assert results(clients)[0] == "under way"
    elsewhere = bob.make("stack", "LOCAL=1", "TIMEOUT=1")
    assert elsewhere.returncode != 0
    assert OURS.search(elsewhere.stderr)
    here = alice.make("stack", "LOCAL=1", "TIMEOUT=1")
    assert here.returncode == 0, here.stdout + here.stderr
    assert results(clients)[:2] == ["deployed", "interrupted"]
    assert lock.holder(clients) is None


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_deployment_that_is_interrupted_frees_the_lock(
    running: subprocess.Popen[str], clients: Clients, how: signal.Signals
) -> None:
    until_it_waits(running)
    os.killpg(running.pid, how)
    _, errors = running.communicate(timeout=60)
    assert running.returncode != 0
    assert f"The deployment continues on AWS; `make events {HERE}` shows it" in errors
    assert lock.holder(clients) is None
    assert results(clients)[0] == "interrupted"


def test_a_deployment_that_nohup_shields_survives_the_end_of_the_terminal(alice: Checkout, clients: Clients) -> None:
    shielded = ["sh", "-c", "trap '' HUP; exec \"$@\"", "sh", *STACK, "TIMEOUT=60"]
    with subprocess.Popen(
        shielded, cwd=alice.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    ) as process:
        keep_updating(alice, process)
        until_it_waits(process)
        os.killpg(process.pid, signal.SIGHUP)
        time.sleep(1)
        assert lock.holder(clients)
        finish(alice)
        process.communicate(timeout=60)
    assert process.returncode == 0
    assert results(clients)[0] == "deployed"


def test_only_make_is_ended_and_the_lock_is_free_or_taken_over(
    running: subprocess.Popen[str], alice: Checkout, clients: Clients
) -> None:
    """As by a supervisor that knows of make alone."""
    until_it_waits(running)
    os.kill(running.pid, signal.SIGTERM)
    running.communicate(timeout=60)
    finish(alice)
    assert alice.make("stack", "LOCAL=1", "TIMEOUT=20").returncode == 0
    assert results(clients)[:2] == ["deployed", "interrupted"]


def test_a_lock_that_has_expired_is_taken_over(bob: Checkout, clients: Clients) -> None:
    gone = lock.Holder("carol", "ci-1", record.now() - timedelta(hours=3), "", "deployments/dev/1-gone.json", None)
    gone = gone._replace(expires=record.now() - timedelta(seconds=1))
    assert lock.take(clients, gone) is None
    result = bob.make("stack", "LOCAL=1")
    assert result.returncode == 0, result.stdout + result.stderr
    assert lock.holder(clients) is None
    valid = gone._replace(expires=record.now() + timedelta(hours=1))
    assert lock.take(clients, valid) is None
    refused = bob.make("stack", "LOCAL=1", "TIMEOUT=0")
    assert refused.returncode != 0
    assert "carol on ci-1 has been deploying since" in refused.stderr
    assert lock.free(clients) == valid


def test_a_deployment_holds_the_lock_two_hours_longer_than_it_may_wait_for_health(
    running: subprocess.Popen[str], clients: Clients
) -> None:
    held = lock.holder(clients)
    assert held
    assert running.poll() is None
    assert held.expires
    assert held.expires - held.since == pytest.approx(timedelta(hours=2, seconds=120), abs=timedelta(seconds=5))


def test_a_lock_by_hand_refuses_deployments_until_it_is_freed(alice: Checkout, bob: Checkout, clients: Clients) -> None:
    missing = alice.make("lock", "LOCAL=1")
    assert missing.returncode != 0
    assert f'say why, for others to read: make lock {HERE} REASON="..."' in missing.stderr
    reason = 'moving "data" $(touch x) `touch x`; touch x'
    locked = alice.make("lock", "LOCAL=1", environment={"REASON": reason})
    assert locked.returncode == 0, locked.stderr
    assert f"`make unlock {HERE}` frees the lock" in locked.stdout
    assert not (alice.folder / "x").exists()
    held = lock.holder(clients)
    assert held
    assert (held.reason, held.expires) == (reason, None)
    for target in ("stack", "destroy", "lock"):
        refused = bob.make(target, "LOCAL=1", "REASON=mine", "CONFIRM=todobackend-dev")
        assert refused.returncode != 0, target
        assert re.search(r"todobackend-dev: \S+ on \S+ locked it at .* UTC: moving ", refused.stderr)
        assert "; nothing was done\n" in refused.stderr
    assert clients.cloudformation.describe_stacks(StackName="todobackend-dev")["Stacks"][0]["StackStatus"].endswith(
        "_COMPLETE"
    )
    assert bob.make("stack", "LOCAL=1", "ENV=prod").returncode == 0, "the lock is of one environment"
    freed = bob.make("unlock", "LOCAL=1")
    assert freed.returncode == 0
    assert "todobackend-dev is free again; " in freed.stdout
    assert bob.make("stack", "LOCAL=1").returncode == 0
    assert bob.make("unlock", "LOCAL=1").stdout == "todobackend-dev was not locked\n"


def test_a_deployment_whose_lock_was_freed_by_hand_still_records_its_result(
    running: subprocess.Popen[str], alice: Checkout, bob: Checkout, clients: Clients
) -> None:
    until_it_waits(running)
    freed = bob.make("unlock", "LOCAL=1")
    assert re.fullmatch(r"todobackend-dev is free again; \S+ on \S+ has been deploying since .* UTC\n", freed.stdout)
    assert results(clients)[0] == "interrupted"
    assert bob.make("lock", "LOCAL=1", "REASON=mine").returncode == 0
    finish(alice)
    assert running.wait(60) == 0
    assert results(clients)[0] == "deployed"
    held = lock.holder(clients)
    assert held
    assert held.reason == "mine", "somebody else's lock is not freed"


def test_before_the_shared_stack_exists_there_is_nothing_to_lock(new_checkout: Callable[[], Checkout]) -> None:
    fresh = new_checkout()
    result = fresh.make("lock", "LOCAL=1", "REASON=early")
    assert result.returncode != 0
    assert "todobackend-dev cannot be locked: the lock lies in the bundle bucket, and there is none yet" in (
        result.stderr
    )
    assert fresh.make("history", "LOCAL=1").stdout == "nothing is recorded of todobackend-dev\n"
    fresh.inject("todobackend-dev", fail_next_update="Stack named 'awseb-e-1-stack' aborted operation.")
    assert fresh.make("stack", "LOCAL=1").returncode != 0
    line = fresh.make("history", "LOCAL=1").stdout.splitlines()[1]
    assert re.fullmatch(r"\S+ \S+  stack +failed +without git +- +\S+", line)


def test_what_never_came_up_does_not_run_even_if_nobody_waited_for_its_end(
    new_checkout: Callable[[], Checkout],
) -> None:
    fresh = new_checkout()
    fresh.make("local-start")
    fresh.inject("todobackend-dev", fail_next_update="Stack named 'awseb-e-1-stack' aborted operation.")
    assert fresh.make("stack", "LOCAL=1").returncode != 0
    clients = Clients(deployment(fresh.folder / "output/todobackend/dev.yaml"), fresh.url)
    [failed] = record.records(clients)
    clients.s3.delete_object(Bucket=bundle_bucket(clients), Key=failed.key)
    interrupted = failed._replace(result=record.INTERRUPTED)
    record.begin(clients, interrupted)
    earlier = failed._replace(key=failed.key.replace("/20", "/19"), result=record.DEPLOYED)  # destroyed since then
    record.begin(clients, earlier)
    assert [found.result for found in record.judged(clients)] == ["failed", "deployed"]
    assert record.running(clients) is None
    refused = fresh.make("rollback", "LOCAL=1")
    assert refused.returncode == 2
    assert "todobackend-dev is ROLLBACK_COMPLETE; nothing runs to go back from\n" in refused.stderr
    assert f"`make destroy {HERE}` and `make stack {HERE}`" in refused.stderr
    destroyed = fresh.make("destroy", "LOCAL=1", "CONFIRM=todobackend-dev")
    assert destroyed.returncode == 0
    assert "bucket" not in destroyed.stdout
    nothing = fresh.make("rollback", "LOCAL=1")
    assert f"there is no stack todobackend-dev in us-east-1; `make stack {HERE}` makes it" in nothing.stderr
    bucket = bundle_bucket(clients)
    shared = fresh.make("destroy-application", "LOCAL=1", "CONFIRM=todobackend")
    assert f"Its bundle bucket {bucket} stays, with every bundle.\n" in shared.stdout
    assert clients.s3.head_bucket(Bucket=bucket)


def test_what_fails_is_recorded_as_it_failed(alice: Checkout, clients: Clients) -> None:
    alice.inject("todobackend-dev", HealthStatus="Severe", Health="Red")
    assert alice.make("stack", "LOCAL=1", "TIMEOUT=1").returncode != 0
    finish(alice)
    found = next(record.records(clients))
    assert found
    assert found.result == "unhealthy"
    assert found.version
    assert lock.holder(clients) is None


def test_what_a_check_refuses_is_recorded_as_refused_and_is_not_what_runs(alice: Checkout, clients: Clients) -> None:
    assert alice.make("stack", "LOCAL=1").returncode == 0
    runs = record.running(clients)
    assert runs
    path = alice.folder / "output/todobackend/dev.yaml"
    body = path.read_text()
    path.write_text(body + "# by hand\n")
    assert alice.make("stack", "LOCAL=1").returncode != 0
    path.write_text(body)
    assert results(clients)[:2] == ["refused", "deployed"]
    assert record.running(clients) == runs
    assert lock.holder(clients) is None


def test_an_interrupted_deployment_is_what_runs_only_if_the_stack_has_its_template(
    alice: Checkout, clients: Clients
) -> None:
    assert alice.make("stack", "LOCAL=1").returncode == 0
    runs = next(record.records(clients))
    assert runs
    later = runs._replace(key=f"{record.folder(clients)}{record.now():%Y%m%dT%H%M%S}.999999Z-ffffffff.json")
    later = later._replace(result=record.INTERRUPTED)
    record.begin(clients, later._replace(own="killed before anything was deployed"))
    assert record.running(clients) == runs
    assert [found.result for found in record.judged(clients)][:2] == ["failed", "deployed"]
    clients.s3.delete_object(Bucket=bundle_bucket(clients), Key=later.key)
    record.begin(clients, later)
    assert record.running(clients) == later
    clients.s3.delete_object(Bucket=bundle_bucket(clients), Key=later.key)


def test_a_deployment_interrupted_before_the_stack_of_the_environment_has_failed(
    alice: Checkout, clients: Clients
) -> None:
    with interrupted_in_aws(alice, *STACK):
        pass
    assert results(clients)[0] == "failed"
    assert lock.holder(clients) is None


def test_a_restart_holds_the_lock_and_is_no_deployment(alice: Checkout, bob: Checkout, clients: Clients) -> None:
    assert alice.make("stack", "LOCAL=1").returncode == 0
    runs = next(record.records(clients))
    restart = ["make", "--no-print-directory", "ENGINE=none", "restart", "LOCAL=1", "TIMEOUT=300"]
    with subprocess.Popen(
        restart, cwd=alice.folder, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdout
        while "EB restarts the application" not in process.stdout.readline():
            assert process.poll() is None
        alice.inject("todobackend-dev", Status="Updating")
        for verb in ("stack", "restart", "redeploy", "destroy"):
            refused = bob.make(verb, "LOCAL=1", "TIMEOUT=0", "CONFIRM=todobackend-dev")
            assert refused.returncode != 0
            assert re.search(r"has been running `make restart` since .* UTC; nothing was done", refused.stderr), verb
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=60)
    finish(alice)
    assert process.returncode != 0
    assert lock.holder(clients) is None
    line = alice.make("history", "LOCAL=1").stdout.splitlines()[1]
    assert re.fullmatch(r"\S+ \S+  restart +interrupted +- +- +\S+", line)
    assert record.running(clients) == runs
    assert next(record.judged(clients)) == runs, "a rollback does not take it for a deployment"


def test_a_deletion_holds_the_lock_and_is_recorded(new_checkout: Callable[[], Checkout]) -> None:
    fresh = new_checkout()
    fresh.stack()
    with interrupted_in_aws(fresh, "make", "ENGINE=none", "destroy", "LOCAL=1", "CONFIRM=todobackend-dev"):
        refused = fresh.make("stack", "LOCAL=1", "TIMEOUT=0")
        assert "has been running `make destroy` since" in refused.stderr
    assert fresh.make("destroy", "LOCAL=1", "CONFIRM=another").returncode != 0
    assert fresh.make("destroy", "LOCAL=1", "CONFIRM=todobackend-dev").returncode == 0
    _, *lines = fresh.make("history", "LOCAL=1").stdout.splitlines()
    assert [line.split()[2:4] for line in lines] == [
        ["destroy", "done"],
        ["destroy", "interrupted"],
        ["stack", "deployed"],
    ]
    fresh.stack()  # the lock is free


def test_of_many_deployers_at_once_exactly_one_gets_the_lock(clients: Clients) -> None:
    since = record.now()
    wanted = [
        lock.Holder(f"user {number}", "ci", since, "", f"deployments/dev/1-{number}.json", None) for number in range(8)
    ]
    for _ in range(5):
        with ThreadPoolExecutor(len(wanted)) as pool:
            others = list(pool.map(lambda one: lock.take(clients, one), wanted))
        assert others.count(None) == 1
        winner = wanted[others.index(None)]
        assert {other for other in others if other} == {winner}
        assert lock.free(clients) == winner


def test_the_objects_are_json_that_people_can_read(clients: Clients) -> None:
    found = next(record.records(clients))
    assert found
    stored = clients.s3.get_object(Bucket=bundle_bucket(clients), Key=found.key)
    document = json.loads(stored["Body"].read())
    assert document["commit"] is None
    assert set(document) == {*record.Record._fields} - {"key"}
