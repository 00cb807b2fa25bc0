"""A bundle on its way to containers that answer, in the order of EB and ECS, and the end of them."""

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
from beanstack.run.engine import steers
from beanstack.run.errors import RunError
from beanstack.run.host import ContainerHost
from beanstack.run.ports import LOOPBACK, free_ports
from beanstack.run.services import Services, go_on

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from beanstack.run.engine import Engine
    from beanstack.run.environment import Environment

INSTANCE_IMAGE = "docker.io/library/debian:bookworm-slim"  # bash, coreutils and usermod, as on an instance
INSTANCE = "beanstack-instance"
KEPT_LINES = 10_000  # of a container's log, when its deployment has failed
SHARED = ("/var/app", "/var/app-data")


class Deployment:
    """One environment on this machine: an instance's folders below `folder`, and containers named after it.

    A deployment ends with a RunError soon after another thread has set `stopping`.
    """

    def __init__(
        self,
        engine: Engine,
        environment: Environment,
        folder: Path,
        tell: Callable[[str], None],
        stopping: threading.Event | None = None,
    ) -> None:
        self.engine = engine
        self.environment = environment
        self.folder = folder
        self.tell = tell
        self.stopping = stopping
        # Two copies of a project on one machine must not take each other's containers.
        mark = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:6]
        self.project = f"{environment.name}-{mark}".lower()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """No other process at work on this environment. RunError where one is, or where another engine runs it."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        with (self.folder.parent / f".{self.folder.name}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise RunError(f"another process is at work on {self.environment.name} here; wait for it") from None
            runs = self.folder / "engine"
            if runs.exists() and runs.read_text("ascii") != self.engine.kind:
                kind = runs.read_text("ascii")
                raise RunError(f"{self.environment.name} runs on {kind} here: ENGINE={kind}, or end that first")
            yield

    @property
    def file(self) -> Path:
        return self.folder / "compose.yaml"

    def container(self, service: str) -> str:
        return f"{self.project}-{service}"

    def deploy(
        self, bundle: Mapping[str, bytes], *, leader: bool = True, ports: Mapping[Port, int] | None = None
    ) -> str:
        """Deploys a bundle; returns the URL that answers. RunError where it fails.

        Until the new bundle is staged the old containers go on, so a host command that fails costs nothing. `ports`
        are those of this machine that are chosen already.
        """
        with self._alone():
            return self._deployed(bundle, leader, ports or {})

    def _deployed(self, bundle: Mapping[str, bytes], leader: bool, ports: Mapping[Port, int]) -> str:
        dockerrun, extended = self._readable(bundle), extensions(bundle)
        for line in [*compose.not_here(dockerrun), *(f"not done here: {section}" for section in extended.skipped)]:
            self.tell(f"warning: {line}")
        found = self._images(dockerrun)
        self._write_bundle(bundle)
        with self._host(dockerrun) as host:
            self.tell("running the host commands")
            instance.stage(host, extended, self.environment.properties, self.tell, leader=leader)
            self.engine.remove(*self._old_containers())
            instance.flip(host)
            for folder in sorted(dockerrun.folders()):
                instance.must(host, "sh", "-c", '[ -e "$1" ] || mkdir -p "$1"', "sh", folder)  # as Docker does
        return self._start(dockerrun, found, ports)

    def configure(self, bundle: Mapping[str, bytes], *, ports: Mapping[Port, int] | None = None) -> str:
        """Starts the containers anew with changed options. No host command runs, just as on EB."""
        with self._alone():
            dockerrun = self._readable(bundle)
            found = self._images(dockerrun)
            self.engine.remove(*self._old_containers())
            return self._start(dockerrun, found, ports or {})

    def stop(self) -> None:
        """Removes the containers, the database and all folders."""
        with self._alone():
            names = [*self._old_containers(), self.container(SERVICE), self.container(INSTANCE)]
            self.engine.remove(*names, at_once=True)
            if self.folder.exists():
                image = images.image(self.engine, INSTANCE_IMAGE, self.tell)
                mount = ("--volume", f"{self.folder}:/beanstack")  # its files belong to the containers' users
                words = ("--entrypoint", "rm", image, "-rf", "/beanstack/root")
                self.engine.must("run", "--rm", *self.engine.run_options, *mount, *words)
                shutil.rmtree(self.folder)
            self.engine.call("network", "rm", f"{self.project}_default")

    def _readable(self, bundle: Mapping[str, bytes]) -> Dockerrun:
        """The bundle's Dockerrun.aws.json. RunError, before anything is touched, where it could never answer."""
        dockerrun, check = Dockerrun(bundle), self.environment.health_check
        if Port(check.port, "tcp") not in dockerrun.ports():
            raise RunError(f"no container listens on port {check.port}, where requests arrive")
        return dockerrun

    def _images(self, dockerrun: Dockerrun) -> dict[str, str]:
        application, engine = self.environment.application, self.engine
        found = {n: images.application_image(engine, n, application, self.tell) for n in sorted(dockerrun.images)}
        coupled = self.database()
        others = [INSTANCE_IMAGE, *([coupled.kind.image] if coupled else [])]
        found |= {name: images.image(engine, name, self.tell) for name in others}
        go_on(self.stopping)
        return found

    def _start(self, dockerrun: Dockerrun, found: Mapping[str, str], chosen: Mapping[Port, int]) -> str:
        """Writes the Compose file and starts its services; returns the URL that answers."""
        coupled = self.database()
        check, ports = self.environment.health_check, free_ports(dockerrun.ports(), chosen)
        for port, number in ports.items():
            if port.number != number:
                self.tell(f"port {port.number} of the instance is port {number} here")
        properties = self.environment.properties | (coupled.variables if coupled else {})
        inherited = {name: value for name, value in properties.items() if not steers(name)}
        shown = {name: value for name, value in properties.items() if steers(name)}
        place = compose.Place(
            self.project,
            "./root",
            ports,
            found,
            shown,
            sorted(inherited),
            takes_names=self.engine.takes_names,
        )
        services = Services(self.engine, self.file, self.project, self.tell, self.stopping)
        if coupled:
            service = compose.DatabaseService(SERVICE, coupled.kind.image, sorted(coupled.own_variables))
            self.write_file(compose.compose(dockerrun, place, service))
            address = services.start_database(SERVICE, coupled)
            if self.engine.kind == "podman":  # whose name server is deaf whenever a container starts or ends
                place = replace(place, hosts={SERVICE: address})
            self.write_file(compose.compose(dockerrun, place, service))
        else:
            self.write_file(compose.compose(dockerrun, place, None))
        try:
            services.start(dockerrun, inherited)
            services.healthy(dockerrun, check, ports[Port(check.port, "tcp")])
        except RunError as error:
            logs = self._keep_logs()
            self.engine.remove(*self._old_containers(), at_once=True)  # else those that crash would do so for ever
            raise RunError(f"{error}\nAll that the containers said is in {logs}") from None
        return f"http://{LOOPBACK}:{ports[Port(check.port, 'tcp')]}"

    def write_file(self, composed: Mapping[str, object]) -> None:
        """Writes the Compose file."""
        self.file.write_text(compose.text(composed, "bundle/Dockerrun.aws.json"), "utf-8")

    def database(self) -> Database | None:
        """The coupled database, with the password that it has if it is there already."""
        engine = self.environment.database_engine
        if not engine:
            return None
        made = database(engine, self.environment.database_user, self.environment.database_password)
        there = self.engine.call("container", "inspect", self.container(SERVICE))
        if there.returncode != 0:
            return made
        variables = dict(pair.partition("=")[::2] for pair in json.loads(there.stdout)[0]["Config"]["Env"])
        if made.kind.password not in variables:
            raise RunError(f"the database that runs here is not of the engine {engine!r}; end it first: make run-stop")
        return database(engine, variables[made.kind.user], variables[made.kind.password])

    def _write_bundle(self, bundle: Mapping[str, bytes]) -> None:
        shutil.rmtree(self.folder / "bundle", ignore_errors=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "engine").write_text(self.engine.kind, "ascii")
        for path, content in bundle.items():
            if path.startswith("/") or ".." in path.split("/"):
                raise RunError(f"the bundle has a file outside its folder: {path}")
            target = self.folder / "bundle" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)

    def _old_containers(self) -> list[str]:
        """The application's containers that there are, whichever bundle they came from."""
        listed = self.engine.must("ps", "--all", "--format", "{{.Names}}").splitlines()
        others = (self.container(SERVICE), self.container(INSTANCE))
        return [name for name in listed if name.startswith(f"{self.project}-") and name not in others]

    def _keep_logs(self) -> Path:
        """Writes what each container has said into a file of its own; returns their folder."""
        logs = self.folder / "logs"
        logs.mkdir(exist_ok=True)
        for name in self._old_containers():
            lines = self.engine.logs(name, lines=KEPT_LINES)
            (logs / name.removeprefix(f"{self.project}-")).write_text("\n".join(lines) + "\n", "utf-8")
        return logs

    @contextmanager
    def _host(self, dockerrun: Dockerrun) -> Iterator[ContainerHost]:
        """An instance for the time of a deployment, on the folders that outlive it."""
        name = self.container(INSTANCE)
        self.engine.remove(name, at_once=True)
        own = {folder for folder in dockerrun.folders() if not folder.startswith(tuple(f"{s}/" for s in SHARED))}
        volumes = ["--volume", f"{self.folder}/bundle:{instance.BUNDLE}:ro"]
        for folder in sorted({*SHARED, *own}):
            (self.folder / f"root{folder}").mkdir(parents=True, exist_ok=True)
            if not folder.startswith(compose.SYSTEM):
                volumes += ["--volume", f"{self.folder}/root{folder}:{folder}"]
        image = images.image(self.engine, INSTANCE_IMAGE, self.tell)
        command = ("--entrypoint", "sleep", image, "3600")
        self.engine.must("run", "--detach", *self.engine.run_options, "--name", name, *volumes, *command)
        try:
            go_on(self.stopping)  # whoever sets it later may kill the instance
            host = ContainerHost(self.engine, name)
            instance.must(host, "groupadd", "docker")  # an instance has this group and this user
            instance.must(host, "useradd", "ec2-user")
            yield host
        finally:
            self.engine.remove(name, at_once=True)
