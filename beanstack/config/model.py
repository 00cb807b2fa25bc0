"""What all settings models share, and the scalar types that they are made of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from beanstack.eb.ecs.dockerrun import facts
from beanstack.eb.findings import shown
from beanstack.eb.functions import Function

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler


class Model(BaseModel):
    """Frozen settings; a key that is not a field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def refuse(message: str, *keys: str) -> PydanticCustomError:
    """Return an error for a validator to raise, in our own words; the loader adds the place.

    `keys`: the settings of a section that do not go together, the likeliest culprit first.
    """
    return PydanticCustomError("beanstack", "{message}", {"message": message, "keys": keys})


@dataclass(frozen=True)
class Shape:
    """Text of a certain form: an anchored pattern, for editors too, and its meaning in words, for messages.

    `quoted`: whether a message may repeat what was found, which could be a secret.
    """

    pattern: str
    meaning: str
    quoted: bool = True

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.checked, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(schema), "pattern": self.pattern}

    def checked(self, value: str) -> str:
        """Return a text that has the form; refuse another one."""
        if not re.fullmatch(self.pattern, value):
            raise refuse(f"expected {self.meaning}" + (f", found {shown(value)}" if self.quoted else ""))
        return value


@dataclass(frozen=True)
class OneOf:
    """A string that is one of a few, which the facts name; a field whose type names them itself knows better."""

    values: tuple[str, ...]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.literal_schema(list(self.values)) if source is str else handler(source)


@dataclass(frozen=True)
class OrFunction:
    """A value, or a function of CloudFormation in its place, which nothing judges."""

    kind: Any

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        inner = handler.generate_schema(self.kind)
        written = core_schema.plain_serializer_function_ser_schema(lambda value: value)
        return core_schema.no_info_wrap_validator_function(self._either, inner, serialization=written)

    def _either(self, value: Any, handler: Callable[[Any], Any]) -> Any:
        return value if isinstance(value, Function) else handler(value)


def _text_of_number(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _number(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise refuse(f"expected a number, found {shown(value)}")
    return value


def _option_text(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"  # as the EB guide writes booleans
    return str(value) if isinstance(value, int | float) else value


Integer = Annotated[int, Strict()]
Boolean = Annotated[bool, Strict()]
Number = Annotated[float, BeforeValidator(_number), Field(allow_inf_nan=False)]
Words = tuple[str, ...]  # one command: a program and its arguments, never a shell line

Mebibytes = Annotated[Integer, Field(ge=facts()["least_memory_of_docker"])]
Seconds = Annotated[Integer, Field(ge=1)]
LAST_ID = 4294967294  # of a user or a group; one more means none
UserId = Annotated[Integer, Field(ge=0, le=LAST_ID)]
AbsolutePath = Annotated[str, Shape(r"^/[^:]*$", "an absolute path without a colon")]
VariableName = Annotated[str, Shape(r"^[A-Za-z_][A-Za-z0-9_.-]*$", "letters, digits, _ . and -, a letter or _ first")]
ShellName = Annotated[str, Shape(r"^[A-Za-z_][A-Za-z0-9_]*$", "letters, digits and _, no digit first")]
# Of containers and volumes in ECS.
ResourceName = Annotated[str, Shape(r"^[A-Za-z0-9_-]{1,255}$", "1 to 255 letters, digits, _ and -")]
NumberOrText = Annotated[str, BeforeValidator(_text_of_number, json_schema_input_type=str | int)]
OptionValue = Annotated[str, BeforeValidator(_option_text, json_schema_input_type=str | int | float | bool)]
RequestPath = Annotated[str, Shape(r"^/[!-~]*$", "a path that starts with /, percent-encoded where needed")]
