"""Environments as their deployed stacks describe them, for those that are no longer in config/."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from botocore.exceptions import BotoCoreError

from beanstack.deployment import Deployment, usual_stacks
from beanstack.operate.choice import environments
from beanstack.operate.committed import deployment, described_by
from beanstack.operate.comparison.observed import metadata
from beanstack.operate.session import Clients
from beanstack.operate.stack import EMPTY, stack, template_of

if TYPE_CHECKING:
    from collections.abc import Iterator

ALL = "all"  # ENV=all, of status


class Deployed(NamedTuple):
    """An environment's stack: its Region, state and bundle, and whether config/ still has the environment."""

    environment: str
    stack: str
    region: str
    status: str
    bundle_key: str
    is_configured: bool


def of_stack(project: Path, application: str, environment: str, endpoint: str | None) -> Deployment:
    """Return the deployment that an environment's deployed stack describes. Raises DeploymentError without one."""
    with suppress(BotoCoreError):  # as without credentials: what is missing here is the first thing to say
        found = search(project, application, environment, endpoint)
        if found:
            return found
    return deployment(project / f"output/{application}/{environment}.yaml")


def search(project: Path, application: str, environment: str, endpoint: str | None) -> Deployment | None:
    """Return the deployment of an environment's stack in the first Region that has it."""
    name = f"{application}-{environment}"
    for region, account in regions(project, application):
        clients = Clients(unknown(application, environment, region, account), endpoint)
        if stack(clients.cloudformation, name):
            return described_by(Path(f"the stack {name} in {region}"), template_of(clients.cloudformation, name))
    return None


def unknown(application: str, environment: str, region: str, account: str) -> Deployment:
    """Return a deployment of which only the place is known."""
    name = f"{application}-{environment}"
    return Deployment(
        application, environment, name, region, account, "", "", "", "", usual_stacks(application, environment, name)
    )


def regions(project: Path, application: str) -> Iterator[tuple[str, str]]:
    """Yield the Regions, with the accounts, of an application's committed templates, each once.

    Without any, that of the shell: https://docs.aws.amazon.com/sdkref/latest/guide/feature-region.html
    """
    folder = project / f"output/{application}"
    found = {
        (one.region, one.account) for one in (deployment(folder / f"{name}.yaml") for name in environments(folder))
    }
    shell = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
    yield from sorted(found) or [(shell, "")]


def every(project: Path, application: str, endpoint: str | None) -> Iterator[Deployed]:
    """Yield the environments of an application that are deployed, in each Region that its templates name."""
    configured = environments(project / f"output/{application}")
    for region, account in regions(project, application):
        clients = Clients(unknown(application, ALL, region, account), endpoint)
        for page in clients.cloudformation.get_paginator("describe_stacks").paginate():
            for found in page["Stacks"]:
                name, status = found["StackName"], found["StackStatus"]
                if not name.startswith(f"{application}-") or status == EMPTY:
                    continue
                own = metadata(template_of(clients.cloudformation, name))
                if own.get("Application") == application and own.get("Stack") == name and "Environment" in own:
                    environment = str(own["Environment"])
                    key = str(own.get("BundleKey", ""))
                    yield Deployed(environment, name, region, status, key, environment in configured)
