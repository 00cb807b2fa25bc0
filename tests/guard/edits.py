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
        {VPCId: vpc-0a1b2c3d, Subnets: "subnet-0a1b2c3d,subnet-0b1b2c3d", ELBSubnets: "subnet-0a1b2c3d,subnet-0b1b2c3d"}
      aws:autoscaling:launchconfiguration: {SSHSourceRestriction: "tcp,22,22,10.0.0.0/8"}
"""
NETWORK = DEPLOYED.partition("aws:ec2:vpc:\n")[2].partition("\n")[0].strip()
OTHER_NETWORK = NETWORK.replace("-0a", "-0c").replace("-0b", "-0d")
DATABASE = DEPLOYED[DEPLOYED.index("    database:") : DEPLOYED.index("    options:")]
WITHOUT_DATABASE = DEPLOYED.replace(DATABASE, "")
ONE = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/one/0123456789abcdef"
OTHER = ONE.replace("one", "two")
SHARED = f"""\
      aws:elasticbeanstalk:environment: {{LoadBalancerIsShared: "true"}}
      aws:elbv2:loadbalancer: {{SharedLoadBalancer: {ONE}}}
      aws:elbv2:listener:443: {{Rules: "default,shop"}}
      aws:elbv2:listenerrule:shop: {{HostHeaders: shop.example.com, Priority: "1"}}
