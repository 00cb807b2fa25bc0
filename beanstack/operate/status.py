"""How an environment stands, and whether it runs what is committed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.deployment import METADATA
from beanstack.operate.health import causes, environment, state
from beanstack.operate.plan import template_of
from beanstack.operate.stack import outputs, stack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.operate.session import Clients


def status(clients: Clients) -> Iterator[tuple[str, str]]:
    """Rows of what an operator asks first; nothing where there is no stack."""
    deployment = clients.deployment
    found = stack(clients.cloudformation, deployment.stack)
    if not found:
        return
    yield "Stack", f"{deployment.stack} in {deployment.region}, {found['StackStatus']}"
    described = environment(clients)
    if described:
        now = state(described)
        yield "Environment", now.status
        yield "Health", now.health if now.health == "Ok" else "; ".join((now.health, *causes(clients)))
        yield "Version", now.version
        yield "Platform", described.get("PlatformArn", "").rpartition("platform/")[2]
        yield "URL", outputs(found).get("URL", "")
    deployed = template_of(clients.cloudformation, deployment.stack)
    key = deployed.get("Metadata", {}).get(METADATA, {}).get("BundleKey", "none")
    same = key == deployment.bundle_key
    yield "Bundle", f"{key[:12]}, {'the committed one' if same else f'committed is {deployment.bundle_key[:12]}'}"
