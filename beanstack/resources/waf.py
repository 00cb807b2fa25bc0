"""The web ACL of AWS WAF that protects an environment's load balancer, which is in EB's own stack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import Ref
from troposphere.wafv2 import WebACLAssociation

from beanstack.resources.customoption import custom_option

if TYPE_CHECKING:
    from beanstack.config import Environment

OPTION = "WebAcl"
ASSOCIATION = "WebAclAssociation"


def association(environment: Environment) -> list[WebACLAssociation]:
    """Return the association of the web ACL, whose ARN the option has, with EB's Application Load Balancer.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-wafv2-webaclassociation.html
    """
    if not environment.load_balancer.waf:
        return []
    return [WebACLAssociation(ASSOCIATION, ResourceArn=Ref("AWSEBV2LoadBalancer"), WebACLArn=custom_option(OPTION))]
