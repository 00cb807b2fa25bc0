"""What a deployment asks of ECR, through real clients."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from .conftest import LocalAWS

TYPE = "application/vnd.docker.distribution.manifest.v2+json"


def put(ecr: Any, name: str, tag: str, layer: str) -> str:
    """Put an image into a repository and return its digest."""
    manifest = json.dumps({"schemaVersion": 2, "mediaType": TYPE, "layers": [layer]})
    put = ecr.put_image(repositoryName=name, imageTag=tag, imageManifest=manifest)
    return str(put["image"]["imageId"]["imageDigest"])


def digest(ecr: Any, name: str, **image: str) -> str:
    [found] = ecr.describe_images(repositoryName=name, imageIds=[image])["imageDetails"]
    return str(found["imageDigest"])


def test_an_image_is_found_by_its_tag_and_its_digest_until_the_tag_is_given_to_another(
    local: LocalAWS, name: str
) -> None:
    ecr = local.client("ecr")
    ecr.create_repository(repositoryName=name)
    first = put(ecr, name, "1.0.0", "first")
    assert digest(ecr, name, imageTag="1.0.0") == digest(ecr, name, imageDigest=first) == first
    second = put(ecr, name, "1.0.0", "second")
    assert second != first
    assert digest(ecr, name, imageTag="1.0.0") == second
    assert digest(ecr, name, imageDigest=first) == first, "ECR keeps it without a tag"


def test_an_image_that_does_not_exist_is_an_error(local: LocalAWS, name: str) -> None:
    ecr = local.client("ecr")
    with pytest.raises(ClientError, match="RepositoryNotFoundException"):
        digest(ecr, name, imageTag="1.0.0")
    ecr.create_repository(repositoryName=name)
    put(ecr, name, "1.0.0", "first")
    for wanted in ({"imageTag": "2.0.0"}, {"imageDigest": "sha256:" + "0" * 64}):
        with pytest.raises(ClientError, match="ImageNotFoundException"):
            digest(ecr, name, **wanted)
