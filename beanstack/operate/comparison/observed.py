"""What a comparison reads: the stacks, EB, git and the working tree, as data that no longer asks anybody."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from beanstack.deployment import METADATA, Deployment, Stack
from beanstack.eb.options.keys import key

Body = Mapping[str, Any]  # a parsed template
APPLICATION = "AWS::ElasticBeanstalk::Application"
ENVIRONMENT = "AWS::ElasticBeanstalk::Environment"
VERSION = "AWS::ElasticBeanstalk::ApplicationVersion"


class Option(NamedTuple):
    """What identifies an EB option, see `option_of`; `resource` is empty unless it is part of that."""

    namespace: str
    name: str
    resource: str = ""

    def __str__(self) -> str:
        prefix = f"{self.resource}." if self.resource else ""
        return f"{prefix}{self.namespace} {self.name}"


class StackState(NamedTuple):
    """A stack: as it is deployed, and as the committed template would make it.

    `status` is empty and `deployed` has nothing if there is no such stack. `physical` are the physical IDs of its
    resources by logical ID; `has_termination_protection` is CloudFormation's own switch, and `policy` its stack policy.
    """

    stack: Stack
    status: str
    deployed: Body
    planned: Body
    physical: Mapping[str, str] = {}
    has_termination_protection: bool = False
    policy: Any = None

    @property
    def exists(self) -> bool:
        """Whether CloudFormation has the stack."""
        return bool(self.status)


class Git(NamedTuple):
    """The commit that is checked out.

    `commit` is empty without a repository; `uncommitted` are the application's files that differ from it; `is_behind`
    says that `running`, which runs, is not among its ancestors, `is_shallow` that the clone lacks older commits.
    """

    commit: str = ""
    uncommitted: tuple[str, ...] = ()
    running: str = ""
    is_behind: bool = False
    is_shallow: bool = False


class Observed(NamedTuple):
    """Everything that is compared.

    `environment` is EB's description of the environment, None if EB has none; `has_application` says whether EB has
    an application of this name; `live` are EB's own settings. `stale` is the subject and reason of such a danger,
    None if all files are current. `missing`, `in_use` and `drift` are subject, reason and advice of a danger each.
    `images` are the digests of the images to deploy, as far as they are in ECR. The bundles are the files of the
    deployed and of the committed one; `stored_checksum` is that of the deployed one in its bucket, empty if it is
    not there.
    """

    deployment: Deployment
    stacks: tuple[StackState, ...]
    environment: Mapping[str, Any] | None = None
    has_application: bool = False
    git: Git = Git()
    stale: tuple[str, str] | None = None
    missing: tuple[tuple[str, str, str], ...] = ()
    in_use: tuple[tuple[str, str, str], ...] = ()
    images: Mapping[str, str] = {}
    live: Mapping[Option, str] = {}
    drift: tuple[tuple[str, str, str], ...] = ()
    stored_checksum: str = ""
    bundle_before: Mapping[str, bytes] = {}
    bundle_after: Mapping[str, bytes] = {}
    unchecked: tuple[str, ...] = ()

    @property
    def own(self) -> StackState:
        """The stack that holds the environment."""
        return next(state for state in self.stacks if state.stack.name == self.deployment.stack)

    @property
    def deployed_key(self) -> str:
        """The key of the bundle that was deployed; empty if none was."""
        return str(metadata(self.own.deployed).get("BundleKey", ""))


def resources(body: Body) -> Mapping[str, Any]:
    """Return a template's resources by logical ID."""
    found: Mapping[str, Any] = body.get("Resources", {})
    return found


def properties(resource: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a resource's properties."""
    found: Mapping[str, Any] = resource.get("Properties") or {}
    return found


def of_type(body: Body, *types: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the resources of some types, with their logical IDs."""
    for name, resource in resources(body).items():
        if resource.get("Type") in types:
            yield name, resource


def option_of(setting: Mapping[str, Any]) -> Option:
    """Return the option of a setting, however a template or EB writes it."""
    return Option(*key(setting["Namespace"], setting["OptionName"], setting.get("ResourceName", "")))


def written(body: Body) -> dict[Option, Any]:
    """Return the options of a template's environment as they are written, functions included."""
    found = {}
    for _, resource in of_type(body, ENVIRONMENT):
        for setting in properties(resource).get("OptionSettings", []):
            found[option_of(setting)] = setting.get("Value", "")
    return found


def options(body: Body) -> dict[Option, str]:
    """Return the options of a template's environment; functions as JSON."""
    return {option: as_text(value) for option, value in written(body).items()}


def as_text(value: Any) -> str:
    """Return a scalar as text, and a function or a list as JSON."""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def metadata(body: Body) -> Mapping[str, Any]:
    """Return what Beanstack wrote into a template's metadata; empty for a template of another tool."""
    found = body.get("Metadata")
    own = found.get(METADATA) if isinstance(found, Mapping) else None
    return own if isinstance(own, Mapping) else {}


def owned_ids(states: Iterable[StackState], type_name: str) -> set[str]:
    """Return the physical IDs of the resources of a type that some deployed stacks have."""
    found = set()
    for state in states:
        for name, _ in of_type(state.deployed, type_name):
            found.add(state.physical.get(name, ""))
    return found
