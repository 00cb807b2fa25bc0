"""Rules on where an environment is: its Region, that Region's partition, and the account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.eb.findings import Finding
from beanstack.eb.images import ecr_repository, registry_fault
from beanstack.eb.namespaces import PROPERTIES
from beanstack.eb.partitions import foreign_arn_fault, region_fault
from beanstack.eb.rolearns import linked_fault, other_account_fault, policy_fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.config.settings import Environment
    from beanstack.eb.findings import Path

REGION: Path = ("region",)
ROLE: Path = ("execution_role_arn",)


def unknown(env: Environment) -> Iterator[Finding]:
    """Yield Regions that the facts do not know: the environment's, and those of registries."""
    named = {REGION: env.region}
    for path, image in _images(env).items():
        repository = ecr_repository(image)
        if repository:
            named[path] = repository.region
    for path, region in named.items():
        fault = region_fault(region)
        if fault:
            yield Finding(path, fault)


def images(env: Environment) -> Iterator[Finding]:
    """Yield images in a partition where the instances' role means nothing; credentials of their own may."""
    for path, image in _images(env).items():
        fault = registry_fault(image, env.region)
        if fault:
            yield Finding(path, fault, also=(REGION,))


def roles(env: Environment) -> Iterator[Finding]:
    """Yield roles that nobody can pass to ECS or EB in this account."""
    for path, arn in (*_roles(env), *_in_options(env)):
        fault = other_account_fault(arn, env.account) or policy_fault(arn, env.account)
        if fault:
            yield Finding(path, fault, also=(("account",),))
    fault = linked_fault(env.execution_role_arn or "")
    if fault:
        yield Finding(ROLE, fault)


def partitions(env: Environment) -> Iterator[Finding]:
    """Yield ARNs of another partition than the Region's, where a service reads them."""
    arns: list[tuple[Path, str]] = [*_roles(env), *_in_options(env)]
    for index, statement in enumerate(env.instance_role.statements):
        path: Path = ("instance_role", "statements", index, "resources")
        arns += [((*path, place), arn) for place, arn in enumerate(statement.resources) if isinstance(arn, str)]
    for name, container in env.containers.items():
        path = ("containers", name)
        arns += [((*path, "secrets", variable), arn) for variable, arn in container.secrets.items()]
        arns.append(((*path, "repository_credentials"), container.repository_credentials or ""))
        for index, file in enumerate(container.environment_files):
            arns.append(((*path, "environment_files", index), file))
    for path, arn in arns:
        fault = foreign_arn_fault(arn, env.region)
        if fault:
            yield Finding(path, fault, also=(REGION,))


def _images(env: Environment) -> dict[Path, str]:
    """Return the images that the instances' role pulls, by the keys that name them."""
    named: dict[Path, str] = {}
    for name, container in env.containers.items():
        path: Path = ("containers", name, "image") if container.image else ("image",)
        if not container.repository_credentials:
            named[path] = env.image_of(name)
    return named


def _roles(env: Environment) -> Iterator[tuple[Path, str]]:
    """Yield what keys name of IAM, each of which must be in the environment's own account."""
    yield ROLE, env.execution_role_arn or ""
    yield ("instance_profile",), env.instance_profile or ""
    yield ("service_role",), env.service_role or ""
    yield ("instance_role", "permissions_boundary"), env.instance_role.permissions_boundary or ""
    for index, policy in enumerate(env.instance_role.managed_policies):
        yield ("instance_role", "managed_policies", index), policy


def _in_options(env: Environment) -> Iterator[tuple[Path, str]]:
    """Yield the values of config's own options but for variables, which only the application reads."""
    for namespace, values in env.options.items():
        if namespace != PROPERTIES:
            for name, value in values.items():
                yield ("options", namespace, name), value
