"""The type of a container image in configuration."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, WithJsonSchema

from beanstack.config.model import refuse
from beanstack.eb.images import DIGEST, TAG, image_finding


def _pinned(image: str) -> str:
    found = image_finding(image)
    if found:
        raise refuse(found.message)
    return image


# What an editor can check: a tag other than `latest`, or a digest.
PINNED = rf"^[^@\s]+(:(?!latest$){TAG.pattern}|@{DIGEST.pattern})$"
Image = Annotated[str, AfterValidator(_pinned), WithJsonSchema({"type": "string", "pattern": PINNED})]
