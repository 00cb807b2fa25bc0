"""A configuration file as a person would write it: keys in the order of the reference, comments, few quotes."""

from __future__ import annotations

import re
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import yaml

from beanstack.config.keys import alone, inside, is_model
from beanstack.config.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beanstack.eb.findings import Path
    from beanstack.takeover.draft import Draft

WIDTH = 110
STEP = "  "
ENVIRONMENTS = "\nenvironments:\n"
# Text that every YAML parser reads as a string without quotes.
PLAIN = re.compile(r"([A-Za-z/]|[0-9]{12}\.dkr\.)[A-Za-z0-9_./+=@ -]*(:+[A-Za-z0-9_./+=@-]+)*")
WORDS = {"true", "false", "yes", "no", "on", "off", "null", "y", "n"}
BLOCKS = ("properties", "environment", "options", "containers", "volumes")


def text(application: str, environment: str, draft: Draft, source: str, identity: Mapping[str, Any]) -> str:
    """Return a file with one application and one environment; `source` says where it comes from."""
    body = {"application": application, **identity}
    lines = [f"# Imported from {source}; `make plan` shows how what runs differs from it."]
    lines += [f"{key}: {_flow(value)}" for key, value in body.items()]
    lines += [ENVIRONMENTS.rstrip("\n"), f"{STEP}{scalar(environment)}:"]
    lines += settings(draft, STEP * 2)
    return "\n".join(lines) + "\n"


def settings(draft: Draft, indent: str) -> Iterator[str]:
    """Yield the lines of an environment's settings, or of `defaults`."""
    return _mapping(draft, _ordered(draft.settings, Settings), (), indent)


def scalar(value: Any) -> str:
    """Return a scalar in YAML that 1.1 and 1.2 read alike."""
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        return str(value)
    if PLAIN.fullmatch(value) and value.lower() not in WORDS and not value.endswith(" "):
        return value
    return yaml.dump(value, default_style='"', allow_unicode=True, width=float("inf")).rstrip("\n")


def _mapping(draft: Draft, values: Mapping[str, Any], path: Path, indent: str) -> Iterator[str]:
    """Yield the lines of a mapping, with its remarks; a remark on a key that is not there comes last."""
    for key, value in values.items():
        below = (*path, key)
        yield from _remark(draft, below, indent)
        yield from _entry(draft, value, below, f"{indent}{scalar(key)}:")
    for below in draft.remarks:
        if below[:-1] == path and below[-1] not in values:
            yield from _remark(draft, below, indent)


def _entry(draft: Draft, value: Any, path: Path, start: str) -> Iterator[str]:
    indent = start[: len(start) - len(start.lstrip())] + STEP
    if not isinstance(value, dict | list):
        yield f"{start} {scalar(value)}"
        return
    flow = _flow(value)
    has_remarks = any(below[: len(path)] == path and len(below) > len(path) for below in draft.remarks)
    in_line = path[-1] not in BLOCKS and not has_remarks and len(start) + len(flow) < WIDTH
    if not value or (in_line and _is_flat(value)):
        yield f"{start} {flow}"
    elif isinstance(value, dict):
        yield start
        yield from _mapping(draft, value, path, indent)
    else:
        yield start
        for item in value:
            yield f"{indent}- {_flow(item)}"


def _is_flat(value: Any) -> bool:
    items = value.values() if isinstance(value, dict) else value
    return not any(isinstance(item, dict) or (isinstance(value, dict) and isinstance(item, list)) for item in items)


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar(key)}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    written = scalar(value)
    # In a line, readers differ on a colon without quotes.
    return f'"{written}"' if ":" in written and written[0] != '"' else written


def _remark(draft: Draft, path: Path, indent: str) -> Iterator[str]:
    for line in draft.remarks.get(path, "").splitlines():
        for part in wrap(line, WIDTH - len(indent), break_long_words=False, break_on_hyphens=False):
            yield f"{indent}# {part}"


def _ordered(value: Any, kind: Any) -> Any:
    """Return settings with their keys in the order of the reference, and options by their names."""
    if not isinstance(value, dict):
        return value
    keys = list(value)
    if is_model(kind):
        fields = list(kind.model_fields)
        keys.sort(key=fields.index)
    made = {}
    for key in keys:
        made[key] = _ordered(value[key], alone(inside(kind, key)))
    return made
