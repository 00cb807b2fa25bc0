"""What Elastic Beanstalk uses of its surroundings: account, region and other services."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from beanstack.localaws.containers import Containers
    from beanstack.localaws.networks import Networks
    from beanstack.localaws.ownstack.stacks import OwnStacks
    from beanstack.run.balancer.process import Certificate


@dataclass(frozen=True)
class Context:
    """One account in one region, and the services that Elastic Beanstalk calls there.

    `bundle(bucket, key)` returns an object's bytes from S3, or None if it does not exist.
    `instance_profile_roles(name)` returns the roles of an instance profile from IAM, or None if it does not exist.
    `publish(name, text)` stores a log and returns its URL. `stacks` are EB's own ones in CloudFormation, `networks`
    the VPCs of EC2. `certificate(arn)` returns a certificate, or None if there is none. `containers` run the
    environments if an engine works.
    """

    account: str
    region: str
    bundle: Callable[[str, str], bytes | None]
    instance_profile_roles: Callable[[str], Sequence[str] | None]
    publish: Callable[[str, str], str]
    stacks: OwnStacks
    networks: Networks
    certificate: Callable[[str], Certificate | None]
    containers: Containers | None = None

    def arn(self, kind: str, name: str) -> str:
        """Return the ARN of one of the account's own resources."""
        return f"arn:aws:elasticbeanstalk:{self.region}:{self.account}:{kind}/{name}"
