"""References of container images, and what can be read from them.

https://github.com/distribution/reference
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from beanstack.eb.findings import bundle_finding, shown
from beanstack.eb.partitions import PARTITIONS, partition_of

if TYPE_CHECKING:
    from beanstack.eb.findings import Finding, Path

# A first part with a dot or a port, or localhost, is a registry, whose name may have capitals.
HOST = r"((localhost|\[[0-9a-fA-F:]+\]|[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)+|[a-zA-Z0-9-]+(?=:))(:[0-9]+)?/)?"
PART = r"[a-z0-9]+((\.|__?|-+)[a-z0-9]+)*"
HOST_AND_FOLDERS = re.compile(f"{HOST}({PART}/)*")
NAME = re.compile(PART)
TAG = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}")
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
OTHER_DIGEST = re.compile(r"sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128}")
IDENTIFIER = re.compile(r"[0-9a-f]{64}")  # of an image, which cannot be the name of a repository
LONGEST = 255  # name without tag and digest
# IPv4, dual-stack and FIPS: https://docs.aws.amazon.com/general/latest/gr/ecr.html
ECR_DOMAINS = dict.fromkeys(domain for partition in PARTITIONS.values() for domain in partition.domains)
ECR = re.compile(
    rf"(?P<account>[0-9]{{12}})\.dkr[.-]ecr(-fips)?\.(?P<region>[a-z0-9-]+)\."
    rf"(?P<domain>{'|'.join(map(re.escape, ECR_DOMAINS))})/"
    r"(?P<repository>[^:@]+)"
)


# The tag of an image that no build has pushed yet: it runs on this machine alone, where it is built.
NOT_BUILT = "not-built"
# The tag that a person has to fill in, where what was imported pins no image.
FILL_IN = "FILL_IN"


class Repository(NamedTuple):
    """A repository of Amazon ECR: the registry's account and region, and the repository's name."""

    account: str
    region: str
    name: str

    @property
    def registry(self) -> str:
        """The registry's host name."""
        return f"{self.account}.dkr.ecr.{self.region}.{partition_of(self.region).domains[0]}"

    @property
    def uri(self) -> str:
        """The repository as an image's reference begins."""
        return f"{self.registry}/{self.name}"


def is_built(image: str) -> bool:
    """Return whether an image is more than the name of a repository that has none yet."""
    return not image.endswith(f":{NOT_BUILT}")


def repository(image: str) -> str:
    """Return an image's name without tag and digest."""
    folder, slash, last = image.rpartition("/")
    return folder + slash + re.split("[:@]", last)[0]


def ecr_repository(image: str) -> Repository | None:
    """Return the ECR repository that an image comes from; None for images of other registries."""
    found = ECR.match(image)
    return Repository(found["account"], found["region"], found["repository"]) if found else None


def registry_fault(image: str, region: str = "") -> str:
    """Return that an image's registry of ECR does not exist, or that roles in a Region have no access to it.

    https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
    """
    found = ECR.match(image)
    if not found:
        return ""
    theirs = partition_of(found["region"])
    if found["domain"] not in theirs.domains:
        return f"the registries of {found['region']} are at {theirs.domains[0]}, not {found['domain']}"
    own = partition_of(region) if region else theirs
    if own != theirs:
        return f"{shown(image)} is in the partition {theirs.id}, where no role of {own.id} ({region}) can read it"
    return ""


def image_finding(image: str, path: Path = ()) -> Finding | None:
    """Return the problems with a reference, or that it may mean another image tomorrow."""
    rest, at, digest = image.partition("@")
    last = rest.rpartition("/")[2]
    name, colon, tag = last.partition(":")
    well_formed = (
        len(repository(image)) <= LONGEST
        and HOST_AND_FOLDERS.fullmatch(rest.removesuffix(last))
        and NAME.fullmatch(name)
        and not IDENTIFIER.fullmatch(rest)
        and (not colon or TAG.fullmatch(tag))
        and (not at or DIGEST.fullmatch(digest) or OTHER_DIGEST.fullmatch(digest))
    )
    if not well_formed:
        message = f"not an image reference: {shown(image)}; expected [registry/]repository:tag or @sha256:digest"
        return bundle_finding("image-form", path, message)
    if fault := registry_fault(image):
        return bundle_finding("image-form", path, f"the image {shown(image)} names no registry: {fault}")
    if not (tag or digest):
        message = f"the image {shown(image)} has no tag or digest, so that what it runs is not determined; add one"
        return bundle_finding("image-unpinned", path, message)
    if tag == "latest" and not digest:
        message = "the tag 'latest' means another image tomorrow; name a version or a digest"
        return bundle_finding("image-unpinned", path, message)
    return None
