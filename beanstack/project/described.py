"""The containers that a folder's compose.yaml or Dockerrun.aws.json describes, as settings of a first application."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import yaml

from beanstack.eb.layout import DOCKERRUN
from beanstack.pin import ProjectError
from beanstack.project import compose
from beanstack.takeover.containers import add_containers
from beanstack.takeover.draft import Draft, Left, TakeoverError

if TYPE_CHECKING:
    from pathlib import Path

    from beanstack.eb.findings import Path as Keys

# The first is the one that Compose itself prefers.
FILES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml", DOCKERRUN)


def source(folder: Path) -> str:
    """Return the name of the file that describes a folder's containers; empty if there is none."""
    return next((name for name in FILES if (folder / name).is_file()), "")


def draft(folder: Path, application: str) -> Draft | None:
    """Return the containers, volumes and the port that requests go to; None if no file describes them.

    Raise ProjectError if the file does not have the format that its name indicates.
    """
    name = source(folder)
    if not name:
        return None
    made = Draft()

    def lose(path: Keys, reason: str) -> None:
        made.left.append(Left(name, ".".join(map(str, path)), reason))

    try:
        text = (folder / name).read_text("utf-8")
        content = json.loads(text) if name == DOCKERRUN else compose.task(text, application, lose)
        add_containers(made, content, name, application)
    except (TakeoverError, yaml.YAMLError, ValueError) as error:
        raise ProjectError(f"{folder / name} cannot be read: {error}") from None
    if made.drop(("database",)):  # a bundle of Beanstack's own has the variables of one, and not its engine
        lose(("database",), "the file does not name the database engine; write `database` in config")
    if name != DOCKERRUN:
        made.to_fill_in = [of_compose(left) for left in made.to_fill_in]
        made.left = [of_compose(left) for left in made.left]
    port = first_port(made.settings["containers"])
    if port != 80:
        made.set(("load_balancer",), {"port": port})
    return made


def of_compose(left: Left) -> Left:
    """Return a remark with Compose's word for the list of containers."""
    return left._replace(place=left.place.replace("containerDefinitions.", "services."))


def first_port(containers: dict[str, Any]) -> int:
    """Return the instance's port that requests go to: 80 if a container maps it, or the first over TCP."""
    ports = [text.split(":")[0] for one in containers.values() for text in one.get("ports", ()) if "/" not in text]
    return 80 if "80" in ports or not ports else int(ports[0])


def lacks_image(made: Draft) -> bool:
    """Return whether a container has no image of its own."""
    return any("image" not in container for container in made.settings["containers"].values())
