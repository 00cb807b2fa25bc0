"""output/<application>/README.md: what it says, and what it leaves out."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from markdown_it import MarkdownIt

from beanstack import __version__
from beanstack.bundle import Sources, shipped
from beanstack.generate import files
from beanstack.stacks import stacks
from tests.conftest import MINIMAL
from tests.overview.conftest import page, pictures, rows

if TYPE_CHECKING:
    from tests.conftest import Configured

VPC = "vpc: {id: vpc-0123456789abcdef0, subnets: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]}"
DIGEST = f"sha256:{'0a' * 32}"

CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"


def test_what_differs_between_environments_is_one_table(application: Configured) -> None:
    database = "database: {engine: mysql, deletion_policy: Retain, multi_az: true}"
    types = "instance_types: [t3.small, t3.medium]"
    found = rows(page(application(f"{MINIMAL}    {types}\n    {database}\n  test: {{properties: {{A: b}}}}\n")))
    assert found[: found.index(("Container", "Environments", "Image", "Digest"))] == [
        ("Key", "dev", "test"),
        ("instance_types", "[t3.small, t3.medium]", "[t3.micro]"),
        ("database.engine", "mysql", "not set"),
        ("database.instance_class", "db.t3.micro", "not set"),
        ("database.storage", "20", "not set"),
        ("database.user", "ebroot", "not set"),
        ("database.deletion_policy", "Retain", "not set"),
        ("database.multi_az", "true", "not set"),
        ("properties.A", "not set", "b"),
    ]


def test_a_list_of_sections_is_shown_by_the_keys_that_are_set(application: Configured) -> None:
    statements = 'instance_role: {statements: [{actions: ["s3:GetObject"], resources: ["*"]}]}'
    found = rows(page(application(f"{MINIMAL}    {statements}\n  test: {{}}\n")))
    assert ("instance_role.statements", "[{actions: [s3:GetObject], resources: [*]}]", "not set") in found


def test_environments_that_do_not_differ_are_named(application: Configured) -> None:
    text = page(application(f"{MINIMAL[:-1]} {{}}\n  test: {{}}\n"))
    assert "Nothing: `dev`, `test` have the same settings." in text


@pytest.mark.parametrize(
    ("settings", "row"),
    [
        ("", ("web", "dev", "nginx:1.27", "none: the tag decides")),
        (f"containers: {{web: {{image: 'nginx:1.27@{DIGEST}'}}}}", ("web", "dev", "nginx:1.27", DIGEST)),
        (
            "account: '123456789012'\ncontainers: {web: {image: null, build: {context: ., repository: shop}}}",
            ("web", "dev", "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:not-built", "not built yet"),
        ),
    ],
)
def test_each_container_has_its_image_and_digest(shop: Configured, settings: str, row: tuple[str, ...]) -> None:
    assert row in rows(page(shop(settings)))


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("", {"load balancer, HTTP 80": "anyone on the internet", "instances, port 80": "the load balancer"}),
        (
            "load_balancer: {type: network}",
            {"load balancer, TCP 80": "anyone on the internet", "instances, port 80": "anyone on the internet"},
        ),
        ("load_balancer: {type: classic}", {"load balancer, HTTP 80": "anyone on the internet"}),
        (
            "load_balancer: {type: classic, port: 8080}\ncontainers: {web: {ports: ['8080:80']}}",
            {"load balancer, HTTP 80": "anyone on the internet", "instances, port 8080": "the load balancer"},
        ),
        (
            "load_balancer: {port: 8080}\ncontainers: {web: {ports: ['8080:80']}}",
            {"instances, port 8080": "the load balancer"},
        ),
        (
            "options: {aws:elasticbeanstalk:environment: {LoadBalancerIsShared: true}, aws:elbv2:loadbalancer: {"
            "SharedLoadBalancer: 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/shared/0a'}}",
            {
                "listeners of the Shared Application Load Balancer": "whoever its security groups allow",
                "instances, port 80": "the load balancer",
            },
        ),
        (
            f"https: {{certificate: '{CERTIFICATE}'}}\ndns: none",
            {
                "load balancer, HTTP 80, which redirects to HTTPS": "anyone on the internet",
                "load balancer, HTTPS 443": "anyone on the internet",
            },
        ),
        (
            f"load_balancer: {{type: network}}\nhttps: {{certificate: '{CERTIFICATE}', http: forward}}\ndns: none",
            {"load balancer, TCP 80": "anyone on the internet", "load balancer, TLS 443": "anyone on the internet"},
        ),
        (
            "load_balancer: {shared: 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/front/0a'}",
            {"load balancer, Port 443": "anyone on the internet", "instances, port 80": "the load balancer"},
        ),
        (
            "containers: {web: {ports: ['80:80', '8081:81']}}\nload_balancer: {processes: {admin: {port: 8081}}, "
            "rules: {admin: {paths: [/admin/*], process: admin}}}",
            {"load balancer, HTTP 80": "anyone on the internet", "instances, port 80, 8081": "the load balancer"},
        ),
        ("load_balancer: {type: none}", {"the instance, HTTP port 80": "anyone on the internet"}),
        (
            "options: {aws:ec2:vpc: {VPCId: vpc-0a, Subnets: subnet-0a, ELBSubnets: subnet-0a, ELBScheme: internal}}",
            {"load balancer, HTTP 80": "anyone in the VPC, and networks connected to it"},
        ),
        (
            "options: {aws:elbv2:loadbalancer: {SecurityGroups: 'sg-0a,sg-0b'}}",
            {"load balancer, HTTP 80": "anyone on the internet, as far as the security groups sg-0a, sg-0b allow"},
        ),
        (
            "options: {aws:autoscaling:launchconfiguration: {SecurityGroups: sg-0a}}",
            {"instances, port 80": "the load balancer, and whoever the security groups sg-0a allow"},
        ),
        (
            "options: {aws:autoscaling:launchconfiguration:"
            " {SecurityGroups: sg-0a, DisableDefaultEC2SecurityGroup: true},"
            " aws:elbv2:loadbalancer: {SecurityGroups: sg-0b, ManagedSecurityGroup: sg-0b}}",
            {"instances, port 80": "whoever the security groups sg-0a allow"},
        ),
        ("", {"SSH to instances": "nobody with a key pair: the instances have none"}),
        ("key_pair: ops", {"SSH to instances": "whoever has the key pair ops, from where tcp,22,22,0.0.0.0/0 allows"}),
        (
            f"{VPC}\nkey_pair: ops\nssh_source: 203.0.113.0/24",
            {
                "load balancer, HTTP 80": "anyone on the internet",
                "instances, port 80": "the load balancer",
                "SSH to instances": "whoever has the key pair ops, from 203.0.113.0/24",
            },
        ),
        (
            f"{VPC}\nload_balancer: {{scheme: internal}}",
            {"load balancer, HTTP 80": "anyone in the VPC, and networks connected to it"},
        ),
        (
            f"{VPC}\nload_balancer: {{scheme: internal, sources: [10.0.0.0/8, pl-0123456789abcdef0]}}",
            {"load balancer, HTTP 80": "10.0.0.0/8, pl-0123456789abcdef0", "instances, port 80": "the load balancer"},
        ),
        (
            "load_balancer: {type: network, sources: [10.0.0.0/8]}",
            {"load balancer, TCP 80": "10.0.0.0/8", "instances, port 80": "10.0.0.0/8"},
        ),
        ("load_balancer: {type: none, sources: [10.0.0.0/8]}", {"the instance, HTTP port 80": "10.0.0.0/8"}),
        ("session_manager: true", {"shells on instances, by Session Manager": "whoever IAM allows ssm:StartSession"}),
        (
            "containers: {web: {ports: ['80:80', '9000:9000']}}",
            {"port 9000/tcp of instances: container web": "nobody"},
        ),
        (
            "database: {engine: postgres}",
            {
                "database ebdb, port 5432": "the instances",
                "its password, secret DatabasePassword": "CloudFormation, then EB, which passes it to the instances",
            },
        ),
        (
            "execution_role_arn: arn:aws:iam::123456789012:role/pull\n"
            "options: {aws:elasticbeanstalk:application:environmentsecrets:"
            " {TOKEN: 'arn:aws:ssm:eu-west-1:123456789012:parameter/token'}}",
            {"secret arn:aws:ssm:eu-west-1:123456789012:parameter/token": "all containers, as TOKEN"},
        ),
    ],
)
def test_exposure_says_who_reaches_what(shop: Configured, settings: str, expected: dict[str, str]) -> None:
    assert {*expected.items()} <= {*rows(page(shop(settings)))}


@pytest.mark.parametrize(
    ("policy", "says"),
    [
        ("Delete", "deleted with all data"),
        ("Snapshot", "deleted; a snapshot stays"),
        ("Retain", "stays, decoupled from the environment"),
    ],
)
def test_the_data_policy_says_what_stays(shop: Configured, policy: str, says: str) -> None:
    settings = f"database: {{engine: postgres, storage: 30, deletion_policy: {policy}}}\nvolumes: {{files: {{}}}}"
    found = rows(page(shop(settings)))
    assert ("database ebdb, postgres, 30 GiB", says) in found
    volume = ("volume files, /var/app-data/shop/files of each instance", "deleted, as whenever an instance is replaced")
    assert volume in found
    assert ("source bundles, BundleBucket", "stays") in found
    assert ("generated password, DatabasePassword", "deleted" if policy == "Delete" else "stays") in found


def test_names_are_listed(shop: Configured) -> None:
    names = "names: [shop.example.com, example.com]"
    in_zones = page(shop(f"dns: {{zones: {{example.com: Z0123456789ABC}}, {names}}}"))
    assert " Clients reach it as `shop.example.com`, `example.com`.\n" in in_zones
    by_hand = page(shop(f"dns: {{zones: none, {names}}}"))
    assert " Clients reach it as `shop.example.com`, `example.com`, set by hand.\n" in by_hand
    assert "Clients reach it" not in page(shop("dns: none"))


def test_rules_are_on_the_way_to_the_containers_that_they_lead_to(shop: Configured) -> None:
    settings = """\
