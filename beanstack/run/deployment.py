"""Deploying a bundle to containers on this machine, in the order of EB and ECS, and stopping them."""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from beanstack.run import compose, images, instance
from beanstack.run.database import SERVICE, Database, database
from beanstack.run.dockerrun import Dockerrun, Port
from beanstack.run.ebextensions import extensions
from beanstack.run.engine import is_engine_variable
from beanstack.run.errors import RunError
from beanstack.run.host import ContainerHost
from beanstack.run.ports import LOOPBACK, free_ports
from beanstack.run.services import Services, raise_if_stopping

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from beanstack.run.engine import Engine
    from beanstack.run.environment import Environment

INSTANCE_IMAGE = "docker.io/library/debian:bookworm-slim"  # bash, coreutils and usermod, as on an instance
INSTANCE = "beanstack-instance"
KEPT_LINES = 10_000  # kept of each container's log when a deployment fails
SHARED = ("/var/app", "/var/app-data")


class Deployment:
    """One environment on this machine: an instance's folders below `folder`, and containers named after it.

    When another thread sets `stopping`, a deployment in progress soon raises RunError. `examples` holds the sources of
    applications whose images are built here, in a folder for each.
    """

    def __init__(
        self,
        engine: Engine,
        environment: Environment,
        folder: Path,
        notify: Callable[[str], None],
        stopping: threading.Event | None = None,
        examples: Path | None = None,
    ) -> None:
        self.engine = engine
        self.environment = environment
        self.folder = folder
        self.notify = notify
        self.stopping = stopping
        self.examples = examples
        # Two copies of a project on one machine must not use each other's containers.
        digest = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:6]
        self.project = f"{environment.name}-{digest}".lower()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the environment's lock; raise RunError if another process holds it or another engine runs it."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        with (self.folder.parent / f".{self.folder.name}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise RunError(f"another process is working on {self.environment.name}; wait for it") from None
            engine_file = self.folder / "engine"
            if engine_file.exists() and engine_file.read_text("ascii") != self.engine.kind:
                kind = engine_file.read_text("ascii")
                name = self.environment.name
                raise RunError(f"{name} is running on {kind} here: use ENGINE={kind}, or stop it first")
            yield

    @property
    def file(self) -> Path:
        return self.folder / "compose.yaml"

    def container(self, service: str) -> str:
        return f"{self.project}-{service}"

    def deploy(
        self, bundle: Mapping[str, bytes], *, leader: bool = True, ports: Mapping[Port, int] | None = None
    ) -> str:
        """Deploy a bundle and return the URL that answers; raise RunError if that fails.

        The old containers run until the new bundle is staged, so a host command that fails leaves them running. `ports`
        holds the ports of this machine that are decided already.
        """
        with self._locked():
            return self._deploy(bundle, leader, ports or {})

    def _deploy(self, bundle: Mapping[str, bytes], leader: bool, ports: Mapping[Port, int]) -> str:
        dockerrun, extended = self._read(bundle), extensions(bundle)
        for problem in compose.not_here(dockerrun):
            self.notify(f"warning: {problem}")
        for section in extended.skipped:
            self.notify(f"warning: ignored here: {section}")
        found = self._images(dockerrun)
        self._write_bundle(bundle)
        with self._host(dockerrun) as host:
            self.notify("running the host commands")
            instance.stage(host, extended, self.environment.properties, self.notify, leader=leader)
            self.engine.remove(*self._old_containers())
            instance.flip(host)
            for folder in sorted(dockerrun.folders()):
                instance.check_call(host, "sh", "-c", '[ -e "$1" ] || mkdir -p "$1"', "sh", folder)  # as Docker does
        return self._start(dockerrun, found, ports)

    def configure(self, bundle: Mapping[str, bytes], *, ports: Mapping[Port, int] | None = None) -> str:
        """Restart the containers with changed options. As on EB, no host command runs."""
        with self._locked():
            dockerrun = self._read(bundle)
            found = self._images(dockerrun)
            self.engine.remove(*self._old_containers())
            return self._start(dockerrun, found, ports or {})

    def stop(self) -> None:
        """Remove the containers, the database and all folders."""
        with self._locked():
            names = [*self._old_containers(), self.container(SERVICE), self.container(INSTANCE)]
            self.engine.remove(*names, at_once=True)
            if self.folder.exists():
                # A container deletes these files, because they belong to the containers' users.
                image = images.image(self.engine, INSTANCE_IMAGE, self.notify)
                mount = ("--volume", f"{self.folder}:/beanstack")
                words = ("--entrypoint", "rm", image, "-rf", "/beanstack/root")
                self.engine.check_call("run", "--rm", *self.engine.run_options, *mount, *words)
                shutil.rmtree(self.folder)
            self.engine.call("network", "rm", f"{self.project}_default")

    def _read(self, bundle: Mapping[str, bytes]) -> Dockerrun:
        """Return the bundle's Dockerrun.aws.json; raise RunError, before anything changes, if it could never answer."""
        dockerrun, check = Dockerrun(bundle), self.environment.health_check
        if Port(check.port, "tcp") not in dockerrun.ports():
            raise RunError(f"no container publishes port {check.port}, to which requests go")
        return dockerrun

    def _images(self, dockerrun: Dockerrun) -> dict[str, str]:
        engine, found = self.engine, {}
        for name in sorted(dockerrun.images):
            if self.examples is None:
                found[name] = images.image(engine, name, self.notify)
            else:
                source = self.examples / self.environment.application
                found[name] = images.application_image(engine, name, source, self.notify)
        coupled = self.database()
        others = [INSTANCE_IMAGE, *([coupled.kind.image] if coupled else [])]
        found |= {name: images.image(engine, name, self.notify) for name in others}
        raise_if_stopping(self.stopping)
        return found

    def _start(self, dockerrun: Dockerrun, found: Mapping[str, str], chosen: Mapping[Port, int]) -> str:
        """Write the Compose file, start its services, and return the URL that answers."""
        coupled = self.database()
        check, ports = self.environment.health_check, free_ports(dockerrun.ports(), chosen)
        for port, number in ports.items():
            if port.number != number:
                self.notify(f"port {port.number} of the instance is port {number} here")
        properties = self.environment.properties | (coupled.variables if coupled else {})
        inherited = {name: value for name, value in properties.items() if not is_engine_variable(name)}
        shown = {name: value for name, value in properties.items() if is_engine_variable(name)}
        place = compose.Place(
            self.project,
            "./root",
            ports,
            found,
            shown,
            sorted(inherited),
            takes_names=self.engine.takes_names,
        )
        services = Services(self.engine, self.file, self.project, self.notify, self.stopping)
        if coupled:
            service = compose.DatabaseService(SERVICE, coupled.kind.image, sorted(coupled.own_variables))
            self.write_file(compose.compose(dockerrun, place, service))
            address = services.start_database(SERVICE, coupled)
            # podman's name server does not answer while a container starts or ends, so /etc/hosts has the address.
            if self.engine.kind == "podman":
                place = replace(place, hosts={SERVICE: address})
            self.write_file(compose.compose(dockerrun, place, service))
        else:
            self.write_file(compose.compose(dockerrun, place, None))
        try:
            services.start(dockerrun, inherited)
            services.wait_until_healthy(dockerrun, check, ports[Port(check.port, "tcp")])
        except RunError as error:
            logs = self._keep_logs()
            self.engine.remove(*self._old_containers(), at_once=True)  # otherwise they would crash and restart for ever
            raise RunError(f"{error}\nThe containers' logs are in {logs}") from None
        return f"http://{LOOPBACK}:{ports[Port(check.port, 'tcp')]}"

    def write_file(self, composed: Mapping[str, object]) -> None:
        """Write the Compose file."""
        self.file.write_text(compose.text(composed, "bundle/Dockerrun.aws.json"), "utf-8")

    def database(self) -> Database | None:
        """Return the coupled database, with the password that it has if it exists already."""
        engine = self.environment.database_engine
        if not engine:
            return None
        new = database(engine, self.environment.database_user, self.environment.database_password)
        inspected = self.engine.call("container", "inspect", self.container(SERVICE))
        if inspected.returncode != 0:
            return new
        variables = dict(pair.partition("=")[::2] for pair in json.loads(inspected.stdout)[0]["Config"]["Env"])
        if new.kind.password not in variables:
            raise RunError(f"the database that is running is not {engine!r}; delete it first with `make run-stop`")
        return database(engine, variables[new.kind.user], variables[new.kind.password])

    def _write_bundle(self, bundle: Mapping[str, bytes]) -> None:
        shutil.rmtree(self.folder / "bundle", ignore_errors=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "engine").write_text(self.engine.kind, "ascii")
        for path, content in bundle.items():
            if path.startswith("/") or ".." in path.split("/"):
                raise RunError(f"the bundle contains a path that leads out of its folder: {path}")
            target = self.folder / "bundle" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)

    def _old_containers(self) -> list[str]:
        """Return the names of the application's containers, whichever bundle they came from."""
        listed = self.engine.check_call("ps", "--all", "--format", "{{.Names}}").splitlines()
        others = (self.container(SERVICE), self.container(INSTANCE))
        return [name for name in listed if name.startswith(f"{self.project}-") and name not in others]

    def _keep_logs(self) -> Path:
        """Write each container's log into a file, and return the folder of these files."""
        logs = self.folder / "logs"
        logs.mkdir(exist_ok=True)
        for name in self._old_containers():
            lines = self.engine.logs(name, lines=KEPT_LINES)
            (logs / name.removeprefix(f"{self.project}-")).write_text("\n".join(lines) + "\n", "utf-8")
        return logs

    @contextmanager
    def _host(self, dockerrun: Dockerrun) -> Iterator[ContainerHost]:
        """Run an instance during a deployment, with folders that outlive it."""
        name = self.container(INSTANCE)
        self.engine.remove(name, at_once=True)
        own = {folder for folder in dockerrun.folders() if not folder.startswith(tuple(f"{s}/" for s in SHARED))}
        volumes = ["--volume", f"{self.folder}/bundle:{instance.BUNDLE}:ro"]
        for folder in sorted({*SHARED, *own}):
            (self.folder / f"root{folder}").mkdir(parents=True, exist_ok=True)
            if not folder.startswith(compose.SYSTEM):
                volumes += ["--volume", f"{self.folder}/root{folder}:{folder}"]
        image = images.image(self.engine, INSTANCE_IMAGE, self.notify)
        command = ("--entrypoint", "sleep", image, "3600")
        self.engine.check_call("run", "--detach", *self.engine.run_options, "--name", name, *volumes, *command)
        try:
            raise_if_stopping(self.stopping)  # from here on, a stop kills the instance
            host = ContainerHost(self.engine, name)
            instance.check_call(host, "groupadd", "docker")  # an instance on EB has this group and this user
            instance.check_call(host, "useradd", "ec2-user")
            yield host
        finally:
            self.engine.remove(name, at_once=True)
