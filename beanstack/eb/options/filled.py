"""What EB fills in by itself: the settings that it describes for an environment beyond those that were set.

DescribeConfigurationSettings names every option that applies, with its default, and the resource of EB's own stack that
the option configures. Neither is documented. Both are learned from environments that others recorded:
https://github.com/go-to-k/cdk-real-drift/tree/c00ed98/tests/corpus (three on Docker, single and with a classic load
balancer) and public Terraform exports of environments with an application load balancer.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from beanstack.eb.instances import architecture_of
from beanstack.eb.namespaces import (
    CLASSIC_CHECK,
    CLASSIC_LISTENER,
    CLASSIC_LISTENERS,
    CLASSIC_LOAD_BALANCER,
    CLASSIC_POLICIES,
    COMMAND,
    CONTROL,
    DATABASE,
    ENVIRONMENT,
    GROUP,
    HEALTH,
    INSTANCES,
    LAUNCH,
    LISTENER,
    LISTENERS,
    LOAD_BALANCER,
    MANAGED_ACTIONS,
    PARAMETERS,
    PROCESS,
    PROCESSES,
    ROLLING,
    TRAFFIC_SPLITTING,
    TRIGGER,
    VPC,
)
from beanstack.eb.options.catalogue import facts
from beanstack.eb.options.table import Entry, Table
from beanstack.eb.settings import Context

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beanstack.eb.options.catalogue import Namespace, Option

Pair = tuple[str, str]
"""A namespace and an option, in EB's own case."""

BALANCERS: Final = ("application", "network")  # those whose targets are processes; a classic one has listeners alone
# The instance types of an environment that names none, by architecture.
TYPES: Final = {"x86_64": "t3.micro, t3.small", "arm64": "t4g.micro, t4g.large"}
SERVICE_ROLE: Final = "AWSServiceRoleForElasticBeanstalk"
"""The service-linked role that EB takes where no service role is set.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-service-linked-roles.html
"""

_LATENCIES = [f"ApplicationLatencyP{percent}" for percent in ("10", "50", "75", "85", "90", "95", "99", "99.9")]
_REQUESTS = [f"ApplicationRequests{kind}" for kind in ("2xx", "3xx", "4xx", "5xx", "Total")]
_CPU = [f"CPU{state}" for state in ("Idle", "Iowait", "Irq", "Nice", "Softirq", "System", "User")]
_OF_INSTANCES = ["InstanceHealth", "LoadAverage1min", "LoadAverage5min", "RootFilesystemUtil"]
_HEALTH = [f"Instances{state}" for state in ("Degraded", "Info", "NoData", "Ok", "Pending", "Severe", "Unknown")]
METRICS: Final[Mapping[str, Mapping[str, None]]] = {
    "Instance": dict.fromkeys([*_LATENCIES, *_REQUESTS, *_CPU, *_OF_INSTANCES]),
    "Environment": dict.fromkeys([*_LATENCIES, *_REQUESTS, *_HEALTH, "InstancesWarning"]),
}
"""The metrics of enhanced health, which a ConfigDocument gives an interval; null publishes none.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/health-enhanced-cloudwatch.html
"""
DOCUMENT: Final = json.dumps({"Version": 1, "CloudWatchMetrics": METRICS}, separators=(",", ":"))

