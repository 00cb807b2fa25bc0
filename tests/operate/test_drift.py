"""Settings that were changed beside the stack, found in what EB describes of recorded and of changed environments."""

from __future__ import annotations

from typing import Any

import pytest

from beanstack.eb.namespaces import (
    ENVIRONMENT,
    GROUP,
    INSTANCES,
    LAUNCH,
    MANAGED_ACTIONS,
    PARAMETERS,
    PROPERTIES,
    ROLLING,
    SECRETS,
    VPC,
)
from beanstack.eb.settings import Setting
from beanstack.operate.drift import Comparison, Drift, Running, Unchecked, drift
from beanstack.operate.hidden import HIDDEN
from tests.recorded import PLATFORM, Recording, recordings

IMAGE = {"single": "ami-0787263f73f2dcb8b", "single-arm64": "ami-0f071adbd317ec356", "classic": "ami-0787263f73f2dcb8b"}
BALANCER_GROUP = "sg-0d7dd3230b4de77a4"
FOREIGN = "sg-0123456789abcdef0"
ACTION = "aws:autoscaling:scheduledaction"
BALANCER = "aws:elb:loadbalancer"
TOPICS = "aws:elasticbeanstalk:sns:topics"

Changes = dict[tuple[str, str], str | None]


def running(name: str = "single", **changed: Any) -> Running:
    own = frozenset({BALANCER_GROUP, "shop.us-east-1.elasticbeanstalk.com"})
    return Running(recordings()[name].environment_id, "web", PLATFORM, frozenset({IMAGE[name]}), own)._replace(
        **changed
    )


def ours(recording: Recording, changes: Changes | None = None) -> list[Setting]:
    given = {(one["Namespace"], one["OptionName"]): one["Value"] for one in recording.given}
    return [Setting(*pair, value) for pair, value in {**given, **(changes or {})}.items()]


def live(recording: Recording, changes: Changes) -> list[dict[str, str]]:
    """The recorded settings, some of them changed, and more; None takes one away."""
    found = {(one["Namespace"], one["OptionName"]): one for one in recording.described}
    for (namespace, option), value in changes.items():
        before = found.pop((namespace, option), {"Namespace": namespace, "OptionName": option})
        if value is not None:
            found[namespace, option] = {**before, "Value": value}
    return list(found.values())


def compared(
    there: Changes, here: Changes | None = None, name: str = "single", known: Running | None = None
) -> Comparison:
    recording = recordings()[name]
    return drift(ours(recording, here), live(recording, there), known or running(name))


def drifts(
    there: Changes, here: Changes | None = None, name: str = "single"
) -> list[tuple[str, str | None, str | None]]:
    return [(one.option, one.expected, one.actual) for one in compared(there, here, name).drifts]


@pytest.mark.parametrize("name", ["single", "classic"])
def test_nothing_differs_in_a_recorded_environment(name: str) -> None:
    assert compared({}, name=name) == Comparison([], [])


@pytest.mark.parametrize("images", [frozenset(), frozenset({"ami-of-x86"})])
def test_nothing_but_the_image_is_unchecked_on_arm64(images: frozenset[str]) -> None:
    unchecked = Unchecked(f"{LAUNCH} ImageId", "the platform's images are not known")
    assert compared({}, name="single-arm64", known=running("single-arm64", images=images)) == ([], [unchecked])


def test_another_environment_type_is_found_without_all_that_follows_from_it() -> None:
    here: Changes = {(ENVIRONMENT, "EnvironmentType"): "SingleInstance"}
    assert drifts({}, here, "classic") == [("EnvironmentType", "SingleInstance", "LoadBalanced")]


def test_an_option_of_ours_that_was_changed_is_found() -> None:
    [found] = compared({(ENVIRONMENT, "EnvironmentType"): "LoadBalanced"}).drifts
    assert found == Drift(ENVIRONMENT, "", "EnvironmentType", "SingleInstance", "LoadBalanced")
    assert str(found) == f"{ENVIRONMENT} EnvironmentType: 'LoadBalanced' in EB, expected 'SingleInstance'"


