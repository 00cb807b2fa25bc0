"""Rules on what CloudFormation would put in the place of a text, or would not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from beanstack.eb.findings import Finding, shown
from beanstack.eb.functions import Function
from beanstack.eb.references import BEGINNING, PSEUDO_PARAMETER, problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.eb.findings import Path

# What does not become a property of a resource: containers and volumes are in the bundle, the others in the metadata.
UNRESOLVED = ("containers", "volumes", "image", "build", "smoke_test", "not_secret", "application_name")


def resolved(settings: BaseModel) -> Iterator[Finding]:
    """Yield dynamic references that CloudFormation refuses, or would leave as they are."""
    for path, text, at_key in _texts(settings, ()):
        if BEGINNING not in text:
            continue
        if path[0] in UNRESOLVED:
            message = "CloudFormation resolves references in `properties`, `options` and `tags` only"
            if path[0] == "containers":
                message += "; use them or `secrets`"
            yield Finding(path, message, at_key=at_key)
        else:
            for message in problems(text):
                yield Finding(path, message, at_key=at_key)


def substituted(settings: BaseModel) -> Iterator[Finding]:
    """Yield values of CloudFormation that nothing would put in the place of their names."""
    for path, text, at_key in _texts(settings, ()):
        found = PSEUDO_PARAMETER.search(text)
        if found:
            message = f"nothing substitutes {shown(found[0])}: what is written here arrives as it is"
            yield Finding(path, message, at_key=at_key)


def _texts(value: Any, path: Path) -> Iterator[tuple[Path, str, bool]]:
    """Yield each text of some settings with its path, and whether it is a key."""
    if isinstance(value, str):
        yield path, value, False
    elif isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            if field.exclude:  # what CloudFormation resolves
                continue
            yield from _texts(getattr(value, name), (*path, field.alias or name))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if isinstance(key, str):
                yield (*path, key), key, True
            yield from _texts(item, (*path, key))
    elif isinstance(value, list | tuple) and not isinstance(value, Function):
        for index, item in enumerate(value):
            yield from _texts(item, (*path, index))
