"""templates/ -> the files of a source bundle; the only home of Jinja2.

A template's path without `.j2` is its path in the bundle; other files are copied as they are, scripts among them, so
that what runs on a host is what shellcheck and the tests read. Every `{{ }}` becomes JSON, so quoting cannot be
forgotten; the result is read back, so a broken template never leaves this machine.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from jinja2 import Environment as Jinja
from jinja2 import FileSystemLoader, StrictUndefined, Undefined

from beanstack.archive import is_litter
from beanstack.host import Host
from beanstack.task import Task, without_empty

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2.runtime import LoopContext

    from beanstack.config import Application, Environment

TEMPLATES = Path(__file__).parent.parent / "templates"
SUFFIX = ".j2"


def bundle(application: Application, environment: Environment) -> dict[str, bytes]:
    """The files of an environment's source bundle by their paths in it, sorted."""
    files: dict[str, bytes] = {}
    context = {
        "environment": environment,
        "host": Host(application, environment),
        "task": Task(application, environment),
        "source": f"config/{application.name}.yaml",
    }
    for path, content in sources().items():
        if path.endswith(SUFFIX):
            target = path.removesuffix(SUFFIX)
            files[target] = rendered(path, target, context).encode()
        else:
            files[path] = content
    return files


@cache
def sources() -> Mapping[str, bytes]:
    """The files below templates/ by their relative paths, sorted, without litter; read once a run."""
    paths = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*") if path.is_file())
    return {path: (TEMPLATES / path).read_bytes() for path in paths if not is_litter(path)}


def rendered(path: str, target: str, context: Mapping[str, object]) -> str:
    """One template's text, checked by reading it back."""
    text = jinja().get_template(path).render(context)
    if target.endswith(".json"):
        return json.dumps(without_empty(json.loads(text)), ensure_ascii=False, indent=2) + "\n"
    yaml.load(text, yaml.CSafeLoader)  # EB reads these files as YAML 1.1, too
    return text.rstrip() + "\n"


@cache
def jinja() -> Jinja:
    """The one Jinja environment; an undefined name is an error that names itself."""
    made = Jinja(  # noqa: S701 - what comes out is JSON, never HTML
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        finalize=_json,
        auto_reload=False,
    )
    made.filters["plain"] = _as_is
    made.globals["comma"] = _comma
    return made


class _AsIs(str):
    """Text that is part of the template, not a value."""


def _as_is(text: str) -> _AsIs:
    return _AsIs(text)


def _comma(loop: LoopContext) -> _AsIs:
    return _AsIs("" if loop.last else ",")


def _json(value: object) -> str:
    """What Jinja writes for a value."""
    if isinstance(value, Undefined | _AsIs):
        return str(value)
    return _ENCODER.encode(value)


def _plain(value: object) -> object:
    return dict(value) if hasattr(value, "keys") else list(value)  # type: ignore[call-overload]


_ENCODER = json.JSONEncoder(ensure_ascii=False, default=_plain)
