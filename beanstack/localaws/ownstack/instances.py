"""The instances of an environment: launch template, Auto Scaling group, security group, scaling policies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from beanstack.eb.namespaces import GROUP, LAUNCH, PROCESSES, SCHEDULED_ACTION, TRIGGER, VPC
from beanstack.eb.options.keys import Key
from beanstack.localaws.ownstack.parts import (
    BALANCER_GROUP,
    ELASTIC_IP,
    INSTANCES_GROUP,
    attribute,
    group_name,
    has_own_group,
    of_type,
    plain,
    ref,
    resource,
)
from beanstack.localaws.tags import own_tags

if TYPE_CHECKING:
    from beanstack.localaws.ownstack.parts import Asked, Resource, Resources

TEMPLATE: Final = "AWSEBEC2LaunchTemplate"
SCALING: Final = "AWSEBAutoScalingGroup"
DETAILED: Final = "1 minute"
ROOT_DEVICE: Final = "/dev/xvda"  # of Amazon Linux
# Options by the properties of a volume, and by those of a scheduled action.
VOLUME: Final = {
    "VolumeType": "RootVolumeType",
    "VolumeSize": "RootVolumeSize",
    "Iops": "RootVolumeIOPS",
    "Throughput": "RootVolumeThroughput",
}
SCHEDULE: Final = ("MinSize", "MaxSize", "DesiredCapacity", "Recurrence", "StartTime", "EndTime")


def instances(asked: Asked) -> Resources:
    """Return the resources of the instances."""
    found = {TEMPLATE: _launch_template(asked), SCALING: _scaling_group(asked)}
    if not asked.options.is_on(LAUNCH, "DisableDefaultEC2SecurityGroup"):
        found[INSTANCES_GROUP] = _security_group(asked)
    for name in sorted({key.resource for key in asked.options.table if key.namespace == SCHEDULED_ACTION}):
        found[f"AWSEBScheduledAction{plain(name)}"] = _scheduled_action(asked, name)
    if asked.is_single and asked.options.tier.serves_requests:
        found[ELASTIC_IP] = resource(ELASTIC_IP, {"Domain": "vpc"})
    if not asked.is_single:
        found |= _policy(asked, "Up", "High", "Upper", "GreaterThanThreshold")
        found |= _policy(asked, "Down", "Low", "Lower", "LessThanThreshold")
    return found


def _launch_template(asked: Asked) -> Resource:
    options = asked.options
    profile = options.value(LAUNCH, "IamInstanceProfile")
    groups: list[Any] = options.values(LAUNCH, "SecurityGroups")
    if not options.is_on(LAUNCH, "DisableDefaultEC2SecurityGroup"):
        groups.append(attribute(INSTANCES_GROUP, "GroupId"))
    data: dict[str, Any] = {
        "ImageId": options.value(LAUNCH, "ImageId") or asked.environment.platform.image,
        "InstanceType": options.value(LAUNCH, "InstanceType"),
        "KeyName": options.value(LAUNCH, "EC2KeyName"),
        "Monitoring": {"Enabled": options.value(LAUNCH, "MonitoringInterval") == DETAILED},
        "SecurityGroupIds": groups,
    }
    if profile:
        data["IamInstanceProfile"] = {"Arn" if profile.startswith("arn:") else "Name": profile}
    volume = {name: options.value(LAUNCH, option) for name, option in VOLUME.items()}
    if any(volume.values()):
        given = {name: value for name, value in volume.items() if value}
        data["BlockDeviceMappings"] = [{"DeviceName": ROOT_DEVICE, "Ebs": given}]
    if options.is_on(LAUNCH, "DisableIMDSv1"):
        data["MetadataOptions"] = {"HttpTokens": "required"}
    return resource(TEMPLATE, {"LaunchTemplateData": {name: value for name, value in data.items() if value}})


def _scaling_group(asked: Asked) -> Resource:
    environment, options = asked.environment, asked.options
    tags = own_tags(environment.id, environment.name)
    subnets = options.values(VPC, "Subnets")
    return resource(
        SCALING,
        {
            "AvailabilityZones": [] if subnets else {"Fn::GetAZs": ""},
            "VPCZoneIdentifier": subnets,
            "MinSize": options.value(GROUP, "MinSize"),
            "MaxSize": options.value(GROUP, "MaxSize"),
            "Cooldown": options.value(GROUP, "Cooldown"),
            "LaunchTemplate": {
                "LaunchTemplateId": ref(TEMPLATE),
                "Version": attribute(TEMPLATE, "LatestVersionNumber"),
            },
            "Tags": [{"Key": key, "Value": value, "PropagateAtLaunch": True} for key, value in tags.items()],
        },
    )


def _scheduled_action(asked: Asked, name: str) -> Resource:
    given = {option: asked.options.table.get(Key(SCHEDULED_ACTION, option, name)) for option in SCHEDULE}
    return of_type("AWS::AutoScaling::ScheduledAction", {**given, "AutoScalingGroupName": ref(SCALING)})


def _security_group(asked: Asked) -> Resource:
    options = asked.options
    rules: list[dict[str, Any]] = []
    if asked.balancer in ("application", "classic") and has_own_group(asked):
        for port in sorted({"80", *_ports(asked)}, key=int):
            source = attribute(BALANCER_GROUP, "GroupId")
            rules.append({"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "SourceSecurityGroupId": source})
    elif (asked.is_single and options.tier.serves_requests) or asked.balancer == "network":
        rules.append({"IpProtocol": "tcp", "FromPort": "80", "ToPort": "80", "CidrIp": "0.0.0.0/0"})
    restriction = options.values(LAUNCH, "SSHSourceRestriction")
    if options.value(LAUNCH, "EC2KeyName") and len(restriction) == len(("protocol", "from", "to", "source")):
        protocol, first, last, allowed = restriction
        kind = "SourceSecurityGroupId" if allowed.startswith("sg-") else "CidrIp"
        rules.append({"IpProtocol": protocol, "FromPort": first, "ToPort": last, kind: allowed})
    return resource(
        INSTANCES_GROUP,
        {
            "GroupName": group_name(asked.environment, INSTANCES_GROUP),
            "GroupDescription": "SecurityGroup for ElasticBeanstalk environment.",
            "VpcId": asked.vpc,
            "SecurityGroupIngress": rules,
        },
    )


def _ports(asked: Asked) -> list[str]:
    """Return the ports of the processes."""
    names = asked.options.of_family(PROCESSES)
    found = (asked.options.value(f"{PROCESSES}{name}", "Port") for name in names)
    return [port for port in found if port.isdecimal()]


def _policy(asked: Asked, direction: str, level: str, bound: str, comparison: str) -> Resources:
    """Return the scaling policy of a direction, and the alarm that starts it."""
    options = asked.options
    policy, alarm = f"AWSEBAutoScalingScale{direction}Policy", f"AWSEBCloudwatchAlarm{level}"
    return {
        policy: resource(
            policy,
            {
                "AutoScalingGroupName": ref(SCALING),
                "AdjustmentType": "ChangeInCapacity",
                "ScalingAdjustment": options.value(TRIGGER, f"{bound}BreachScaleIncrement"),
                "Cooldown": options.value(GROUP, "Cooldown"),
            },
        ),
        alarm: resource(
            alarm,
            {
                "Namespace": "AWS/EC2",
                "MetricName": options.value(TRIGGER, "MeasureName"),
                "Dimensions": [{"Name": "AutoScalingGroupName", "Value": ref(SCALING)}],
                "Statistic": options.value(TRIGGER, "Statistic"),
                "Unit": options.value(TRIGGER, "Unit"),
                "Period": int(options.value(TRIGGER, "Period") or 5) * 60,
                "EvaluationPeriods": options.value(TRIGGER, "EvaluationPeriods"),
                "Threshold": options.value(TRIGGER, f"{bound}Threshold"),
                "ComparisonOperator": comparison,
                "AlarmActions": [ref(policy)],
            },
        ),
    }
