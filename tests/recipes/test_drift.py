"""Changes beside a stack, made with the real EB CLI and found in a local environment that make has deployed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from beanstack.operate.committed import deployment
from beanstack.operate.live import find_drift
from beanstack.operate.session import Clients

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from beanstack.operate.drift import Comparison
    from tests.recipes.conftest import Checkout

LAUNCH = "aws:autoscaling:launchconfiguration"
PROPERTIES = "aws:elasticbeanstalk:application:environment"
OPTIONS = """\
option_settings:
  aws:autoscaling:asg:
    Cooldown: 120
    MaxSize: 40
  aws:elasticbeanstalk:application:environment:
    FROM_BUNDLE: yes
"""
NAME = "todobackend-dev"
KINDS = """\
application: shop
defaults:
  region: us-east-1
  platform: ECS running on 64bit Amazon Linux 2023/4.7.7
  image: nginx:1.27
  containers:
    web: {memory_reservation: 64, ports: ["80:80"]}
environments:
  classic: {load_balancer: {type: classic}}
  tcp: {load_balancer: {type: network}}
  single: {load_balancer: {type: none}}
  rich:
    load_balancer: {type: application}
    instance_types: [t4g.small, t4g.micro]
    properties: {MODE: fast, EMPTY: "", LIST: "a,b , c"}
    options:
      aws:autoscaling:launchconfiguration: {SecurityGroups: "sg-11111111, sg-22222222"}
      aws:elasticbeanstalk:managedactions: {ManagedActionsEnabled: true, PreferredStartTime: "Tue:10:00"}
      aws:elasticbeanstalk:managedactions:platformupdate: {UpdateLevel: minor}
      aws:elasticbeanstalk:environment:process:admin: {Port: 80, HealthCheckPath: /a}
      aws:elbv2:listener:8080: {Protocol: HTTP}
      EveningOff.aws:autoscaling:scheduledaction: {MinSize: 0, MaxSize: 0, Recurrence: "0 20 * * *"}
