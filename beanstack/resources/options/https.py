"""The listener on port 443, and what that on port 80 does beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import Ref

from beanstack.config.option import written
from beanstack.eb.namespaces import (
    CLASSIC_HTTPS_LISTENER,
    CLASSIC_HTTPS_POLICIES,
    CLASSIC_LISTENER,
    HTTPS_LISTENER,
    LISTENER,
)
from beanstack.eb.tlspolicies import recommended
from beanstack.resources.certificate import CERTIFICATE

if TYPE_CHECKING:
    from beanstack.config import Environment
    from beanstack.config.option import Table
    from beanstack.config.sections.https import Https
    from beanstack.eb.findings import Path

HTTPS: Path = ("https",)
ARN: Path = ("https", "certificate")
POLICY: Path = ("https", "policy")
HTTP: Path = ("https", "http")


def https(environment: Environment) -> Table:
    """Return the options of HTTPS in the namespaces of the load balancer's type; none without one.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/configuring-https-elb.html
    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-nlb.html
    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-clb.html
    """
    settings = environment.https
    if not settings:
        return {}
    match environment.balancer:
        case "application":
            return {**_listener(settings, "HTTPS", environment.balancer), **_port_80(settings, LISTENER)}
        case "network":
            return {**_listener(settings, "TLS", environment.balancer), **_port_80(settings, LISTENER)}
        case "classic":
            return {**_classic_listener(environment, settings), **_port_80(settings, CLASSIC_LISTENER)}
        case _:
            return {}


def _listener(settings: Https, protocol: str, balancer: str) -> Table:
    policy = settings.policy or recommended(balancer)
    listener = {"DefaultProcess": "default", "ListenerEnabled": "true", "Protocol": protocol}
    return {
        **written(HTTPS_LISTENER, listener, HTTPS),
        **written(HTTPS_LISTENER, {"SSLCertificateArns": _certificate(settings)}, ARN),
        **written(HTTPS_LISTENER, {"SSLPolicy": policy}, POLICY),
    }


def _classic_listener(environment: Environment, settings: Https) -> Table:
    policy = settings.policy or recommended("classic")
    listener = {"InstanceProtocol": "HTTP", "ListenerEnabled": "true", "ListenerProtocol": "HTTPS"}
    port = environment.port
    return {
        **written(CLASSIC_HTTPS_LISTENER, listener, HTTPS),
        **written(CLASSIC_HTTPS_LISTENER, {"InstancePort": port.value}, *port.keys),
        **written(CLASSIC_HTTPS_LISTENER, {"SSLCertificateId": _certificate(settings)}, ARN),
        **written(CLASSIC_HTTPS_POLICIES, {"LoadBalancerPorts": "443", "SSLReferencePolicy": policy}, POLICY),
    }


def _port_80(settings: Https, namespace: str) -> Table:
    """Return whether port 80 answers. How it redirects is no option, but a resource of EB's own stack."""
    enabled = "false" if settings.http == "none" else "true"
    return written(namespace, {"ListenerEnabled": enabled}, HTTP)


def _certificate(settings: Https) -> str | Ref:
    """Return the certificate's ARN; the reference makes CloudFormation wait until ACM has issued it."""
    return settings.certificate if isinstance(settings.certificate, str) else Ref(CERTIFICATE)
