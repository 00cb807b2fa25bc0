"""The sections of an environment's settings, each a mapping of its own.

A key that becomes one EB option takes range, values and default from the facts on it, unless it narrows them here.
"""

from __future__ import annotations

from pydantic import Field

from beanstack.config.model import Model
from beanstack.config.sections.balancer import HealthCheck, LoadBalancer
from beanstack.config.sections.capacity import Scaling
from beanstack.config.sections.database import Database
from beanstack.config.sections.deployment import Deployment, SmokeCheck
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
    scaling: Scaling = Field(Scaling(), description="Number of instances; without a load balancer always one.")
    deployment: Deployment = Field(Deployment(), description="Deployment of new versions.")
    smoke_test: tuple[SmokeCheck, ...] = Field(
        (), description="Requests that must be answered as expected once EB reports good health."
    )
    database: Database | None = Field(
        None,
        description="Coupled RDS database; by default none. Removing it decouples the database, whose fate is the "
        "deletion policy that is deployed.",
    )
