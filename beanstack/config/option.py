"""Configuration keys as EB options: each is declared once, where the key is.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-general.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from pydantic import BaseModel, Field

from beanstack.config.model import OneOf
from beanstack.eb.namespaces import PROPERTIES
from beanstack.eb.options.catalogue import facts
from beanstack.eb.settings import parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pydantic.fields import FieldInfo

    from beanstack.eb.findings import Path
    from beanstack.eb.functions import Function
    from beanstack.eb.options.catalogue import Option

BALANCED = ("application", "network", "classic")
ANY = (*BALANCED, "none")
FROM_FACTS = object()
DEFAULT = "default"  # EB's own name for the process, the listener and the rule that every environment has
PLACEHOLDER = re.compile(r"\{\w+\}")  # of a family of namespaces, as the facts write it

Key: TypeAlias = tuple[str, str, str]
"""Namespace, option, and resource name, which is empty for most options."""


class Entry(NamedTuple):
    """An option's value, and the paths of the keys that it was made from, the likeliest culprit first."""

    value: Any  # a string, or a function that CloudFormation resolves
    keys: tuple[Path, ...] = ()


Table: TypeAlias = dict[Key, Entry]


@dataclass(frozen=True)
class Reference:
    """The option that a key becomes with some types of load balancer; the name is empty where the key holds names.

    `when` asks the key's section whether the option is written at all; `unset` is written for a key without a value.
    A section in a mapping gives its own name to the namespace's placeholder, or is the resource that the option is of.
    """

    namespace: str
    name: str
    balancers: tuple[str, ...]
    when: Callable[[Any], bool] | None
    unset: str | None

    @property
    def is_of_resource(self) -> bool:
        """Whether each of several resources has the option, by its name."""
        match = facts().find(self.namespace)
        return bool(match and match.namespace.resource_name is True)

    @property
    def shown(self) -> str:
        """The option as the reference shows it."""
        namespace = PLACEHOLDER.sub("NAME", self.namespace)
        return f"`{'NAME.' if self.is_of_resource else ''}{namespace}` {self.name}".strip()

    def key(self, of: str = DEFAULT) -> Key:
        """Return the option's key in the table; `of` is the name of the section that it belongs to, if that has one.

        The name becomes part of the namespace, as of a process, or the name of the resource, as of a scheduled action.
        """
        resource = of if self.is_of_resource else ""
        return PLACEHOLDER.sub(lambda _: of, self.namespace), self.name, resource

    def entries(self, value: Any, path: Path, of: str = DEFAULT) -> Iterator[tuple[Key, Entry]]:
        """Yield the options that a value at `path` becomes."""
        if isinstance(value, Mapping):
            for name, item in value.items():
                yield (self.namespace, name, ""), Entry(text(item), ((*path, name),))
            return
        written = self.unset if value is None else text(value)
        if written is not None:
            yield self.key(of), Entry(written, (path,))


def option(
    namespace: str,
    name: str = "",
    *,
    classic: tuple[str, str] | None = None,
    only: tuple[str, ...] = ANY,
    when: Callable[[Any], bool] | None = None,
    unset: str | None = None,
    default: Any = FROM_FACTS,
    description: str,
    **limits: Any,
) -> Any:
    """Declare a key that becomes an EB option.

    In a section of which a mapping holds several, the section's name takes the place of the placeholder of a family of
    namespaces, or becomes the name of the resource where EB names those.

    Range, allowed values and default are those of the facts; `default` and `limits` say what is Beanstack's own. A
    limit can only be narrower than EB's. `only`: the types of load balancer with which the option is written; with a
    Classic Load Balancer the key becomes the option that `classic` names.
    """
    references = [Reference(namespace, name, only, when, unset)]
    if classic:
        elbv2 = tuple(kind for kind in only if kind != "classic")
        references = [Reference(namespace, name, elbv2, when, unset), Reference(*classic, ("classic",), when, unset)]
    known = [facts().option(one.namespace, one.name) for one in references]
    least = [limits.pop("ge", None), *(one.min for one in known)]
    most = [limits.pop("le", None), *(one.max for one in known)]
    if known[0].create_only:
        description += " EB cannot change it later."
    elif known[0].create_only_if_shared:
        description += " With a shared load balancer EB cannot change it later."
    made = Field(
        _default(known[0]) if default is FROM_FACTS else default,
        ge=_narrowest(max, least),
        le=_narrowest(min, most),
        description=description,
        **limits,
    )
    made.metadata += references
    if known[0].values:
        made.metadata.append(OneOf(known[0].values))
    return made


def _narrowest(choose: Callable[[list[Any]], Any], limits: list[Any]) -> Any:
    """Return the limit that holds where several do, None without any. Those of durations are for the facts to judge."""
    given = [limit for limit in limits if isinstance(limit, int | float)]
    return choose(given) if given else None


def references(field: FieldInfo, balancer: str) -> list[Reference]:
    """Return the options that a field becomes with a type of load balancer."""
    return [item for item in field.metadata if isinstance(item, Reference) and balancer in item.balancers]


def declared(section: BaseModel, balancer: str, path: Path = (), of: str = DEFAULT) -> Iterator[tuple[Key, Entry]]:
    """Yield the options that the keys of a section declare, and those of the sections in it.

    `of` is the name of a section in a mapping of several, such as a process's or a scheduled action's.
    """
    for key, field in type(section).model_fields.items():
        value = getattr(section, key)
        for reference in references(field, balancer):
            if reference.when is None or reference.when(section):
                yield from reference.entries(value, (*path, key), of)
        if isinstance(value, BaseModel):
            yield from declared(value, balancer, (*path, key), of)
        elif isinstance(value, Mapping):
            for name, item in value.items():
                if isinstance(item, BaseModel):
                    yield from declared(item, balancer, (*path, key, name), name)


def raw_options(options: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[Key, Entry]]:
    """Yield what config's own `options` set."""
    for written, values in options.items():
        resource, namespace = parts(written)
        for name, value in values.items():
            yield (namespace, name, resource), Entry(value, (("options", written, name),))


def resolved(functions: Mapping[Path, Function]) -> Iterator[tuple[Key, Entry]]:
    """Yield the properties and options that CloudFormation resolves."""
    for path, function in functions.items():
        if path[0] == "properties":
            yield (PROPERTIES, str(path[1]), ""), Entry(function, (path,))
        else:
            resource, namespace = parts(str(path[1]))
            yield (namespace, str(path[2]), resource), Entry(function, (path,))


def written(namespace: str, values: Mapping[str, Any], *keys: Path, resource: str = "") -> Table:
    """Return the part of a table that some keys make in one namespace."""
    return {(namespace, name, resource): Entry(value, keys) for name, value in values.items()}


def text(value: Any) -> str:
    """Return a value as EB takes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{Decimal(str(value)).normalize():f}"  # 70 for 70.0, and no exponent
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _default(option: Option) -> Any:
    """Return EB's own default as the key's type writes it."""
    if option.type in ("integer", "number"):
        return int(option.default or "")
    return option.default == "true" if option.type == "boolean" else option.default
