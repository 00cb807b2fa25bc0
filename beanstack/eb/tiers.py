"""The tiers of environments.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/concepts-tiers.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-elasticbeanstalk-environment-tier.html
"""

from __future__ import annotations

from typing import NamedTuple


class Tier(NamedTuple):
    """A tier: its ID in the facts, its name and type in templates, and the managed policy of its instances.

    `serves_requests`: whether it has an endpoint; otherwise EB reads requests from a queue and posts them to port 80.
    """

    id: str
    name: str
    type: str
    policy: str
    serves_requests: bool


TIERS = (
    Tier("web", "WebServer", "Standard", "AWSElasticBeanstalkWebTier", serves_requests=True),
    Tier("worker", "Worker", "SQS/HTTP", "AWSElasticBeanstalkWorkerTier", serves_requests=False),
)
BY_ID = {tier.id: tier for tier in TIERS}
BY_NAME = {tier.name: tier for tier in TIERS}
WEB = BY_ID["web"]
