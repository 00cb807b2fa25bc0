"""A container image's reference and what can be read from it."""

from __future__ import annotations

import re
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, WithJsonSchema

from beanstack.config.model import refuse
from beanstack.eb.findings import shown
from beanstack.eb.partitions import PARTITIONS

# https://github.com/distribution/reference: a first part with a dot or a port, or localhost, is a registry.
HOST = r"((localhost|[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)+|[a-zA-Z0-9-]+(?=:))(:[0-9]+)?/)?"
PART = r"[a-z0-9]+((\.|__?|-+)[a-z0-9]+)*"
HOST_AND_FOLDERS = re.compile(f"{HOST}({PART}/)*")
NAME = re.compile(PART)
TAG = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}")
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
# IPv4, dual-stack and FIPS: https://docs.aws.amazon.com/general/latest/gr/ecr.html
ECR_DOMAINS = dict.fromkeys(domain for partition in PARTITIONS for domain in partition.domains)
ECR = re.compile(
    rf"(?P<account>[0-9]{{12}})\.dkr[.-]ecr(-fips)?\.(?P<region>[a-z0-9-]+)\.({'|'.join(map(re.escape, ECR_DOMAINS))})/"
    r"(?P<repository>[^:@]+)"
)


class Repository(NamedTuple):
    """A repository of Amazon ECR: the registry's account and region, and the repository's name."""

    account: str
    region: str
    name: str


def ecr_repository(image: str) -> Repository | None:
    """The ECR repository that an image comes from; None for images of other registries."""
    found = ECR.match(image)
    return Repository(found["account"], found["region"], found["repository"]) if found else None


def _pinned(image: str) -> str:
    rest, at, digest = image.partition("@")
    last = rest.rpartition("/")[2]
    name, colon, tag = last.partition(":")
    well_formed = (
        HOST_AND_FOLDERS.fullmatch(rest.removesuffix(last))
        and NAME.fullmatch(name)
        and (not colon or TAG.fullmatch(tag))
        and (not at or DIGEST.fullmatch(digest))
    )
    if not well_formed:
        raise refuse(f"not an image reference: {shown(image)}; expected [registry/]repository:tag or @sha256:digest")
    if not (tag or digest):
        raise refuse(f"the image {shown(image)} has no tag or digest, so nobody could say what it runs; add one")
    if tag == "latest" and not digest:
        raise refuse("the tag 'latest' means another image tomorrow; name a version or a digest")
    return image


# What an editor can check: a tag other than `latest`, or a digest.
PINNED = rf"^[^@\s]+(:(?!latest$){TAG.pattern}|@{DIGEST.pattern})$"
Image = Annotated[str, AfterValidator(_pinned), WithJsonSchema({"type": "string", "pattern": PINNED})]
