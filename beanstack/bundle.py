"""templates/ -> the files of a source bundle; the only module that uses Jinja2.

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
from jinja2 import FunctionLoader, StrictUndefined, TemplateSyntaxError, Undefined
from jinja2 import TemplateError as JinjaError
from pydantic import BaseModel

from beanstack.archive import is_litter
from beanstack.config.ecs import AS_IT_IS, declared
from beanstack.host import Host
from beanstack.task import Task, without_empty

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jinja2.runtime import LoopContext

    from beanstack.config import Application, Environment

TEMPLATES = Path(__file__).parent / "templates"
SUFFIX = ".j2"


class TemplateError(Exception):
    """A template that cannot be rendered, or whose result is not the JSON or YAML that its name promises."""


def bundle(application: Application, environment: Environment, templates: Templates | None = None) -> dict[str, bytes]:
    """Return the files of an environment's source bundle by their paths in it, sorted.

    `templates` are the tool's own unless a project brings others. Raise TemplateError if one of them is broken.
    """
    templates = templates or shipped()
    context = {
        "environment": environment,
        "host": Host(application, environment),
        "task": Task(application, environment),
        "source": f"config/{application.name}.yaml",
    }
    files: dict[str, bytes] = {}
    for target, path in templates.paths.items():
        if path.endswith(SUFFIX):
            files[target] = rendered(templates, path, target, context).encode()
        else:
            files[target] = templates.sources[path]
    return files


class Templates:
    """The sources of a bundle: the tool's templates, and those of a project's folder in their place or beside them.

    A project's file takes the place of the tool's that has the same path in the bundle, so `init.config` replaces
    `init.config.j2`. All are read once.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.sources = dict(_files(TEMPLATES))
        self.paths = {path.removesuffix(SUFFIX): path for path in self.sources}
        if folder is not None and folder.is_dir():
            own = dict(_files(folder))
            self.sources |= own
            self.paths |= {path.removesuffix(SUFFIX): path for path in own}
        self.paths = dict(sorted(self.paths.items()))
        self.jinja = self._jinja()

    def _jinja(self) -> Jinja:
        """Return the one Jinja environment; an undefined name is an error that names itself."""
        made = Jinja(  # noqa: S701 - the result is JSON or YAML, never HTML
            loader=FunctionLoader(self._text),
            undefined=StrictUndefined,
            finalize=_json,
            auto_reload=False,
        )
        made.filters["plain"] = _as_is
        made.globals["comma"] = _comma
        return made

    def _text(self, path: str) -> str | None:
        return self.sources[path].decode("utf-8") if path in self.sources else None


@cache
def shipped() -> Templates:
    """Return the tool's own templates."""
    return Templates()


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the files below a folder by their relative paths, sorted, without litter."""
    paths = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    for path in paths:
        if not is_litter(path):
            yield path, (folder / path).read_bytes()


def rendered(templates: Templates, path: str, target: str, context: Mapping[str, object]) -> str:
    """Return one template's text, checked by reading it back. Raise TemplateError if that fails."""
    try:
        text = templates.jinja.get_template(path).render(context)
        if target.endswith(".json"):
            return json.dumps(without_empty(json.loads(text)), ensure_ascii=False, indent=2) + "\n"
        yaml.load(text, yaml.CSafeLoader)  # EB reads these files as YAML 1.1, too
    except TemplateSyntaxError as error:
        raise TemplateError(f"templates/{path}:{error.lineno}: {error.message}") from None
    except (JinjaError, UnicodeDecodeError, json.JSONDecodeError, yaml.YAMLError) as error:
        raise TemplateError(f"templates/{path}: {error}") from None
    return text.rstrip() + "\n"


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
    if isinstance(value, BaseModel):
        return AS_IT_IS.encode(value) if declared(type(value)) else value.model_dump(by_alias=True)
    return dict(value) if hasattr(value, "keys") else list(value)  # type: ignore[call-overload]


_ENCODER = json.JSONEncoder(ensure_ascii=False, default=_plain)
