"""EB's steps on an instance, in order: host commands, and the bundle's way to /var/app/current.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/platforms-linux-extend.workflow.ecs-al2.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from beanstack.run.errors import RunError

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from beanstack.run.ebextensions import Command, Extensions

BUNDLE = "/var/lib/beanstack/bundle"  # where a host finds the unpacked bundle to deploy
STAGING, CURRENT = "/var/app/staging", "/var/app/current"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Host(Protocol):
    """A runner of programs as root on the instance's file system."""

    def run(self, words: Sequence[str], cwd: str, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """Run a program in a folder with exactly these variables."""


def stage(
    host: Host, extensions: Extensions, properties: Mapping[str, str], notify: Callable[[str], None], *, leader: bool
) -> None:
    """Perform the first part of a deployment, during which the old containers still run.

    If a command fails, raise RunError. The old containers' bundle is then still the current one.
    """
    commands(host, extensions.commands, "/", {"PATH": PATH}, notify)
    check_call(host, "rm", "-rf", STAGING)
    check_call(host, "mkdir", "-p", STAGING)
    check_call(host, "cp", "-R", f"{BUNDLE}/.", STAGING)
    # EB passes the environment's properties to container commands, but not to `commands`.
    commands(host, extensions.of_deployment(leader=leader), STAGING, {"PATH": PATH, **properties}, notify)


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
        message = f"command {command.name} failed with exit status {done.returncode}"
        output = "\n".join(filter(None, (done.stdout.strip(), done.stderr.strip())))
        if output:
            message += f": {output}"
        if not command.ignores_errors:
            raise RunError(message)
        notify(f"{message} (ignored)")


def check_call(host: Host, *words: str) -> None:
    """Run a program of the deployment itself; raise RunError if it fails."""
    done = host.run(words, "/", {"PATH": PATH})
    if done.returncode != 0:
        raise RunError(f"{words[0]} failed on the instance: {done.stderr.strip()}")


def _words(command: str | tuple[str, ...]) -> Sequence[str]:
    return ["/bin/sh", "-c", command] if isinstance(command, str) else command
