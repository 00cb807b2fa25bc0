"""`python -m beanstack.run.balancer FOLDER`: the process of one environment's load balancer.

FOLDER is the environment's. The process listens until SIGTERM, or until somebody removes the folder.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from beanstack.confined.sitecustomize import confine
from beanstack.run.authority import Authority
from beanstack.run.balancer.certificates import context
from beanstack.run.balancer.plan import Plan, plan
from beanstack.run.balancer.process import LOCK, READY, Certificate, Settings
from beanstack.run.balancer.server import Server
from beanstack.run.balancer.targets import Balancer

# Seconds between two checks that the folder still exists, because the standard library cannot report its removal.
FOLDER_SECONDS = 1.0


def main() -> int:
    """Listen, and return the exit status."""
    folder = Path(sys.argv[1])
    confine()
    lock = folder / LOCK
    with lock.open("a+") as held:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        held.truncate(0)
        held.write(str(os.getpid()))
        held.flush()
        try:
            asyncio.run(run(Settings.read(folder), lock, os.fstat(held.fileno()).st_ino))
        except OSError as error:
            print(f"the load balancer cannot listen: {error.strerror or error}", file=sys.stderr)
            return 1
    return 0


async def run(settings: Settings, lock: Path, inode: int) -> None:
    """Serve, and report on standard output that this has begun."""
    asked = plan(settings.options, settings.default_actions)
    if asked is None:
        raise ValueError("these options ask for no load balancer")
    contexts = {port: context(certificates(settings, asked, port)) for port in asked.encrypted}
    server = Server(Balancer(asked, settings.ports, settings.addresses), list(asked.listeners.values()), contexts)
    server.listen()
    print(READY, flush=True)
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # closes the pipe, which nobody reads any longer
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    while is_ours(lock, inode) and not stopping.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), FOLDER_SECONDS)


def certificates(settings: Settings, asked: Plan, port: int) -> list[Certificate]:
    """Return the certificates of a listener; one of the authority's if those that are asked for are AWS's own."""
    listener = asked.listeners[port]
    known = [settings.certificates[arn] for arn in listener.certificates if arn in settings.certificates]
    return known or [Certificate((), Authority(settings.authority).issue(asked.names).pem)]


def is_ours(lock: Path, inode: int) -> bool:
    """Return whether the folder is still there, without which nobody could stop this process."""
    try:
        return lock.stat().st_ino == inode
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main())