"""
ON_SHARED = WITHOUT_DATABASE + SHARED
AWS_DOCS = "https://docs.aws.amazon.com/elasticbeanstalk/latest/dg"


class Edit(NamedTuple):
    """An edit; `danger` is the key of its one danger, and `reason` the whole text behind it."""

    name: str
    old: str
    new: str
    danger: str
    reason: str
    deployed: str = DEPLOYED

    def of(self, text: str) -> str:
        """Return an edited text."""
        assert self.old in text
        return text.replace(self.old, self.new)


def with_database(policy: str) -> str:
    return DEPLOYED.replace("deletion_policy: Snapshot", f"deletion_policy: {policy}")


def option(old: str, new: str, danger: str, reason: str, deployed: str = DEPLOYED) -> Edit:
    return Edit(f"{old.strip()} to {new.strip() or 'nothing'}", old, new, danger, reason, deployed)


def anew(old: str, new: str, changes: str) -> Edit:
    return option(old, new, "data-loss:database", f"EB would provision the database anew: {changes}")


def create_only(old: str, new: str, name: str, change: str, page: str, deployed: str = DEPLOYED) -> Edit:
    reason = f"EB sets {name} only when it creates an environment: {change} ({AWS_DOCS}/{page})"
    return option(old, new, f"create-only:{name.rpartition(' ')[2]}", reason, deployed)


def replacement(name: str, old: str, new: str, changes: str) -> Edit:
    reason = f"Environment (AWS::ElasticBeanstalk::Environment) would be deleted and created again: {changes}"
    return Edit(name, old, new, "replacement:Environment", reason, ON_SHARED)


SMALLER = option("storage: 30", "storage: 20", "data-loss:database",
                 "the database would shrink: DBAllocatedStorage 30 -> 20 GiB")  # fmt: skip
LOWER = option(
    "2023/4.7.7", "2023/4.7.1", "platform-downgrade", "platform 4.7.7 runs, and this would lower it to 4.7.1"
)
OTHER_TYPE = create_only("type: application", "type: network", "aws:elasticbeanstalk:environment LoadBalancerType",
                         "application -> network", "environments-cfg-alb.html")  # fmt: skip
REMOVED = Edit(
    "the database is removed, and the deployed policy is Snapshot",
    DATABASE,
    "",
    "data-loss:database",
    "the database would be deleted; RDS keeps a last snapshot of it (the deployed deletion policy is Snapshot)",
)
EDITS = [
    REMOVED,
    Edit(
        "the database is removed, and the deployed policy is Retain",
        DATABASE.replace("Snapshot", "Retain"),
        "",
        "data-loss:database",
        "the database would be decoupled: it stays, but EB no longer manages it nor gives its RDS_* variables "
        "(the deployed deletion policy is Retain)",
        with_database("Retain"),
    ),
    anew('version: "8.4.11"', 'version: "8.0.46"', "DBEngineVersion 8.4.11 -> 8.0.46"),
    anew("class: db.t3.small", "class: db.t3.medium", "DBInstanceClass db.t3.small -> db.t3.medium"),
    anew("user: shopper", "user: keeper", "DBUser shopper -> keeper"),
    anew(
        'engine: mysql\n      version: "8.4.11"',
        'engine: postgres\n      version: "17.5"',
        "DBEngine mysql -> postgres, DBEngineVersion 8.4.11 -> 17.5",
    ),
    SMALLER,
    OTHER_TYPE,
    create_only("type: application", "type: classic", "aws:elasticbeanstalk:environment LoadBalancerType",
                "application -> classic", "environments-cfg-alb.html"),
    create_only(NETWORK, OTHER_NETWORK, "aws:ec2:vpc VPCId",
                "vpc-0a1b2c3d -> vpc-0c1b2c3d", "using-features.managing.vpc.html"),
    create_only("shop.example.com", "www.example.com", "aws:elbv2:listenerrule:shop HostHeaders",
                "shop.example.com -> www.example.com", "environments-cfg-alb-shared.html", ON_SHARED),
    create_only('Priority: "1"', 'Priority: "2"', "aws:elbv2:listenerrule:shop Priority",
                "1 -> 2", "environments-cfg-alb-shared.html", ON_SHARED),
    create_only(ONE, OTHER, "aws:elbv2:loadbalancer SharedLoadBalancer", f"{ONE} -> {OTHER}",
                "command-options-general.html#command-options-general-elbv2", ON_SHARED),
    create_only('IsShared: "true"', 'IsShared: "false"', "aws:elasticbeanstalk:environment LoadBalancerIsShared",
                "true -> false", "environments-cfg-alb-shared.html", ON_SHARED),
    LOWER,
]  # fmt: skip
# What `stack` reports and does not refuse.
LEFTOVERS = [
    option(
        '      aws:autoscaling:launchconfiguration: {SSHSourceRestriction: "tcp,22,22,10.0.0.0/8"}\n',
        "",
        "leftover:SSHSourceRestriction",
        "EB keeps aws:autoscaling:launchconfiguration SSHSourceRestriction = 'tcp,22,22,10.0.0.0/8', "
        "which the template no longer sets",
    ),
    option(
        ", COLOUR: blue",
        "",
        "leftover:COLOUR",
        "EB keeps aws:elasticbeanstalk:application:environment COLOUR = 'blue', which the template no longer sets",
    ),
]
SECRET = "Description: 'Master password of the database of dev'"
OTHER_SECRET = Edit(
    "the secret has another name",
    SECRET,
    f"Name: 'x'\n      {SECRET}",
    "data-loss:DatabasePassword",
    "DatabasePassword (AWS::SecretsManager::Secret) would be replaced by an empty one, and the old one stays: "
    "Name unset -> x",
)
# Edits of the generated template itself, as a new version of Beanstack or an override might make them.
TEMPLATE_EDITS = [
    replacement("the environment has another name", "EnvironmentName: 'shop-dev'", "EnvironmentName: 'shop-2'",
                "EnvironmentName shop-dev -> shop-2"),
    replacement("the environment has a CNAME prefix", "EnvironmentName: 'shop-dev'",
                "EnvironmentName: 'shop-dev'\n      CNAMEPrefix: 'shop'", "CNAMEPrefix unset -> shop"),
    replacement("the tier is another one", "Name: 'WebServer'\n        Type: 'Standard'",
                "Name: 'Worker'\n        Type: 'SQS/HTTP'",
                "Tier.Name WebServer -> Worker; Tier.Type Standard -> SQS/HTTP"),
    replacement("the environment is of another application", "ApplicationName: 'shop'\n      EnvironmentName",
                "ApplicationName: 'store'\n      EnvironmentName", "ApplicationName shop -> store"),
    replacement("the environment becomes another resource",
                "  Environment:\n    Type: 'AWS::ElasticBeanstalk::Environment'",
                "  Environment:\n    Type: 'AWS::SQS::Queue'",
                "Type AWS::ElasticBeanstalk::Environment -> AWS::SQS::Queue"),
    OTHER_SECRET,
    Edit("the secret disappears, and the deployed policy is Delete", "DatabasePassword", "Password",
         "data-loss:DatabasePassword",
         "DatabasePassword (AWS::SecretsManager::Secret) would be deleted with its content; "
         "the deployed deletion policy is Delete", with_database("Delete")),
]  # fmt: skip
