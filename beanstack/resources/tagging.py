"""Tags, as the resources take them: an environment's own, and those that its environments have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import Tags

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from beanstack.config import Application, Environment


def tags(environment: Environment) -> dict[str, Tags]:
    """Return the `Tags` property of an environment's own resource, or nothing where config names no tags."""
    return _property(environment.tags.items())


def shared_tags(application: Application) -> dict[str, Tags]:
    """Return the `Tags` property of a resource that the environments share: the tags that all of them have, alike."""
    first, *others = (environment.tags.items() for environment in application.environments.values())
    return _property([tag for tag in first if all(tag in other for other in others)])


def _property(tags: Iterable[tuple[str, str]]) -> dict[str, Tags]:
    found: Mapping[str, str] = dict(sorted(tags))
    return {"Tags": Tags(found)} if found else {}
