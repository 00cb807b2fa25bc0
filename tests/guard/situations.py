"""What `compare` is given in the tests: an environment that is deployed and healthy, and the templates of a config."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from beanstack.bundle import shipped
from beanstack.config import load
from beanstack.deployment import Stack, usual_stacks
from beanstack.generate import files
from beanstack.operate.committed import described, template
from beanstack.operate.comparison.observed import Observed, Option, StackState
from beanstack.resources import accepted

if TYPE_CHECKING:
    from collections.abc import Mapping

PLATFORM = "arn:aws:elasticbeanstalk:us-east-1::platform/ECS running on 64bit Amazon Linux 2023/4.7.7"
RUNNING = {"EnvironmentName": "shop-dev", "Status": "Ready", "PlatformArn": PLATFORM, "VersionLabel": "v"}
PHYSICAL = {"Application": "shop", "Environment": "shop-dev", "Version": "v"}


def texts(config: str) -> dict[str, str]:
    """Return the templates of `dev`, by stack."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "shop.yaml"
        path.write_text(config, "utf-8")
        [application] = load([path], judge=accepted.judged).applications
    made = files(application, shipped())
    names = {stack.name: stack.template for stack in usual_stacks("shop", "dev", "shop-dev")}
    return {stack: made[f"output/shop/{name}"].decode() for stack, name in names.items()}


def observed(
    before: Mapping[str, str],
    after: Mapping[str, str],
    environment: Mapping[str, Any] | None = RUNNING,
    live: Mapping[Option, str] | None = None,
) -> Observed:
    """Return what there is if `before` was deployed and is healthy."""
    deployment = described(Path("dev.yaml"), after["shop-dev"])
    return Observed(
        deployment,
        tuple(state(stack, before[stack.name], after[stack.name]) for stack in deployment.stacks),
        environment,
        has_application=True,
        live=live or {},
    )


def state(stack: Stack, before: str, after: str) -> StackState:
    """Return a stack that was deployed from `before`."""
    body = template(before)
    known = {name: PHYSICAL.get(name, name) for name in body["Resources"]}
    return StackState(stack, "UPDATE_COMPLETE", body, template(after), known)
