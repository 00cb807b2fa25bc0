"""The sections of an environment's settings, each a mapping of its own.

A key that becomes one EB option takes range, values and default from the facts on it, unless it narrows them here.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from beanstack.config.either import OrNone
from beanstack.config.model import Model
from beanstack.config.sections.balancer import LoadBalancer
from beanstack.config.sections.capacity import RootVolume, Scaling, Spot
from beanstack.config.sections.database import Database
from beanstack.config.sections.deployment import Deployment, ManagedUpdates, SmokeCheck
from beanstack.config.sections.dns import Dns
from beanstack.config.sections.healthcheck import HealthCheck
from beanstack.config.sections.https import Https
from beanstack.config.sections.network import NamedVpc


class Sections(Model):
    """The sections of an environment's settings that a mapping of their own holds."""

    vpc: NamedVpc | None = Field(
        None,
        description="A VPC that exists, with security groups of the environment's own; by default the Region's default "
        "VPC, with the groups that EB makes. An environment cannot move to another one.",
    )
    load_balancer: LoadBalancer = Field(LoadBalancer(), description="Load balancer.")
    health_check: HealthCheck = Field(HealthCheck(), description="The load balancer's health check.")
    https: Https | None = Field(
        None,
        description="HTTPS at the load balancer; by default port 80 alone. Once it is taken out, EB keeps the listener "
        "until its options are removed; `make plan` shows them.",
    )
    dns: Annotated[Dns | None, OrNone({"zones": "none"})] = Field(
        None, description="Names of the environment; `none`: they are set by hand and not known here."
    )
    scaling: Scaling = Field(Scaling(), description="Number of instances; without a load balancer always one.")
    deployment: Deployment = Field(Deployment(), description="Deployment of new versions.")
    root_volume: RootVolume | None = Field(
        None, description="The instances' root volume; by default gp3 of the image's size."
    )
    spot: Spot | None = Field(
        None, description="Spot Instances, which EC2 can interrupt; by default none. `{}` takes the defaults."
    )
    managed_updates: ManagedUpdates | None = Field(
        None,
        description="Updates of the platform that EB makes by itself, in a weekly window; by default none. `platform` "
        "stays pinned: `make platform TO=running` pins the version that runs.",
    )
    smoke_test: tuple[SmokeCheck, ...] = Field(
        (), description="Requests that must be answered as expected once EB reports good health."
    )
    database: Database | None = Field(
        None,
        description="Coupled RDS database; by default none. Removing it decouples the database, whose fate is the "
        "deletion policy that is deployed.",
    )