containers: {web: {ports: ["80:80"]}, admin: {image: "nginx:1.27", memory: 64, ports: ["8081:81"]}}
load_balancer:
  processes: {admin: {port: 8081}}
  rules:
    paths: {priority: 1, paths: [/admin, /up], process: admin}
    host: {priority: 2, hosts: [admin.example.com], process: admin}
"""
    [picture] = pictures(page(shop(settings)))
    [edge] = [line for line in picture.splitlines() if line.strip().endswith("| container1")]
    for number, character in (("47", "/"), ("46", ".")):
        edge = edge.replace(f"#{number};", character)
    assert edge.strip() == 'balancer -->|"8081 to 81<br/>admin.example.com<br/>/admin or /up"| container1'


def test_buckets_are_named_by_what_they_hold(shop: Configured) -> None:
    found = rows(page(shop("load_balancer: {access_logs: true}")))
    assert ("source bundles, BundleBucket", "stays") in found
    assert ("access logs of load balancers, AccessLogBucket", "stays") in found


def test_protection_is_named(shop: Configured) -> None:
    assert "Protected against deletion." in page(shop("deletion_protection: true"))
    assert "Protected" not in page(shop(""))


def test_a_listener_that_is_switched_off_reaches_nothing(shop: Configured) -> None:
    listeners = """\
