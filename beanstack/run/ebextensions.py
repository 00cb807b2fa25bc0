"""The commands in `.ebextensions/*.config` that EB runs on an instance, in EB's order.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/customize-containers-ec2.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from beanstack.eb.layout import EXTENSIONS
from beanstack.run.errors import RunError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

RUN_HERE = ("commands", "container_commands", "option_settings", "Resources")


@dataclass(frozen=True)
class Command:
    """A command: a string is a line for a shell, a tuple the words of a program.

    `env`, if given, replaces the whole environment. The command runs only if `test` succeeds.
    """

    name: str
    command: str | tuple[str, ...]
    cwd: str | None
    env: Mapping[str, str] | None
    test: str | tuple[str, ...] | None
    ignores_errors: bool
    leader_only: bool


@dataclass(frozen=True)
class Extensions:
    """All files of a bundle's `.ebextensions`. `skipped` names the sections that do not run here."""

    commands: tuple[Command, ...]
    container_commands: tuple[Command, ...]
    skipped: tuple[str, ...]

    def of_deployment(self, *, leader: bool) -> tuple[Command, ...]:
        """Return the container commands of an instance: first those for the leader only, whatever their names."""
        own = [command for command in self.container_commands if command.leader_only]
        others = [command for command in self.container_commands if not command.leader_only]
        return (*own, *others) if leader else tuple(others)


def extensions(bundle: Mapping[str, bytes]) -> Extensions:
    """Return the extensions of a bundle, ordered by file and then by name; raise RunError if a file is invalid."""
    commands: list[Command] = []
    container_commands: list[Command] = []
    skipped: list[str] = []
    for path in sorted(path for path in bundle if path.startswith(EXTENSIONS) and path.endswith(".config")):
        sections = _sections(path, bundle[path])
        commands += _commands(path, sections.get("commands"))
        container_commands += _commands(path, sections.get("container_commands"))
        skipped += [f"{path}: {section}" for section in sections if section not in RUN_HERE]
    return Extensions(tuple(commands), tuple(container_commands), tuple(skipped))


def _sections(path: str, content: bytes) -> Mapping[str, Any]:
    try:
        sections = yaml.load(content, yaml.CSafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RunError(f"{path} is not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(sections, dict):
        raise RunError(f"{path}: expected a mapping of sections such as `commands`")
    return sections


def _commands(path: str, section: Any) -> Iterator[Command]:
    if not isinstance(section or {}, dict):
        raise RunError(f"{path}: expected a mapping of commands by name")
    for name in sorted(section or {}, key=str):
        given = section[name]
        if not isinstance(given, dict) or "command" not in given or not isinstance(given.get("env") or {}, dict):
            raise RunError(f"{path}: {name}: expected a mapping with a `command`, and `env` as a mapping")
        leader_only = _is_true(given.get("leader_only"))
        env = test = None
        if given.get("env"):
            env = {str(variable): str(value) for variable, value in given["env"].items()}
        if given.get("test") and not leader_only:  # EB ignores the test of a command that is for the leader only
            test = _line_or_words(given["test"])
        yield Command(
            name=str(name),
            command=_line_or_words(given["command"]),
            cwd=given.get("cwd"),
            env=env,
            test=test,
            ignores_errors=_is_true(given.get("ignoreErrors")),
            leader_only=leader_only,
        )


def _line_or_words(given: Any) -> str | tuple[str, ...]:
    return tuple(map(str, given)) if isinstance(given, list) else str(given)


def _is_true(given: Any) -> bool:
    return str(given).lower() == "true"
