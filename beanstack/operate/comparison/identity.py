"""Whether the stacks and the environment are ours to change, and in a state to be changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.operate.comparison import report
from beanstack.operate.comparison.model import Danger
from beanstack.operate.comparison.observed import (
    APPLICATION,
    ENVIRONMENT,
    VERSION,
    StackState,
    metadata,
    of_type,
    owned_ids,
)
from beanstack.operate.errors import DeploymentError
from beanstack.operate.stack import stack, template_of
from beanstack.operate.why import TERMINATED, advice, takes_no_update

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.deployment import Deployment
    from beanstack.operate.comparison.observed import Observed
    from beanstack.operate.session import Clients

IMPORT = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources.html"


def is_ours(state: StackState, deployment: Deployment) -> bool:
    """Return whether a deployed stack is this deployment's, by the metadata of its template."""
    found = metadata(state.deployed)
    if found.get("Application") != deployment.application or found.get("Stack", state.stack.name) != state.stack.name:
        return False
    return state.stack.is_shared or found.get("Environment") == deployment.environment


def foreign(observed: Observed) -> Iterator[Danger]:
    """Yield the stacks that something else made under the name of one of ours."""
    deployment = observed.deployment
    for state in observed.stacks:
        if state.exists and not is_ours(state, deployment):
            yield foreign_stack(state, deployment)


def foreign_stack(state: StackState, deployment: Deployment) -> Danger:
    """Return the danger that a stack is somebody else's."""
    name = state.stack.name
    whose = f"the environment {deployment.environment} of {deployment.application}"
    if state.stack.is_shared:
        whose = f"the application {deployment.application}"
    reason = f"the stack {name} in {deployment.region} was not made for {whose}"
    return Danger("foreign", name, reason, "Choose another name for the application or the environment in config/")


def refuse_foreign(clients: Clients) -> None:
    """Raise DeploymentError if a stack of the deployment's names is foreign."""
    for one in clients.deployment.stacks:
        found = stack(clients.cloudformation, one.name)
        state = StackState(one, found["StackStatus"] if found else "", {}, {})
        if found:
            state = state._replace(deployed=template_of(clients.cloudformation, one.name))
        if state.exists and not is_ours(state, clients.deployment):
            raise DeploymentError(report.refusal(foreign_stack(state, clients.deployment)))


def taken(observed: Observed, make: str) -> Iterator[Danger]:
    """Yield EB's application and environment if they exist outside our stacks: CloudFormation cannot create them."""
    deployment = observed.deployment
    todo = f"Choose another name in config/, delete it if nothing uses it, or import it by hand: {IMPORT}"
    if observed.environment is not None:  # `make import-stack` imports an environment, with its application
        todo = f"`make import-stack {make}` imports it as it is; or choose another name in config/"
    if observed.has_application and deployment.eb_application not in owned_ids(observed.stacks, APPLICATION):
        yield taken_name("application", deployment.eb_application, todo)
    if observed.environment is None:
        return
    name = observed.environment["EnvironmentName"]
    if name not in owned_ids(observed.stacks, ENVIRONMENT):
        yield taken_name("environment", name, todo)


def taken_name(kind: str, name: str, todo: str) -> Danger:
    return Danger("taken", name, f"EB has the {kind} {name}, which is in no stack of ours", todo)


def gone(observed: Observed, make: str) -> Iterator[Danger]:
    """Yield what takes no update any more, with the way out; `make` is how the user calls make."""
    for state in observed.stacks:
        if takes_no_update(state.status) and not in_progress(state):
            todo = advice(state.status, make, shared=state.stack.is_shared)
            yield Danger("gone", state.stack.name, f"the stack {state.stack.name} is {state.status}", todo)
    name = observed.deployment.eb_environment
    is_of_stack = name in owned_ids(observed.stacks, ENVIRONMENT)  # and not one that is about to be made
    if is_of_stack and observed.environment is None and not takes_no_update(observed.own.status):
        yield Danger("gone", name, f"EB has no environment {name}", TERMINATED.format(make=make))


def in_progress(state: StackState) -> bool:
    """Return whether an operation on a stack is under way."""
    return state.status.endswith("_IN_PROGRESS")


def busy(observed: Observed, make: str) -> Iterator[Danger]:
    """Yield what is being changed now."""
    todo = f"`make events {make}` shows it"
    for state in observed.stacks:
        if in_progress(state):
            yield Danger("busy", state.stack.name, f"the stack {state.stack.name} is {state.status}", todo)
    described = observed.environment or {}
    status = described.get("Status", "Ready")
    if status != "Ready" and not any(in_progress(state) for state in observed.stacks):
        name = observed.deployment.eb_environment
        yield Danger("busy", name, f"the environment {name} is {status}", todo)


def other_version(observed: Observed, make: str) -> Iterator[Danger]:
    """Yield the version that runs, if it is not the one that the stack deployed."""
    own = observed.own
    running = (observed.environment or {}).get("VersionLabel", "")
    for name, _ in of_type(own.deployed, VERSION):
        deployed = own.physical.get(name, "")
        if running and deployed and running != deployed:
            todo = f"`make redeploy {make}` deploys the stack's again"
            yield Danger("drift", "version", f"{running} runs in place of the stack's version {deployed}", todo)


def other_bundle(observed: Observed) -> Iterator[Danger]:
    """Yield the deployed bundle if its bytes in the bucket are not those of which its key is the hash."""
    key = observed.deployed_key
    if observed.stored_checksum and f"{observed.stored_checksum}.zip" != key:
        todo = "Find out who wrote it; delete it, and `make stack` uploads the bundle that was reviewed"
        yield Danger("drift", "bundle", f"{key} in the bundle bucket has another content than its name says", todo)