# What EB fills in where the guide names another default or none.
VALUES: Final[Mapping[Pair, str]] = {
    (GROUP, "Custom Availability Zones"): "",
    (CONTROL, "LaunchType"): "Migration",
    (ENVIRONMENT, "ServiceRole"): SERVICE_ROLE,
    (HEALTH, "ConfigDocument"): DOCUMENT,
    (MANAGED_ACTIONS, "ServiceRoleForManagedUpdates"): "",
    (f"{CLASSIC_LISTENER}:80", "InstancePort"): "80",
    (f"{CLASSIC_LISTENER}:80", "InstanceProtocol"): "HTTP",
    (f"{CLASSIC_LISTENER}:80", "ListenerEnabled"): "true",
}
# What EB leaves without a value although the guide names a default; and what it makes up for each environment.
VALUELESS: Final = {
    (LAUNCH, "LaunchTemplateTagPropagationEnabled"),
    (LAUNCH, "SecurityGroups"),
    (PROCESS, "MatcherHTTPCode"),
    (TRAFFIC_SPLITTING, "EvaluationTime"),
    (TRAFFIC_SPLITTING, "NewVersionPercent"),
}
# What EB describes only once it is set.
ONLY_IF_SET: Final = {
    (COMMAND, "HealthCheckSuccessThreshold"),
    (CLASSIC_LOAD_BALANCER, "ManagedSecurityGroup"),
    (HEALTH, "AWSEBHealthdGroupId"),
    *(
        (LOAD_BALANCER, option)
        for option in ("IpAddressType", "ManagedSecurityGroup", "SSLCertificateId", "SharedLoadBalancer")
    ),
    (LISTENER, "SSLCertificate"),
    (f"{CLASSIC_LISTENER}:80", "PolicyNames"),
}
POLICIES: Final = ("ConnectionDrainingEnabled", "ConnectionDrainingTimeout", "ConnectionSettingIdleTimeout")

_GROUP, _TEMPLATE = "AWSEBAutoScalingGroup", "AWSEBEC2LaunchTemplate"
_LOW, _HIGH = "AWSEBCloudwatchAlarmLow", "AWSEBCloudwatchAlarmHigh"
# The resource that all options of a namespace configure, or one of them. Others have no ResourceName.
OF_NAMESPACE: Final[Mapping[str, str]] = {
    GROUP: _GROUP,
    ROLLING: _GROUP,
    TRIGGER: _LOW,
    PROCESS: "AWSEBV2LoadBalancerTargetGroup",
    LISTENER: "AWSEBV2LoadBalancerListener",
    LOAD_BALANCER: "AWSEBV2LoadBalancer",
    CLASSIC_CHECK: "AWSEBLoadBalancer",
    CLASSIC_LOAD_BALANCER: "AWSEBLoadBalancer",
    CLASSIC_POLICIES: "AWSEBLoadBalancer",
    DATABASE: "AWSEBRDSDatabase",
}
OF_OPTION: Final[Mapping[Pair, str]] = {
    **dict.fromkeys(
        ((LAUNCH, option) for option in ("BlockDeviceMappings", "EC2KeyName", "IamInstanceProfile", "ImageId")),
        _TEMPLATE,
    ),
    **dict.fromkeys(((LAUNCH, option) for option in ("MonitoringInterval", "SecurityGroups")), _TEMPLATE),
    **dict.fromkeys(((LAUNCH, f"RootVolume{what}") for what in ("IOPS", "Size", "Throughput", "Type")), _TEMPLATE),
    (TRIGGER, "LowerBreachScaleIncrement"): "AWSEBAutoScalingScaleDownPolicy",
    (TRIGGER, "UpperBreachScaleIncrement"): "AWSEBAutoScalingScaleUpPolicy",
    (TRIGGER, "UpperThreshold"): _HIGH,
    (VPC, "AssociatePublicIpAddress"): _TEMPLATE,
    (VPC, "DBSubnets"): "AWSEBRDSDBSubnetGroup",
    (VPC, "Subnets"): _GROUP,
    (VPC, "VPCId"): "AWSEBSecurityGroup",
    (DATABASE, "DBPassword"): "",
    (DATABASE, "HasCoupledDatabase"): "",
}


def resource_name(namespace: str, option: str) -> str:
    """Return the ResourceName that EB gives an option, or an empty string."""
    if (namespace, option) in OF_OPTION:
        return OF_OPTION[namespace, option]
    if namespace in OF_NAMESPACE:
        return OF_NAMESPACE[namespace]
    if namespace.startswith(LISTENERS):
        return f"AWSEBV2LoadBalancerListener{namespace.removeprefix(LISTENERS)}"
    return "AWSEBLoadBalancer" if namespace.startswith(CLASSIC_LISTENERS) else ""


