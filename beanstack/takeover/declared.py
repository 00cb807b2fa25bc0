"""The keys of config that declare options, found by the options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, get_args, get_origin

from beanstack.config.keys import alone, is_model
from beanstack.config.option import DEFAULT, references
from beanstack.config.settings import Settings
from beanstack.eb.options.keys import Key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.eb.findings import Path

ANY = "*"  # the name of any section of a mapping


class Declared(NamedTuple):
    """A key of config, and its type."""

    path: Path
    kind: Any


def declared(
    balancer: str, model: Any = Settings, path: Path = (), name: str = DEFAULT
) -> Iterator[tuple[Key, Declared]]:
    """Yield the options that keys declare with a type of load balancer, and these keys."""
    for key, info in model.model_fields.items():
        inner = alone(info.annotation)
        for reference in references(info, balancer):
            yield Key(*reference.key(name)), Declared((*path, key), inner)
        if is_model(inner):
            yield from declared(balancer, inner, (*path, key), name)
        elif get_origin(inner) is Mapping and is_model(get_args(inner)[1]):
            yield from declared(balancer, get_args(inner)[1], (*path, key, ANY), ANY)


def key_of(option: Key, keys: Mapping[Key, Declared]) -> Declared | None:
    """Return the key of an option, whose name may be that of a section in a mapping."""
    family, _, last = option.namespace.rpartition(":")
    of_any = (
        (Key(option.namespace, option.option), ""),
        (Key(f"{family}:{ANY}", option.option), last),
        (Key(option.namespace, option.option, ANY), option.resource),
    )
    for key, name in of_any:
        if key in keys and name != DEFAULT:
            found = keys[key]
            return found._replace(path=tuple(name if step == ANY else step for step in found.path))
    return None
