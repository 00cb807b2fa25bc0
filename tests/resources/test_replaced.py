"""What is valid and probably not intended: options that replace a key or a choice of Beanstack's, and keys in vain."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

import pytest

from beanstack.config import load
from beanstack.resources import accepted
from tests.conftest import MINIMAL

DEV = "environments.dev"
LAUNCH = "aws:autoscaling:launchconfiguration"
ENVIRONMENT = "aws:elasticbeanstalk:environment"
COMMAND = "aws:elasticbeanstalk:command"
ASG = "aws:autoscaling:asg"


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def warnings(settings: str, text: str = MINIMAL) -> list[str]:
    """Return the warnings on an environment with some settings, without the file's name."""
    Path("shop.yaml").write_text(text + indent(settings, "    "))
    found = load([Path("shop.yaml")], judge=accepted.judged).warnings
    return [str(warning).removeprefix("shop.yaml:") for warning in found]


@pytest.mark.parametrize(
    ("namespace", "option", "value", "says"),
    [
        (LAUNCH, "DisableIMDSv1", "false", "allows version 1 of the instance metadata service"),
        (LAUNCH, "DisableIMDSv1", "'False'", "allows version 1 of the instance metadata service"),
        (
            LAUNCH,
            "IamInstanceProfile",
            "web",
            "whose InstanceRole is made all the same; name it as `instance_profile`",
        ),
        (ENVIRONMENT, "ServiceRole", "eb-role", "replaces the ServiceRole of the application's stack"),
        ("aws:elasticbeanstalk:healthreporting:system", "SystemType", "basic", "`make stack` takes Green for success"),
    ],
)
def test_what_replaces_a_choice_of_beanstack_warns(namespace: str, option: str, value: str, says: str) -> None:
    [warning] = warnings(f"options: {{'{namespace}': {{{option}: {value}}}}}")
    column = len(f"    options: {{'{namespace}': {{") + 1
    assert warning.startswith(f"9:{column}: {DEV}.options.{namespace}.{option}: ")
    assert says in warning


def test_managed_updates_warn_because_the_platform_is_pinned() -> None:
    options = "ManagedActionsEnabled: true, PreferredStartTime: 'Tue:09:00'"
    more = "'aws:elasticbeanstalk:managedactions:platformupdate': {UpdateLevel: minor}"
    [warning] = warnings(f"options: {{'aws:elasticbeanstalk:managedactions': {{{options}}}, {more}}}")
    assert warning.endswith("lets EB move the platform to another version than `platform` pins")


def test_a_single_instance_below_options_warns_of_the_key_that_makes_one() -> None:
    found = warnings(f"options: {{'{ENVIRONMENT}': {{EnvironmentType: SingleInstance}}}}")
    own = [warning for warning in found if "EnvironmentType: contradicts `load_balancer.type`" in warning]
    assert len(own) == 1


@pytest.mark.parametrize(
    ("key", "namespace", "option", "path"),
    [
        ("scaling: {min: 1}", ASG, "MinSize: 2", "scaling.min"),
        ("scaling: {max: 3}", ASG, "MaxSize: 3", "scaling.max"),
        ("deployment: {timeout: 900}", COMMAND, "Timeout: 1200", "deployment.timeout"),
        ("instance_types: [t3.micro]", "aws:ec2:instances", "InstanceTypes: t3.small", "instance_types"),
        ("key_pair: ops\nssh_source: 10.0.0.0/8", LAUNCH, "EC2KeyName: dev", "key_pair"),
        ("properties: {A: x}", "aws:elasticbeanstalk:application:environment", "A: y", "properties.A"),
        ("health_check: {interval: 20}", "aws:elasticbeanstalk:environment:process:default", "HealthCheckInterval: 30",
         "health_check.interval"),
        ("deployment: {accepted_health: Warning}", "aws:elasticbeanstalk:healthreporting:system",
         "HealthCheckSuccessThreshold: Ok", "deployment.accepted_health"),
    ],
)  # fmt: skip
def test_an_option_that_replaces_a_key_of_the_file_warns(key: str, namespace: str, option: str, path: str) -> None:
    name = option.partition(":")[0]
    assert [warning.partition(" ")[2] for warning in warnings(f"{key}\noptions: {{'{namespace}': {{{option}}}}}")] == [
        f"{DEV}.options.{namespace}.{name}: replaces what `{path}` sets; leave out one of the two"
    ]


@pytest.mark.parametrize(
    ("deployment", "warned"),
    [
        ("{policy: AllAtOnce, batch_size: 50}", ["batch_size"]),
        ("{policy: Immutable, batch_size: 1, batch_size_type: Fixed}", ["batch_size", "batch_size_type"]),
        ("{policy: Rolling, evaluation_time: 5}", ["evaluation_time"]),
        ("{new_version_percent: 5}", ["new_version_percent"]),
        ("{policy: TrafficSplitting, batch_size: 50}", ["batch_size"]),
    ],
)
def test_a_key_that_the_policy_does_not_use_warns(deployment: str, warned: list[str]) -> None:
    keys = [warning.split(": ")[1] for warning in warnings(f"deployment: {deployment}")]
    assert keys == [f"{DEV}.deployment.{key}" for key in warned]


@pytest.mark.parametrize(
    ("settings", "place"),
    [
        ("scaling: {min: 0}", f"9:20: {DEV}.scaling.min"),
        ("scaling: {min: 0, max: 1}\ndeployment: {policy: Immutable}", f"9:20: {DEV}.scaling.min"),
        (f"options: {{'{ASG}': {{MinSize: 0}}}}", f"9:48: {DEV}.options.{ASG}.MinSize"),
    ],
)
def test_a_group_that_may_be_empty_warns(settings: str, place: str) -> None:
    [warning] = warnings(settings)
    assert warning.startswith(f"{place}: without an instance EB never reports good health")


@pytest.mark.parametrize("policy", ["Rolling", "RollingWithAdditionalBatch"])
def test_a_batch_of_more_instances_than_there_may_be_warns_at_its_key(policy: str) -> None:
    settings = f"deployment: {{policy: {policy}, batch_size_type: Fixed, batch_size: 10}}\nscaling: {{max: 2}}"
    [warning] = warnings(settings)
    assert f"{DEV}.deployment.batch_size: " in warning
    assert "(BatchSize is '10', MaxSize is '2'" in warning


@pytest.mark.parametrize(
    "settings",
    [
        "",
        f"options: {{'{LAUNCH}': {{DisableIMDSv1: true, RootVolumeSize: 20}}}}",
        f"options: {{'{ASG}': {{MinSize: 2, Cooldown: 300}}}}",
        "scaling: {min: 0}\nload_balancer: {type: none}",
        "deployment: {policy: Rolling, batch_size: 100}",
        "deployment: {policy: TrafficSplitting, new_version_percent: 5, evaluation_time: 5}",
        "options: {'aws:elasticbeanstalk:healthreporting:system': {SystemType: enhanced}}",
    ],
)
def test_what_is_usual_does_not_warn(settings: str) -> None:
    assert warnings(settings) == []
