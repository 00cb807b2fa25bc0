"""Container keys as fields of an ECS container definition: each is declared once, where the key is.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from pydantic import BaseModel, Field

from beanstack.config.model import OneOf
from beanstack.eb.ecs.dockerrun import container_field

if TYPE_CHECKING:
    from beanstack.eb.findings import Path


Value = TypeVar("Value")


class Located(NamedTuple):
    """A setting below a key, found from a place in the container definition; `at_key` where its name is meant."""

    path: Path = ()
    at_key: bool = False

    def below(self, *steps: str | int) -> Located:
        """Return the same setting as seen from further up."""
        return Located((*steps, *self.path), self.at_key)


class Encoding:
    """How a value is written into a container definition, and which setting a place in the result comes from.

    This one writes values as they are, and a section field by field.
    """

    def encode(self, value: Any) -> Any:
        """Return what the definition holds for a value."""
        if isinstance(value, BaseModel):
            return {ecs.name: ecs.encoding.encode(getattr(value, key)) for key, ecs in declared(type(value))}
        if isinstance(value, Mapping):
            return {key: self.encode(item) for key, item in value.items()}
        if isinstance(value, tuple):
            return [self.encode(item) for item in value]
        return value

    def locate(self, value: Any, path: Path) -> Located:
        """Return the setting below a key with this value that became the place at `path` of what `encode` returned."""
        if not path:
            return Located()
        step, *rest = path
        if isinstance(value, BaseModel):
            for key, ecs in declared(type(value)):
                if ecs.name == step:
                    return ecs.encoding.locate(getattr(value, key), tuple(rest)).below(key)
        elif isinstance(value, tuple) and isinstance(step, int) and step < len(value):
            return self.locate(value[step], tuple(rest)).below(step)
        elif isinstance(value, Mapping):
            return Located((step,))
        return Located()


class Same(Generic[Value]):
    """A value that is equal to itself alone, whatever others hold."""

    def __init__(self, value: Value) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.value is other.value


@lru_cache(maxsize=8)
def _numbered(same: Same[Mapping[str, Any]]) -> list[tuple[str, Any]]:
    """Return the entries of a mapping as a list; those that are asked for again and again are kept."""
    return list(same.value.items())


@dataclass(frozen=True)
class Pairs(Encoding):
    """A mapping as a list: its names under `name`, its values under `value` or, of sections, beside the name."""

    name: str
    value: str = ""

    def encode(self, value: Any) -> Any:
        items = []
        for name, item in value.items():
            encoded = super().encode(item)
            beside = {self.value: encoded} if self.value else encoded
            items.append({self.name: name, **beside})
        return items

    def locate(self, value: Any, path: Path) -> Located:
        if not path:
            return Located()
        if isinstance(path[0], str):
            return Located(path)  # an entry that is missing, by its name
        name, item = _numbered(Same(value))[path[0]]
        rest = path[1:]
        if rest[:1] == (self.name,):
            return Located((name,), at_key=True)
        inside = rest[1:] if self.value else rest
        return super().locate(item, inside).below(name)


class _Items(Encoding):
    """A list whose items are each one setting."""

    def encode(self, value: Any) -> Any:
        return [self.item(item) for item in value]

    def item(self, value: Any) -> Any:
        """Return what the definition holds for an item."""
        raise NotImplementedError

    def locate(self, value: Any, path: Path) -> Located:  # noqa: ARG002 - an item's parts have no settings of their own
        return Located(path[:1])


class Records(_Items):
    """A list of tuples as a list of mappings with these names."""

    def __init__(self, *names: str) -> None:
        self.names = names

    def item(self, value: Any) -> Any:
        return dict(zip(self.names, value, strict=True))


class Texts(_Items):
    """A list of what prints as the text that ECS takes."""

    def item(self, value: Any) -> Any:
        return str(value)


@dataclass(frozen=True)
class Typed(_Items):
    """A list of texts as a list of mappings of one type."""

    type: str

    def item(self, value: Any) -> Any:
        return {"type": self.type, "value": value}


@dataclass(frozen=True)
class Wrapped(Encoding):
    """One value as a mapping that holds nothing else."""

    name: str

    def encode(self, value: Any) -> Any:
        return None if value is None else {self.name: value}

    def locate(self, value: Any, path: Path) -> Located:  # noqa: ARG002 - the mapping has no setting of its own
        return Located()


AS_IT_IS = Encoding()


@dataclass(frozen=True)
class Ecs:
    """The field of a container definition that a key becomes; `field` leads to it, such as `healthCheck.interval`."""

    field: str
    encoding: Encoding = AS_IT_IS

    @property
    def name(self) -> str:
        """The field's own name."""
        return self.field.rpartition(".")[2]


def ecs(field: str, default: Any = ..., *, encoding: Encoding = AS_IT_IS, description: str, **limits: Any) -> Any:
    """Declare a key that becomes a field of a container definition.

    Its range and its values are those of the facts; `limits` are where Beanstack is stricter, or the facts are silent.
    """
    fact = container_field(field)
    known = {limit: fact[name] for limit, name in (("ge", "min"), ("le", "max")) if name in fact}
    made = Field(default, description=description, **{**known, **limits})
    made.metadata.append(Ecs(field, encoding))
    return made


def one_of(field: str) -> OneOf:
    """Return the values that the facts allow for a field."""
    return OneOf(tuple(container_field(field)["values"]))


@cache
def declared(model: type[BaseModel]) -> tuple[tuple[str, Ecs], ...]:
    """Return the keys of a section that are fields of a container definition, in their order."""
    fields = model.model_fields.items()
    return tuple((key, item) for key, field in fields for item in field.metadata if isinstance(item, Ecs))
