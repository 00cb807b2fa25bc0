"""One instance of an environment: its folders and volumes, and how Beanstack starts a container on it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from beanstack.config.shortforms import Mount
from beanstack.paths import DATA, PENDING_IN_CONTAINER, SCRIPTS, SCRIPTS_IN_CONTAINER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.config import Application, Environment
    from beanstack.config.container import Container

SCRIPTS_VOLUME, PENDING_VOLUME = "beanstack-bin", "beanstack-pending"
PENDING_MARK = "migration"


class Folder(NamedTuple):
    """A folder that the host scripts make: its volume, path, owner's uid and octal mode."""

    volume: str
    path: str
    owner: int
    mode: str


class HostVolume(NamedTuple):
    """A volume of Dockerrun.aws.json."""

    name: str
    path: str


@dataclass(frozen=True)
class Host:
    """One instance of an environment; the bundle's templates ask it for paths and command lines."""

    application: Application
    environment: Environment

    @property
    def migrating(self) -> Container | None:
        """The container that migrates the database, None where none does."""
        return next((c for c in self.environment.containers.values() if c.migrate), None)

    @property
    def bootstrapping(self) -> bool:
        """Whether any container starts through Beanstack's entry point."""
        return any(container.bootstrap for container in self.environment.containers.values())

    @property
    def pending(self) -> Folder:
        """Where the leader leaves its mark; the migrating container's user alone may look into it."""
        owner = self.migrating.user_id if self.migrating else None
        return Folder(PENDING_VOLUME, self.path(PENDING_VOLUME), owner or 0, "0700")

    @property
    def pending_mark(self) -> str:
        """The mark: there is a migration to run."""
        return f"{self.pending.path}/{PENDING_MARK}"

    @property
    def migration(self) -> str:
        """Which migration is meant, by image and words: a container with another image or other words never answers."""
        name, words = next((name, c.migrate) for name, c in self.environment.containers.items() if c.migrate)
        digest = hashlib.sha256("\0".join(words).encode()).hexdigest()
        return f"{self.environment.image_of(name)}#{digest[:12]}"

    def path(self, volume: str) -> str:
        """Return where a volume lies on the host; /tmp would be emptied at every boot."""
        return f"{DATA}/{self.application.name}/{volume}"

    def folders(self) -> Iterator[Folder]:
        """Yield the folders to be made on every host, in the order of their volumes."""
        for name, volume in self.environment.volumes.items():
            owner = self.environment.owner_of(name)
            if owner is not None:
                yield Folder(name, volume.host_path or self.path(name), owner, "0755")
        if self.migrating:
            yield self.pending

    def volumes(self) -> Iterator[HostVolume]:
        """Yield the volumes of config, then Beanstack's own."""
        for name, volume in self.environment.volumes.items():
            yield HostVolume(name, volume.host_path or self.path(name))
        if self.bootstrapping:
            yield HostVolume(SCRIPTS_VOLUME, SCRIPTS)
        if self.migrating:
            yield HostVolume(PENDING_VOLUME, self.pending.path)

    def mounts(self, container: Container) -> Iterator[Mount]:
        """Yield a container's mounts, then Beanstack's own."""
        yield from container.mounts
        if container.bootstrap:
            yield Mount(SCRIPTS_VOLUME, SCRIPTS_IN_CONTAINER, True)
        if container.migrate:
            yield Mount(PENDING_VOLUME, PENDING_IN_CONTAINER, False)

    def entry_point(self, container: Container) -> list[str]:
        """Return a container's entry point; a bootstrapped one's is the script, in words and without a shell line.

        It is started as `/bin/sh <script>`, so that the script's mode bits never matter. It holds names of variables
        only, never their values.
        """
        if not container.bootstrap:
            return list(container.entry_point)
        words = ["/bin/sh", f"{SCRIPTS_IN_CONTAINER}/entrypoint.sh"]
        database = self.environment.database
        for variable, source in (database.variables if database else {}).items():
            words += ["--variable", f"{variable}={source}"]
        if container.migrate:
            words += ["--migrate", PENDING_IN_CONTAINER, self.migration, str(len(container.migrate))]
            words += container.migrate
        return [*words, "--", *container.entry_point]
