"""A container image in configuration: its reference, and the source that it is built from."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, WithJsonSchema

from beanstack.config.model import Model, Shape, refuse
from beanstack.eb.images import DIGEST, TAG, image_finding


def _pinned(image: str) -> str:
    found = image_finding(image)
    if found:
        raise refuse(found.message)
    return image


# What an editor can check: a tag other than `latest`, or a digest.
PINNED = rf"^[^@\s]+(:(?!latest$){TAG.pattern}|@{DIGEST.pattern})$"
Image = Annotated[str, AfterValidator(_pinned), WithJsonSchema({"type": "string", "pattern": PINNED})]

# https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html
REPOSITORY = r"^(?=.{2,256}$)([a-z0-9]+([._-][a-z0-9]+)*/)*[a-z0-9]+([._-][a-z0-9]+)*$"
RepositoryName = Annotated[
    str, Shape(REPOSITORY, "2 to 256 lowercase letters and digits, with single . _ - or / between them")
]
# Also words of a command and of a template's metadata.
CONTEXT = r"^(?!(.*/)?\.\.(/|$))[A-Za-z0-9._][A-Za-z0-9._/-]*$"
ContextPath = Annotated[
    str, Shape(CONTEXT, "a folder inside the project, relative to it, of letters, digits and . _ - /")
]


class Build(Model):
    """What an image is built from, and the repository that keeps it."""

    context: ContextPath = Field(description="Folder in the project with the Dockerfile and what it copies.")
    repository: RepositoryName = Field(description="Name of the ECR repository, which the application's stack makes.")
