"""The container engine: Docker or podman, each with its Compose."""

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
OOM = "oom"
PROBE_SECONDS = 15
EVENTS_SINCE = "10m"  # longer than a container is watched while it restarts
# The variables of the user's environment that reach an engine. All others, such as credentials, do not.
KEPT = (
    "PATH", "HOME", "USER", "LANG", "TMPDIR", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME",
    "DBUS_SESSION_BUS_ADDRESS", "DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_CERT_PATH",
    "DOCKER_TLS_VERIFY", "CONTAINER_HOST", "CONTAINERS_CONF", "CONTAINERS_STORAGE_CONF",
    "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
)  # fmt: skip
PREFIXES = ("DOCKER_", "COMPOSE_", "CONTAINER", "PODMAN_", "STORAGE_", "BUILDAH_", "PYTHON", "LD_")


def is_engine_variable(name: str) -> bool:
    """Return whether the engine's own programs read a variable; an application's value must not reach them."""
    return name in KEPT or name.startswith(PREFIXES)


@dataclass(frozen=True)
class State:
    """The state of a container.

    `status` is `running`, `exited` or the like. `health` is `healthy` or the like, or empty without a health check.
    """

    status: str
    exit_code: int
    health: str
    restarts: int
    lacked_memory: bool = False

    @property
    def has_ended(self) -> bool:
        return self.status in ("exited", "stopped", "dead")


