"""ECR: what a stack makes of a repository, and the registry that images are pushed to and read from."""

from __future__ import annotations

import hashlib
import json
import urllib.request
from typing import TYPE_CHECKING

import pytest

from beanstack.eb.images import Repository
from beanstack.images.registry import Registry
from beanstack.operate.errors import DeploymentError

if TYPE_CHECKING:
    from .conftest import LocalAWS

ACCOUNT = "210987654321"
REGION = "eu-west-1"
OCI = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"


@pytest.fixture
def registry(local: LocalAWS, name: str) -> Registry:
    """Return the registry with a new repository, of another account and Region than the local AWS's own."""
    local.client("ecr", ACCOUNT, REGION).create_repository(repositoryName=name.lower())
    return Registry(Repository(ACCOUNT, REGION, name.lower()), local.url)


def put(registry: Registry, path: str, content: bytes, kind: str) -> None:
    url = f"{registry.endpoint}/v2/{registry.repository.name}/{path}"
    request = urllib.request.Request(url, data=content, headers={"Content-Type": kind}, method="PUT")
    if path.startswith("blobs"):
        request.method, request.full_url = "POST", url
    with urllib.request.urlopen(request, timeout=10):
        pass


def pushed(registry: Registry, tag: str, architecture: str) -> str:
    """Push an image without layers; return its digest."""
    config = json.dumps({"architecture": architecture, "os": "linux"}).encode()
    digest = f"sha256:{hashlib.sha256(config).hexdigest()}"
    put(registry, f"blobs/uploads/?digest={digest}", config, "application/octet-stream")
    manifest = json.dumps({"schemaVersion": 2, "mediaType": OCI, "config": {"digest": digest}, "layers": []}).encode()
    put(registry, f"manifests/{tag}", manifest, OCI)
    return f"sha256:{hashlib.sha256(manifest).hexdigest()}"


def test_an_image_is_found_by_tag_and_by_digest(registry: Registry) -> None:
    assert registry.exists
    assert registry.digest("one") == ""
    digest = pushed(registry, "one", "arm64")
    assert registry.digest("one") == digest
    assert registry.architectures("one") == registry.architectures(digest) == {"arm64"}


def test_an_index_is_built_for_several_architectures(registry: Registry) -> None:
    manifests = []
    for architecture in ("amd64", "arm64"):
        digest = pushed(registry, architecture, architecture)
        manifests.append({"digest": digest, "platform": {"architecture": architecture, "os": "linux"}})
    put(registry, "manifests/both", json.dumps({"schemaVersion": 2, "manifests": manifests}).encode(), INDEX)
    assert registry.architectures("both") == {"amd64", "arm64"}


def test_an_image_that_is_not_there_is_an_error(registry: Registry) -> None:
    with pytest.raises(DeploymentError, match="answers 404 to nothing"):
        registry.architectures("nothing")


def test_a_repository_that_is_not_there_does_not_exist(local: LocalAWS) -> None:
    assert not Registry(Repository(ACCOUNT, REGION, "nowhere"), local.url).exists
