"""A valid configuration, small edits of it, and what `load` has to say about them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from textwrap import indent
from typing import NamedTuple

import pytest

from beanstack.config import Application, ConfigError, load
from beanstack.resources import accepted

SETTINGS = """\
region: eu-west-1
platform: ECS running on 64bit Amazon Linux 2023/4.7.7
instance_types: [t3.medium, t3.nano]
image: example.org/shop:1.0
volumes:
  public: {owner: 1000}
containers:
  web:
    memory: 128
    command: [serve, --all]
    ports: ["80:8000"]
    mounts: ["public:/public"]
    user: 1000
    bootstrap: true
    migrate: [migrate, --now]
    environment: {MODE: fast}
  worker:
    essential: false
    memory_reservation: 64
    image: example.org/worker:2.0
properties: {LEVEL: info}
scaling: {min: 1, max: 2}
deployment: {policy: Rolling}
database:
  engine: mysql
  variables: {DB_HOST: RDS_HOSTNAME}
"""

Refusals = Callable[..., list[str]]
Loaded = Callable[..., Application]


class Case(NamedTuple):
    """A mistake: SETTINGS with `old` become `new`, and the messages, `line:column: where: message` in SETTINGS."""

    name: str
    old: str
    new: str
    messages: tuple[str, ...]

    def __str__(self) -> str:
        return self.name

    @property
    def settings(self) -> str:
        """SETTINGS with the mistake."""
        return edited(SETTINGS, (self.old, self.new))

    @property
    def in_defaults(self) -> list[str]:
        """What `shared` settings with the mistake must give: one message, with both environments."""
        return [f"{_moved(message, 2, 2, 'defaults')} (in dev, prod)" for message in self.messages]

    @property
    def in_environment(self) -> list[str]:
        """What `own` settings with the mistake must give."""
        return [_moved(message, 3, 4, "environments.dev") for message in self.messages]


def case(name: str, old: str, new: str, *messages: str) -> Case:
    return Case(name, old, new, messages)


def edited(text: str, *edits: tuple[str, str]) -> str:
    """The text with each old part, which must stand there once, become the new one."""
    for old, new in edits:
        assert text.count(old) == 1, f"{old!r} stands there {text.count(old)} times"
        text = text.replace(old, new)
    return text


def shared(settings: str = SETTINGS, overrides: str = "  dev: {}\n  prod: {}\n") -> str:
    """A file whose environments take all settings from `defaults`."""
    return f"application: shop\ndefaults:\n{indent(settings, '  ')}environments:\n{overrides}"


def own(settings: str = SETTINGS) -> str:
    """A file whose one environment gives all settings itself."""
    return f"application: shop\nenvironments:\n  dev:\n{indent(settings, '    ')}"


def _moved(message: str, lines: int, columns: int, section: str) -> str:
    """A case's message as a file that holds SETTINGS further down and to the right must give it."""
    found = re.fullmatch(r"(\d+):(\d+): (.*)", message)
    assert found, message
    return f"shop.yaml:{int(found[1]) + lines}:{int(found[2]) + columns}: {section}.{found[3]}"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory, so that errors name files as a user in it does."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def refusals(folder: Path) -> Refusals:
    """The messages about a file of some content, none where it is right."""

    def reported(content: str | bytes, name: str = "shop.yaml") -> list[str]:
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        try:
            load([Path(name)], judge=accepted.judged)
        except ConfigError as error:
            return [str(problem) for problem in error.findings]
        return []

    return reported


@pytest.fixture
def loaded(folder: Path) -> Loaded:
    """The application of a file of some content, which must be right."""

    def application(content: str, name: str = "shop.yaml") -> Application:
        (folder / name).write_bytes(content.encode())
        return load([Path(name)], judge=accepted.judged).applications[0]

    return application
