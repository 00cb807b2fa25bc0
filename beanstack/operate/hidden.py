"""Values of settings that are not shown because they may be secrets: output reaches logs and pull requests."""

from __future__ import annotations

import re
from typing import Any

from beanstack.eb.namespaces import SECRETS
from beanstack.eb.secrets import is_secret, resembles_secret, says_secret

HIDDEN = "********"
# A name with the rest of its line: `NAME=value`, `"name": value`, `--name value`.
NAMED = re.compile(
    r"""(?<![\w.-])(?P<name>(?P<flag>--)?[\w.-]+)(?:["']?\s*[:=]\s*|(?(flag)\s+|(?!)))(?=(?P<value>\S.{0,200}))"""
)
WORD = re.compile(r"""[^\s"'`=,;]+""")


def is_hidden(namespace: str, option: str, value: str | None) -> bool:
    """Return whether a value of an option may be a secret. Those of EB's secrets are ARNs, whatever their names."""
    resembles = is_secret if namespace == SECRETS else resembles_secret
    return bool(value) and resembles(option, value or "")


def hide(namespace: str, option: str, *values: str | None) -> tuple[str | None, ...]:
    """Return values of an option as they are shown: if one may be a secret, none that is set."""
    if any(is_hidden(namespace, option, value) for value in values):
        return tuple(HIDDEN if value else value for value in values)
    return values


def hide_in(value: Any, name: str) -> Any:
    """Return a value of any JSON type without what may be secrets in it; `name` is that of the setting."""
    if isinstance(value, dict):
        return {key: hide_in(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [hide_in(inner, behind(one) or name) for one, inner in zip(["", *value], value, strict=False)]
    if isinstance(value, str) and not is_hidden("", name, value):
        return "\n".join(map(hide_in_line, value.split("\n")))
    return HIDDEN if value and is_hidden("", name, str(value)) else value


def behind(word: Any) -> str:
    """Return the option whose value is the next word of a command; empty if this word is not such an option."""
    return word if isinstance(word, str) and word.startswith("--") and "=" not in word else ""


def hide_in_line(line: str) -> str:
    """Return a line of a text without possible secrets: the value after a telling name, or a telling word."""
    for found in NAMED.finditer(line):
        if is_hidden("", found["name"], found["value"]):
            return line[: found.start("value")] + HIDDEN
    return WORD.sub(lambda word: HIDDEN if says_secret(word[0]) else word[0], line)
