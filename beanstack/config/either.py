"""Settings that may be written in two ways: as a section, or as one word or text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic_core import core_schema

from beanstack.config.model import Model, Shape, refuse
from beanstack.eb.findings import shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic_core import CoreSchema

NONE = "none"  # a word, unlike null, which restores a default


@dataclass(frozen=True)
class OrText:
    """A section, or a text of a certain form in its place. A mapping is judged as the section alone."""

    section: type[Model]
    shape: Shape

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        inner = handler.generate_schema(self.section)
        written = core_schema.wrap_serializer_function_ser_schema(self._written, schema=inner)
        return core_schema.no_info_wrap_validator_function(self._either, inner, serialization=written)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [{"type": "string", "pattern": self.shape.pattern}, handler(schema)]}

    def _either(self, value: Any, handler: Callable[[Any], Any]) -> Any:
        if isinstance(value, str):
            return self.shape.checked(value)
        if not isinstance(value, dict | Model):
            raise refuse(f"expected {self.shape.meaning}, or a mapping; found {shown(value)}")
        return handler(value)

    def _written(self, value: Any, handler: Callable[[Any], Any]) -> Any:
        return value if isinstance(value, str) else handler(value)


@dataclass(frozen=True)
class OrNone:
    """A mapping, or the word `none`, which is read as a mapping of its own."""

    means: Any

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self._mapping, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [handler(schema), {"const": NONE}]}

    def _mapping(self, value: Any) -> Any:
        if value == NONE:
            return self.means
        if value is not None and not isinstance(value, dict | Model):
            raise refuse(f"expected a mapping or {NONE}, found {shown(value)}")
        return value
