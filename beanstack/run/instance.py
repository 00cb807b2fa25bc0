"""An instance as EB prepares it: host commands, the bundle's way to /var/app/current, and in which order.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/platforms-linux-extend.workflow.ecs-al2.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from beanstack.run.errors import RunError

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from beanstack.run.ebextensions import Command, Extensions

BUNDLE = "/var/lib/beanstack/bundle"  # where a host finds the unpacked bundle that is to be deployed
STAGING, CURRENT = "/var/app/staging", "/var/app/current"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Host(Protocol):
    """Something that runs a program as root on the instance's file system."""

    def run(self, words: Sequence[str], cwd: str, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """Runs a program in a folder with exactly these variables."""


def stage(
    host: Host, extensions: Extensions, properties: Mapping[str, str], tell: Callable[[str], None], *, leader: bool
) -> None:
    """The first part of a deployment, during which the old containers still run. RunError where a command fails.

    Then nothing has changed for them: the bundle that they started from is still the current one.
    """
    commands(host, extensions.commands, "/", {"PATH": PATH}, tell)
    must(host, "rm", "-rf", STAGING)
    must(host, "mkdir", "-p", STAGING)
    must(host, "cp", "-R", f"{BUNDLE}/.", STAGING)
    # EB gives the environment's properties to container commands.
    commands(host, extensions.of_deployment(leader=leader), STAGING, {"PATH": PATH, **properties}, tell)


def flip(host: Host) -> None:
    """Makes the staged bundle the current one; the old containers have been stopped, the new ones follow."""
    must(host, "rm", "-rf", CURRENT)
    must(host, "mv", "-T", STAGING, CURRENT)


def commands(
    host: Host, given: Iterable[Command], cwd: str, env: Mapping[str, str], tell: Callable[[str], None]
) -> None:
    """Runs commands one after the other; the first that fails ends the deployment, unless its errors are ignored."""
    for command in given:
        where, variables = command.cwd or cwd, env if command.env is None else command.env
        if command.test and host.run(_words(command.test), where, variables).returncode != 0:
            continue
        done = host.run(_words(command.command), where, variables)
        if done.returncode == 0:
            continue
        said = "\n".join(filter(None, (done.stdout.strip(), done.stderr.strip())))
        message = f"command {command.name} failed with exit status {done.returncode}{said and f': {said}'}"
        if not command.ignores_errors:
            raise RunError(message)
        tell(f"{message} (ignored)")


def must(host: Host, *words: str) -> None:
    """Runs a program of the deployment itself."""
    done = host.run(words, "/", {"PATH": PATH})
    if done.returncode != 0:
        raise RunError(f"{words[0]} failed on the instance: {done.stderr.strip()}")


def _words(command: str | tuple[str, ...]) -> Sequence[str]:
    return ["/bin/sh", "-c", command] if isinstance(command, str) else command
