"""The effect of changed images on each environment, in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.eb.images import is_built, repository
from beanstack.host import Host

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.config import Application, Environment

SHOWN = 12  # digits of a digest


def sentences(before: Application, after: Application) -> Iterator[str]:
    """Yield a sentence for each environment whose images change, then one for all others."""
    same = []
    for name, environment in after.environments.items():
        changed = changes(before.environments[name], environment)
        if not changed:
            same.append(name)
            continue
        migrates = Host(after, environment).migrating and migration(before, name) != migration(after, name)
        what = "; ".join(f"{' and '.join(names)}: {how}" for how, names in changed.items())
        how = f"deploys a new version ({environment.policy.value}){' and migrates' if migrates else ''}"
        yield f"{name}: {what}; `make stack APP={after.name} ENV={name}` {how}"
    if same:
        yield f"unchanged: {', '.join(same)}"


def changes(before: Environment, after: Environment) -> dict[str, list[str]]:
    """Return the changes of images, and the containers that each change affects."""
    found: dict[str, list[str]] = {}
    for name in after.containers:
        old, new = before.image_of(name), after.image_of(name)
        if old != new:
            found.setdefault(f"{short(old)} -> {short(new, repository(old))}", []).append(name)
    return found


def short(image: str, known: str = "") -> str:
    """Return an image as a reader recognizes it: name and tag, or the first digits of the digest.

    If the repository is not the `known` one, the whole name is shown.
    """
    if not is_built(image):
        return "not built"
    name = repository(image)
    pinned = image.removeprefix(name)
    tag, _, digest = pinned.partition("@sha256:")
    shown = f"{tag}@{digest[:SHOWN]}" if digest else pinned
    return f"{name if known not in ('', name) else name.rpartition('/')[2]}{shown}"


def migration(application: Application, environment: str) -> str:
    """Return which migration an environment runs; empty for none."""
    host = Host(application, application.environments[environment])
    return host.migration if host.migrating else ""
