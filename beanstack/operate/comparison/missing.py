"""What a deployment needs and AWS does not have: images in ECR, a default VPC."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from beanstack.eb import namespaces
from beanstack.eb.images import FILL_IN, is_built
from beanstack.eb.layout import DOCKERRUN
from beanstack.operate.comparison.bundles import CONTAINERS
from beanstack.operate.comparison.observed import Option
from beanstack.operate.patience import code

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from beanstack.operate.session import Clients

# https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html
ECR = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.[a-z.]+/(?P<repository>[^:@]+)"
    r"(?::(?P<tag>[^@]+))?(?:@(?P<digest>sha256:[0-9a-f]{64}))?"
)
ABSENT = ("ImageNotFoundException", "RepositoryNotFoundException")
DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation")
RETAG = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-retag.html"
VPC = Option(namespaces.VPC, "VPCId")

Missing = tuple[str, str, str]  # subject, reason, advice


def images(bundle: Mapping[str, bytes]) -> list[str]:
    """Return the images that a bundle's containers name, each once, without those that are yet to be built."""
    try:
        dockerrun = json.loads(bundle.get(DOCKERRUN, b"{}"))
    except ValueError:  # `stale` says more of it
        return []
    names = {str(container.get("image", "")) for container in dockerrun.get(CONTAINERS, [])}
    return sorted(filter(is_built, names))


def find_images(clients: Clients, names: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """Return the digest of each image in ECR, empty if it does not exist, and what could not be checked.

    https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImages.html
    """
    digests, unchecked = {}, []
    for name in names:
        if name.endswith(f":{FILL_IN}"):
            digests[name] = ""
            continue
        found = ECR.fullmatch(name)
        if found is None:
            unchecked.append(f"image {name}: only images in Amazon ECR are checked")
            continue
        wanted = {"imageDigest": found["digest"]} if found["digest"] else {"imageTag": found["tag"] or "latest"}
        try:
            [described] = clients.client("ecr", found["region"]).describe_images(
                registryId=found["account"], repositoryName=found["repository"], imageIds=[wanted]
            )["imageDetails"]
            digests[name] = described["imageDigest"]
        except ClientError as error:
            if code(error) in DENIED:
                unchecked.append(f"image {name}: {error}")
            elif code(error) not in ABSENT:
                raise
            elif may_be_pulled_through(clients, found):
                unchecked.append(f"image {name}: a pull-through cache may fetch it on the first pull")
            else:
                digests[name] = ""
    return digests, unchecked


def missing_images(digests: Mapping[str, str], deployed: Mapping[str, str]) -> Iterator[Missing]:
    """Yield the images that ECR does not have, and those of a rollback that have been overwritten.

    `deployed` are the digests of the latter; a tag may have been given to another image since then.
    """
    for name, digest in digests.items():
        if name.endswith(f":{FILL_IN}"):
            yield name, "config/ does not say which image this is", f"Write its tag or digest in place of {FILL_IN}"
            continue
        before = deployed.get(name, "")
        again = f"Restore the tag of {before} ({RETAG}), or name a digest in config/ and deploy that"
        if digest == "" and before:
            yield name, f"ECR no longer has the image {name}; {before} was deployed then", again
        elif digest == "":
            yield name, f"ECR has no image {name}", "Push it, or correct the image in config/"
        elif before and digest != before:
            yield name, f"{name} was overwritten: {before} was deployed then, and ECR has {digest} now", again


def unrecorded(digests: Mapping[str, str], deployed: Mapping[str, str]) -> Iterator[str]:
    """Yield the images for which a rollback cannot determine whether they were overwritten."""
    for name in digests:
        if name not in deployed and "@" not in name:
            yield f"image {name}: its digest was not recorded, so it may have been overwritten"


def may_be_pulled_through(clients: Clients, found: re.Match[str]) -> bool:
    """Return whether a rule of the registry may fetch an image from elsewhere; so too if AWS does not show the rules.

    https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html
    """
    try:
        rules = clients.client("ecr", found["region"]).describe_pull_through_cache_rules(registryId=found["account"])
    except ClientError as error:
        return code(error) in DENIED
    prefixes = [rule["ecrRepositoryPrefix"] for rule in rules.get("pullThroughCacheRules", ())]
    return any(prefix == "ROOT" or found["repository"].startswith(f"{prefix}/") for prefix in prefixes)


def missing_vpc(clients: Clients, options: Mapping[Option, Any]) -> Iterator[Missing | str]:
    """Yield the default VPC if an environment names no other and the Region has none."""
    if options.get(VPC):
        return
    region = clients.deployment.region
    try:
        found = clients.client("ec2").describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
    except ClientError as error:
        if code(error) not in DENIED:
            raise
        yield f"default VPC: {error}"
        return
    if not found:
        todo = "Name a `vpc` in the config, or `aws ec2 create-default-vpc`"
        yield "default-vpc", f"{region} has no default VPC, and the environment names no other", todo
