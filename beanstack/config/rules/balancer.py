"""Rules on the load balancer: what its type knows, what a shared one leaves to others, and where its ARNs lead."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from beanstack.config.option import DEFAULT
from beanstack.config.sections.balancer import AccessLogs
from beanstack.eb.arns import foreign_fault
from beanstack.eb.findings import Finding, nearest, suggestion
from beanstack.eb.namespaces import PROCESSES
from beanstack.eb.partitions import partition_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beanstack.config.settings import Environment
    from beanstack.eb.findings import Path

SECTION: Path = ("load_balancer",)
TYPE: Path = (*SECTION, "type")
SHARED: Path = (*SECTION, "shared")
CHINA = "aws-cn"
NAMES = {
    "application": "an application load balancer",
    "network": "a network load balancer",
    "classic": "a classic load balancer",
    "none": "an environment without a load balancer",
}
# The types of load balancer that have what a key sets.
HAVING: Mapping[str, tuple[str, ...]] = {
    "idle_timeout": ("application", "classic"),
    "stickiness": ("application", "classic"),
    "deregistration_delay": ("application", "network", "classic"),
    "access_logs": ("application",),
    "waf": ("application",),
    "shared": ("application",),
    "processes": ("application", "network"),
    "rules": ("application",),
}
# What only whoever manages a shared load balancer can set.
OF_ITS_OWNER = ("idle_timeout", "access_logs", "waf")


def available(env: Environment) -> Iterator[Finding]:
    """Yield keys that EB has no options for with this type of load balancer.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-general.html
    """
    settings = env.load_balancer
    for key, types in HAVING.items():
        if is_set(env, key) and settings.type not in types:
            having = " or ".join(NAMES[one] for one in types)
            message = f"is for {having}; {NAMES[settings.type]} has none, so write `{key}: null` here"
            yield Finding((*SECTION, key), message, at_key=True, also=(TYPE,))


def is_set(env: Environment, key: str) -> bool:
    """Return whether a key of the load balancer asks for something."""
    value = getattr(env.load_balancer, key)
    return value.enabled if isinstance(value, AccessLogs) else value not in (None, {})


def of_its_owner(env: Environment) -> Iterator[Finding]:
    """Yield keys on the load balancer itself, which EB does not change where it is shared.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-alb-shared.html
    """
    settings = env.load_balancer
    if not settings.shared:
        if "shared_port" in settings.model_fields_set:
            yield Finding((*SECTION, "shared_port"), "is for `shared`, which is missing", at_key=True)
        return
    for key in OF_ITS_OWNER:
        if is_set(env, key):
            message = "EB cannot set this on a shared load balancer; set it where that is managed"
            yield Finding((*SECTION, key), message, at_key=True, also=(SHARED,))


def places(env: Environment) -> Iterator[Finding]:
    """Yield ARNs of another Region or account, where neither EB nor AWS WAF finds what they name.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-general.html#command-options-general-elbv2
    https://docs.aws.amazon.com/waf/latest/APIReference/API_AssociateWebACL.html
    """
    for key in ("shared", "waf"):
        arn = getattr(env.load_balancer, key)
        fault = foreign_fault(arn, env.region, env.account) if arn else ""
        if fault:
            yield Finding((*SECTION, key), fault)


def destinations(env: Environment) -> Iterator[Finding]:
    """Yield rules whose process nothing defines.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-alb.html
    """
    settings = env.load_balancer
    raw = [name.removeprefix(PROCESSES) for name in env.options if name.startswith(PROCESSES)]
    known = {DEFAULT, *settings.processes, *raw}
    for name, rule in settings.rules.items():
        if rule.process not in known:
            message = f"there is no process '{rule.process}' in `processes`"
            yield Finding((*SECTION, "rules", name, "process"), f"{message}{suggestion(nearest(rule.process, known))}")


def unread_by_tcp(env: Environment) -> Iterator[Finding]:
    """Yield keys of a process that a network load balancer, which passes TCP on, does not know.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-nlb.html
    """
    if env.load_balancer.type != "network":
        return
    for name, process in env.load_balancer.processes.items():
        for key in sorted({"protocol", "stickiness"} & process.model_fields_set):
            message = "a network load balancer passes TCP on, and knows no requests"
            yield Finding((*SECTION, "processes", name, key), message, at_key=True, also=(TYPE,))


def named(env: Environment) -> Iterator[Finding]:
    """Yield names of the environment that no rule of a shared load balancer knows: others' requests are not its own.

    EB's own rule is for the environment's CNAME alone.
    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-alb-shared.html
    """
    if not env.shares_balancer or not env.dns:
        return
    rules = env.load_balancer.rules.values()
    hosts = [host for rule in rules for host in rule.hosts]
    for index, name in enumerate(env.dns.names):
        if not any(fnmatchcase(name.lower(), host.lower()) for host in hosts):
            message = f"no rule has the host {name}, so the shared load balancer would not lead its requests here; add "
            message += f"one, such as `rules: {{name: {{hosts: [{name}]}}}}`"
            yield Finding(("dns", "names", index), message, also=((*SECTION, "rules"), SHARED))


def delivery(env: Environment) -> Iterator[Finding]:
    """Yield logs to the application's own bucket in China, for which AWS's page does not say who delivers them.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
    """
    logs = env.load_balancer.access_logs
    if logs and logs.enabled and not logs.bucket and partition_of(env.region).id == CHINA:
        message = f"who writes access logs in {env.region} is not known; name a `bucket` whose policy allows it"
        yield Finding((*SECTION, "access_logs"), message, also=(("region",),))
