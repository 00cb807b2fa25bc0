"""EB's steps on an instance, in order: host commands, hooks, and the bundle's way to /var/app/current.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/platforms-linux-extend.workflow.ecs-al2.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from beanstack.run.errors import RunError

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from beanstack.run.ebextensions import Command, Extensions
    from beanstack.run.hooks import Hooks, Stage

BUNDLE = "/var/lib/beanstack/bundle"  # where a host finds the unpacked bundle to deploy
STAGING, CURRENT = "/var/app/staging", "/var/app/current"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# How a shell says that it does not find what an instance has, and the stand-in does not.
LACKING = re.compile(
    r"(?:^|[\s/'])(amazon-linux-extras|aws|cfn-[a-z]+|docker|dnf|get-config|rpm|service|systemctl|yum)'?: "
    r"(?:command not found|not found|No such file or directory)",
    re.MULTILINE,
)


class Host(Protocol):
    """A runner of programs as root on the instance's file system."""

    def run(self, words: Sequence[str], cwd: str, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """Run a program in a folder with exactly these variables."""


def stage(
    host: Host,
    extensions: Extensions,
    hooks: Hooks,
    properties: Mapping[str, str],
    notify: Callable[[str], None],
    *,
    leader: bool,
) -> None:
    """Perform the first part of a deployment, during which the old containers still run.

    If a command or a hook fails, raise RunError. The old containers' bundle is then still the current one.
    """
    commands(host, extensions.commands, "/", {"PATH": PATH}, notify)
    check_call(host, "rm", "-rf", STAGING)
    check_call(host, "mkdir", "-p", STAGING)
    check_call(host, "cp", "-R", f"{BUNDLE}/.", STAGING)
    run_hooks(host, hooks, "prebuild", properties, notify)
    # EB passes the environment's properties to container commands, but not to `commands`.
    commands(host, extensions.of_deployment(leader=leader), STAGING, {"PATH": PATH, **properties}, notify)
    run_hooks(host, hooks, "predeploy", properties, notify)


def flip(host: Host) -> None:
    """Make the staged bundle the current one, between the end of the old containers and the start of the new ones."""
    check_call(host, "rm", "-rf", CURRENT)
    check_call(host, "mv", "-T", STAGING, CURRENT)


def commands(
    host: Host, given: Iterable[Command], cwd: str, env: Mapping[str, str], notify: Callable[[str], None]
) -> None:
    """Run commands one after the other; raise RunError if one fails whose errors are not ignored."""
    for command in given:
        folder = command.cwd or cwd
        variables = env if command.env is None else command.env
        if command.test and host.run(_words(command.test), folder, variables).returncode != 0:
            continue
        done = host.run(_words(command.command), folder, variables)
        if done.returncode == 0:
            continue
        if command.ignores_errors:
            notify(f"{_message(f'command {command.name}', done)} (ignored)")
        else:
            fail(f"command {command.name}", done, notify)


def run_hooks(
    host: Host, hooks: Hooks, stage: Stage, properties: Mapping[str, str], notify: Callable[[str], None]
) -> None:
    """Run the hooks of a stage one after the other; raise RunError if one fails."""
    folder = CURRENT if stage == "postdeploy" else STAGING
    for path in hooks.of(stage):
        done = host.run([f"./{path}"], folder, {"PATH": PATH, "HOME": "/root", **properties})
        if done.returncode != 0:
            fail(f"hook {path}", done, notify)


def fail(name: str, done: subprocess.CompletedProcess[str], notify: Callable[[str], None]) -> None:
    """Raise RunError for what failed, unless it failed for want of a program of the instance: then warn."""
    message = _message(name, done)
    lacking = LACKING.search(done.stderr)
    if not lacking:
        raise RunError(message)
    notify(f"warning: {message} (ignored: an instance has {lacking[1]}, its stand-in here does not)")


def _message(name: str, done: subprocess.CompletedProcess[str]) -> str:
    output = "\n".join(filter(None, (done.stdout.strip(), done.stderr.strip())))
    return f"{name} failed with exit status {done.returncode}" + (f": {output}" if output else "")


def check_call(host: Host, *words: str) -> None:
    """Run a program of the deployment itself; raise RunError if it fails."""
    done = host.run(words, "/", {"PATH": PATH})
    if done.returncode != 0:
        raise RunError(f"{words[0]} failed on the instance: {done.stderr.strip()}")


def _words(command: str | tuple[str, ...]) -> Sequence[str]:
    return ["/bin/sh", "-c", command] if isinstance(command, str) else command
