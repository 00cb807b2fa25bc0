"""Waiting until EB itself says that every instance runs the expected version in good health, and it answers.

CloudFormation reports success as soon as EB has taken an update, even over an application that is dead.
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/health-enhanced-status.html
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from beanstack.operate.address import address
from beanstack.operate.events import Event, beanstalk_events
from beanstack.operate.patience import patient
from beanstack.operate.smoke import failures
from beanstack.operate.stack import outputs, stack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from beanstack.deployment import Deployment
    from beanstack.operate.address import Address
    from beanstack.operate.session import Clients

GONE = ("Terminating", "Terminated")
# Health, the best first. A deployment may accept one of the others as well.
# https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/health-enhanced-status.html
HEALTHS = ("Ok", "Info", "Warning")
# Basic health is a colour alone, which no accepted health changes.
# https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.healthstatus.html
GREEN = "Green"
SETTLING = 20.0  # seconds of good health until it counts; instances report every ten seconds
ANSWERING = 60.0  # seconds in which the smoke test may still fail, as until DNS knows a new load balancer


VERSIONS = "versions"  # not every instance runs the expected one
SMOKE_TEST = "smoke test"


class State(NamedTuple):
    """What EB says of an environment: `Ready` and the like, `Ok` and the like, its version's label.

    With basic health, `health` is a colour.
    """

    status: str
    health: str
    version: str
    is_basic: bool = False

    def __str__(self) -> str:
        return f"{self.status}, health {self.health}, version {self.version or 'none'}"


class Unhealthy(NamedTuple):
    """How an environment was when the wait was given up, and the causes: EB's, or what did not answer as expected."""

    state: State | None
    expected: str
    causes: tuple[str, ...]
    failed: str = ""  # VERSIONS or SMOKE_TEST, if that is why although EB may report good health


def environment(clients: Clients) -> dict[str, Any] | None:
    """Return EB's description of the environment; None if EB does not know it."""
    deployment = clients.deployment
    names = {"ApplicationName": deployment.eb_application, "EnvironmentNames": [deployment.eb_environment]}
    found = clients.beanstalk.describe_environments(**names, IncludeDeleted=False)["Environments"]
    return found[0] if found else None


def state(description: dict[str, Any]) -> State:
    """Return the part of an environment's description that a wait compares."""
    status = description.get("HealthStatus", "")
    health = status or description.get("Health") or "Unknown"
    return State(description["Status"], health, description.get("VersionLabel", ""), not status)


def accepted(deployment: Deployment) -> tuple[str, ...]:
    """Return each health with which a deployment has succeeded."""
    worst = HEALTHS.index(deployment.accepted_health or HEALTHS[0])
    return (*HEALTHS[: worst + 1], GREEN)


class Watch:
    """Polls an environment; `report` shows each new state and each of EB's events, once."""

    def __init__(self, clients: Clients, report: Callable[[str], None]) -> None:
        self.clients = clients
        self.report = report
        self.began = datetime.now(UTC)
        self.expected = ""
        self.url = ""
        self.now: State | None = None
        self.description: dict[str, Any] | None = None
        self.causes: tuple[str, ...] = ()
        self.reported = set[Event]()

    def begin(self) -> None:
        """Read what is expected from the environment's stack."""
        found = outputs(stack(self.clients.cloudformation, self.clients.deployment.stack) or {})
        self.expected, self.url = found.get("Version", ""), found.get("URL", "")

    def poll(self) -> bool:
        """Return whether the environment is Ready, on every instance with our version, and healthy."""
        description = self.description = environment(self.clients)
        now = state(description) if description else None
        if now and now != self.now:
            self.report(f"{self.clients.deployment.stack}: {now}")
        self.now = now
        for event in beanstalk_events(self.clients, since=self.began):
            if event not in self.reported:
                self.reported.add(event)
                self.report(f"  EB: {event}")
        self.causes = ()
        if not now or now.status != "Ready":
            return False
        if not now.is_basic and now.version == self.expected:
            self.causes = tuple(others(self.clients, self.expected))
        is_good = now.version == self.expected and now.health in accepted(self.clients.deployment)
        return is_good and not self.causes

    def unhealthy(self) -> Unhealthy:
        """Return how the environment is, with EB's causes."""
        of_health = causes(self.clients) if self.now and not self.now.is_basic else ()
        return Unhealthy(self.now, self.expected, (*self.causes, *of_health), VERSIONS if self.causes else "")


