"""`image`: builds an image from a commit, pushes it to the registry of its environments, and pins it."""

from __future__ import annotations

import argparse
import io
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from beanstack import generate, loopback
from beanstack.images.architecture import allows, of_instances
from beanstack.images.project import configured
from beanstack.images.registry import Registry
from beanstack.images.release import keys, pinned
from beanstack.operate import git
from beanstack.operate.call import LOCAL_STATE, Call
from beanstack.operate.deploy import deploy_shared
from beanstack.operate.errors import DeploymentError
from beanstack.run import images
from beanstack.run.engine import find_engine
from beanstack.run.errors import RunError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.config import Environment
    from beanstack.config.image import Build
    from beanstack.eb.findings import Path as KeyPath
    from beanstack.eb.images import Repository
    from beanstack.images.project import Configured
    from beanstack.run.engine import Engine

UNCOMMITTED = "uncommitted"  # what ALLOW may name
ALLOW = f"To build the folder as it is: ALLOW={UNCOMMITTED}"
SHOWN = 12  # digits of a commit in a tag
# Otherwise Docker pushes an index of the image and its provenance attestation, which has no architecture.
PLAIN = {"BUILDX_NO_DEFAULT_ATTESTATIONS": "1"}


class Source(NamedTuple):
    """A single build: its source, its repository, its processor, and the keys that name the result."""

    context: str
    repository: Repository
    architecture: str
    paths: tuple[KeyPath, ...]
    environment: str  # one of those that run it


def image(options: argparse.Namespace) -> int:
    """Build the images of `build`, push them to ECR, pin their digests, and generate."""
    found = configured(options.project, options.app)
    if generate.run([], found.project, found.project, check_only=True) != 0:
        raise DeploymentError("nothing was built")
    engine = find_engine(options.engine, None)
    if not engine:
        raise DeploymentError("no container engine works here: install Docker or podman")
    commit, found_sources = git.head(found.project), list(sources(found, options.env))
    allowed = allows(options.allow, UNCOMMITTED)
    if not allowed:
        refuse_uncommitted(found, commit, found_sources)
    if options.local:
        loopback.enter((found.project / LOCAL_STATE).absolute())
    digests: dict[KeyPath, str] = {}
    for source in found_sources:
        digest = digest_of(Building(engine, found, source, commit, allowed), options)
        digests |= dict.fromkeys(source.paths, f"{source.repository.uri}@{digest}")
    if options.local:
        print("only the local AWS has these digests; do not commit what they change")
    return pinned(found, digests)


def sources(found: Configured, name: str) -> Iterator[Source]:
    """Yield the builds for an environment or, without a name, for `defaults`. Raise DeploymentError.

    An image in `defaults` has one registry and one architecture, so the environments that use it must agree.
    """
    users: dict[Build, list[tuple[KeyPath, Environment]]] = {}
    for path, environment, slot in keys(found, name):
        if slot.build:
            users.setdefault(slot.build, []).append((path, environment))
    if not users:
        where = f"environments.{name}" if name else "defaults"
        advice = "" if name else "; choose an ENV=..."
        raise DeploymentError(f"{where} of {found.path} has no image with a `build`{advice}")
    for build, those in users.items():
        targets: dict[tuple[Repository, str], str] = {}
        for _, environment in those:
            target = environment.repository(build), of_instances(environment)
            targets.setdefault(target, environment.name)
        if len(targets) > 1:
            kinds = "; ".join(f"{one} {kind} in {where.registry}" for (where, kind), one in targets.items())
            raise DeploymentError(f"one image in `defaults` cannot suit all environments ({kinds}); choose an ENV=...")
        [((place, architecture), user)] = targets.items()
        paths = tuple(dict.fromkeys(path for path, _ in those))
        yield Source(build.context, place, architecture, paths, user)


