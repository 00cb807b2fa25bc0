"""The differences between two bundles, by name only, and the images of their containers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from beanstack.eb.images import repository
from beanstack.eb.layout import DOCKERRUN
from beanstack.operate.comparison.bundles import CONTAINERS, by_name
from beanstack.operate.comparison.fates import differences

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Bundle = Mapping[str, bytes]

ROLES = ("executionRoleArn", "taskRoleArn")
SHORT = len("sha256:") + 12  # the digits of a digest that are shown


class Image(NamedTuple):
    """A reference of an image: the repository with its registry, and the tag or the digest or both."""

    repository: str
    version: str

    @property
    def name(self) -> str:
        """The last part of the repository."""
        return self.repository.rpartition("/")[2]

    def __str__(self) -> str:
        return f"{self.name} {self.version}".strip()


def image(reference: str) -> Image:
    """Return the parts of a reference; a digest is shortened."""
    name = repository(reference)
    tag, at, digest = reference.removeprefix(name).removeprefix(":").partition("@")
    return Image(name, f"{tag}{at if tag else ''}{digest[:SHORT]}")


def images(bundle: Bundle) -> dict[str, Image]:
    """Return the image of each container."""
    found = dockerrun(bundle).get(CONTAINERS, {})
    return {name: image(str(container.get("image", ""))) for name, container in found.items()}


def image_changes(before: Bundle, after: Bundle) -> list[str]:
    """Return how the images of the containers that stay change, each change once."""
    old, new = images(before), images(after)
    return list(dict.fromkeys(change(old[name], new[name]) for name in old if name in new and old[name] != new[name]))


def change(old: Image, new: Image) -> str:
    """Return how an image changes, as short as it is clear."""
    if old.repository == new.repository:
        return f"{old} -> {new.version}"
    return f"{old.repository} {old.version} -> {new.repository} {new.version}"


def changes(before: Bundle, after: Bundle) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield each file that differs, how it differs, and the keys of Dockerrun.aws.json that differ."""
    for path in sorted({*before, *after}):
        if path not in before:
            yield path, "is new", ()
        elif path not in after:
            yield path, "is removed", ()
        elif before[path] != after[path]:
            yield path, "changes", keys(before, after) if path == DOCKERRUN else ()


def keys(before: Bundle, after: Bundle) -> tuple[str, ...]:
    """Return the keys of Dockerrun.aws.json that differ."""
    paths = differences(dockerrun(before), dockerrun(after))
    return tuple(".".join(path[1:] if path[0] == CONTAINERS else path) for path in paths)


def changes_roles(before: Bundle, after: Bundle) -> bool:
    """Return whether containers have other roles, which ECS assumes for them."""
    return any(key.endswith(ROLES) for key in keys(before, after))


def dockerrun(bundle: Bundle) -> dict[str, Any]:
    """Return Dockerrun.aws.json with its containers by their names; nothing if it is not well-formed."""
    try:
        return by_name(json.loads(bundle.get(DOCKERRUN, b"{}")))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}
