"""What the keys of a load balancer become in the local AWS: target groups, rules, attributes and a web ACL."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from beanstack.archive import archive
from beanstack.bundle import bundle
from beanstack.stacks import stacks

from .conftest import ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Configured

    from .conftest import LocalAWS

ACL = f"arn:aws:wafv2:us-east-1:{ACCOUNT}:regional/webacl/shop/0123-abcd"
CONFIG = """\
application: balanced
defaults:
  region: us-east-1
  platform: ECS running on 64bit Amazon Linux 2023/4.7.7
  containers:
    web: {image: "nginx:1.27", memory: 64, ports: ["80:80", "8081:81"]}
environments:
"""
DEV = f"""\
  dev:
    load_balancer:
      idle_timeout: 120
      stickiness: 3600
      deregistration_delay: 7
      access_logs: true
      waf: {ACL}
      processes: {{admin: {{port: 8081, health_check: {{path: /admin/up}}}}}}
      rules:
        admin: {{priority: 10, paths: [/admin/*], hosts: [admin.example.com], process: admin}}
        back: {{priority: 3, paths: [/admin/public/*]}}
"""


@pytest.fixture(scope="module")
def deploy(local: LocalAWS) -> Callable[[Any, str], str]:
    """Return a function that deploys the stacks of an environment, and returns the last one's name."""

    def deployed(application: Any, name: str) -> str:
        packed = archive(bundle(application, application.environments[name]))
        keys = dict.fromkeys(application.environments, "bundle.zip")
        shared, *others = stacks(application, keys)
        last = shared.stack.name
        for built in (shared, *(one for one in others if one.stack.name.endswith(name))):
            last = built.stack.name
            made = local.deploy(last, json.loads(built.template.to_json()), "--capabilities", "CAPABILITY_NAMED_IAM")
            assert made.returncode == 0, made.stderr
            if built is shared:
                bucket = local.outputs(last)["BundleBucket"]
                local.client("s3").put_object(Bucket=bucket, Key="bundle.zip", Body=packed)
        return last

    return deployed


def own(local: LocalAWS, environment: str) -> dict[str, str]:
    """Return the physical IDs of what is in EB's stack of an environment, by logical ID."""
    stack = f"awseb-{local.environment(environment)['EnvironmentId']}-stack"
    found = local.client("cloudformation").describe_stack_resources(StackName=stack)["StackResources"]
    return {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in found}


def attributes(found: Any) -> dict[str, str]:
    return {one["Key"]: one["Value"] for one in found["Attributes"]}


def test_every_key_reaches_the_load_balancer(
    local: LocalAWS, deploy: Callable[[Any, str], str], application: Configured
) -> None:
    metrics = {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "shop"}
    acl = local.client("wafv2").create_web_acl(
        Name="shop", Scope="REGIONAL", DefaultAction={"Allow": {}}, VisibilityConfig=metrics
    )["Summary"]["ARN"]
    name = deploy(application(CONFIG + DEV.replace(ACL, acl)), "dev")
    elbv2, made = local.client("elbv2"), own(local, name)
    balancer = made["AWSEBV2LoadBalancer"]
    logs = local.outputs("balanced")["AccessLogBucket"]
    wanted = {
        "idle_timeout.timeout_seconds": "120",
        "access_logs.s3.enabled": "true",
        "access_logs.s3.bucket": logs,
        "access_logs.s3.prefix": "dev",
    }
    assert wanted.items() <= attributes(elbv2.describe_load_balancer_attributes(LoadBalancerArn=balancer)).items()
    groups = {}
    arns = [arn for logical_id, arn in made.items() if logical_id.startswith("AWSEBV2LoadBalancerTargetGroup")]
    for group in elbv2.describe_target_groups(TargetGroupArns=arns)["TargetGroups"]:
        groups[group["Port"]] = group["TargetGroupArn"], group["HealthCheckPath"]
    assert {port: path for port, (_, path) in groups.items()} == {80: "/", 8081: "/admin/up"}
    sticky = attributes(elbv2.describe_target_group_attributes(TargetGroupArn=groups[80][0]))
    assert sticky["stickiness.enabled"] == "true"
    assert sticky["stickiness.lb_cookie.duration_seconds"] == "3600"
    assert sticky["deregistration_delay.timeout_seconds"] == "7"
    [listener] = elbv2.describe_listeners(LoadBalancerArn=balancer)["Listeners"]
    rules = {}
    for rule in elbv2.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"]:
        conditions = {one["Field"]: one["Values"] for one in rule["Conditions"]}
        rules[rule["Priority"]] = conditions, rule["Actions"][0]["TargetGroupArn"]
    assert rules == {
        "3": ({"path-pattern": ["/admin/public/*"]}, groups[80][0]),
        "10": ({"host-header": ["admin.example.com"], "path-pattern": ["/admin/*"]}, groups[8081][0]),
        "default": ({}, groups[80][0]),
    }
    assert local.client("wafv2").get_web_acl_for_resource(ResourceArn=balancer)["WebACL"]["ARN"] == acl
    described = local.options("balanced", name)
    assert described["aws:elbv2:loadbalancer", "AccessLogsS3Bucket"] == logs


def test_logs_can_be_switched_off_before_their_bucket_goes(
    local: LocalAWS, deploy: Callable[[Any, str], str], application: Configured
) -> None:
    off = "  dev:\n    load_balancer: {access_logs: false}\n"
    text = CONFIG.replace("balanced", "quiet")
    name = deploy(application(text + DEV.replace(f"      waf: {ACL}\n", "")), "dev")
    balancer = own(local, name)["AWSEBV2LoadBalancer"]
    bucket = local.outputs("quiet")["AccessLogBucket"]
    for settings in (off, "  dev: {}\n"):
        assert deploy(application(text + settings), "dev") == name
        found = local.client("elbv2").describe_load_balancer_attributes(LoadBalancerArn=balancer)
        assert attributes(found)["access_logs.s3.enabled"] == "false"
    assert "AccessLogBucket" not in local.outputs("quiet")
    assert local.client("s3").head_bucket(Bucket=bucket)["ResponseMetadata"]["HTTPStatusCode"] == 200