def refuse_uncommitted(found: Configured, commit: str, sources: list[Source]) -> None:
    """Raise DeploymentError if a commit does not have what would be built."""
    if not commit:
        raise DeploymentError(f"there is no commit to build from\n{ALLOW}")
    paths = [str(context_of(found, source)) for source in sources]
    changed = git.changed(found.project, [*paths, f"output/{found.application.name}/application.yaml"])
    if changed:
        files = ", ".join(changed[:5]) + (" and more" if len(changed) > 5 else "")
        raise DeploymentError(
            f"these files differ from the commit {commit[:SHOWN]}: {files}; commit them first\n{ALLOW}"
        )


def context_of(found: Configured, source: Source) -> Path:
    """Return a context below the project as git names it, which follows no link."""
    project = found.project.resolve()
    return (project / source.context).resolve().relative_to(project)


class Building(NamedTuple):
    """What a build needs: the engine, the project, the source, the commit, and whether the folder is built as it is."""

    engine: Engine
    found: Configured
    source: Source
    commit: str
    as_it_is: bool

    @property
    def context(self) -> Path:
        """The context's folder in the project."""
        return self.found.project / self.source.context

    @property
    def tag(self) -> str:
        """The image's tag, which says what it was built from: a commit, or a folder's content."""
        commit = self.commit[:SHOWN] or "no-commit"
        changed = f"-{images.digest(self.context)[:SHOWN]}" if self.as_it_is else ""
        return f"{commit}-{self.source.architecture}{changed}"

    def build(self, name: str) -> None:
        """Build the image under a name. Raise RunError or DeploymentError if that fails."""
        if self.as_it_is:
            self._build(name, self.context)
            return
        folder = context_of(self.found, self.source)
        packed = git.archive(self.found.project, self.commit, folder.as_posix())
        if not packed:
            raise DeploymentError(f"the commit {self.commit[:SHOWN]} has no {folder}; git may ignore it\n{ALLOW}")
        with TemporaryDirectory() as temporary, tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            # What git ignores, perhaps a secret, never gets into the image.
            archive.extractall(temporary, filter="tar")
            self._build(name, Path(temporary))

    def _build(self, name: str, folder: Path) -> None:
        wanted = self.source.architecture
        # podman 4 takes layers of another platform from its cache, above all onto `FROM scratch`.
        for cache in ((), ("--no-cache",)):
            words = (*cache, "--platform", f"linux/{wanted}", "--tag", name, str(folder))
            self.engine.show("build", *words, variables=PLAIN)
            architecture = self.engine.architecture(name)
            if architecture == wanted:
                return
        raise DeploymentError(
            f"{self.source.context} was built for {architecture}, the instances of {self.source.environment} are "
            f"{wanted}; look at FROM and --platform in its Dockerfile. Nothing was pushed."
        )


def digest_of(building: Building, options: argparse.Namespace) -> str:
    """Return the digest of an image in its registry; build and push it if it is not there."""
    source = building.source
    call = Call(argparse.Namespace(**{**vars(options), "env": source.environment, "shared": True}))
    call.refuse_other_account()
    registry = Registry(source.repository, call.endpoint)
    if not registry.exists:
        print(f"{source.repository.uri} does not exist yet; deploying the application's stack", flush=True)
        if deploy_shared(call) != 0:
            raise RunError("the application's stack was not deployed, so there is no repository to push to")
    digest = registry.digest(building.tag)
    if digest:
        print(f"{source.repository.uri}:{building.tag} exists already")
        return digest
    name = f"{registry.host}/{source.repository.name}:{building.tag}"
    building.build(name)
    push(building.engine, registry, name)
    digest = registry.digest(building.tag)
    if not digest:
        raise RunError(f"{source.repository.uri} does not have {building.tag}, although it was pushed")
    return digest


def push(engine: Engine, registry: Registry, name: str) -> None:
    """Push an image. The password is never on a command line, and a local run does not keep it."""
    local = bool(registry.endpoint)
    insecure = ("--tls-verify=false",) if local and engine.kind == "podman" else ()
    user, password = registry.login
    words = ("login", *insecure, "--username", user, "--password-stdin", registry.host)
    done = engine.call(*words, typed=password)
    if done.returncode != 0:
        raise RunError(f"cannot log in to {registry.host}: {done.stderr.strip()[-500:]}")
    try:
        engine.show("push", *insecure, name)
    finally:
        if local:
            engine.call("logout", registry.host)
