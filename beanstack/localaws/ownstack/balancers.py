"""The load balancer of an environment, with its listeners, their rules, and a target group for each process.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-alb.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from beanstack.eb.namespaces import CLASSIC_LISTENERS, LISTENERS, LOAD_BALANCER, PROCESSES, RULES, VPC
from beanstack.eb.namespaces import LISTENER as DEFAULT_LISTENER
from beanstack.eb.options.filled import resource_name
from beanstack.localaws.ownstack.classic import classic_balancer
from beanstack.localaws.ownstack.parts import (
    BALANCER,
    BALANCER_GROUP,
    LISTENER,
    TARGETS,
    balancer_groups,
    group_name,
    has_own_group,
    of_type,
    plain,
    ref,
    resource,
)

if TYPE_CHECKING:
    from beanstack.localaws.ownstack.parts import Asked, Resource, Resources

CERTIFICATES: Final = "AWS::ElasticLoadBalancingV2::ListenerCertificate"
RULE_TYPE: Final = "AWS::ElasticLoadBalancingV2::ListenerRule"
# By the attributes of a load balancer and of a target group.
ATTRIBUTES: Final = {
    "idle_timeout.timeout_seconds": "IdleTimeout",
    "access_logs.s3.enabled": "AccessLogsS3Enabled",
    "access_logs.s3.bucket": "AccessLogsS3Bucket",
    "access_logs.s3.prefix": "AccessLogsS3Prefix",
}
TARGET_ATTRIBUTES: Final = {
    "deregistration_delay.timeout_seconds": "DeregistrationDelay",
    "stickiness.enabled": "StickinessEnabled",
    "stickiness.type": "StickinessType",
    "stickiness.lb_cookie.duration_seconds": "StickinessLBCookieDuration",
}


def balancers(asked: Asked) -> Resources:
    """Return the load balancer of an environment that has one of type application or network."""
    if not asked.balancer:
        return {}
    found = {}
    if has_own_group(asked):
        found[BALANCER_GROUP] = _security_group(asked)
    if asked.balancer == "classic":
        return found | classic_balancer(asked)
    if not asked.is_shared:
        found[BALANCER] = _balancer(asked)
    for process in asked.options.of_family(PROCESSES):
        found[_targets(process)] = _target_group(asked, process)
    for port in asked.options.of_family(LISTENERS):
        if asked.is_shared:
            found |= _shared_rules(asked, port)
        elif asked.options.value(f"{LISTENERS}{port}", "ListenerEnabled") != "false":
            found |= _listener(asked, port)
    return found


def _balancer(asked: Asked) -> Resource:
    options = asked.options
    given = {name: options.value(LOAD_BALANCER, option) for name, option in ATTRIBUTES.items()}
    return resource(
        BALANCER,
        {
            "Type": asked.balancer,
            "Scheme": "internal" if options.value(VPC, "ELBScheme") == "internal" else "internet-facing",
            "IpAddressType": options.value(LOAD_BALANCER, "IpAddressType"),
            "Subnets": asked.balancer_subnets,
            "SecurityGroups": balancer_groups(asked) if asked.balancer == "application" else [],
            "LoadBalancerAttributes": [{"Key": name, "Value": value} for name, value in given.items() if value],
        },
    )


def _security_group(asked: Asked) -> Resource:
    beginning = CLASSIC_LISTENERS if asked.balancer == "classic" else LISTENERS
    ports = {"80", *(port for port in asked.options.of_family(beginning) if port.isdecimal())}
    return resource(
        BALANCER_GROUP,
        {
            "GroupName": group_name(asked.environment, BALANCER_GROUP),
            "GroupDescription": "Load Balancer Security Group",
            "VpcId": asked.vpc,
            "SecurityGroupIngress": [
                {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "CidrIp": "0.0.0.0/0"}
                for port in sorted(ports, key=int)
            ],
        },
    )


def _target_group(asked: Asked, process: str) -> Resource:
    options, namespace = asked.options, f"{PROCESSES}{process}"
    protocol = options.value(namespace, "Protocol")
    given = {name: options.value(namespace, option) for name, option in TARGET_ATTRIBUTES.items()}
    is_application = asked.balancer == "application"
    return resource(
        TARGETS,
        {
            "Port": options.value(namespace, "Port"),
            "Protocol": protocol if is_application or protocol not in ("HTTP", "HTTPS") else "TCP",
            "VpcId": asked.vpc,
            "HealthCheckPath": options.value(namespace, "HealthCheckPath") if is_application else "",
            "HealthCheckIntervalSeconds": options.value(namespace, "HealthCheckInterval"),
            "HealthCheckTimeoutSeconds": options.value(namespace, "HealthCheckTimeout"),
            "HealthyThresholdCount": options.value(namespace, "HealthyThresholdCount"),
            "UnhealthyThresholdCount": options.value(namespace, "UnhealthyThresholdCount"),
            "Matcher": {"HttpCode": options.value(namespace, "MatcherHTTPCode") or "200"} if is_application else {},
            "TargetGroupAttributes": [{"Key": name, "Value": value} for name, value in given.items() if value],
        },
    )


def _listener(asked: Asked, port: str) -> Resources:
    """Return a listener and its rules; `default` is the one of port 80."""
    options, namespace = asked.options, f"{LISTENERS}{port}"
    name = resource_name(namespace, "Protocol")
    protocol = options.value(namespace, "Protocol")
    if asked.balancer == "network":
        protocol = {"HTTP": "TCP", "HTTPS": "TLS"}.get(protocol, protocol)
    listener = resource(
        LISTENER,
        {
            "LoadBalancerArn": ref(BALANCER),
            "Port": "80" if namespace == DEFAULT_LISTENER else port,
            "Protocol": protocol,
            "DefaultActions": [_forward(options.value(namespace, "DefaultProcess"))],
            "Certificates": [{"CertificateArn": arn} for arn in options.values(namespace, "SSLCertificateArns")[:1]],
            "SslPolicy": options.value(namespace, "SSLPolicy"),
        },
    )
    found = {name: listener}
    others = options.values(namespace, "SSLCertificateArns")[1:]
    if others:
        listed = [{"CertificateArn": arn} for arn in others]
        found[f"{name}Certificates"] = of_type(CERTIFICATES, {"ListenerArn": ref(name), "Certificates": listed})
    for rule in options.values(namespace, "Rules"):
        if rule != "default":
            found[f"{name}Rule{plain(rule)}"] = _rule(asked, ref(name), rule)
    return found


def _shared_rules(asked: Asked, port: str) -> Resources:
    """Return the rules that an environment adds to a listener of a load balancer that it shares, if that has it."""
    namespace = f"{LISTENERS}{port}"
    arn = asked.shared_listeners.get("80" if namespace == DEFAULT_LISTENER else port)
    found = {}
    for rule in asked.options.values(namespace, "Rules"):
        if arn and rule != "default":
            found[f"{resource_name(namespace, 'Protocol')}Rule{plain(rule)}"] = _rule(asked, arn, rule)
    return found


def _rule(asked: Asked, listener: Any, name: str) -> Resource:
    options, namespace = asked.options, f"{RULES}{name}"
    fields = {"host-header": "HostHeaders", "path-pattern": "PathPatterns"}
    conditions = []
    for field, option in fields.items():
        if options.values(namespace, option):
            conditions.append({"Field": field, "Values": options.values(namespace, option)})
    return of_type(
        RULE_TYPE,
        {
            "ListenerArn": listener,
            "Priority": options.value(namespace, "Priority"),
            "Conditions": conditions,
            "Actions": [_forward(options.value(namespace, "Process") or "default")],
        },
    )


def _forward(process: str) -> dict[str, Any]:
    return {"Type": "forward", "TargetGroupArn": ref(_targets(process))}


def _targets(process: str) -> str:
    """Return the logical ID of the target group of a process."""
    return TARGETS if process == "default" else f"{TARGETS}{plain(process)}"