def wait(clients: Clients, report: Callable[[str], None], timeout: float) -> State | Unhealthy:
    """Return the state of success, or Unhealthy when the time is up or there is nothing to wait for.

    Success is, in this order: Ready, the stack's version on every instance, good health that has settled, and the smoke
    test. `timeout` is in seconds; `report` shows every new state, including the last one, and EB's events in between. A
    call that AWS throttles is repeated while time is left.
    """
    deadline = time.monotonic() + timeout
    settling = 0.0 if clients.endpoint else SETTLING  # the local AWS reports good health only once it has settled
    watch = Watch(clients, report)

    def patiently(call: Callable[[], Any]) -> Any:
        return patient(call, clients.interval, report, deadline)

    patiently(watch.begin)
    since: float | None = None
    while True:
        is_good = patiently(watch.poll)
        now = watch.now
        if is_good:
            since = since or time.monotonic()
            if now and time.monotonic() - since >= settling:
                where = address(clients, watch.url, watch.description)
                failed = answers(clients, where, report, deadline)
                return Unhealthy(now, watch.expected, failed, SMOKE_TEST) if failed else now
        else:
            since = None
            is_final = clients.endpoint and now and now.status == "Ready"
            over = time.monotonic() + clients.interval > deadline
            if not now or is_final or now.status in GONE or over:
                unhealthy: Unhealthy = patiently(watch.unhealthy)
                return unhealthy
        time.sleep(clients.interval)


def answers(clients: Clients, where: Address | None, report: Callable[[str], None], deadline: float) -> tuple[str, ...]:
    """Return the problems with the answers to the smoke test; empty if it passes."""
    checks = clients.deployment.smoke_test
    if not checks:
        return ()
    if where is None:
        report(f"smoke test: skipped, because no container engine runs {clients.deployment.stack}")
        return ()
    until = min(deadline, time.monotonic() + (0 if clients.endpoint else ANSWERING))
    while True:
        found = failures(where, checks)
        if not found:
            report(f"smoke test: passed, {len(checks)} of {len(checks)}")
        if not found or time.monotonic() + clients.interval > until:
            return found
        time.sleep(clients.interval)


def others(clients: Clients, expected: str) -> list[str]:
    """Return a line on each instance that does not run the expected version, as far as enhanced health knows."""
    found = []
    for instance in instances(clients, "Deployment"):
        version = instance.get("Deployment", {}).get("VersionLabel")
        if version != expected:
            found.append(f"instance {instance['InstanceId']} runs {version or 'no version yet'}, not {expected}")
    return found


def instances(clients: Clients, *attributes: str) -> Iterator[dict[str, Any]]:
    """Yield some attributes of each instance's health, which EB refuses to show with basic health.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_DescribeInstancesHealth.html
    """
    request: dict[str, Any] = {
        "EnvironmentName": clients.deployment.eb_environment,
        "AttributeNames": list(attributes),
    }
    while True:
        page = clients.beanstalk.describe_instances_health(**request)
        yield from page.get("InstanceHealthList", ())
        if not page.get("NextToken"):
            return
        request["NextToken"] = page["NextToken"]


def causes(clients: Clients) -> tuple[str, ...]:
    """Return why enhanced health is not Ok, in EB's words. Basic health knows no causes, and EB refuses to name any."""
    found = clients.beanstalk.describe_environment_health(
        EnvironmentName=clients.deployment.eb_environment, AttributeNames=["Causes", "Status"]
    )
    return tuple(found.get("Causes", ()))