def test_an_option_that_we_leave_alone_is_found_unless_it_has_its_default() -> None:
    assert drifts({(GROUP, "MaxSize"): "9"}) == [("MaxSize", None, "9")]
    assert drifts({(GROUP, "MaxSize"): ""}) == []
    assert drifts({("aws:elasticbeanstalk:control", "LaunchType"): "Normal"}) == []
    assert str(compared({(GROUP, "MaxSize"): "9"}).drifts[0]) == f"{GROUP} MaxSize: '9' in EB, set nowhere else"


def test_properties_that_were_added_changed_and_removed_are_found() -> None:
    assert drifts({(PROPERTIES, "DEBUG"): "1"}) == [("DEBUG", None, "1")]
    assert drifts({(PROPERTIES, "GREETING"): "no"}) == [("GREETING", "hello-from-cdkrd", "no")]
    assert drifts({(PROPERTIES, "GREETING"): None}) == [("GREETING", "hello-from-cdkrd", None)]
    [found] = compared({(PROPERTIES, "GREETING"): None}).drifts
    assert str(found) == f"{PROPERTIES} GREETING: no longer in EB, expected 'hello-from-cdkrd'"


def test_a_foreign_security_group_is_found_beside_ebs_own() -> None:
    own = "awseb-e-7k58e7ph74-stack-AWSEBSecurityGroup-uvld49GMKk65"
    assert drifts({(LAUNCH, "SecurityGroups"): f"{own}, {FOREIGN}"}) == [("SecurityGroups", None, FOREIGN)]
    assert drifts({(LAUNCH, "SecurityGroups"): FOREIGN}) == [("SecurityGroups", None, FOREIGN)]


@pytest.mark.parametrize(
    "group",
    [
        "my-awseb-backdoor",
        "awseb-e-aaaaaaaaaa-stack-AWSEBSecurityGroup-uvld49GMKk65",
        "awseb-e-7k58e7ph74-stack-AWSEBSecurityGroup-uvld49GMKk65-not",
        "x-awseb-e-7k58e7ph74-stack-AWSEBSecurityGroup-uvld49GMKk65",
    ],
)
def test_a_group_that_only_resembles_ebs_own_is_found(group: str) -> None:
    assert drifts({(LAUNCH, "SecurityGroups"): group}) == [("SecurityGroups", None, group)]


def test_a_group_of_ours_may_come_with_ebs_own_but_not_alone_with_another() -> None:
    own = "awseb-e-7k58e7ph74-stack-AWSEBSecurityGroup-uvld49GMKk65"
    here: Changes = {(LAUNCH, "SecurityGroups"): "sg-1,sg-2"}
    assert drifts({(LAUNCH, "SecurityGroups"): f"sg-2, {own}, sg-1"}, here) == []
    assert drifts({(LAUNCH, "SecurityGroups"): f"{own},sg-1"}, here) == [("SecurityGroups", "sg-1,sg-2", "sg-1")]
    assert drifts({(LAUNCH, "SecurityGroups"): own}, here) == [("SecurityGroups", "sg-1,sg-2", "")]
    assert drifts({(LAUNCH, "SecurityGroups"): f"{own},{BALANCER_GROUP}"}, {(LAUNCH, "SecurityGroups"): own}) == []


def test_the_load_balancers_group_passes_only_if_eb_made_it() -> None:
    assert drifts({(BALANCER, "SecurityGroups"): FOREIGN}, name="classic") == [("SecurityGroups", None, FOREIGN)]
    unread = compared({}, name="classic", known=running("classic", own=None))
    assert unread.drifts == []
    reason = "the stack that EB made for the environment could not be read"
    assert unread.unchecked == [Unchecked(f"{BALANCER} SecurityGroups", reason)]


def test_a_managed_security_group_passes_only_if_eb_made_it() -> None:
    pair = ("aws:elbv2:loadbalancer", "ManagedSecurityGroup")
    assert drifts({pair: BALANCER_GROUP}) == []
    assert drifts({pair: FOREIGN}) == [("ManagedSecurityGroup", None, FOREIGN)]


def test_a_property_that_names_something_of_ebs_own_is_found() -> None:
    assert drifts({(PROPERTIES, "GROUP"): BALANCER_GROUP}) == [("GROUP", None, BALANCER_GROUP)]