@dataclass(frozen=True)
class Engine:
    """A container engine that works. `compose_program` is the command line of its Compose."""

    kind: Kind
    compose_program: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)

    @property
    def takes_names(self) -> bool:
        """Whether its Compose passes on a variable without a value by name, not by value.

        podman-compose would write the value on podman's command line, where every user of the machine can read it.
        """
        return self.kind == "docker"

    @property
    def run_options(self) -> tuple[str, ...]:
        """Options of every `run`: podman would pass this machine's proxy, with its password, to the container."""
        return ("--http-proxy=false",) if self.kind == "podman" else ()

    def call(
        self,
        *words: str,
        variables: Mapping[str, str] | None = None,
        timeout: float = 600,
        merged: bool = False,
        typed: str = "",
    ) -> subprocess.CompletedProcess[str]:
        """Run the engine's own program, with `variables` in its environment for `--env NAME`.

        With `merged`, standard error goes to standard output, so that the order of lines is kept. `typed` is what the
        program reads from standard input.
        """
        return self._run([self.kind, *words], variables or {}, timeout, merged, typed=typed)

    def show(self, *words: str, variables: Mapping[str, str] | None = None) -> None:
        """Run the engine's own program and show what it prints; raise RunError if it fails."""
        environment = {**(variables or {}), **self.environment}
        done = subprocess.run([self.kind, *words], env=environment, stdin=subprocess.DEVNULL, check=False)  # noqa: S603
        if done.returncode != 0:
            raise RunError(f"{self.kind} {words[0]} failed with exit status {done.returncode}")

    def check_call(self, *words: str, variables: Mapping[str, str] | None = None, timeout: float = 600) -> str:
        """Run the engine's own program and return its output; raise RunError if it fails."""
        return self._checked(self.call(*words, variables=variables, timeout=timeout))

    def start(self, folder: Path, *words: str) -> str:
        """Run a command that starts a container, and return its output; raise RunError if it fails.

        podman's monitor of the container lives on in the working directory, and leaves files there.
        """
        return self._checked(self._run([self.kind, *words], {}, 600, folder=folder))

    def up(self, file: Path, project: str, service: str, variables: Mapping[str, str], timeout: float = 300) -> None:
        """Create and start one service of a Compose file, and no other; raise RunError if that fails.

        `variables` are those that the Compose file names without a value.
        """
        words = [*self.compose_program, "--file", str(file), "--project-name", project]
        if self.kind == "podman":
            words.insert(len(self.compose_program), "--in-pod=false")
            options = [*self.run_options, *(f"--env={name}" for name in sorted(variables))]
            words += [f"--podman-run-args={option}" for option in options]
        words += ["up", "--detach", "--no-deps", "--no-build", "--force-recreate", service]
        (file.parent / OOM).unlink(missing_ok=True)  # of a container before this one
        self._checked(self._run(words, variables, timeout, folder=file.parent))

    def state(self, name: str) -> State | None:
        """Return the state of a container, or None if it does not exist."""
        done = self.call("container", "inspect", name)
        if done.returncode != 0:
            return None
        container: dict[str, Any] = json.loads(done.stdout)[0]
        state = container["State"]
        health = (state.get("Health") or {}).get("Status") or ""
        restarts, lacked_memory = int(container.get("RestartCount") or 0), bool(state.get("OOMKilled"))
        return State(state["Status"], state["ExitCode"], health, restarts, lacked_memory)

    def lacked_memory(self, folder: Path) -> bool:
        """Return whether a container that was started in a folder was killed for memory, as podman leaves it there.

        podman 4.3 reports OOMKilled as false, and its monitor writes an empty file into its working directory:
        https://github.com/containers/conmon/blob/main/src/cgroup.c
        """
        return self.kind == "podman" and (folder / OOM).exists()

    def last_exit_code(self, name: str, state: State | None) -> int:
        """Return the exit status with which a container ended last; 0 if it is unknown.

        podman forgets it as soon as the container runs again, but keeps it in its list of events.
        """
        if self.kind != "podman" or (state and state.has_ended):
            return state.exit_code if state else 0
        ended = ("--filter", f"container={name}", "--filter", "event=died", "--format", "{{.ContainerExitCode}}")
        codes = self.call("events", "--stream=false", "--since", EVENTS_SINCE, *ended).stdout.split()
        return int(codes[-1]) if codes and codes[-1].isdigit() else 0

    def address(self, name: str) -> str:
        """Return the IP address of a running container; raise RunError if it has none."""
        format_ = "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}"
        found = self.check_call("container", "inspect", "--format", format_, name).split()
        if not found:
            raise RunError(f"the container {name} has no address")
        return found[0]

    def logs(self, name: str, lines: int = 20) -> list[str]:
        """Return the last lines that a container wrote to either stream; none if there is no such container."""
        done = self.call("logs", "--tail", str(lines), name, merged=True)
        return done.stdout.splitlines()[-lines:] if done.returncode == 0 else []

    def remove(self, *names: str, at_once: bool = False) -> None:
        """Remove containers and their anonymous volumes. Unless `at_once`, let each of them shut down first."""
        for name in names:
            if self.state(name):
                self.call("kill" if at_once else "stop", name)
                self.check_call("rm", "--force", "--volumes", name)

    def has_image(self, image: str) -> bool:
        return self.call("image", "inspect", image).returncode == 0

    def architecture(self, image: str) -> str:
        """Return the architecture that an image was built for, as `amd64`; empty if it is not here."""
        inspected = self.call("image", "inspect", "--format", "{{.Architecture}}", image)
        return inspected.stdout.strip() if inspected.returncode == 0 else ""

    def _run(
        self,
        words: Sequence[str],
        variables: Mapping[str, str],
        timeout: float,
        merged: bool = False,
        folder: Path | None = None,
        typed: str = "",
    ) -> subprocess.CompletedProcess[str]:
        try:
            return subprocess.run(  # noqa: S603 - an engine found on PATH, and words that no shell reads
                words,
                cwd=folder,
                env={**variables, **self.environment},
                input=typed,
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
        errors = [line for line in done.stderr.splitlines() if line.strip()]
        reason = " | ".join(errors[-3:]) or "no reason"
        raise RunError(f"{Path(done.args[0]).name} failed with exit status {done.returncode}: {reason}")


def find_engine(choice: str, podman_compose: Path | None) -> Engine | None:
    """Return the engine that is chosen, or the first that works if `choice` is empty; return None if none works.

    A client without a server does not count. `podman_compose` is where podman-compose is installed; with None, an
    engine need not have its Compose.
    """
    if choice not in ("", NONE, *KINDS):
        raise RunError(f"ENGINE must be {', '.join(KINDS)} or {NONE}, not {choice!r}")
    for kind in KINDS:
        if choice in ("", kind):
            engine = _working(kind, podman_compose)
            if engine:
                return engine
    return None


def _working(kind: Kind, podman_compose: Path | None) -> Engine | None:
    if not shutil.which(kind):
        return None
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    if kind == "docker":
        engine = Engine(kind, ("docker", "compose"), environment)
        has_compose = podman_compose is None or _answers(engine, "compose", "version")
        return engine if has_compose and _answers(engine, "info") else None
    # podman's defaults, crun and its resource limits, need a right that this process does not have.
    if _lacks_resource_rights() and shutil.which("runc"):
        environment.setdefault("CONTAINERS_CONF", str(CONTAINERS_CONF))
    engine = Engine(kind, (str(podman_compose),), environment)
    has_compose = podman_compose is None or podman_compose.exists()
    return engine if has_compose and _answers(engine, "info") else None


def _answers(engine: Engine, *words: str) -> bool:
    """Return whether the engine answers within PROBE_SECONDS."""
    try:
        return engine.call(*words, timeout=PROBE_SECONDS).returncode == 0
    except RunError:
        return False


def _lacks_resource_rights() -> bool:
    """Return whether this is root without the right to raise resource limits, which podman does by default."""
    try:
        status = Path("/proc/self/status").read_text("ascii")
    except OSError:
        return False  # not Linux, so podman runs in a virtual machine of its own
    effective = 0
    for line in status.splitlines():
        if line.startswith("CapEff:"):
            effective = int(line.split()[1], 16)
    return os.geteuid() == 0 and not effective & CAP_SYS_RESOURCE
