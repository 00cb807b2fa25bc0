"""Deploying a bundle to containers on this machine, in the order of EB and ECS, and stopping them."""

from __future__ import annotations

import shutil
import sys
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from beanstack.run import compose, hooks, images, instance
from beanstack.run.balancer import process
from beanstack.run.bundled import listeners, with_options_of
from beanstack.run.composetext import text
from beanstack.run.containers import INSTANCE, Containers
from beanstack.run.database import SERVICE
from beanstack.run.dockerrun import Dockerrun, Port
from beanstack.run.ebextensions import Extensions, extensions
from beanstack.run.engine import is_engine_variable
from beanstack.run.errors import RunError
from beanstack.run.folder import Folder
from beanstack.run.front import Front, Means, front
from beanstack.run.host import ContainerHost, running_container
from beanstack.run.services import Running, Services, raise_if_stopping

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from beanstack.run.engine import Engine
    from beanstack.run.environment import Environment
    from beanstack.run.hooks import Hooks

INSTANCE_IMAGE = "docker.io/library/debian:bookworm-slim"  # bash, coreutils and usermod, as on an instance
SHARED = ("/var/app", "/var/app-data")


class Deployment:
    """One environment on this machine: an instance's folders below `folder`, and containers named after it.

    When another thread sets `stopping`, a deployment in progress soon raises RunError. `sources` is the
    folder of the project, from which images are built here. `means` are those of a load balancer.
    """

    def __init__(
        self,
        engine: Engine,
        environment: Environment,
        folder: Path,
        notify: Callable[[str], None],
        stopping: threading.Event | None = None,
        sources: Path | None = None,
        means: Means | None = None,
    ) -> None:
        self.engine = engine
        self.given = environment
        self.environment = environment  # with the options of the bundle, once that is known
        self.means = means or Means(lambda: sys.executable, folder.parent)
        self.folder = Folder(folder, environment.name)
        self.notify = notify
        self.stopping = stopping
        self.sources = sources
        self.running: Running | None = None  # what a deployment that succeeded has started
        self.containers = Containers(engine, self.folder.project)

    def deploy(self, bundle: Mapping[str, bytes], *, leader: bool = True, port: int | None = None) -> str:
        """Deploy a bundle and return the URL that answers; raise RunError if that fails.

        The old containers run until the new bundle is staged, so a host command that fails leaves them running. `port`
        is the port of this machine at which the environment is to answer, if that is decided already.
        """
        with self.folder.locked(self.engine.kind):
            return self._deploy(bundle, extensions(bundle), hooks.hooks(bundle, "hooks"), port, leader=leader)

    def _deploy(
        self,
        bundle: Mapping[str, bytes],
        extended: Extensions,
        programs: Hooks,
        port: int | None,
        *,
        leader: bool,
    ) -> str:
        dockerrun, answering = self._read(bundle)
        properties = self.environment.properties
        for problem in (*compose.not_here(dockerrun), *hooks.not_here(bundle, programs)):
            self.notify(f"warning: {problem}")
        for section in extended.skipped:
            self.notify(f"warning: ignored here: {section}")
        found = self._images(dockerrun)
        self.folder.write_bundle(bundle, self.engine.kind)
        with self._host(dockerrun) as host:
            self.notify("running the host commands")
            instance.stage(host, extended, programs, properties, self.notify, leader=leader)
            self._end()
            instance.flip(host)
            for folder in sorted(dockerrun.folders()):
                instance.check_call(host, "sh", "-c", '[ -e "$1" ] || mkdir -p "$1"', "sh", folder)  # as Docker does

            def started() -> None:
                instance.run_hooks(host, programs, "postdeploy", properties, self.notify)

            return self._start(dockerrun, answering, found, port, started)

    def configure(self, bundle: Mapping[str, bytes], *, port: int | None = None) -> str:
        """Restart the containers with changed options. As on EB, no host command runs, and of the hooks `confighooks`.

        The bundle is unpacked anew even then: https://github.com/aws/elastic-beanstalk-roadmap/issues/88
        """
        with self.folder.locked(self.engine.kind):
            programs = hooks.hooks(bundle, "confighooks")
            if programs.paths:
                return self._deploy(bundle, Extensions((), (), ()), programs, port, leader=False)
            dockerrun, answering = self._read(bundle)
            found = self._images(dockerrun)
            self._end()
            return self._start(dockerrun, answering, found, port, lambda: None)

    def stop(self) -> None:
        """Remove the containers, the database and all folders."""
        with self.folder.locked(self.engine.kind):
            process.stop(self.folder.path)
            names = [*self.containers.of_application(), self.containers.name(SERVICE), self.containers.name(INSTANCE)]
            self.engine.remove(*names, at_once=True)
            if self.folder.path.exists():
                # A container deletes these files, because they belong to the containers' users.
                image = images.image(self.engine, INSTANCE_IMAGE, self.notify)
                mount = ("--volume", f"{self.folder.path}:/beanstack")
                words = ("--entrypoint", "rm", image, "-rf", "/beanstack/root")
                self.engine.start(self.folder.path, "run", "--rm", *self.engine.run_options, *mount, *words)
                shutil.rmtree(self.folder.path)
            self.engine.call("network", "rm", f"{self.folder.project}_default")

    def _end(self) -> None:
        """End what answers, and the application's containers."""
        process.stop(self.folder.path)
        self.engine.remove(*self.containers.of_application())

    def _read(self, bundle: Mapping[str, bytes]) -> tuple[Dockerrun, Front]:
        """Return the bundle's Dockerrun.aws.json, and what is to answer for the environment.

        Raise RunError, before anything changes, if it could never answer.
        """
        dockerrun, options = Dockerrun(bundle), with_options_of(bundle, self.given.options)
        self.environment = replace(self.given, options=options)
        answering = front(options, listeners(bundle, options))
        public = set(dockerrun.ports())
        for number in sorted(answering.instance_ports):
            if Port(number, "tcp") not in public:
                raise RunError(f"no container publishes port {number}, to which requests go")
        return dockerrun, answering

    def _images(self, dockerrun: Dockerrun) -> dict[str, str]:
        """Return the image that takes the place of each that is needed; raise RunError if there is none."""
        application, sources = self.environment.application, self.sources
        found = {
            name: images.container_image(self.engine, name, sources, application, self.notify)
            for name in sorted(dockerrun.images)
        }
        others = [INSTANCE_IMAGE]
        coupled = self.containers.database(self.environment)
        if coupled:
            others.append(coupled.kind.image)
        for name in others:
            found[name] = images.image(self.engine, name, self.notify)
        raise_if_stopping(self.stopping)
        return found

    def _start(
        self,
        dockerrun: Dockerrun,
        answering: Front,
        found: Mapping[str, str],
        port: int | None,
        started: Callable[[], None],
    ) -> str:
        """Write the Compose file, start its services, call `started`, and return the URL that answers."""
        placed = answering.place(dockerrun.ports(), port)
        for public, number in placed.ports.items():
            if public.number != number:
                self.notify(f"port {public.number} of the instance is port {number} here")
        coupled = self.containers.database(self.environment)
        properties = self.environment.properties | (coupled.variables if coupled else {})
        # In the environment of the engine's own programs these would change what the programs do.
        written = {name: value for name, value in properties.items() if is_engine_variable(name)}
        inherited = {name: value for name, value in properties.items() if name not in written}
        names, takes_names = sorted(inherited), self.engine.takes_names
        project = self.folder.project
        place = compose.Place(project, "./root", placed.ports, found, written, names, takes_names=takes_names)
        services = Services(self.engine, self.folder.compose_file, project, self.notify, self.stopping)
        service = None
        if coupled:
            service = compose.DatabaseService(SERVICE, coupled.kind.image, sorted(coupled.own_variables))
            self.write_file(compose.compose(dockerrun, place, service))
            address = services.start_database(SERVICE, coupled)
            # podman's name server does not answer while a container starts or ends, so /etc/hosts has the address.
            if self.engine.kind == "podman":
                place = replace(place, hosts={SERVICE: address})
        self.write_file(compose.compose(dockerrun, place, service))
        checks = {check: placed.ports[Port(check.port, "tcp")] for check in answering.checks}
        try:
            services.start(dockerrun, inherited)
            answering.start(self.means, self.folder.path, placed)
            started()
            services.wait_until_healthy(dockerrun, checks)
        except RunError as error:
            self.containers.keep_logs(self.folder.logs)
            process.stop(self.folder.path)
            # Otherwise they would crash and restart for ever.
            self.engine.remove(*self.containers.of_application(), at_once=True)
            raise RunError(error.problem, error.output, f"The containers' logs are in {self.folder.logs}") from None
        self.running = Running(services, dockerrun, self.folder.path if answering.plan else None)
        for line in answering.described(placed):
            self.notify(line)
        return placed.url

    def write_file(self, composed: Mapping[str, object]) -> None:
        """Write the Compose file."""
        self.folder.compose_file.write_text(text(composed, "bundle/Dockerrun.aws.json"), "utf-8")

    @contextmanager
    def _host(self, dockerrun: Dockerrun) -> Iterator[ContainerHost]:
        """Run an instance during a deployment, with folders that outlive it."""
        volumes = [f"{self.folder.bundle}:{instance.BUNDLE}:ro"]
        below_shared = tuple(f"{folder}/" for folder in SHARED)
        own = {folder for folder in dockerrun.folders() if not folder.startswith(below_shared)}
        for folder in sorted({*SHARED, *own}):
            path = self.folder.instance_folder(folder)
            if not folder.startswith(compose.SYSTEM):
                volumes.append(f"{path}:{folder}")
        image = images.image(self.engine, INSTANCE_IMAGE, self.notify)
        name = self.containers.name(INSTANCE)
        with running_container(self.engine, name, image, volumes, self.folder.path) as host:
            raise_if_stopping(self.stopping)  # from here on, a stop kills the instance
            instance.check_call(host, "groupadd", "docker")  # an instance on EB has this group and this user
            instance.check_call(host, "useradd", "ec2-user")
            yield host
