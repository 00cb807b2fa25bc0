"""The container engine: Docker or podman, each with its Compose, whichever works here."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from beanstack.run.errors import RunError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Kind = Literal["docker", "podman"]
KINDS: tuple[Kind, ...] = ("docker", "podman")
NONE = "none"
CONTAINERS_CONF = Path(__file__).with_name("containers.conf")
CAP_SYS_RESOURCE = 1 << 24
PROBE_SECONDS = 15
# What an engine reads of its user's environment; all else, credentials among it, stays out of its way.
KEPT = (
    "PATH", "HOME", "USER", "LANG", "TMPDIR", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME",
    "DBUS_SESSION_BUS_ADDRESS", "DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_CERT_PATH",
    "DOCKER_TLS_VERIFY", "CONTAINER_HOST", "CONTAINERS_CONF", "CONTAINERS_STORAGE_CONF",
    "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
)  # fmt: skip


STEERING = ("DOCKER_", "COMPOSE_", "CONTAINER", "PODMAN_", "STORAGE_", "BUILDAH_", "PYTHON", "LD_")


def steers(name: str) -> bool:
    """Whether a variable of this name would steer the engine's own programs, and so must not reach them."""
    return name in KEPT or name.startswith(STEERING)


@dataclass(frozen=True)
class State:
    """How a container stands: `running`, `exited` and the like; its exit code; `healthy` and the like, or nothing."""

    status: str
    exit_code: int
    health: str
    restarts: int

    @property
    def has_ended(self) -> bool:
        return self.status in ("exited", "stopped", "dead")


@dataclass(frozen=True)
class Engine:
    """A container engine that works. `compose_program` is its Compose, as words."""

    kind: Kind
    compose_program: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)

    @property
    def takes_names(self) -> bool:
        """Whether its Compose hands a variable that has no value on by name, not by value.

        podman-compose would write the value on podman's command line, where every user of the machine can read it.
        """
        return self.kind == "docker"

    @property
    def run_options(self) -> tuple[str, ...]:
        """Options of every `run`: podman would hand this machine's proxy, with its password, to each container."""
        return ("--http-proxy=false",) if self.kind == "podman" else ()

    def call(
        self, *words: str, variables: Mapping[str, str] | None = None, timeout: float = 600, merged: bool = False
    ) -> subprocess.CompletedProcess[str]:
        """Runs the engine's own program; `variables` reach it as environment, for `--env NAME`.

        `merged` writes both streams into one, in their order.
        """
        return self._run([self.kind, *words], variables or {}, timeout, merged)

    def must(self, *words: str, variables: Mapping[str, str] | None = None, timeout: float = 600) -> str:
        """Like `call`, but RunError where it fails; returns what it printed."""
        return self._checked(self.call(*words, variables=variables, timeout=timeout))

    def up(self, file: Path, project: str, service: str, variables: Mapping[str, str], timeout: float = 300) -> None:
        """Makes and starts one service of a Compose file and no other; RunError where that fails.

        `variables` are those that the service takes from the environment.
        """
        words = [*self.compose_program, "--file", str(file), "--project-name", project]
        if self.kind == "podman":
            words.insert(len(self.compose_program), "--in-pod=false")
            options = [*self.run_options, *(f"--env={name}" for name in sorted(variables))]
            words += [f"--podman-run-args={option}" for option in options]
        words += ["up", "--detach", "--no-deps", "--no-build", "--force-recreate", service]
        self._checked(self._run(words, variables, timeout))

    def state(self, name: str) -> State | None:
        """How a container stands, None where there is no such container."""
        done = self.call("container", "inspect", name)
        if done.returncode != 0:
            return None
        container: dict[str, Any] = json.loads(done.stdout)[0]
        state = container["State"]
        health = (state.get("Health") or {}).get("Status") or ""
        return State(state["Status"], state["ExitCode"], health, int(container.get("RestartCount") or 0))

    def address(self, name: str) -> str:
        """The IP address of a running container. RunError where it has none."""
        format_ = "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}"
        found = self.must("container", "inspect", "--format", format_, name).split()
        if not found:
            raise RunError(f"the container {name} has no address")
        return found[0]

    def logs(self, name: str, lines: int = 20) -> list[str]:
        """The last lines that a container wrote, to either stream."""
        done = self.call("logs", "--tail", str(lines), name, merged=True)
        return done.stdout.splitlines()[-lines:]

    def remove(self, *names: str, at_once: bool = False) -> None:
        """Removes containers with the volumes that are theirs alone; each may first end well, unless `at_once`."""
        for name in names:
            if self.state(name):
                self.call("kill" if at_once else "stop", name)
                self.must("rm", "--force", "--volumes", name)

    def has_image(self, image: str) -> bool:
        return self.call("image", "inspect", image).returncode == 0

    def _run(
        self, words: Sequence[str], variables: Mapping[str, str], timeout: float, merged: bool = False
    ) -> subprocess.CompletedProcess[str]:
        try:
            return subprocess.run(  # noqa: S603 - an engine found on PATH, and words that no shell reads
                words,
                env={**variables, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT if merged else subprocess.PIPE,
                text=True,
                errors="replace",
                check=False,
                timeout=timeout,
            )
        except subprocess.TimeoutExpired:
            raise RunError(f"{' '.join(words[:2])} did not end within {timeout:.0f} s") from None

    def _checked(self, done: subprocess.CompletedProcess[str]) -> str:
        if done.returncode == 0:
            return done.stdout
        said = [line for line in done.stderr.splitlines() if line.strip()]
        program = Path(done.args[0]).name
        raise RunError(f"{program} failed with exit status {done.returncode}: {' | '.join(said[-3:]) or 'no reason'}")


def find_engine(choice: str, podman_compose: Path) -> Engine | None:
    """The engine of that name or, where `choice` is empty, the first that works; None where none does.

    A client without an engine behind it counts as absent. `podman_compose` is where podman's Compose is installed.
    """
    if choice not in ("", NONE, *KINDS):
        raise RunError(f"ENGINE is {choice!r}; it can be {', '.join(KINDS)} or {NONE}")
    kinds = [kind for kind in KINDS if choice in ("", kind)]
    return next((engine for kind in kinds if (engine := _working(kind, podman_compose))), None)


def _working(kind: Kind, podman_compose: Path) -> Engine | None:
    if not shutil.which(kind):
        return None
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    if kind == "docker":
        engine = Engine(kind, ("docker", "compose"), environment)
        return engine if _answers(engine, "info") and _answers(engine, "compose", "version") else None
    if _lacks_resource_rights() and shutil.which("runc"):
        environment.setdefault("CONTAINERS_CONF", str(CONTAINERS_CONF))
    engine = Engine(kind, (str(podman_compose),), environment)
    return engine if podman_compose.exists() and _answers(engine, "info") else None


def _answers(engine: Engine, *words: str) -> bool:
    """Whether the engine does so little at all, and soon."""
    try:
        return engine.call(*words, timeout=PROBE_SECONDS).returncode == 0
    except RunError:
        return False


def _lacks_resource_rights() -> bool:
    """Whether this is root without the right to raise resource limits, which podman does unless told otherwise."""
    try:
        status = Path("/proc/self/status").read_text("ascii")
    except OSError:
        return False  # no Linux, so podman runs in a virtual machine of its own
    effective = next((line.split()[1] for line in status.splitlines() if line.startswith("CapEff:")), "0")
    return os.geteuid() == 0 and not int(effective, 16) & CAP_SYS_RESOURCE