def test_instance_types_pass_only_by_their_siblings() -> None:
    large = "p4d.24xlarge"
    assert drifts({(LAUNCH, "InstanceType"): large}) == [("InstanceType", None, large)]
    assert drifts({(INSTANCES, "InstanceTypes"): large, (LAUNCH, "InstanceType"): large}) == [
        ("InstanceTypes", None, large)
    ]
    here: Changes = {(INSTANCES, "InstanceTypes"): "t3.micro,t3.small"}
    assert drifts({(INSTANCES, "InstanceTypes"): "t3.micro, t3.small"}, here) == []
    assert drifts({(INSTANCES, "InstanceTypes"): "t3.small, t3.micro", (LAUNCH, "InstanceType"): "t3.small"}, here) == [
        ("InstanceTypes", "t3.micro,t3.small", "t3.small, t3.micro")
    ]
    here = {(LAUNCH, "InstanceType"): "t3.micro"}
    assert drifts({(INSTANCES, "InstanceTypes"): "t3.micro"}, here) == []
    assert drifts({(INSTANCES, "InstanceTypes"): large}, here) == [("InstanceTypes", None, large)]
    assert drifts({(INSTANCES, "SupportedArchitectures"): "arm64"}) == [("SupportedArchitectures", None, "arm64")]


def test_an_image_that_is_not_the_platforms_is_found() -> None:
    assert drifts({(LAUNCH, "ImageId"): "ami-1"}) == [("ImageId", None, "ami-1")]
    assert compared({}, known=running(images=None)).unchecked == [
        Unchecked(f"{LAUNCH} ImageId", "the platform's images are not known")
    ]


def test_a_resource_name_that_eb_gives_does_not_count() -> None:
    here: Changes = {(GROUP, "MinSize"): "1", (ROLLING, "MaxBatchSize"): ""}
    assert drifts({}, here) == []


def test_scheduled_actions_are_compared_by_name() -> None:
    settings = [Setting(ACTION, "MinSize", "1", "night")]
    there = [{"Namespace": ACTION, "OptionName": "MinSize", "ResourceName": "day", "Value": "1"}]
    found = drift(settings, there, running()).drifts
    assert found == [Drift(ACTION, "day", "MinSize", None, "1"), Drift(ACTION, "night", "MinSize", "1", None)]
    assert str(found[0]) == f"day.{ACTION} MinSize: '1' in EB, set nowhere else"


def test_values_that_mean_the_same_do_not_differ() -> None:
    here: Changes = {(VPC, "Subnets"): "subnet-1,subnet-2", (LAUNCH, "EC2KeyName"): ""}
    assert drifts({(VPC, "Subnets"): "subnet-2, subnet-1"}, here) == []
    assert drifts({(VPC, "Subnets"): "subnet-2", (LAUNCH, "EC2KeyName"): "of-a-colleague"}, here) == [
        ("EC2KeyName", "", "of-a-colleague"),
        ("Subnets", "subnet-1,subnet-2", "subnet-2"),
    ]


def test_a_later_setting_of_an_option_wins() -> None:
    recording = recordings()["single"]
    extension = Setting(GROUP, "MaxSize", "3", "AWSEBAutoScalingGroup", ".ebextensions/a.config")
    template = Setting(GROUP, "MaxSize", "5")
    there = live(recording, {(GROUP, "MaxSize"): "5"})
    assert drift([extension, *ours(recording), template], there, running()).drifts == []
    [found] = drift([*ours(recording), extension], there, running()).drifts
    assert (found.expected, found.actual) == ("3", "5")


@pytest.mark.parametrize("name", ["DB_PASSWORD", "API_TOKEN", "SIGNING_KEY"])
def test_the_values_of_secrets_are_hidden(name: str) -> None:
    pair = (PROPERTIES, name)
    assert drifts({pair: "hunter2"}) == [(name, None, HIDDEN)]
    assert drifts({pair: "hunter2"}, {pair: "other"}) == [(name, HIDDEN, HIDDEN)]
    assert drifts({pair: None}, {pair: "other"}) == [(name, HIDDEN, None)]


def test_a_secret_in_a_value_is_hidden_whatever_its_name() -> None:
    url = "mysql://root:hunter2@db/shop"
    assert drifts({(PROPERTIES, "DATABASE"): url}) == [("DATABASE", None, HIDDEN)]


def test_the_arn_of_a_secret_is_shown() -> None:
    arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:a"
    assert drifts({(SECRETS, "DB_PASSWORD"): arn}) == [("DB_PASSWORD", None, arn)]


