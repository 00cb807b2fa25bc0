"""What all settings models share, and the scalar types that they are made of."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError


class Model(BaseModel):
    """Frozen settings; a key that is not a field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class EcsModel(Model):
    """Settings that a container definition holds under the same names, in ECS's camelCase."""

    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True, validate_by_alias=False)


def refuse(message: str) -> PydanticCustomError:
    """A refusal in our own words, raised by validators; the loader adds the place."""
    return PydanticCustomError("beanstack", "{message}", {"message": message})


def _text_of_number(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _option_text(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"  # as the EB guide writes booleans
    return str(value) if isinstance(value, int | float) else value


Integer = Annotated[int, Strict()]
Boolean = Annotated[bool, Strict()]
Words = tuple[str, ...]  # one command: a program and its arguments, never a shell line

Mebibytes = Annotated[Integer, Field(ge=6)]  # Docker's minimum since 20.10
PortNumber = Annotated[Integer, Field(ge=1, le=65535)]
Seconds = Annotated[Integer, Field(ge=1)]
UserId = Annotated[Integer, Field(ge=0, le=4294967294)]
AbsolutePath = Annotated[str, Field(pattern=r"^/[^:]*$")]
VariableName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]*$")]
PropertyName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:/+\\@-]+$")]  # what EB takes
ShellName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
ResourceName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,255}$")]  # of containers and volumes in ECS
NumberOrText = Annotated[str, BeforeValidator(_text_of_number, json_schema_input_type=str | int)]
OptionValue = Annotated[str, BeforeValidator(_option_text, json_schema_input_type=str | int | float | bool)]
