"""The listener on port 80 in EB's own stack, as far as no option says what it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import Ref
from troposphere.elasticloadbalancingv2 import Action, Listener, RedirectConfig

if TYPE_CHECKING:
    from beanstack.config import Environment


def listener(environment: Environment) -> list[Listener]:
    """Return the listener that redirects to HTTPS with the same host, path and query, where `https` asks for it.

    It has all that AWS's sample has, so that EB may merge the properties or replace them:
    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/configuring-https-httpredirect.html
    https://github.com/awsdocs/elastic-beanstalk-samples/blob/main/configuration-files/aws-provided/resource-configuration/alb-http-to-https-redirection.config
    """
    if not environment.https or not environment.https.redirects or environment.balancer != "application":
        return []
    target = RedirectConfig(
        Host="#{host}", Path="/#{path}", Port="443", Protocol="HTTPS", Query="#{query}", StatusCode="HTTP_301"
    )
    return [
        Listener(
            "AWSEBV2LoadBalancerListener",
            LoadBalancerArn=Ref("AWSEBV2LoadBalancer"),
            Port=80,
            Protocol="HTTP",
            DefaultActions=[Action(Type="redirect", RedirectConfig=target)],
        )
    ]
