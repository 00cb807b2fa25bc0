"""Rules on HTTPS: what terminates it, and with which certificate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.eb.certificates import USUAL_NAMES, other_account_fault, other_region_fault
from beanstack.eb.domains import covers
from beanstack.eb.findings import Finding, shown
from beanstack.eb.namespaces import ENVIRONMENT
from beanstack.eb.partitions import foreign_arn_fault
from beanstack.eb.tlspolicies import policy_doubt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.config.settings import Environment
    from beanstack.eb.findings import Path

HTTPS: Path = ("https",)
HTTP: Path = ("https", "http")
CERTIFICATE: Path = ("https", "certificate")
TYPE: Path = ("load_balancer", "type")
OPTIONS = ("SSLCertificateArns", "SSLCertificateId")
SHARED: tuple[Path, ...] = (("load_balancer", "shared"), ("options", ENVIRONMENT, "LoadBalancerIsShared"))


def balancer(env: Environment) -> Iterator[Finding]:
    """Yield HTTPS where no load balancer of the environment's own terminates it.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/configuring-https-elb.html
    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-alb-shared.html
    """
    if not env.https:
        return
    if not env.load_balanced:
        message = "needs a load balancer, which holds the certificate; without one a container has to terminate HTTPS"
        yield Finding(HTTPS, message, at_key=True, also=(TYPE,))
    elif env.shares_balancer:
        message = "a shared load balancer has listeners and certificates of its own, which no environment sets"
        yield Finding(HTTPS, message, at_key=True, also=SHARED)


def redirection(env: Environment) -> Iterator[Finding]:
    """Yield a redirect that the type of load balancer does not know.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/configuring-https-httpredirect.html
    """
    if env.https and env.https.redirects and env.balancer in ("classic", "network"):
        message = f"a {env.balancer} load balancer cannot redirect; write `forward` or `none` in `https.http`"
        yield Finding(HTTP, message, also=(TYPE,))


def certificate(env: Environment) -> Iterator[Finding]:
    """Yield a certificate that a load balancer of this Region and account does not find.

    https://docs.aws.amazon.com/acm/latest/userguide/acm-regions.html
    """
    for path, arn in _arns(env):
        fault = other_region_fault(arn, env.region)
        if path == CERTIFICATE:  # another rule reports the partitions of ARNs under `options`
            fault = foreign_arn_fault(arn, env.region) or fault
        if fault:
            yield Finding(path, fault, also=(("region",),))
            continue
        fault = other_account_fault(arn, env.account)
        if fault:
            yield Finding(path, fault, also=(("account",),))


def validation(env: Environment) -> Iterator[Finding]:
    """Yield names of a requested certificate that no zone can validate: the stack would wait for them.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-certificatemanager-certificate.html
    """
    for path, name in _certified(env):
        if not env.dns or not env.dns.domain_of(name):
            message = f"DNS validates {name}, but no zone of `dns.zones` holds it; add one, or name an existing "
            yield Finding(path, f"{message}certificate by its ARN", also=(("dns", "zones"),))


def names(env: Environment) -> Iterator[Finding]:
    """Yield names of the environment that the requested certificate does not cover, and those that it has twice.

    https://docs.aws.amazon.com/acm/latest/userguide/acm-certificate-characteristics.html
    """
    certified = _certified(env)
    seen: list[str] = []
    for path, name in certified:
        if name in seen:
            yield Finding(path, f"the certificate has the name {shown(name)} already")
        seen.append(name)
    for index, name in enumerate(env.dns.names if env.dns and certified else ()):
        if not any(covers(one, name) for one in seen):
            message = f"the certificate does not cover {name}; add it to `https.certificate.alternatives`"
            yield Finding(("dns", "names", index), message, also=(CERTIFICATE,))


def policy(env: Environment) -> Iterator[Finding]:
    """Yield a security policy that the load balancer may not know, or that is out of date.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
    """
    if env.https and env.https.policy and env.load_balanced:
        doubt = policy_doubt(env.https.policy, env.balancer)
        if doubt:
            yield Finding(("https", "policy"), doubt, also=(TYPE,))


def quota(env: Environment) -> Iterator[Finding]:
    """Yield more names than a certificate has by default.

    https://docs.aws.amazon.com/acm/latest/userguide/acm-limits.html
    """
    count = len(_certified(env))
    if count > USUAL_NAMES:
        message = f"a certificate of {count} names needs a higher quota of ACM than the default of {USUAL_NAMES}"
        yield Finding((*CERTIFICATE, "alternatives"), message, at_key=True)


def _arns(env: Environment) -> Iterator[tuple[Path, str]]:
    """Yield the existing certificates that the file names, with their paths."""
    if env.https and isinstance(env.https.certificate, str):
        yield CERTIFICATE, env.https.certificate
    for namespace, values in env.options.items():
        for name in OPTIONS:
            for arn in values.get(name, "").split(","):
                yield ("options", namespace, name), arn.strip()


def _certified(env: Environment) -> list[tuple[Path, str]]:
    """Return the names of the requested certificate with their paths; empty if it is an existing one."""
    requested = env.https.requested if env.https else None
    if not requested:
        return []
    others = enumerate(requested.alternatives)
    first: tuple[Path, str] = ((*CERTIFICATE, "domain"), requested.domain)
    return [first, *(((*CERTIFICATE, "alternatives", index), name) for index, name in others)]
