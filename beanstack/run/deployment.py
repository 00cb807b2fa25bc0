"""A bundle on its way to containers that answer, in the order of EB and ECS, and the end of them."""

from __future__ import annotations

import hashlib
import json
import shutil
import socket
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from beanstack.run import compose, images, instance
from beanstack.run.database import SERVICE, Database, database
from beanstack.run.dockerrun import Dockerrun, Port
from beanstack.run.ebextensions import extensions
from beanstack.run.engine import KEPT
from beanstack.run.errors import RunError
from beanstack.run.host import ContainerHost
from beanstack.run.services import Services

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from beanstack.run.engine import Engine
    from beanstack.run.environment import Environment

INSTANCE_IMAGE = "docker.io/library/debian:bookworm-slim"  # bash, coreutils and usermod, as on an instance
INSTANCE = "beanstack-instance"
SHARED = ("/var/app", "/var/app-data")
PRIVILEGED = 1024


class Deployment:
    """One environment on this machine: an instance's folders below `folder`, and containers named after it."""

    def __init__(self, engine: Engine, environment: Environment, folder: Path, tell: Callable[[str], None]) -> None:
        self.engine = engine
        self.environment = environment
        self.folder = folder
        self.tell = tell
        # Two copies of a project on one machine must not take each other's containers.
        mark = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:6]
        self.project = f"{environment.name}-{mark}".lower()

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
        dockerrun, extended = Dockerrun(bundle), extensions(bundle)
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
                instance.must(host, "mkdir", "-p", folder)  # as Docker does with what is not there
        return self._start(dockerrun, found, ports or {})

    def configure(self, bundle: Mapping[str, bytes], *, ports: Mapping[Port, int] | None = None) -> str:
        """Starts the containers anew with changed options. No host command runs, just as on EB."""
        dockerrun = Dockerrun(bundle)
        found = self._images(dockerrun)
        self.engine.remove(*self._old_containers())
        return self._start(dockerrun, found, ports or {})

    def stop(self) -> None:
        """Removes the containers, the database and all folders."""
        names = [*self._old_containers(), self.container(SERVICE), self.container(INSTANCE)]
        self.engine.remove(*names, at_once=True)
        if self.folder.exists():
            stand_in = images.image(self.engine, INSTANCE_IMAGE, self.tell)
            mount = ("--volume", f"{self.folder}:/beanstack")  # its files belong to the containers' users
            self.engine.must("run", "--rm", *mount, "--entrypoint", "rm", stand_in, "-rf", "/beanstack/root")
            shutil.rmtree(self.folder)
        self.engine.call("network", "rm", f"{self.project}_default")

    def _images(self, dockerrun: Dockerrun) -> dict[str, str]:
        application, engine = self.environment.application, self.engine
        found = {n: images.application_image(engine, n, application, self.tell) for n in sorted(dockerrun.images)}
        coupled = self.database()
        others = [INSTANCE_IMAGE, *([coupled.kind.image] if coupled else [])]
        return found | {name: images.image(engine, name, self.tell) for name in others}

    def _start(self, dockerrun: Dockerrun, found: Mapping[str, str], chosen: Mapping[Port, int]) -> str:
        """Writes the Compose file and starts its services; returns the URL that answers."""
        coupled = self.database()
        ports = {port: chosen.get(port) or self._free(port) for port in dockerrun.ports()}
        check = self.environment.health_check
        if Port(check.port, "tcp") not in ports:
            raise RunError(f"no container listens on port {check.port}, where requests arrive")
        properties = self.environment.properties | (coupled.variables if coupled else {})
        inherited = {name: value for name, value in properties.items() if name not in KEPT}
        shown = {name: value for name, value in properties.items() if name in KEPT}  # the engine itself reads these
        place = compose.Place(
            self.project,
            "./root",
            ports,
            found,
            shown,
            sorted(inherited),
            takes_names=self.engine.takes_names,
        )
        services = Services(self.engine, self.file, self.project, self.tell)
        if coupled:
            service = compose.DatabaseService(SERVICE, coupled.kind.image, sorted(coupled.own_variables))
            self.write_file(compose.compose(dockerrun, place, service))
            address = services.start_database(SERVICE, coupled)
            # By address, because podman's name server is deaf for a moment whenever a container starts or ends.
            place = replace(place, hosts={SERVICE: address})
            self.write_file(compose.compose(dockerrun, place, service))
        else:
            self.write_file(compose.compose(dockerrun, place, None))
        services.start(dockerrun, inherited)
        services.healthy(dockerrun, check, ports[Port(check.port, "tcp")])
        return f"http://127.0.0.1:{ports[Port(check.port, 'tcp')]}"

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

    def _free(self, port: Port) -> int:
        """A port of this machine for one of the instance's: the same, but for those that only root may open."""
        wanted = port.number + 8000 if port.number < PRIVILEGED else port.number
        kind = socket.SOCK_DGRAM if port.protocol == "udp" else socket.SOCK_STREAM
        for candidate in (wanted, 0):
            with socket.socket(socket.AF_INET, kind) as found:
                found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    found.bind(("127.0.0.1", candidate))
                except OSError:
                    continue
                free = int(found.getsockname()[1])
            if free != port.number:
                self.tell(f"port {port.number} of the instance is port {free} here")
            return free
        raise RunError(f"no free port for the instance's port {port.number}")

    def _write_bundle(self, bundle: Mapping[str, bytes]) -> None:
        shutil.rmtree(self.folder / "bundle", ignore_errors=True)
        for path, content in bundle.items():
            target = self.folder / "bundle" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)

    def _old_containers(self) -> list[str]:
        """The application's containers that there are, whichever bundle they came from."""
        listed = self.engine.must("ps", "--all", "--format", "{{.Names}}").splitlines()
        others = (self.container(SERVICE), self.container(INSTANCE))
        return [name for name in listed if name.startswith(f"{self.project}-") and name not in others]

    @contextmanager
    def _host(self, dockerrun: Dockerrun) -> Iterator[ContainerHost]:
        """An instance for the time of a deployment, on the folders that outlive it."""
        name = self.container(INSTANCE)
        self.engine.remove(name, at_once=True)
        own = [folder for folder in dockerrun.folders() if not folder.startswith(tuple(f"{s}/" for s in SHARED))]
        volumes = ["--volume", f"{self.folder}/bundle:{instance.BUNDLE}:ro"]
        for folder in sorted({*SHARED, *own}):
            (self.folder / f"root{folder}").mkdir(parents=True, exist_ok=True)
            volumes += ["--volume", f"{self.folder}/root{folder}:{folder}"]
        image = images.image(self.engine, INSTANCE_IMAGE, self.tell)
        command = ("--entrypoint", "sleep", image, "3600")
        self.engine.must("run", "--detach", "--name", name, *volumes, *command)
        try:
            host = ContainerHost(self.engine, name)
            instance.must(host, "groupadd", "docker")  # an instance has this group and this user
            instance.must(host, "useradd", "ec2-user")
            yield host
        finally:
            self.engine.remove(name, at_once=True)