options:
  aws:elbv2:listener:default: {ListenerEnabled: false}
  aws:elbv2:listener:8080: {Protocol: HTTP}
"""
    found = dict(row for row in rows(page(shop(listeners))) if len(row) == 2)
    assert "load balancer, HTTP 8080" in found
    assert "load balancer, HTTP 80" not in found


def test_accounts_that_may_pull_from_a_repository_are_named(application: Configured) -> None:
    build = "containers: {web: {image: null, build: {context: ., repository: shop}}}"
    dev = f"    account: '111111111111'\n    {build}\n"
    text = page(application(f"{MINIMAL}{dev}  prod:\n{dev.replace('111111111111', '222222222222')}"))
    accounts = ", ".join(f"`arn:${{AWS::Partition}}:iam::{digit * 12}:root`" for digit in "12")
    assert f"- {accounts} may call `ecr:BatchCheckLayerAvailability`, " in text


def test_every_permission_of_the_templates_has_a_sentence(shop: Configured) -> None:
    settings = """\
account: "123456789012"
execution_role_arn: arn:aws:iam::123456789012:role/pull
containers: {web: {image: null, build: {context: ., repository: shop}}}
options:
  aws:elasticbeanstalk:application:environmentsecrets:
    TOKEN: arn:aws:ssm:eu-west-1:123456789012:parameter/token
    KEY: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:key-AbCdEf:field::"
