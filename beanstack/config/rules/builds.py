"""Rules on the sources that images are built from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.eb.findings import Finding
from beanstack.eb.images import ecr_repository

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.config.image import Build
    from beanstack.config.settings import Environment
    from beanstack.eb.findings import Path


def account(env: Environment) -> Iterator[Finding]:
    """Yield sources without the account whose registry would keep the image."""
    if env.account:
        return
    for path in env.builds:
        message = "needs `account`, the ID of the AWS account whose registry keeps the image"
        yield Finding(path, message, at_key=True)


def repository(env: Environment) -> Iterator[Finding]:
    """Yield images of ECR that are not what the source beside them becomes, as where an environment has another one."""
    beside: list[tuple[Path, str | None, Build | None]] = [((), env.image, env.build)]
    for name, container in env.containers.items():
        beside.append((("containers", name), container.image, container.build))
    for path, image, build in beside:
        found = ecr_repository(image or "")
        if found and build and found.name != build.repository:
            message = f"is of the repository '{found.name}', `build` names '{build.repository}'; "
            message += "until that has an image, write `image: null`"
            yield Finding((*path, "image"), message, also=((*path, "build", "repository"),))
