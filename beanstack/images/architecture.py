"""The processor that an image was built for, which has to be that of the instances.

Otherwise every container ends with `exec format error`, after the deployment has begun.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack import loopback
from beanstack.eb.images import ecr_repository, repository
from beanstack.eb.instances import architecture_of
from beanstack.operate.call import LOCAL_STATE
from beanstack.operate.errors import DeploymentError
from beanstack.run.engine import find_engine

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from beanstack.config import Environment

# EB's name of an architecture, and that of container images.
NAMES = {"x86_64": "amd64", "arm64": "arm64"}
UNKNOWN = "unknown-architecture"  # the value that ALLOW accepts
PULL_SECONDS = 1800


def of_instances(environment: Environment) -> str:
    """Return the architecture of an environment's instances, as images name it."""
    return NAMES[architecture_of(environment.instance_types[0])]


def refuse_other(image: str, environments: Iterable[Environment], options: argparse.Namespace) -> None:
    """Raise DeploymentError if an image was not built for the instances of environments.

    With `options.allow`, an image that cannot be read is accepted.
    """
    is_allowed = allows(options.allow, UNKNOWN)
    users: dict[str, list[Environment]] = {}
    for environment in environments:
        users.setdefault(of_instances(environment), []).append(environment)
    for wanted, those in users.items():
        names = ", ".join(environment.name for environment in those)
        try:
            found = architectures(image, wanted, options)
        except DeploymentError as error:
            if not is_allowed:
                raise DeploymentError(f"{error}\nTo pin it without knowing its architecture: ALLOW={UNKNOWN}") from None
            print(f"the architecture of {image} is not known; the instances of {names} are {wanted}")
            continue
        if wanted not in found:
            kinds = " and ".join(sorted(found)) or "no architecture"
            raise DeploymentError(f"{image} is built for {kinds}, but the instances of {names} are {wanted}")


def allows(allow: str, name: str) -> bool:
    """Return whether the user's ALLOW names something. Raise DeploymentError if it names anything else."""
    others = [word for word in allow.split() if word != name]
    if others:
        raise DeploymentError(f"ALLOW names {', '.join(others)}, which cannot be allowed here; only {name} can be")
    return bool(allow)


def architectures(image: str, wanted: str, options: argparse.Namespace) -> set[str]:
    """Return the architecture of an image; for one that is not in ECR, at least whether it is `wanted`.

    Raise DeploymentError if that cannot be read.
    """
    ecr = ecr_repository(image)
    if ecr:
        from beanstack.images.registry import Registry

        _, _, digest = image.partition("@")
        endpoint = loopback.endpoint(options.project / LOCAL_STATE) if options.local else None
        return Registry(ecr, endpoint).architectures(digest or image.removeprefix(f"{repository(image)}:"))
    engine = find_engine(options.engine, None)
    if not engine:
        raise DeploymentError(f"no container engine works here that could inspect {image}")
    if engine.architecture(image) != wanted:
        pulled = engine.call("pull", "--quiet", "--platform", f"linux/{wanted}", image, timeout=PULL_SECONDS)
        if pulled.returncode != 0 and not engine.has_image(image):
            reason = pulled.stderr.strip().splitlines()[-1:] or ["no reason"]
            raise DeploymentError(f"cannot pull {image}: {reason[0]}")
    return {engine.architecture(image)}
