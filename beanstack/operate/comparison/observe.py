"""Asks AWS, git and the generator for what `compare` compares. Nothing here changes anything."""

from __future__ import annotations

import copy
import io
import zipfile
from typing import TYPE_CHECKING, Any

import yaml
from botocore.exceptions import ClientError

from beanstack.operate import git, record
from beanstack.operate.bucket import bundle_bucket, stored_checksum
from beanstack.operate.committed import template, text
from beanstack.operate.comparison import imports, missing, source
from beanstack.operate.comparison.observed import (
    ENVIRONMENT,
    Git,
    Observed,
    Option,
    StackState,
    option_of,
    options,
    owned_ids,
)
from beanstack.operate.comparison.subnets import missing_subnets
from beanstack.operate.errors import DeploymentError
from beanstack.operate.health import environment
from beanstack.operate.live import find_drift, live_settings
from beanstack.operate.restored import read
from beanstack.operate.stack import NOT_ASCII, as_returned, policy_of, stack, template_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from beanstack.deployment import Stack
    from beanstack.operate.session import Clients

# https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/781
BESIDE = "Put it into config/; CloudFormation may remove it at the next change of the environment"
LOCAL_IMAGES = "images: the local AWS runs those that this machine has"


def observe(clients: Clients, project: Path, restored: Path | None) -> Observed:
    """Return what there is: in CloudFormation, in EB, in git and in the working tree.

    `restored` is the folder of what a rollback deploys. It was read from git, so the working tree does not matter; the
    shared stacks stay as they are.
    """
    deployment = clients.deployment
    checking = None if restored else source.checking(project, deployment.application)
    above = restored or project
    unchecked = list[str]()
    folder = above / f"output/{deployment.application}"
    states = stack_states(clients, folder, unchecked, is_rollback=bool(restored))
    described = environment(clients)
    if not described:
        clients = under_deployed_name(clients, states)
        described = environment(clients)
    running = commits(clients, states, has_environment=bool(described))
    found = Observed(
        deployment,
        states,
        described,
        has_application(clients),
        git=Git() if restored else repository(clients, project, unchecked, running),
        live=live_options(clients) if described else {},
        bundle_after=files(above / f"bundle/{deployment.application}/{deployment.environment}"),
    )
    digests, missing_ones = find_images(clients, found, restored, unchecked)
    drifted = find_drift(clients)
    unchecked += map(str, drifted.unchecked)
    return found._replace(
        drift=tuple((one.option, str(one), BESIDE) for one in drifted.drifts),
        missing=(*missing_network(clients, found, unchecked), *missing_ones),
        in_use=tuple(imports.dropped(clients, states)),
        images=digests,
        bundle_before=deployed_bundle(clients, found, unchecked),
        stored_checksum=stored_checksum(clients, found.deployed_key) if found.deployed_key else "",
        stale=source.stale(checking) if checking else None,
        unchecked=tuple(unchecked),
    )


def under_deployed_name(clients: Clients, states: Iterable[StackState]) -> Clients:
    """Return clients for the environment under the name that its stack knows, which the planned one would replace."""
    found = copy.copy(clients)
    for name in owned_ids(states, ENVIRONMENT):
        found.deployment = clients.deployment._replace(environment_name=name)
    return found


def commits(clients: Clients, states: Iterable[StackState], *, has_environment: bool) -> list[str]:
    """Return the commits that run: the environment's, and those of shared stacks that the templates would change."""
    found = [record.running(clients) if has_environment else None]
    for state in states:
        if state.stack.is_shared and state.exists and state.deployed != state.planned and bundle_bucket(clients):
            found.append(record.of_shared(clients, state.stack.name))
    return [one.commit for one in found if one and one.commit]


def repository(clients: Clients, project: Path, unchecked: list[str], running: Iterable[str]) -> Git:
    """Return the state of the project's repository. Raises DeploymentError if git does not read it."""
    found = source.repository(project, clients.deployment.application, running)
    reason = git.unreadable(project)
    if reason and not clients.endpoint:
        raise DeploymentError(f"git cannot read the repository, so it is not known what is committed: {reason}")
    if not found.commit:
        unchecked.append(f"git: {reason}" if reason else source.NO_GIT)
    return found


