"""How an environment stands, and whether it runs what is committed."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from beanstack.deployment import METADATA
from beanstack.operate.committed import template, text
from beanstack.operate.health import causes, environment, state
from beanstack.operate.stack import outputs, stack, template_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from beanstack.deployment import Stack
    from beanstack.operate.session import Clients


def status(clients: Clients, folder: Path, make: str) -> Iterator[tuple[str, str]]:
    """Yield rows of what an operator asks first; nothing if there is no stack of the environment.

    `folder` holds the committed templates; `make` is how the user calls make.
    """
    deployment = clients.deployment
    found = stack(clients.cloudformation, deployment.stack)
    if not found:
        return
    for needed in deployment.stacks:
        there = stack(clients.cloudformation, needed.name)
        yield "Stack", f"{needed.name} in {deployment.region}, {there['StackStatus'] if there else 'missing'}"
    described = environment(clients)
    if not described:
        yield "Environment", "nothing deployed"
        return
    now, stacked = state(described), outputs(found)
    yield "Environment", now.status
    yield "Health", now.health if now.health == "Ok" else "; ".join((now.health, *causes(clients)))
    yield "Version", now.version
    yield "Platform", described.get("PlatformArn", "").rpartition("platform/")[2]
    yield "URL", stacked.get("URL", "")
    metadata = template_of(clients.cloudformation, deployment.stack).get("Metadata", {})
    key = metadata.get(METADATA, {}).get("BundleKey", "none")
    same = key == deployment.bundle_key
    yield "Bundle", f"{key[:12]}, {'the committed one' if same else f'committed is {deployment.bundle_key[:12]}'}"
    equal = all(is_committed(clients, needed, folder) for needed in deployment.stacks)
    yield (
        "Template",
        "the committed one" if equal else f"not the committed one; `make plan {make}` shows the difference",
    )


def is_committed(clients: Clients, needed: Stack, folder: Path) -> bool:
    """Return whether a stack was deployed from its committed template in `folder`."""
    if not stack(clients.cloudformation, needed.name):
        return False
    committed = template(text(folder / needed.template))
    return comparable(template_of(clients.cloudformation, needed.name)) == comparable(committed)


def comparable(body: Any) -> str:
    """A template's content, with a question mark for what is not ASCII: so CloudFormation gives it back.

    https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1220
    """
    return re.sub(r"[^\x00-\x7f]+|\?+", "?", json.dumps(body, ensure_ascii=False, sort_keys=True, default=str))
