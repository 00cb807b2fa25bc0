"""Edits of a config whose environment is deployed, and the danger that each of them is.

An edit replaces one text of `DEPLOYED`, or of another config that was deployed.
"""

from __future__ import annotations

from typing import NamedTuple

DEPLOYED = """\
application: shop
defaults:
  region: us-east-1
  platform: ECS running on 64bit Amazon Linux 2023/4.7.7
  containers:
    web: {image: "nginx:1.27", memory: 64, ports: ["80:80"]}
environments:
  dev:
    load_balancer: {type: application}
    deployment: {policy: Rolling}
    properties: {LEVEL: info, COLOUR: blue}
    database:
      engine: mysql
      version: "8.4.11"
      instance_class: db.t3.small
      storage: 30
      user: shopper
      deletion_policy: Snapshot
    options:
      aws:ec2:vpc:
        VPCId: vpc-0a1b2c3d
        Subnets: "subnet-0a1b2c3d,subnet-0b1b2c3d"
        ELBSubnets: "subnet-0a1b2c3d,subnet-0b1b2c3d"
      aws:autoscaling:launchconfiguration: {SSHSourceRestriction: "tcp,22,22,10.0.0.0/8"}
"""
DATABASE = DEPLOYED[DEPLOYED.index("    database:") : DEPLOYED.index("    options:")]
SHARED = """\
      aws:elasticbeanstalk:environment: {LoadBalancerIsShared: "true"}
      aws:elbv2:loadbalancer: {SharedLoadBalancer: LOAD_BALANCER}
      aws:elbv2:listener:443: {ListenerEnabled: "true", Rules: "default,shop"}
      aws:elbv2:listenerrule:shop: {HostHeaders: shop.example.com, Priority: "1"}
"""
ONE = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/one/0123456789abcdef"
OTHER = ONE.replace("one", "two")


class Edit(NamedTuple):
    """An edit; `danger` is its key, or the keys, and `line` a part of a line that shows it."""

    name: str
    old: str
    new: str
    danger: str
    line: str
    deployed: str = DEPLOYED


def with_database(policy: str) -> str:
    return DEPLOYED.replace("deletion_policy: Snapshot", f"deletion_policy: {policy}")


def option(old: str, new: str, danger: str, line: str, deployed: str = DEPLOYED) -> Edit:
    return Edit(f"{old.strip()} to {new.strip() or 'nothing'}", old, new, danger, line, deployed)


def shared(old: str, new: str, danger: str) -> Edit:
    deployed = DEPLOYED + SHARED.replace("LOAD_BALANCER", ONE)
    return option(old, new, f"create-only:{danger}", "only when it creates an environment", deployed)


EDITS = [
    Edit(
        "the database is removed, and the deployed policy is Delete",
        DATABASE.replace("Snapshot", "Delete"),
        "",
        "data-loss:DatabasePassword data-loss:database",
        "the database and all data in it would be deleted (the deployed deletion policy is Delete)",
        with_database("Delete"),
    ),
    Edit(
        "the database is removed, and the deployed policy is Snapshot",
        DATABASE,
        "",
        "data-loss:database",
        "RDS keeps a last snapshot of it (the deployed deletion policy is Snapshot)",
    ),
    Edit(
        "the database is removed, and the deployed policy is Retain",
        DATABASE.replace("Snapshot", "Retain"),
        "",
        "data-loss:database",
        "would be decoupled: it stays",
        with_database("Retain"),
    ),
    option('version: "8.4.11"', 'version: "8.0.46"', "data-loss:database", "DBEngineVersion 8.4.11 -> 8.0.46"),
    option("class: db.t3.small", "class: db.t3.medium", "data-loss:database", "db.t3.small -> db.t3.medium"),
    option("user: shopper", "user: keeper", "data-loss:database", "DBUser shopper -> keeper"),
    option("storage: 30", "storage: 20", "data-loss:database", "DBAllocatedStorage 30 -> 20 GiB"),
    Edit(
        "the engine is another one",
        'engine: mysql\n      version: "8.4.11"',
        'engine: postgres\n      version: "17.5"',
        "data-loss:database",
        "DBEngine mysql -> postgres, DBEngineVersion 8.4.11 -> 17.5",
    ),
    option("type: application", "type: network", "create-only:LoadBalancerType", "application -> network"),
    option("type: application", "type: classic", "create-only:LoadBalancerType", "application -> classic"),
    option("VPCId: vpc-0a1b2c3d", "VPCId: vpc-0b1b2c3d", "create-only:VPCId", "aws:ec2:vpc VPCId only when"),
    shared("shop.example.com", "www.example.com", "HostHeaders"),
    shared('Priority: "1"', 'Priority: "2"', "Priority"),
    shared(ONE, OTHER, "SharedLoadBalancer"),
    shared('LoadBalancerIsShared: "true"', 'LoadBalancerIsShared: "false"', "LoadBalancerIsShared"),
    option("2023/4.7.7", "2023/4.7.6", "platform-downgrade", "platform 4.7.7 runs, and this would lower it to 4.7.6"),
    option(
        '      aws:autoscaling:launchconfiguration: {SSHSourceRestriction: "tcp,22,22,10.0.0.0/8"}\n',
        "",
        "leftover:SSHSourceRestriction",
        "EB keeps aws:autoscaling:launchconfiguration SSHSourceRestriction = 'tcp,22,22,10.0.0.0/8'",
    ),
    option(", COLOUR: blue", "", "leftover:COLOUR", "EB keeps aws:elasticbeanstalk:application:environment COLOUR"),
]
# Edits of the generated template itself, as a new version of Beanstack or an override might make them.
TEMPLATE_EDITS = [
    Edit("the environment has another name", "EnvironmentName: 'shop-dev'", "EnvironmentName: 'shop-2'",
         "replacement:Environment", "would be deleted and made again: EnvironmentName shop-dev -> shop-2"),
    Edit("the environment has a CNAME prefix", "EnvironmentName: 'shop-dev'",
         "EnvironmentName: 'shop-dev'\n      CNAMEPrefix: 'shop'",
         "replacement:Environment", "CNAMEPrefix unset -> shop"),
    Edit("the tier is another one", "Name: 'WebServer'\n        Type: 'Standard'",
         "Name: 'Worker'\n        Type: 'SQS/HTTP'",
         "replacement:Environment", "Tier.Name WebServer -> Worker; Tier.Type Standard -> SQS/HTTP"),
    Edit("the environment is of another application", "ApplicationName: 'shop'\n      EnvironmentName",
         "ApplicationName: 'store'\n      EnvironmentName",
         "replacement:Environment", "ApplicationName shop -> store"),
    Edit("the environment disappears", "  Environment:\n    Type: 'AWS::ElasticBeanstalk::Environment'",
         "  Environment:\n    Type: 'AWS::SQS::Queue'",
         "replacement:Environment", "Type AWS::ElasticBeanstalk::Environment -> AWS::SQS::Queue"),
    Edit("the secret has another name", "Description: 'Master password of the database of dev'",
         "Name: 'x'\n      Description: 'Master password of the database of dev'",
         "data-loss:DatabasePassword", "would be replaced by an empty one, and the old one stays: Name unset -> x"),
]  # fmt: skip
