"""A run of `make stack`, or of another target that changes an environment, from taking its lock to freeing it.

The steps are processes of their own. They share a file in build/, which names the process of make and the deployment's
record. A run that was killed leaves the lock behind; the next run in the same folder notices that its process has
ended, and takes over the lock.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import time
from functools import wraps
from typing import TYPE_CHECKING, Any

from beanstack.failures import failure
from beanstack.operate import TIMEOUT
from beanstack.operate.errors import DeploymentError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from beanstack.operate.call import Call
    from beanstack.operate.lock import Holder

    Command = Callable[[Call], int]

ENDING = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)
SAME = 1.0  # seconds within which another signal is the same one
_last = {"signal": float("-inf")}


def step(failure: str = "failed", success: str = "", interruption: str = "interrupted") -> Callable[[Command], Command]:
    """Make a verb a step of a deployment, and say how that ends if the step fails or, of the last one, if it succeeds.

    After any other step that succeeds, the deployment goes on.
    """

    def decorated(command: Command) -> Command:
        @wraps(command)
        def run(call: Call) -> int:
            for number in ENDING:
                if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup leaves it
                    signal.signal(number, interrupt)
            # A step for the shared stacks changes nothing of the environment.
            result = failure if call.options.shared else interruption
            try:
                status = command(call)
                result = failure if status else success
            except DeploymentError:
                result = failure
                raise
            finally:
                if result:
                    ignore_signals()
                    end(call, result)
            return status

        return run

    return decorated


def ignore_signals() -> None:
    """Ignore signals at the end of a deployment, which frees the lock."""
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)


def interrupt(*_: object) -> None:
    """Treat each signal like Ctrl-C. Ignore one that follows at once, because make passes on what its group gets."""
    now = time.monotonic()
    is_repeated = now - _last["signal"] < SAME
    _last["signal"] = now
    if not is_repeated:
        raise KeyboardInterrupt


def begin(call: Call, verb: str, timeout: float = TIMEOUT) -> int:
    """Take the environment's lock, and record what is about to be deployed; return the exit status.

    If somebody else's run holds the lock, wait for its end for at most `timeout` seconds.
    """
    deadline, last = time.monotonic() + timeout, None
    while found := take(call, verb, timeout):
        if not found.key or time.monotonic() + call.clients.interval > deadline:
            print(refusal(call, found), file=sys.stderr)
            return 1
        if found != last:
            print(f"{call.deployment.stack}: {found}; waiting at most {timeout:g} seconds", flush=True)
        last = found
        time.sleep(call.clients.interval)
    return 0


def begin_at_once(call: Call, verb: str, timeout: float = TIMEOUT) -> None:
    """Do the same for another operation. Raises DeploymentError if somebody holds the lock."""
    found = take(call, verb, timeout)
    if found:
        raise DeploymentError(refusal(call, found))


def take(call: Call, verb: str, timeout: float) -> Holder | None:
    """Take the lock, leave a note and a record, and return None; or return who holds it.

    Before the first deployment there is no bucket: then only a note is left for the step that makes it.
    """
    from beanstack.operate import lock, record
    from beanstack.operate.bucket import bundle_bucket

    if not bundle_bucket(call.clients):
        note(call, record="")
        return None
    intended = record.intended(call, verb)  # anew each time, since the files may have changed meanwhile
    found = lock.take(call.clients, lock.of_run(intended, timeout), abandoned(call))
    if not found:
        if noted(call):  # an earlier run with this one's process number, as in a container
            path(call).unlink()
        try:
            note(call, record=intended.key)
        except OSError:  # without the note, nobody here could free the lock later
            lock.free(call.clients, intended.key)
            raise
        record.begin(call.clients, intended)
    return found


def begin_late(call: Call) -> int:
    """Begin a deployment that found no bucket when it began; return the exit status."""
    return begin(call, "stack") if noted(call) == "" else 0


def end(call: Call, result: str) -> None:
    """Record the result of this run, and free the lock. Do nothing if this is not a step of such a run."""
    key = noted(call)
    if not key:
        return
    from botocore.exceptions import BotoCoreError, ClientError

    from beanstack.operate import lock, record

    try:
        more = {"images": this_run(call).get("images", {})}
        if result in (record.DEPLOYED, record.UNHEALTHY):
            more["version"] = version(call)
        record.end(call.clients, key, result, **more)
        try:
            path(call).unlink()  # before somebody else of this folder may take the lock
        except OSError as error:
            print(failure(error), file=sys.stderr)
        lock.free(call.clients, key)
    except (BotoCoreError, ClientError) as error:
        print(f"AWS: {error}", file=sys.stderr)
        stays = (
            f"The lock of {call.deployment.stack} stays; the next `make stack {call.make}` in this folder takes it over"
        )
        print(f"{stays}, and `make unlock {call.make}` frees it", file=sys.stderr)


def version(call: Call) -> str:
    """Return the label of the EB version that the environment's stack names."""
    from beanstack.operate.stack import outputs, stack

    return outputs(stack(call.clients.cloudformation, call.deployment.stack) or {}).get("Version", "")


def refuse_locked(call: Call) -> None:
    """Raise DeploymentError if somebody holds the environment's lock."""
    from beanstack.operate import lock

    found = lock.holder(call.clients)
    if found and not (found.key and found.key == abandoned(call)):
        raise DeploymentError(refusal(call, found))


def refusal(call: Call, found: Holder) -> str:
    """Return the message that somebody holds the lock."""
    if found.key:
        free = f"If that run has died, `make unlock {call.make}` frees the lock"
    else:
        free = f"`make unlock {call.make}` frees the lock"
    return f"{call.deployment.stack}: {found}; nothing was done\n{free}"


def note(call: Call, **values: Any) -> None:
    """Leave a note of this run for its later steps, or add to it.

    `record` is the key of the record, empty as long as there is no bucket.
    """
    content = {**this_run(call), "process": call.process, "host": socket.gethostname(), **values}
    path(call).parent.mkdir(parents=True, exist_ok=True)
    path(call).write_text(json.dumps(content), "utf-8")


def noted(call: Call) -> str | None:
    """Return the key in the note of this run; None if there is no note, as for a verb called by hand."""
    return this_run(call).get("record")


def this_run(call: Call) -> dict[str, Any]:
    """Return the note of this run; empty if there is none."""
    found = last_note(call)
    return found if found.get("process") == call.process else {}


def abandoned(call: Call) -> str:
    """Return the key of the record of this folder's last run, if its process was killed; empty otherwise."""
    found = last_note(call)
    if found.get("host") != socket.gethostname():  # the folder may be shared by several machines
        return ""
    process = found["process"]
    # A run looks for others before it leaves its own note, so one of its number is older, as in a container.
    is_dead = process == call.process or not is_alive(process)
    return str(found.get("record", "")) if is_dead else ""


def last_note(call: Call) -> dict[str, Any]:
    """Return the note of this folder's last run that has not ended; empty if there is none."""
    try:
        found = json.loads(path(call).read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) and isinstance(found.get("process"), int) else {}


def path(call: Call) -> Path:
    return call.folder / "deployment.json"


def is_alive(process: int) -> bool:
    """Return whether a process of this machine exists."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it is another user's
        return True
    return True
