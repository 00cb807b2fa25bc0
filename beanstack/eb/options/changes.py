"""What it means to change an option of an environment that runs, by the facts alone.

Whether the change interrupts the application is only a hint: AWS publishes it by option, not by old and new value.
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-updating.html
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from beanstack.eb.namespaces import ENVIRONMENT, ROLLING, SINGLE_INSTANCE
from beanstack.eb.options.catalogue import Option, facts

if TYPE_CHECKING:
    from collections.abc import Mapping

REPLACEMENT = "ReplaceInstances"
UNKNOWN = Option()


class Interruption(StrEnum):
    """How a change interrupts the application that runs."""

    NONE = "none"
    RESTART = "application restart"
    IN_BATCHES = "instances replaced in batches"
    AT_ONCE = "all at once"
    DOWNTIME = "downtime"


# https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_ConfigurationOptionDescription.html
BY_SEVERITY = {
    "NoInterruption": Interruption.NONE,
    "RestartApplicationServer": Interruption.RESTART,
    "RestartEnvironment": Interruption.DOWNTIME,
}


def interruption(namespace: str, option: str, *, in_batches: bool = False) -> Interruption | None:
    """Return how a change of an option interrupts the application, or None if AWS does not say.

    None is not "none": a caller must not report that such a change is harmless. `in_batches` says how the environment
    replaces its instances (see `replaces_in_batches`).
    """
    severity = _known(namespace, option).change_severity
    if severity == REPLACEMENT:
        return Interruption.IN_BATCHES if in_batches else Interruption.AT_ONCE
    return BY_SEVERITY.get(severity)


def replaces_in_batches(settings: Mapping[tuple[str, str], str]) -> bool:
    """Return whether an environment with these settings keeps instances in service while it replaces others.

    The keys are namespace and option. A single instance has no batches; an immutable update starts a second one first.
    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-updating.html
    """
    if _setting(settings, ROLLING, "RollingUpdateEnabled") != "true":
        return False
    is_single = _setting(settings, ENVIRONMENT, "EnvironmentType") == SINGLE_INSTANCE.lower()
    return not is_single or _setting(settings, ROLLING, "RollingUpdateType") == "immutable"


def is_create_only(namespace: str, option: str, *, shared: bool = False) -> bool:
    """Return whether EB takes an option only when it creates an environment.

    `shared` says that the environment uses a shared load balancer, whose listeners and rules EB does not change later.
    A single-instance environment has no type of load balancer: it gets its first one when its own type changes.
    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features-managing-env-types.html
    """
    return bool(create_only_source(namespace, option, shared=shared))


def create_only_source(namespace: str, option: str, *, shared: bool = False) -> str:
    """Return the address of AWS's page that says that EB cannot change an option later, or "" for one that it can."""
    known = _known(namespace, option)
    if shared and known.create_only_if_shared:
        return known.create_only_if_shared
    return known.create_only


def is_of_load_balancer(namespace: str, option: str) -> bool:
    """Return whether an option chooses or sets up a load balancer, which a single instance gets with its first one.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-alb.html
    """
    return namespace.startswith("aws:elbv2:") or (namespace == ENVIRONMENT and option.startswith("LoadBalancer"))


def default_of(namespace: str, option: str, environment: Mapping[str, str] | None = None) -> str | None:
    """Return the default that EB gives an option, or None if it has none or it is not known.

    Some depend on the environment, of which `platform` (an ID of the facts, such as ecs-al2023), `load_balancer_type`
    and `environment_type` may be given.
    """
    return facts().default(_known(namespace, option), (environment or {}).get)


def _known(namespace: str, option: str) -> Option:
    return facts().find_option(namespace, option) or UNKNOWN


def _setting(settings: Mapping[tuple[str, str], str], namespace: str, option: str) -> str:
    """Return a setting's value in small letters: EB ignores case in these."""
    value = settings.get((namespace, option)) or default_of(namespace, option) or ""
    return value.lower()