def stack_states(clients: Clients, folder: Path, unchecked: list[str], *, is_rollback: bool) -> tuple[StackState, ...]:
    """Return the deployment's stacks; a folder has their templates, in a rollback only those of its own stacks."""
    stacks = clients.deployment.stacks
    planned = [one for one in stacks if not (is_rollback and one.is_shared)]
    unchecked += [f"{one.name}: {NOT_ASCII}" for one in planned if not text(folder / one.template).isascii()]
    return tuple(stack_state(clients, one, folder if one in planned else None) for one in stacks)


def stack_state(clients: Clients, one: Stack, folder: Path | None) -> StackState:
    """Return a stack as it is deployed and as its template in a folder would make it; without one, as it is."""
    planned = planned_template(folder / one.template) if folder else {}
    found = stack(clients.cloudformation, one.name)
    if not found:
        return StackState(one, "", {}, planned)
    physical = {}
    for page in clients.cloudformation.get_paginator("list_stack_resources").paginate(StackName=one.name):
        for resource in page["StackResourceSummaries"]:
            physical[resource["LogicalResourceId"]] = resource.get("PhysicalResourceId", "")
    deployed = as_returned(template_of(clients.cloudformation, one.name))
    protection = bool(found.get("EnableTerminationProtection"))
    policy = policy_of(clients.cloudformation, one.name)
    after = planned if folder else deployed
    return StackState(one, found["StackStatus"], deployed, after, physical, protection, policy)


def planned_template(path: Path) -> Any:
    """Return a committed template, parsed. Raises DeploymentError."""
    try:
        return as_returned(template(text(path)))
    except yaml.YAMLError:
        raise DeploymentError(f"{path} is not valid YAML; `make generate` writes it anew") from None


def has_application(clients: Clients) -> bool:
    """Return whether EB has an application of the deployment's name."""
    names = [clients.deployment.eb_application]
    return bool(clients.beanstalk.describe_applications(ApplicationNames=names)["Applications"])


def live_options(clients: Clients) -> dict[Option, str]:
    """Return EB's own settings of the environment; nothing if there is no environment, or if AWS does not show them."""
    found = live_settings(clients) or []
    return {option_of(one): one.get("Value", "") for one in found}


def files(folder: Path) -> dict[str, bytes]:
    """Return the files of a bundle in a folder by their paths in it."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def deployed_bundle(clients: Clients, found: Observed, unchecked: list[str]) -> Mapping[str, bytes]:
    """Return the files of the bundle that was deployed last; those of the committed one if it cannot be read."""
    key, committed = found.deployed_key, found.bundle_after
    if key in ("", found.deployment.bundle_key):
        return committed
    try:
        content = clients.s3.get_object(Bucket=bundle_bucket(clients), Key=key)["Body"].read()
    except ClientError as error:
        unchecked.append(f"bundle: {key} cannot be read: {error}")
        return committed
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as zipped:
            return {name: zipped.read(name) for name in zipped.namelist()}
    except (zipfile.BadZipFile, EOFError, RuntimeError) as error:
        unchecked.append(f"bundle: {key} is damaged: {error}")
        return committed


def find_images(
    clients: Clients, found: Observed, restored: Path | None, unchecked: list[str]
) -> tuple[dict[str, str], list[missing.Missing]]:
    """Return the digests of the images in ECR, and which are missing; add what could not be checked to `unchecked`."""
    if clients.endpoint:
        unchecked.append(LOCAL_IMAGES)
        return {}, []
    digests, unknown = missing.find_images(clients, missing.images(found.bundle_after))
    deployed = read(restored).images if restored else {}
    unchecked += unknown
    if restored:
        unchecked += missing.unrecorded(digests, deployed)
    return digests, list(missing.missing_images(digests, deployed))


def missing_network(clients: Clients, found: Observed, unchecked: list[str]) -> list[missing.Missing]:
    """Return what of the network is missing, and add to `unchecked` what could not be checked."""
    planned = options(found.own.planned)
    answers = [*missing.missing_vpc(clients, planned), *missing_subnets(clients, planned)]
    unchecked += [answer for answer in answers if isinstance(answer, str)]
    return [answer for answer in answers if not isinstance(answer, str)]
