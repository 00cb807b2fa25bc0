"""Clients of AWS for one deployment, of its region and of no account but its own.

botocore without boto3 on top, which takes as long to import as a call takes.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.session import Session

from beanstack import loopback
from beanstack.operate import INTERVAL
from beanstack.operate.errors import DeploymentError

if TYPE_CHECKING:
    from pathlib import Path

    from beanstack.deployment import Deployment


class Clients:
    """The services that an operator's commands call.

    With the endpoint of the local AWS, dummy credentials are used, and `authority` is the file with the
    certificate of its authority.
    """

    def __init__(self, deployment: Deployment, endpoint: str | None, authority: Path | None = None) -> None:
        self.deployment = deployment
        self.endpoint = endpoint
        self.authority = authority
        self.interval = 0.2 if endpoint else INTERVAL  # seconds between two polls of AWS
        self.bucket = ""  # the bundle bucket, once it was looked up
        self.session = Session()
        if endpoint:
            self.session.set_credentials(*loopback.credentials(deployment.account).values())
        self.cloudformation = self.client("cloudformation")
        self.beanstalk = self.client("elasticbeanstalk")
        self.refuse_other_account()

    def client(self, service: str, region: str = "") -> Any:
        """Return a client, by default of the deployment's Region; a local one bypasses any proxy."""
        config = Config(retries={"mode": "standard", "max_attempts": 5}, proxies={} if self.endpoint else None)
        chosen = region or self.deployment.region
        return self.session.create_client(service, chosen, endpoint_url=self.endpoint, config=config)

    @cached_property
    def s3(self) -> Any:
        """The client of S3, which not every command needs."""
        return self.client("s3")

    def refuse_other_account(self) -> None:
        """Raise DeploymentError if config pins another account than the credentials'."""
        if not self.deployment.account or self.endpoint:
            return
        actual = self.client("sts").get_caller_identity()["Account"]
        if actual != self.deployment.account:
            belongs = f"the environment belongs to {self.deployment.account}"
            raise DeploymentError(f"the credentials are of account {actual}, {belongs}; nothing was done")
