"""templates/ and an application's own files -> the files of a source bundle; the only module that uses Jinja2.

A template's path without `.j2` is its path in the bundle; other files are copied as they are, scripts among them, so
that what runs on a host is what shellcheck and the tests read. Only the line ends of text become LF. Every `{{ }}`
becomes JSON, so quoting cannot be forgotten; the result is read back, so a broken template never leaves this machine.
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

from beanstack import ownfiles
from beanstack.archive import is_litter
from beanstack.config import folder
from beanstack.config.ecs import AS_IT_IS, declared
from beanstack.eb.layout import is_hook
from beanstack.host import Host
from beanstack.ownfiles import with_lf
from beanstack.resources import extension
from beanstack.task import Task, without_empty

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jinja2.runtime import LoopContext

    from beanstack.config import Application, Environment

TEMPLATES = Path(__file__).parent / "templates"
SUFFIX = ".j2"
YAML = (".config", ".yaml", ".yml")


class TemplateError(Exception):
    """A template that cannot be rendered, or whose result is not the JSON or YAML that its name promises."""


def bundle(
    application: Application, environment: Environment, templates: Sources | None = None, own: Sources | None = None
) -> dict[str, bytes]:
    """Return the files of an environment's source bundle by their paths in it, sorted.

    `templates` are the tool's own unless a project brings others; `own` are the files that the application adds. Raise
    TemplateError if one of them is broken, ConfigError if one of `own` has the place of another.
    """
    context = {
        "environment": environment,
        "host": Host(application, environment),
        "task": Task(application, environment),
        "resources": extension.resources(environment),
        "source": f"config/{application.name}.yaml",
    }
    generated = templates or shipped()
    files = generated.files(context)
    if own:
        origins = {path: origin for path, origin in generated.origins().items() if path in files}
        ownfiles.check_places(own.origins().items(), origins)
        files |= own.files(context)
    return dict(sorted(files.items()))


class Sources:
    """Files and templates that become files of a bundle. `where` is the folder that errors name.

    A file of a later layer takes the place of one that has the same path in the bundle, so that a project's
    `init.config` replaces the tool's `init.config.j2`.
    """

    def __init__(self, where: str, *layers: Mapping[str, bytes]) -> None:
        self.where = where
        self.sources: dict[str, bytes] = {}
        self.paths: dict[str, str] = {}
        for layer in layers:
            self.sources |= layer
            self.paths |= {target(path): path for path in layer}
        self.jinja = self._jinja()

    def origins(self) -> dict[str, str]:
        """Return where each file of the bundle comes from, by its path in the bundle."""
        return {made: f"{self.where}/{path}" for made, path in self.paths.items()}

    def files(self, context: Mapping[str, object]) -> dict[str, bytes]:
        """Return the files that the sources make; a template that renders to nothing makes none.

        Raise TemplateError if one is broken.
        """
        made: dict[str, bytes] = {}
        for name, path in self.paths.items():
            if name == path:
                made[name] = with_lf(self.sources[path])
                continue
            text = rendered(self, path, name, context)
            if text.strip():
                made[name] = text.encode()
        return made

    def _jinja(self) -> Jinja:
        """Return the one Jinja environment; an undefined name is an error that names itself."""
        made = Jinja(  # noqa: S701 - the result is JSON or YAML, never HTML
            loader=FunctionLoader(self._text),
            undefined=StrictUndefined,
            finalize=_json,
            auto_reload=False,
        )
        made.filters["plain"] = _as_is
        made.filters["indented"] = _indented
        made.globals["comma"] = _comma
        return made

    def _text(self, path: str) -> str | None:
        return self.sources[path].decode("utf-8") if path in self.sources else None


@cache
def shipped() -> Sources:
    """Return the tool's own templates."""
    return Sources("templates", dict(_files(TEMPLATES)))


def project_templates(own: Path) -> Sources:
    """Return the tool's templates, with those of a project's folder in their place or beside them."""
    if not own.is_dir():
        return shipped()
    return Sources("templates", shipped().sources, dict(_files(own)))


def own_sources(config: Path, application: str) -> Sources:
    """Return the files that an application adds to its bundles.

    Raise ConfigError if one of them may not be in a bundle, or if two have the same place.
    """
    layer = ownfiles.read(config, application)
    where = folder.shown(ownfiles.place(config, application))
    ownfiles.check_places([(target(path), f"{where}/{path}") for path in layer], {})
    return Sources(where, layer)


def target(path: str) -> str:
    """Return the path in the bundle of what a source becomes."""
    name = path.removesuffix(SUFFIX)
    return path if name == "" or name.endswith("/") else name


def _files(above: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the files below a folder by their relative paths, sorted, without litter."""
    paths = sorted(path.relative_to(above).as_posix() for path in above.rglob("*") if path.is_file())
    for path in paths:
        if not is_litter(path):
            yield path, (above / path).read_bytes()


def rendered(sources: Sources, path: str, name: str, context: Mapping[str, object]) -> str:
    """Return one template's text, checked by reading it back where the name says how. Raise TemplateError if it fails.

    A script is never a template, because a shell would take a value for code: within double quotes, too.
    """
    where = f"{sources.where}/{path}"
    try:
        text = sources.jinja.get_template(path).render(context)
        if name.endswith(".json"):
            return json.dumps(without_empty(json.loads(text)), ensure_ascii=False, indent=2) + "\n"
        if name.endswith(YAML):
            yaml.load(text, yaml.CSafeLoader)  # EB reads these files as YAML 1.1, too
    except TemplateSyntaxError as error:
        raise TemplateError(f"{where}:{error.lineno}: {error.message}") from None
    except (JinjaError, UnicodeDecodeError, json.JSONDecodeError, yaml.YAMLError) as error:
        raise TemplateError(f"{where}: {error}") from None
    if text.startswith("#!") or name.endswith(".sh") or is_hook(name):
        advice = "let it read environment properties, or a JSON file that is a template"
        raise TemplateError(
            f"{where}: a script cannot be a template, since a shell may run what a value says; {advice}"
        )
    return text.rstrip() + "\n"


class _AsIs(str):
    """Text that is part of the template, not a value."""


def _as_is(text: str) -> _AsIs:
    return _AsIs(text)


def _indented(value: object) -> _AsIs:
    """Return a value as JSON that a reviewer can read; JSON is YAML as well."""
    return _AsIs(json.dumps(value, ensure_ascii=False, indent=2))


def _comma(loop: LoopContext) -> _AsIs:
    return _AsIs("" if loop.last else ",")


def _json(value: object) -> str:
    """Return what Jinja writes for a value."""
    if isinstance(value, Undefined | _AsIs):
        return str(value)
    return _ENCODER.encode(value)


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return AS_IT_IS.encode(value) if declared(type(value)) else value.model_dump(by_alias=True)
    return dict(value) if hasattr(value, "keys") else list(value)  # type: ignore[call-overload]


_ENCODER = json.JSONEncoder(ensure_ascii=False, default=_plain)
