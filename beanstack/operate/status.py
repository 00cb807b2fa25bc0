"""How an environment stands, and whether it runs what is committed."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from beanstack.deployment import METADATA
from beanstack.operate.committed import template
from beanstack.operate.health import causes, environment, state
from beanstack.operate.plan import template_of
from beanstack.operate.stack import outputs, stack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.operate.session import Clients


def status(clients: Clients, committed: str, make: str) -> Iterator[tuple[str, str]]:
    """Rows of what an operator asks first; nothing where there is no stack.

    `committed` is the committed template's text, `make` how the user calls make.
    """
    deployment = clients.deployment
    found = stack(clients.cloudformation, deployment.stack)
    if not found:
        return
    yield "Stack", f"{deployment.stack} in {deployment.region}, {found['StackStatus']}"
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
    deployed = template_of(clients.cloudformation, deployment.stack)
    key = deployed.get("Metadata", {}).get(METADATA, {}).get("BundleKey", "none")
    same = key == deployment.bundle_key
    yield "Bundle", f"{key[:12]}, {'the committed one' if same else f'committed is {deployment.bundle_key[:12]}'}"
    equal = comparable(deployed) == comparable(template(committed))
    yield (
        "Template",
        "the committed one" if equal else f"not the committed one; `make plan {make}` shows the difference",
    )


def comparable(body: Any) -> str:
    """A template's content, with a question mark for what is not ASCII: so CloudFormation gives it back.

    https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1220
    """
    return re.sub(r"[^\x00-\x7f]+|\?+", "?", json.dumps(body, ensure_ascii=False, sort_keys=True, default=str))
