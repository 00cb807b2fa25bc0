"""The changes of each environment between two commits, by the comparison that `plan` uses.

The older commit's templates are treated as the deployed stacks, and its options as EB's own settings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from beanstack.operate.comparison import compare, protection
from beanstack.operate.comparison.fates import fates
from beanstack.operate.comparison.model import Comparison
from beanstack.operate.comparison.observed import ENVIRONMENT, Observed, StackState, metadata, of_type
from beanstack.operate.comparison.settings import platform_arn
from beanstack.operate.errors import DeploymentError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beanstack.deployment import Stack
    from beanstack.operate.comparison.fates import Fate
    from beanstack.operate.comparison.model import Danger
    from beanstack.review.sides import Environment

    Side = Mapping[str, Environment]


class Difference(NamedTuple):
    """An environment in the older and in the newer commit.

    `before` is None for a new environment, and `after` for one that is removed, which has no `comparison`. `stacks` are
    those that it needs, with the fates of their resources.
    """

    application: str
    name: str
    before: Environment | None
    after: Environment | None
    comparison: Comparison = Comparison()
    stacks: tuple[tuple[StackState, tuple[Fate, ...]], ...] = ()

    @property
    def own(self) -> list[tuple[StackState, Fate]]:
        """The fates of the resources of the environment's own stacks."""
        return [(state, fate) for state, found in self.stacks if not state.stack.is_shared for fate in found]

    @property
    def shared(self) -> list[tuple[StackState, Fate]]:
        """The fates of the resources that the application's environments share."""
        return [(state, fate) for state, found in self.stacks if state.stack.is_shared for fate in found]

    @property
    def switched(self) -> list[str]:
        """The changed keys of the template's metadata, which affect how `make stack` deploys the environment."""
        if not self.before or not self.after:
            return []
        old, new = metadata(self.before.body), metadata(self.after.body)
        return sorted(key for key in {*old, *new} - {"BundleKey"} if old.get(key) != new.get(key))

    @property
    def stopping(self) -> list[Danger]:
        """The dangers that stop `make stack` unless they are allowed, without those that it only reports."""
        return [danger for danger in self.comparison.dangers if danger.action != "report"]

    @property
    def is_new(self) -> bool:
        """Whether the environment would be created, because it is new or moves to another place."""
        return self.after is not None and (self.before is None or is_moved(self.before, self.after))

    @property
    def is_unchanged(self) -> bool:
        """Whether the environment stays as it is."""
        if not self.before or not self.after or self.is_new:
            return False
        differs = self.own or self.switched or self.comparison.dangers or self.before.bundle != self.after.bundle
        return not differs


def differences(application: str, before: Side, after: Side) -> Iterator[Difference]:
    """Yield the comparison of each environment of an application. Raises DeploymentError."""
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        found = Difference(application, name, old, new)
        if new:
            seen = observed(old if old and not is_moved(old, new) else None, new, before)
            stacks = tuple((state, tuple(fates(state.deployed, state.planned))) for state in seen.stacks)
            found = found._replace(comparison=compare(seen, f"APP={application} ENV={name}"), stacks=stacks)
        yield found


def is_moved(before: Environment, after: Environment) -> bool:
    """Return whether a change makes an environment a different one on AWS."""
    return before.deployment.stack != after.deployment.stack or not is_near(before, after)


def is_near(one: Environment, other: Environment) -> bool:
    """Return whether two environments are in the same Region and account, as far as their accounts are pinned."""
    accounts = {environment.deployment.account for environment in (one, other)} - {""}
    return one.deployment.region == other.deployment.region and len(accounts) < 2


def observed(before: Environment | None, after: Environment, siblings: Side) -> Observed:
    """Return what `plan` would find if the older commit, which has the siblings, were deployed and healthy."""
    near = next((one for one in siblings.values() if is_near(one, after)), None)
    states = []
    for stack in after.deployment.stacks:
        there = near if stack.is_shared else before
        states.append(state(stack, there.templates if there else {}, after))
    if before is None:
        return Observed(after.deployment, tuple(states))
    running = {"EnvironmentName": after.deployment.eb_environment, "PlatformArn": platform_arn(before.body)}
    return Observed(after.deployment, tuple(states), running, live=before.options)


def state(stack: Stack, templates: Mapping[str, Mapping[str, object]], after: Environment) -> StackState:
    """Return a stack as it would be deployed; with no status if the older commit does not have it."""
    planned = after.templates.get(stack.template)
    if planned is None:
        path = f"output/{after.deployment.application}/{stack.template}"
        raise DeploymentError(
            f"{path} is missing, which {after.deployment.environment} needs; `make generate` writes it"
        )
    deployed = templates.get(stack.template)
    if deployed is None:
        return StackState(stack, "", {}, planned)
    physical = {name: after.deployment.eb_environment for name, _ in of_type(deployed, ENVIRONMENT)}
    asks = protection.asks(deployed) and not stack.is_shared
    policy = protection.policy(deployed) if asks else None
    return StackState(stack, "COMMITTED", deployed, planned, physical, asks, policy)
