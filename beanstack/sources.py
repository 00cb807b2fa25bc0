"""The folders that an application's images are built from, as a project has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.eb.findings import Finding
from beanstack.resources.registry import logical_id

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from beanstack.config import Application, Environment

DOCKERFILE = "Dockerfile"


def judged(project: Path, application: Application, environment: Environment) -> Iterator[Finding]:
    """Yield contexts that cannot be built, and repositories that two sources would share."""
    for path, build in environment.builds.items():
        message = context_problem(project, build.context)
        if message:
            yield Finding((*path, "context"), message)
    contexts: dict[str, str] = {}
    names: dict[str, str] = {}
    for other in application.environments.values():
        for path, build in other.builds.items():
            context = contexts.setdefault(build.repository, build.context)
            name = names.setdefault(logical_id(build.repository), build.repository)
            if other is not environment:
                continue
            if context != build.context:
                message = f"the repository '{build.repository}' keeps what {context} becomes; name another repository"
                yield Finding((*path, "context"), message, also=((*path, "repository"),))
            if name != build.repository:
                message = f"differs from the repository '{name}' in punctuation alone, which CloudFormation ignores"
                yield Finding((*path, "repository"), message)


def context_problem(project: Path, context: str) -> str:
    """Return why an image cannot be built from a folder of the project; empty if it can."""
    folder = project / context
    if not folder.is_dir():
        return f"there is no folder {context} in the project"
    if not folder.resolve().is_relative_to(project.resolve()):
        return f"{context} leads out of the project, so that no commit holds what is built"
    if not (folder / DOCKERFILE).is_file():
        return f"{context} has no {DOCKERFILE}"
    return ""