def test_parameters_of_ebs_own_stack_are_never_compared() -> None:
    found = compared({(PARAMETERS, "EnvironmentVariables"): "A=hunter2", (PARAMETERS, "New"): "b"})
    assert found == ([], [])


def test_what_only_cloudformation_knows_is_unchecked() -> None:
    drifted, [found] = compared({(PROPERTIES, "NAME"): "hunter2"}, {(PROPERTIES, "NAME"): None})
    assert drifted == []
    assert str(found) == f"{PROPERTIES} NAME: a secret, or a value that only CloudFormation knows"
    password = ("aws:rds:dbinstance", "DBPassword")
    assert compared({password: "********"}, {password: "hunter2"}).unchecked == [
        Unchecked("aws:rds:dbinstance DBPassword", "a secret, which EB does not show")
    ]


@pytest.mark.parametrize(
    ("returned", "is_checked"), [("Gr?e", False), ("Gr??e", False), ("Grüsse", True), ("G?", True)]
)
def test_what_cloudformation_returns_as_a_question_mark_is_unchecked(returned: str, *, is_checked: bool) -> None:
    drifted, found = compared({(PROPERTIES, "HELLO"): "Grüße"}, {(PROPERTIES, "HELLO"): returned})
    assert bool(drifted) is is_checked
    reason = "non-ASCII characters, for which CloudFormation returns question marks"
    assert found == ([] if is_checked else [Unchecked(f"{PROPERTIES} HELLO", reason)])


def test_an_option_that_eb_does_not_describe_is_unchecked() -> None:
    here: Changes = {("aws:elbv2:loadbalancer", "IdleTimeout"): "90"}
    assert compared({}, here) == ([], [Unchecked("aws:elbv2:loadbalancer IdleTimeout", "EB does not describe it")])


def test_an_option_that_beanstack_does_not_know_is_unchecked() -> None:
    found = compared({("aws:new", "Option"): "x"})
    assert found == ([], [Unchecked("aws:new Option", "an option that Beanstack does not know")])


def test_a_listener_of_ours_that_is_gone_is_found() -> None:
    here: Changes = {("aws:elbv2:listener:443", "Protocol"): "HTTPS"}
    assert drifts({}, here) == [("Protocol", "HTTPS", None)]


def test_a_foreign_listener_is_found_even_with_defaults_alone() -> None:
    there: Changes = {("aws:elbv2:listener:8080", "ListenerEnabled"): "true", ("aws:elbv2:listener:8080", "Rules"): ""}
    assert drifts(there) == [("ListenerEnabled", None, "true")]


def test_what_eb_derives_from_other_options_does_not_differ() -> None:
    role = "arn:aws:iam::123456789012:role/eb"
    both: Changes = {(ENVIRONMENT, "ServiceRole"): role}
    assert drifts({**both, (MANAGED_ACTIONS, "ServiceRoleForManagedUpdates"): role}, both) == []
    assert drifts({(MANAGED_ACTIONS, "ServiceRoleForManagedUpdates"): "other"}) == [
        ("ServiceRoleForManagedUpdates", None, "other")
    ]
    topic = "arn:aws:sns:us-east-1:123456789012:ElasticBeanstalkNotifications-Environment-shop"
    here: Changes = {(TOPICS, "Notification Endpoint"): "a@example.com"}
    assert drifts({**here, (TOPICS, "Notification Topic ARN"): topic}, here) == []
    assert drifts({(TOPICS, "Notification Topic ARN"): topic}) == [("Notification Topic ARN", None, topic)]
    headers = ("aws:elbv2:listenerrule:api", "HostHeaders")
    assert drifts({headers: "api.example.com,shop.us-east-1.elasticbeanstalk.com"}, {headers: "api.example.com"}) == []


def test_the_queue_of_a_worker_is_ebs_own() -> None:
    pair = ("aws:elasticbeanstalk:sqsd", "WorkerQueueURL")
    known = running(tier="worker")
    url = "https://sqs.us-east-1.amazonaws.com/123456789012/awseb-e-7k58e7ph74-stack-AWSEBWorkerQueue-1"
    assert compared({pair: url}, known=known).drifts == []
    assert len(compared({pair: url.replace("awseb", "other")}, known=known).drifts) == 1
