"""One environment, and the faults that tests inject into it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from beanstack.eb.tiers import WEB

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from beanstack.localaws.api import Record
    from beanstack.localaws.optionsettings import Settings
    from beanstack.localaws.platforms import PlatformVersion
    from beanstack.run.balancer.process import Certificate

SAMPLE_APPLICATION = "Sample Application"  # the version of an environment that is created without one
WEB_SERVER = {"Name": WEB.name, "Type": WEB.type, "Version": "1.0"}


@dataclass
class Environment:
    """A running environment."""

    name: str
    id: str
    application: str
    cname: str
    endpoint_url: str
    tier: Record
    platform: PlatformVersion
    created: datetime
    updated: datetime
    tags: Mapping[str, str] = field(default_factory=dict)  # those of its creation, which EB's own stack gets, too
    description: str = ""
    version_label: str = SAMPLE_APPLICATION
    other_version: str = ""  # what a second instance runs after a deployment was aborted
    template_name: str = ""
    settings: Settings = field(default_factory=dict)
    # What EB's own stack holds, by logical ID: Type, PhysicalId, Attributes, and Properties without functions.
    resources: Mapping[str, Record] = field(default_factory=dict)
    certificates: Mapping[str, Certificate] = field(default_factory=dict, repr=False)  # of its listeners, by ARN
    deployments: int = 1
    status: str = "Ready"
    health: str = "Ok"
    causes: tuple[str, ...] = ()
    output: Record = field(
        default_factory=dict
    )  # the last lines that containers printed before they failed, by service

    def settle(self) -> None:
        """Become Ready, and healthy unless two versions serve.

        The cause is one of https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/health-enhanced-status.html.
        """
        self.status, self.health, self.causes, self.output = "Ready", "Ok", (), {}
        if self.other_version:
            expected = f'Expected version "{self.version_label}" (deployment {self.deployments}).'
            self.health = "Degraded"
            self.causes = (f"Incorrect application version found on 1 out of 2 instances. {expected}",)

    @property
    def instance_id(self) -> str:
        """The ID of the instance that it would have on AWS."""
        return f"i-0{self.id.removeprefix('e-').encode().hex()[:16]}"

    @property
    def container_logs(self) -> Iterator[tuple[str, str]]:
        """Yield the path on the instance, and the text, of the log of each container that failed."""
        for service, lines in self.output.items():
            ident = hashlib.sha256(f"{self.id} {service} {self.deployments}".encode()).hexdigest()[:12]
            yield f"/var/log/containers/{service}-{ident}-stdouterr.log", "\n".join(lines)

    @property
    def instances(self) -> list[tuple[str, str, int]]:
        """The instances that it would have on AWS: the ID of each, and the version and the deployment that it runs."""
        found = [(self.instance_id, self.version_label, self.deployments)]
        if self.other_version:
            found.append((f"{self.instance_id[:-1]}f", self.other_version, self.deployments + 1))
        return found

    def described(self) -> Record:
        """Return the API's EnvironmentDescription, without the ARN and the health."""
        return {
            "ApplicationName": self.application,
            "EnvironmentName": self.name,
            "EnvironmentId": self.id,
            "CNAME": self.cname,
            "EndpointURL": self.endpoint_url,
            "Tier": self.tier,
            "PlatformArn": self.platform.arn,
            "SolutionStackName": self.platform.solution_stack,
            "VersionLabel": self.version_label,
            "Description": self.description,
            "DateCreated": self.created,
            "DateUpdated": self.updated,
            "Status": self.status,
            "Causes": list(self.causes),
            "EnvironmentLinks": [],
            **({"TemplateName": self.template_name} if self.template_name else {}),
        }


@dataclass
class Fault:
    """What a test has injected: members to show in descriptions, and failures to come.

    Each create or update takes the next of `failures` as its reason to fail. An empty string lets it succeed. With
    `holds`, the next update hangs until it is aborted or released.
    """

    shown: Record = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    holds: bool = False
