"""Information on an image from the HTTP API of an Amazon ECR registry.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html#registry_auth_http
"""

from __future__ import annotations

import base64
import json
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session

from beanstack import loopback
from beanstack.operate.errors import DeploymentError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.eb.images import Repository

# An index lists manifests of several platforms; a manifest names the configuration of one image.
TYPES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
SECONDS = 30


class Registry:
    """The registry of a repository: Amazon ECR, or the local AWS if there is an endpoint."""

    def __init__(self, repository: Repository, endpoint: str | None) -> None:
        self.repository = repository
        self.endpoint = endpoint

    @property
    def host(self) -> str:
        """The host that images are pushed to."""
        return self.endpoint.removeprefix("http://") if self.endpoint else self.repository.registry

    @cached_property
    def client(self) -> Any:
        """The client of ECR."""
        session = Session()
        if self.endpoint:
            session.set_credentials(*loopback.credentials(self.repository.account).values())
        return session.create_client("ecr", self.repository.region, endpoint_url=self.endpoint)

    @cached_property
    def token(self) -> str:
        """User and password as HTTP's basic authentication takes them; they are valid for twelve hours."""
        return str(self.client.get_authorization_token()["authorizationData"][0]["authorizationToken"])

    @property
    def login(self) -> tuple[str, str]:
        """User and password."""
        user, _, password = base64.b64decode(self.token).decode().partition(":")
        return user, password

    @property
    def exists(self) -> bool:
        """Whether the registry has the repository."""
        place = {"registryId": self.repository.account, "repositoryNames": [self.repository.name]}
        try:
            self.client.describe_repositories(**place)
        except self.client.exceptions.RepositoryNotFoundException:
            return False
        return True

    def digest(self, tag: str) -> str:
        """Return the digest of the image that has a tag; empty without one."""
        place = {"registryId": self.repository.account, "repositoryName": self.repository.name}
        try:
            found = self.client.describe_images(**place, imageIds=[{"imageTag": tag}])["imageDetails"]
        except self.client.exceptions.ImageNotFoundException:
            return ""
        return str(found[0]["imageDigest"]) if found else ""

    def architectures(self, reference: str) -> set[str]:
        """Return the architecture of the image with a digest or tag. Raise DeploymentError if it cannot be read."""
        try:
            return set(self._architectures(reference))
        except HTTPError as error:
            raise DeploymentError(
                f"{self.repository.uri} answers {error.code} to {reference}: {error.reason}"
            ) from None
        except (BotoCoreError, ClientError, OSError) as error:
            raise DeploymentError(f"{self.repository.uri} cannot be reached: {error}") from None

    def _architectures(self, reference: str) -> Iterator[str]:
        manifest = self._read(f"manifests/{reference}")
        for one in manifest.get("manifests", ()):
            yield one.get("platform", {}).get("architecture", "")
        if "config" in manifest:
            yield self._read(f"blobs/{manifest['config']['digest']}").get("architecture", "")

    def _read(self, path: str) -> dict[str, Any]:
        base = self.endpoint or f"https://{self.repository.registry}"
        request = Request(f"{base}/v2/{self.repository.name}/{path}", headers={"Accept": ", ".join(TYPES)})  # noqa: S310
        # ECR redirects to S3, which refuses a second authentication.
        request.add_unredirected_header("Authorization", f"Basic {self.token}")
        with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - https, or the local AWS
            found: dict[str, Any] = json.load(answer)
        return found
