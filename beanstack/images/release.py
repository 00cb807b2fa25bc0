"""`release` and `promote`: set the keys of a configuration that name images, and show what changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.eb.findings import printable
from beanstack.eb.images import image_finding, is_built
from beanstack.images.architecture import of_instances, refuse_other
from beanstack.images.project import IMAGE, configured, slots
from beanstack.images.sentences import sentences
from beanstack.operate.errors import DeploymentError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping

    from beanstack.config import Environment
    from beanstack.eb.findings import Path as KeyPath
    from beanstack.images.project import Configured, Slot

    Found = tuple[KeyPath, Environment, Slot]


def release(options: argparse.Namespace) -> int:
    """Pin an image that was built elsewhere, in an environment or in `defaults`, and generate."""
    image, name = options.image, options.env
    if not image:
        raise DeploymentError("name the image: IMAGE=registry/repository:tag, or @sha256:... of a digest")
    wrong = image_finding(image)
    if wrong:
        raise DeploymentError(wrong.message)
    found = configured(options.project, options.app)
    chosen = taking(image, list(keys(found, name)), found, name)
    users = [environment for _, environment, slot in chosen if slot.image != image]
    refuse_other(image, users, options)
    return pinned(found, {path: image for path, _, _ in chosen})


def promote(options: argparse.Namespace) -> int:
    """Pin in one environment the images that another one runs, and generate."""
    if not (options.source and options.to):
        raise DeploymentError("name two environments, as in FROM=staging TO=prod")
    found = configured(options.project, options.app)
    source, target = found.environment(options.source), found.environment(options.to)
    carried = dict(carried_on(source, target))
    if not all(map(is_built, carried.values())):
        raise DeploymentError(f"{source.name} has no image yet; `make image ENV={source.name}` builds one")
    if of_instances(source) != of_instances(target):
        for image in dict.fromkeys(carried.values()):
            refuse_other(image, [target], options)
    return pinned(found, {("environments", target.name, *path): image for path, image in carried.items()})


def pinned(found: Configured, images: Mapping[KeyPath, str]) -> int:
    """Write images into the configuration, generate, and print what changes; return the exit status."""
    after = found.edited(images)
    print(*map(printable, sentences(found.application, after.application)), sep="\n")
    return 0


def keys(found: Configured, name: str) -> Iterator[Found]:
    """Yield the keys of one environment that name images; without a name those of `defaults`, with each user."""
    environments = [found.environment(name)] if name else found.application.environments.values()
    for environment in environments:
        for slot in slots(environment):
            above = slot.path[:-1]
            own = ("environments", environment.name, *slot.path)
            is_default = found.has("defaults", *slot.path) or found.has("defaults", *above, "build")
            is_own = found.has(*own) or found.has(*own[:-1], "build")
            if name:
                yield own, environment, slot
            elif is_default and not is_own:
                yield ("defaults", *slot.path), environment, slot


def taking(image: str, known: list[Found], found: Configured, name: str) -> list[Found]:
    """Return the keys with the repository of an image or, if there are none, the only key. Raise DeploymentError."""
    place = f"environments.{name}" if name else "defaults"
    if not known:
        raise DeploymentError(f"{place} of {found.path} names no image{'' if name else '; choose an ENV=...'}")
    chosen = [one for one in known if one[2].takes(image)]
    if chosen:
        return chosen
    if len({path for path, _, _ in known}) == 1:
        return known
    images = ", ".join(dict.fromkeys(str(slot) for _, _, slot in known))
    raise DeploymentError(f"{place} of {found.path} has no image of that repository; it has {images}")


def carried_on(source: Environment, target: Environment) -> Iterator[tuple[KeyPath, str]]:
    """Yield the keys of an environment that have to change for its containers to run the images of another one's."""
    for name, container in target.containers.items():
        if name not in source.containers:
            continue
        image = source.image_of(name)
        if image == target.image_of(name):
            continue
        own = source.containers[name]
        if container.image or container.build or own.image or own.build:
            yield ("containers", name, *IMAGE), image
        else:
            yield IMAGE, image