def filled(settings: Mapping[Pair, str], tier: str, platform: str | None) -> dict[Pair, str | None]:
    """Return what EB describes for an environment, by option; None is a setting without a value.

    `settings` are those that were set, which come back as they are. `tier` and `platform` are IDs of the facts; a
    platform that they do not know is None.
    """
    table = Table(facts(), Context(tier, platform, complete=True))
    for index, ((namespace, name), value) in enumerate(settings.items()):
        table.add(namespace, Entry(index, name, value, ""))
    found: dict[Pair, str | None] = {}
    for full_name, space in _namespaces(settings, table):
        for option in space.options.values():
            pair = (full_name, option.name)
            if not _describes(pair, option, table, settings):
                continue
            default = VALUES.get(pair, table.default(f"{space.name}::{option.name}"))
            found[pair] = None if pair in VALUELESS else default
    found |= _derived(settings, table)
    return {**found, **settings}


def _namespaces(settings: Mapping[Pair, str], table: Table) -> Iterator[tuple[str, Namespace]]:
    """Yield the namespaces that apply, with their names; of a family those that are set."""
    for namespace in table.facts.namespaces:
        if not namespace.is_family and _applies(namespace.name, namespace, table):
            yield namespace.name, namespace
    names: dict[str, None] = dict.fromkeys(name for name, _ in settings)
    if table.fact("load_balancer_type") == "classic":
        names[f"{CLASSIC_LISTENER}:80"] = None
    for name in names:
        match = table.facts.find(name)
        if match and match.namespace.is_family and _applies(name, match.namespace, table):
            yield name, match.namespace


def _applies(name: str, namespace: Namespace, table: Table) -> bool:
    if name in (PARAMETERS, CLASSIC_LISTENER) or namespace.resource_name is True:
        return False
    balancer = table.balancer
    if name == TRIGGER:
        return not table.is_single
    if name.startswith(PROCESSES):
        return balancer in BALANCERS
    if namespace.load_balancer_types and balancer not in namespace.load_balancer_types:
        return False
    fit = table.facts.fit
    return all(
        not patterns or fit(table.fact(fact), patterns) is not False
        for fact, patterns in (("tier", namespace.applies_to), ("platform", namespace.platforms))
    )


def _describes(pair: Pair, option: Option, table: Table, settings: Mapping[Pair, str]) -> bool:
    """Return whether EB describes an option of a namespace that applies."""
    namespace, name = pair
    balancer = table.balancer
    if pair in ONLY_IF_SET or (namespace == CLASSIC_POLICIES and name not in POLICIES):
        return False
    if pair == (ENVIRONMENT, "LoadBalancerType") and not balancer:
        return False
    if option.load_balancer_types and balancer not in option.load_balancer_types:
        return False
    if option.platforms and table.facts.fit(table.fact("platform"), option.platforms) is False:
        return False
    of_database = namespace == DATABASE and name != "HasCoupledDatabase"
    if of_database or pair == (VPC, "DBSubnets"):
        return settings.get((DATABASE, "HasCoupledDatabase"), "").lower() == "true"
    return True


def _derived(settings: Mapping[Pair, str], table: Table) -> dict[Pair, str | None]:
    """Return the values that EB derives from others."""
    found: dict[Pair, str | None] = {}
    if table.is_single:
        found[GROUP, "MaxSize"] = "1"
    architecture = settings.get((INSTANCES, "SupportedArchitectures"), "")
    one = settings.get((LAUNCH, "InstanceType"), "")
    types = settings.get((INSTANCES, "InstanceTypes")) or one or TYPES.get(architecture, TYPES["x86_64"])
    found[INSTANCES, "InstanceTypes"] = types
    found[INSTANCES, "SupportedArchitectures"] = architectures(types)
    found[LAUNCH, "InstanceType"] = first(types)
    return found


def first(types: str) -> str:
    """Return the first of several instance types, which EB takes as InstanceType."""
    return types.partition(",")[0].strip()


def architectures(types: str) -> str:
    """Return the SupportedArchitectures of a list of instance types."""
    found = (architecture_of(name.strip()) for name in types.split(","))
    return ", ".join(dict.fromkeys(found))
