"""A configuration file that a verb edits: its text, its tree and the application that it describes."""

from __future__ import annotations

from codecs import BOM_UTF8
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from beanstack import generate
from beanstack.config import ConfigError, folder, load
from beanstack.eb.images import ecr_repository, repository
from beanstack.operate import choice
from beanstack.operate.errors import DeploymentError
from beanstack.text.edit import EditError, with_text
from beanstack.text.yaml12 import yaml12_tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from beanstack.config import Application, Environment
    from beanstack.config.image import Build
    from beanstack.eb.findings import Path as KeyPath
    from beanstack.text.document import Node

IMAGE = ("image",)


class Slot(NamedTuple):
    """A key of an environment that names an image: its path, the image or an empty string, and its source."""

    path: KeyPath
    image: str
    build: Build | None

    def __str__(self) -> str:
        return self.image or f"a build of {self.build.context if self.build else ''}"

    def takes(self, image: str) -> bool:
        """Return whether an image is of the same repository, or of the one that the source names."""
        if self.image and repository(self.image) == repository(image):
            return True
        found = ecr_repository(image)
        return bool(self.build and found and found.name == self.build.repository)


class Configured(NamedTuple):
    """An application's file and what is loaded from it."""

    project: Path
    path: Path
    text: str
    root: Node
    application: Application

    def environment(self, name: str) -> Environment:
        """Return an environment. Raise DeploymentError if there is none of this name."""
        found = self.application.environments.get(name)
        if found is None:
            known = ", ".join(self.application.environments)
            raise DeploymentError(f"{self.path} has no environment {name}; it has {known}")
        return found

    def has(self, *path: str | int) -> bool:
        """Return whether the file itself has a key, even with a null."""
        return not self.root.nearest(path)[1]

    def edited(self, images: Mapping[KeyPath, str]) -> Configured:
        """Write images into the file, generate, and return the new state; restore both if that fails.

        Raise DeploymentError.
        """
        text = self.text
        try:
            for path, image in images.items():
                text = with_text(text, path, image, "build")
        except EditError as error:
            raise DeploymentError(f"{self.path}: {error}") from None
        before = self.path.read_bytes()
        mark = BOM_UTF8 if before.startswith(BOM_UTF8) else b""
        self.path.write_bytes(mark + text.encode("utf-8"))
        if generate.run([], self.project, self.project, check_only=False) != 0:
            self.path.write_bytes(before)
            raise DeploymentError(f"{self.path} was not changed")
        return configured(self.project, self.application.name)


def configured(project: Path, name: str) -> Configured:
    """Return an application, by default the only one. Raise DeploymentError, also for mistakes in its file."""
    application = choice.application(project, name)
    path = project / f"config/{application}.yaml"
    if not path.is_file():
        raise DeploymentError(f"there is no {path}; choose with APP=...")
    judge = partial(generate.judged, project.resolve(), {})
    try:
        [loaded] = load([path], shown=folder.shown, judge=judge).applications
    except ConfigError as error:
        raise DeploymentError(str(error)) from None
    text = path.read_bytes().removeprefix(BOM_UTF8).decode("utf-8")
    root, _ = yaml12_tree(text)
    assert root is not None  # noqa: S101 - it was just loaded
    return Configured(project, path, text, root, loaded)


def slots(environment: Environment) -> Iterator[Slot]:
    """Yield the keys of an environment that name an image, or will once it is built."""
    if environment.image or environment.build:
        yield Slot(IMAGE, environment.image or "", environment.build)
    for name, container in environment.containers.items():
        if container.image or container.build:
            yield Slot(("containers", name, *IMAGE), container.image or "", environment.build_of(name))
