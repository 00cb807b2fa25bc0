"""Starting and ending the process of a load balancer, of which an environment's folder keeps settings, lock and log."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from beanstack.eb.namespaces import APPLICATION, ENVIRONMENT, PROCESSES
from beanstack.launch import LAUNCH
from beanstack.run.errors import RunError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from beanstack.run.healthcheck import Options

SETTINGS, LOCK, LOG = "balancer.json", "balancer.lock", "balancer.log"
READY = "ready"
STOP_SECONDS = 10.0
MOMENT = 0.05
LOG_LINES = 5
# The namespaces of which a load balancer is made. Properties and passwords are in others, and in no file.
NAMESPACES = (ENVIRONMENT, APPLICATION)
PREFIXES = ("aws:elb:", "aws:elbv2:", PROCESSES)


class Certificate(NamedTuple):
    """A certificate with its chain and key in PEM, and the names that it is for."""

    names: Sequence[str]
    pem: str


@dataclass(frozen=True)
class Settings:
    """What the process of a load balancer needs to know.

    `ports` are those of this machine by the instance's, `addresses` by the listeners'. `certificates` are those that
    are known, by ARN; the authority in the folder `authority` issues those of which only AWS has the key.
    """

    options: Options
    default_actions: Mapping[int, list[Any]]
    ports: Mapping[int, int]
    addresses: Mapping[int, int]
    certificates: Mapping[str, Certificate]
    authority: Path

    def write(self, folder: Path) -> None:
        """Write a file that only this user can read, because it contains the certificates' keys."""
        kept = [[*name, value] for name, value in self.options.items() if is_relevant(name[0])]
        content = {
            "options": kept,
            "default_actions": list(self.default_actions.items()),
            "ports": list(self.ports.items()),
            "addresses": list(self.addresses.items()),
            "certificates": self.certificates,
            "authority": str(self.authority),
        }
        path = folder / SETTINGS
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
        path.write_text(json.dumps(content), "utf-8")

    @classmethod
    def read(cls, folder: Path) -> Settings:
        content = json.loads((folder / SETTINGS).read_text("utf-8"))
        return cls(
            {(namespace, name): value for namespace, name, value in content["options"]},
            dict(content["default_actions"]),
            dict(content["ports"]),
            dict(content["addresses"]),
            {arn: Certificate(*known) for arn, known in content["certificates"].items()},
            Path(content["authority"]),
        )


def is_relevant(namespace: str) -> bool:
    return namespace in NAMESPACES or namespace.startswith(PREFIXES)


def start(python: str, folder: Path, settings: Settings) -> None:
    """Start the load balancer of an environment and wait until it listens; raise RunError if it does not."""
    settings.write(folder)
    log = folder / LOG
    with log.open("wb") as errors:
        try:
            process = subprocess.Popen(  # noqa: S603 - this project's own module
                [python, *LAUNCH, "beanstack.run.balancer", str(folder)],
                env={"PATH": os.defpath, "LANG": "C.UTF-8"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,  # it outlives this process, as containers do
            )
        except OSError as error:
            raise RunError(f"the load balancer did not start: cannot run {python}: {error.strerror}") from None
    output = process.stdout
    said = output.readline().decode() if output else ""
    if output:
        output.close()
    if said.strip() != READY:
        process.wait(STOP_SECONDS)
        lines = log.read_text("utf-8", "replace").splitlines()[-LOG_LINES:]
        raise RunError("the load balancer did not start", {"load balancer": lines})


def stop(folder: Path) -> None:
    """End the load balancer of an environment, if one runs, and wait until it is gone."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if not is_running(folder):
            return
        pid = (folder / LOCK).read_text("ascii", errors="replace").strip()
        if pid.isdigit():
            with suppress(ProcessLookupError):
                os.kill(int(pid), number)  # it holds the lock, so the number is not another program's
        for _ in moments(STOP_SECONDS):
            if not is_running(folder):
                return
    raise RunError(f"the load balancer, process {pid or 'unknown'}, did not end")


def is_running(folder: Path) -> bool:
    """Return whether the load balancer of an environment runs, which holds a lock as long as it does."""
    path = folder / LOCK
    if not path.exists():
        return False
    with path.open("r+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def moments(seconds: float) -> Iterator[None]:
    """Yield every few milliseconds until the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield
        time.sleep(MOMENT)