"""
    application = shop(settings)
    text = page(application)
    templates = json.dumps([built.template.to_dict() for built in stacks(application, {"dev": "key"})])
    actions = {word for list_ in re.findall(r'"Action": (\[.*?\])', templates) for word in json.loads(list_)}
    assert len(actions) >= 8
    assert {action for action in actions if f"`{action}`" not in text} == set()
    sentences = re.findall(r"(?m)^- (.*)$", text)
    assert "`ec2.amazonaws.com` may call `sts:AssumeRole` on `InstanceRole`." in sentences
    assert (
        "`elasticbeanstalk.amazonaws.com` may call `sts:AssumeRole` on `ServiceRole`, where `sts:ExternalId` is"
        " `elasticbeanstalk`."
    ) in sentences
    assert (
        "Everyone may **not** call `s3:*` on `${BundleBucket.Arn}`, `${BundleBucket.Arn}/*`, where"
        " `aws:SecureTransport` is `false`; `BundleBucketPolicy`."
    ) in sentences
    assert (
        "`InstanceRole` may call `s3:GetObject` on `arn:${AWS::Partition}:s3:::${shop-BundleBucket}/*`;"
        " policy `ReadBundles`."
    ) in sentences
    assert (
        "`InstanceRole` may call `secretsmanager:GetSecretValue` on"
        " `arn:aws:secretsmanager:eu-west-1:123456789012:secret:key-AbCdEf`; policy `ReadSecrets`."
    ) in sentences
    assert "ECS pulls images and reads the containers' secrets as `arn:aws:iam::123456789012:role/pull`." in sentences


def test_nothing_on_the_page_changes_with_a_bundle_or_a_version(shop: Configured) -> None:
    made = [files(shop(""), Sources("templates", shipped().sources, {"note": content})) for content in (b"one", b"two")]
    assert made[0]["output/shop/dev.yaml"] != made[1]["output/shop/dev.yaml"]
    assert made[0]["output/shop/README.md"] == made[1]["output/shop/README.md"]
    assert __version__ not in page(shop("")).split()


def test_files_of_ones_own_are_named(shop: Configured) -> None:
    made = files(shop(""), shipped(), Sources("own", {".ebextensions/a|b.config": b"{}"}))
    assert r"`.ebextensions/a\|b.config`" in made["output/shop/README.md"].decode()


@pytest.mark.parametrize(
    "text",
    ["<img src=x>", "[x](http://x.y)", "**bold** _x_ ~~y~~", "# head", "- item", "a | b", "`code`", "&lt;", "\\*"],
)
def test_hostile_text_is_no_markup(application: Configured, text: str) -> None:
    quoted = text.replace("'", "''")
    shown = page(
        application(f"description: '{quoted}'\n{MINIMAL}    properties: {{STAGE: '{quoted}'}}\n  other: {{}}\n")
    )
    html = MarkdownIt().enable(["table", "strikethrough"]).render(shown)
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert f"<p>Elastic Beanstalk application <code>shop</code>: {escaped}</p>" in html
    assert ("properties.STAGE", text, "not set") in rows(shown)
