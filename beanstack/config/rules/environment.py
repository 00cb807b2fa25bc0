"""Rules between the sections of an environment."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from beanstack.config.sections.healthcheck import HealthCheck
from beanstack.eb.findings import Finding
from beanstack.eb.instances import architecture_of
from beanstack.eb.namespaces import HEALTH, SECRETS
from beanstack.eb.references import BEGINNING
from beanstack.eb.secrets import resembles_secret
from beanstack.eb.tags import tag_faults

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from beanstack.config.settings import Environment
    from beanstack.eb.findings import Path


RESOLVED = re.compile(r"\{\{resolve:(ssm|secretsmanager):[^{}]+\}\}")
RESOLVABLE = "{{resolve:secretsmanager:...}}"
# Keys of `health_check` that a type of load balancer does not know, and why.
UNREAD_CHECKS: Mapping[str, tuple[Iterable[str], str]] = {
    "network": (("path", "codes", "timeout"), "a network load balancer checks the port alone"),
    "classic": (("codes",), "a classic load balancer takes 200 alone for healthy"),
    "none": (HealthCheck.model_fields, "there is no load balancer that would check"),
}

ROLLING = ("Rolling", "RollingWithAdditionalBatch")
SPLITTING = ("TrafficSplitting",)
# The policies that use a key of `deployment`.
POLICIES = {
    "batch_size": ROLLING,
    "batch_size_type": ROLLING,
    "new_version_percent": SPLITTING,
    "evaluation_time": SPLITTING,
}


def architectures(env: Environment) -> Iterator[Finding]:
    """Yield instance types whose processor is another than the first one's.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.managing.ec2.html
    """
    first, *others = env.instance_types
    for index, other in enumerate(others, 1):
        if architecture_of(other) != architecture_of(first):
            message = f"{other} is {architecture_of(other)}, {first} {architecture_of(first)}; EB takes one of the two"
            yield Finding(("instance_types", index), message)


def migration(env: Environment) -> Iterator[Finding]:
    migrating = [name for name, container in env.containers.items() if container.migrate]
    if not migrating:
        return
    first, *others = migrating
    place: Path = ("containers", first, "migrate")
    for name in others:
        message = f"'{first}' and '{name}' both migrate; one container can"
        yield Finding(("containers", name, "migrate"), message, also=(place,))
    if env.policy.value == "TrafficSplitting":
        message = "EB elects no leader with TrafficSplitting, so the migration would never run"
        yield Finding(env.policy.keys[0], message, also=(place,))


def deletion_protection(env: Environment) -> Iterator[Finding]:
    """Yield a database that would be deleted with the environment, once nothing protects it any more.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.managing.db.html
    """
    if not env.deletion_protection or not env.database:
        return
    policy = env.effective("database", "deletion_policy")
    if policy.value == "Delete":
        message = "`deletion_protection` is for data that is to last, and this deletes it; write Snapshot or Retain"
        yield Finding(policy.keys[0], message, also=(("deletion_protection",),))


def protected_but_interrupted(env: Environment) -> Iterator[Finding]:
    """Yield a deployment that takes all instances out of service, of an environment that is protected otherwise.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.rolling-version-deploy.html
    """
    if env.deletion_protection and env.load_balanced and env.policy.value == "AllAtOnce":
        message = "AllAtOnce stops the application on all instances for each new version; write another policy"
        yield Finding(env.policy.keys[0], message, also=(("deletion_protection",),))


def single_instance(env: Environment) -> Iterator[Finding]:
    if env.load_balanced:
        return
    kind = (("load_balancer", "type"),)
    if env.policy.value.startswith("Rolling"):
        message = f"{env.policy.value} needs a load balancer; one instance has no batches"
        yield Finding(env.policy.keys[0], message, also=kind)
    scaling = env.scaling
    for key, size, fits in (("min", scaling.min, scaling.min <= 1), ("max", scaling.max, scaling.max == 1)):
        if key in scaling.model_fields_set and not fits:
            message = f"`scaling.{key}` is {size}, but `load_balancer.type: none` runs one instance"
            yield Finding(("scaling", key), message, also=kind)


def plain_secrets(env: Environment) -> Iterator[Finding]:
    yield from _secrets(env, ("properties",), env.properties, RESOLVABLE)
    for namespace, values in env.options.items():
        if namespace != SECRETS:
            yield from _secrets(env, ("options", namespace), values, RESOLVABLE)
    for name, container in env.containers.items():
        path: Path = ("containers", name)
        yield from _secrets(env, (*path, "environment"), container.environment, "`secrets` of the container")
        yield from _secrets(env, (*path, "docker_labels"), container.docker_labels, "`secrets` of the container")
        if container.log_configuration:
            options = container.log_configuration.options
            yield from _secrets(env, (*path, "log_configuration", "options"), options, "`secret_options`")


def _secrets(env: Environment, path: Path, values: Mapping[str, str], source: str) -> Iterator[Finding]:
    """Yield the values that may be secrets; `source` is where they could come from instead."""
    for name, value in values.items():
        is_resolved = source == RESOLVABLE and RESOLVED.fullmatch(value)
        if resembles_secret(name, value) and not is_resolved and name not in env.not_secret:
            message = f"looks like a secret; take it from {source}, or list '{name}' in `not_secret`"
            yield Finding((*path, name), message, also=(("not_secret",),))


def tags(env: Environment) -> Iterator[Finding]:
    known_values = {name: None if BEGINNING in value else value for name, value in env.tags.items()}
    for fault in tag_faults(known_values, database=env.database is not None):
        yield Finding(("tags", fault.tag), fault.message, at_key=fault.at_name)


def local_database_user(env: Environment) -> Iterator[Finding]:
    """Yield a user with which `make run` cannot start a database, because the image of MySQL refuses it.

    https://github.com/docker-library/mysql/blob/master/docker-entrypoint.sh
    """
    if env.database and env.database.engine == "mysql" and env.database.user == "root":
        message = "`make run` cannot start a database with this user: the image of MySQL has a root of its own"
        yield Finding(("database", "user"), message, also=(("database", "engine"),))


def success(env: Environment) -> Iterator[Finding]:
    """Yield keys on the success of a deployment that contradict other settings."""
    document = ("options", HEALTH, "ConfigDocument")
    if env.deployment.ignore_4xx is not None and "ConfigDocument" in env.options.get(HEALTH, {}):
        message = "`options` sets ConfigDocument, which this key becomes; write the rules on 4xx there, or remove it"
        yield Finding(("deployment", "ignore_4xx"), message, also=(document,))
    if env.smoke_test and not env.tier_facts.serves_requests:
        yield Finding(("smoke_test",), f"an environment of the tier '{env.tier}' answers no requests", at_key=True)


def ignored_by_basic_health(env: Environment) -> Iterator[Finding]:
    """Yield keys that basic health, a colour by the load balancer's check alone, does not know.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.healthstatus.html
    """
    if env.options.get(HEALTH, {}).get("SystemType", "").lower() != "basic":
        return
    for key in ("accepted_health", "ignore_4xx"):
        if key in env.deployment.model_fields_set:
            message = "has no effect with `SystemType: basic`, which reports a colour alone"
            yield Finding(("deployment", key), message, also=(("options", HEALTH, "SystemType"),))


def unread_deployment(env: Environment) -> Iterator[Finding]:
    """Yield keys that the deployment policy does not use.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.rolling-version-deploy.html
    """
    policy = env.policy.value
    for key, policies in POLICIES.items():
        if key in env.deployment.model_fields_set and policy not in policies:
            message = f"is for the policy {' or '.join(policies)}; with {policy} it has no effect"
            yield Finding(("deployment", key), message, at_key=True, also=env.policy.keys)


def no_instance(env: Environment) -> Iterator[Finding]:
    """Yield a group that may be empty, of which EB reports no good health.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/health-enhanced-status.html
    """
    fewest = env.effective("scaling", "min")
    if env.load_balanced and fewest.value == "0":
        message = "without an instance EB never reports good health, so that `make stack` waits until its timeout"
        yield Finding(fewest.keys[0], message)


def unread_health_check(env: Environment) -> Iterator[Finding]:
    """Yield keys that the type of load balancer ignores.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-nlb.html
    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-clb.html
    """
    unread, reason = UNREAD_CHECKS.get(env.load_balancer.type, ((), ""))
    checks: dict[Path, HealthCheck] = {("health_check",): env.health_check}
    for name, process in env.load_balancer.processes.items():
        checks["load_balancer", "processes", name, "health_check"] = process.health_check
    for section, check in checks.items():
        for key in unread:
            if key in check.model_fields_set:
                yield Finding((*section, key), f"{reason}; this has no effect")
