"""How an environment is, and whether it runs what is committed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.operate.address import address, records_by_hand
from beanstack.operate.health import HEALTHS, causes, environment, state
from beanstack.operate.stack import outputs, stack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.operate.comparison.model import Comparison
    from beanstack.operate.comparison.observed import Observed
    from beanstack.operate.session import Clients


def rows(clients: Clients, observed: Observed, found: Comparison, make: str) -> Iterator[tuple[str, str]]:
    """Yield what an operator asks first; `make` is how the user calls make."""
    yield from live_rows(clients)
    if observed.environment is None:
        return
    key = observed.deployed_key or "none"
    which = "that of this working tree" if observed.git.uncommitted else "the committed one"
    difference = f"not {which}; `make plan {make}` shows the difference"
    drifts = [danger.subject for danger in found.of_kind("drift")]
    if key != observed.deployment.bundle_key:
        yield "Bundle", f"{key[:12]}, {which} is {observed.deployment.bundle_key[:12]}"
    elif "version" in drifts or "bundle" in drifts:
        yield "Bundle", f"{key[:12]} was deployed, but is not what runs"
    else:
        yield "Bundle", f"{key[:12]}, {which}"
    if found.changes:
        yield "Template", difference
    elif drifts:
        yield "Template", "was deployed, but settings were changed since then"
    else:
        yield "Template", which


def live_rows(clients: Clients) -> Iterator[tuple[str, str]]:
    """Yield how the stacks and the environment are, whatever was committed."""
    deployment = clients.deployment
    for one in deployment.stacks:
        found = stack(clients.cloudformation, one.name)
        yield "Stack", f"{one.name} in {deployment.region}, {found['StackStatus'] if found else 'missing'}"
    described = environment(clients)
    if described is None:
        yield "Environment", "nothing deployed"
        return
    now = state(described)
    yield "Environment", now.status
    is_good = now.is_basic or now.health == HEALTHS[0]
    yield "Health", now.health if is_good else "; ".join((now.health, *causes(clients)))
    yield "Version", now.version
    yield "Platform", described.get("PlatformArn", "").rpartition("platform/")[2]
    found = outputs(stack(clients.cloudformation, deployment.stack) or {})
    url = found.get("URL", "")
    yield "URL", url
    where = address(clients, url, described)
    if where and where.shown != url:
        yield "Here", where.shown
    for record in records_by_hand(found):
        yield "DNS", f"by hand: {record}"