"""


def found(checkout: Checkout, environment: str = "dev", application: str = "todobackend") -> Comparison:
    described = deployment(checkout.folder / f"output/{application}/{environment}.yaml")
    return find_drift(Clients(described, checkout.url))


def differences(checkout: Checkout) -> set[tuple[str, str | None, str | None]]:
    return {(one.option, one.expected, one.actual) for one in found(checkout).drifts}


def update(checkout: Checkout, *settings: tuple[str, str, str], **more: Any) -> None:
    options = [{"Namespace": space, "OptionName": option, "Value": value} for space, option, value in settings]
    checkout.client("elasticbeanstalk").update_environment(EnvironmentName=NAME, OptionSettings=options, **more)


@pytest.fixture(scope="module")
def extended(new_checkout: Callable[[], Checkout]) -> Checkout:
    """Return a project whose bundle sets options too, with both environments deployed."""
    checkout = new_checkout()
    extensions = checkout.folder / "templates/.ebextensions"
    extensions.mkdir(parents=True, exist_ok=True)
    (extensions / "options.config").write_text(OPTIONS, "utf-8")
    for words in (("generate",), ("stack", "LOCAL=1"), ("stack", "LOCAL=1", "ENV=prod")):
        done = checkout.make(*words)
        assert done.returncode == 0, done.stdout + done.stderr
    return checkout


@pytest.fixture
def changeable(extended: Checkout) -> Iterator[Checkout]:
    """Return the same project; what a test changes is undone after it."""
    yield extended
    client = extended.client("elasticbeanstalk")
    for one in found(extended).drifts:
        option = {"Namespace": one.namespace, "OptionName": one.option}
        if one.expected is None:
            client.update_environment(EnvironmentName=NAME, OptionsToRemove=[option])
        else:
            update(extended, (one.namespace, one.option, one.expected))
    assert found(extended).drifts == []


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_nothing_differs_after_a_deployment(extended: Checkout, environment: str) -> None:
    compared = found(extended, environment)
    assert compared.drifts == []
    assert [one.subject for one in compared.unchecked] == ["aws:rds:dbinstance DBPassword"]


def test_eb_setenv_is_found(changeable: Checkout) -> None:
    done = changeable.make("eb", "ARGS=setenv DEBUG=1 API_TOKEN=hunter2", "LOCAL=1")
    assert done.returncode == 0, done.stderr
    assert differences(changeable) == {("DEBUG", None, "1"), ("API_TOKEN", None, "********")}
    plan = changeable.make("plan", "LOCAL=1").stdout
    assert f"drift:DEBUG: {PROPERTIES} DEBUG: '1' in EB, set nowhere else\n" in plan
    assert "CloudFormation may remove it at the next change of the environment" in plan
    assert "hunter2" not in plan
    assert changeable.make("drift", "LOCAL=1").returncode == 2
    assert "Template:    was deployed, but settings were changed since" in changeable.make("status", "LOCAL=1").stdout


def test_eb_scale_is_found(changeable: Checkout) -> None:
    done = changeable.make("eb", "ARGS=scale 3", "LOCAL=1")
    assert done.returncode == 0, done.stderr
    assert differences(changeable) == {("MinSize", "1", "3"), ("MaxSize", "2", "3")}


def test_a_foreign_security_group_is_found(changeable: Checkout) -> None:
    changeable.give(security_groups={"vpc-00000001": ["sg-0123456789abcdef0"]})
    update(changeable, (LAUNCH, "SecurityGroups", "sg-0123456789abcdef0"))
    assert differences(changeable) == {("SecurityGroups", None, "sg-0123456789abcdef0")}


def test_a_load_balancers_foreign_security_group_is_found(changeable: Checkout) -> None:
    changeable.give(security_groups={"vpc-00000001": ["sg-0123456789abcdef0"]})
    update(changeable, ("aws:elbv2:loadbalancer", "SecurityGroups", "sg-0123456789abcdef0"))
    assert differences(changeable) == {("SecurityGroups", None, "sg-0123456789abcdef0")}


def test_other_instance_types_are_found(changeable: Checkout) -> None:
    update(changeable, ("aws:ec2:instances", "InstanceTypes", "p4d.24xlarge"))
    assert differences(changeable) == {("InstanceTypes", "t3.micro", "p4d.24xlarge")}


def test_changes_by_hand_are_found_beside_the_options_of_the_bundle(changeable: Checkout) -> None:
    update(changeable, ("aws:autoscaling:asg", "Cooldown", "60"), (PROPERTIES, "FROM_BUNDLE", "no"))
    assert differences(changeable) == {("Cooldown", "120", "60"), ("FROM_BUNDLE", "true", "no")}


def test_a_bundle_that_is_gone_is_unchecked(changeable: Checkout) -> None:
    described = deployment(changeable.folder / "output/todobackend/dev.yaml")
    s3 = changeable.client("s3")
    [bucket] = [one["Name"] for one in s3.list_buckets()["Buckets"] if one["Name"].startswith("todobackend")]
    body = s3.get_object(Bucket=bucket, Key=described.bundle_key)["Body"].read()
    s3.delete_object(Bucket=bucket, Key=described.bundle_key)
    try:
        subjects = [one.subject for one in found(changeable).unchecked]
    finally:
        s3.put_object(Bucket=bucket, Key=described.bundle_key, Body=body)
    assert subjects[0] == "the bundle's .ebextensions"


def test_nothing_differs_in_environments_of_other_kinds(new_checkout: Callable[[], Checkout]) -> None:
    checkout = new_checkout()
    (checkout.folder / "config/shop.yaml").write_text(KINDS, "utf-8")
    generated = checkout.make("generate")
    assert generated.returncode == 0, generated.stderr
    assert checkout.make("local-start").returncode == 0
    checkout.give(security_groups={"vpc-00000001": ["sg-11111111", "sg-22222222"]})
    for environment in ("classic", "tcp", "single", "rich"):
        done = checkout.make("stack", "LOCAL=1", "APP=shop", f"ENV={environment}")
        assert done.returncode == 0, done.stdout + done.stderr
        assert found(checkout, environment, "shop") == ([], []), environment


def test_nothing_is_compared_where_nothing_is_deployed(new_checkout: Callable[[], Checkout]) -> None:
    checkout = new_checkout()
    assert checkout.make("local-start").returncode == 0
    assert found(checkout) == ([], [])
