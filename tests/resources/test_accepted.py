"""Options that EB would refuse are refused before anything is written, at the line of the key that gives them."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING

import pytest

from beanstack.config import ConfigError, load
from beanstack.resources import accepted
from tests.conftest import MINIMAL, assert_refused

if TYPE_CHECKING:
    from tests.conftest import Configured, Project

DEV = "environments.dev"


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def reported(settings: str, text: str = MINIMAL) -> tuple[list[str], list[str]]:
    """Return the errors or, without any, the warnings for an environment whose own settings these are."""
    path = Path("shop.yaml")
    path.write_text(text + indent(settings, "    "))
    try:
        return [], [str(warning) for warning in load([path], judge=accepted.judged).warnings]
    except ConfigError as error:
        return [str(problem) for problem in error.findings], []


@pytest.mark.parametrize(
    ("settings", "place", "says"),
    [
        (
            "options: {'aws:elasticbeanstalk:comand': {Timeout: 60}}",
            f"9:15: {DEV}.options.aws:elasticbeanstalk:comand",
            "did you mean 'aws:elasticbeanstalk:command'?",
        ),
        (
            "options: {'aws:elasticbeanstalk:command': {Timout: 60}}",
            f"9:48: {DEV}.options.aws:elasticbeanstalk:command.Timout",
            "did you mean 'Timeout'?",
        ),
        (
            "options: {'aws:elasticbeanstalk:command': {DeploymentPolicy: Rollin}}",
            f"9:66: {DEV}.options.aws:elasticbeanstalk:command.DeploymentPolicy",
            "did you mean 'Rolling'?",
        ),
        (
            "options: {'aws:autoscaling:asg': {MinSize: 9}}",
            f"9:48: {DEV}.options.aws:autoscaling:asg.MinSize",
            "(MinSize is '9', MaxSize is '4')",
        ),
        (
            "scaling: {min: 3}\noptions: {'aws:autoscaling:asg': {MaxSize: 2}}",
            f"10:48: {DEV}.options.aws:autoscaling:asg.MaxSize",
            "(MinSize is '3', MaxSize is '2')",
        ),
        (
            "options: {'aws:autoscaling:asg': {Cooldown: 99999}}",
            f"9:49: {DEV}.options.aws:autoscaling:asg.Cooldown",
            "not 0 to 10000",
        ),
        (
            "options: {'aws:elbv2:listener:443': {Protocol: HTTPS}}",
            f"9:52: {DEV}.options.aws:elbv2:listener:443.Protocol",
            "A secure listener needs a certificate",
        ),
        (
            "options: {'aws:autoscaling:scheduledaction': {MinSize: 1}}",
            f"9:51: {DEV}.options.aws:autoscaling:scheduledaction.MinSize",
            "needs a non-blank ResourceName",
        ),
        (
            "options: {EveningOff.aws:autoscaling:scheduledaction: {MinSize: 5, MaxSize: 4, Recurrence: 0 20 * * *}}",
            f"9:69: {DEV}.options.EveningOff.aws:autoscaling:scheduledaction.MinSize",
            "Sizes of one action must be in order",
        ),
        (
            "options: {Off.aws:autoscaling:sheduledaction: {MinSize: 1, MaxSize: 1, Recurrence: 0 6 * * *}}",
            f"9:15: {DEV}.options.Off.aws:autoscaling:sheduledaction",
            "did you mean 'aws:autoscaling:scheduledaction'?",
        ),
        (
            "execution_role_arn: arn:aws:iam::111122223333:role/tasks\noptions: {'aws:elasticbeanstalk:application:"
            "environmentsecrets': {KEY: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-1a2b3c:password'}}",
            f"10:76: {DEV}.options.aws:elasticbeanstalk:application:environmentsecrets.KEY",
            "as in ARN:key::",
        ),
        (
            "options: {'aws:elasticbeanstalk:container:python': {WSGIPath: app.wsgi, NumThreads: 4}}",
            f"9:15: {DEV}.options.aws:elasticbeanstalk:container:python",
            "Elastic Beanstalk refuses it on ECS (Amazon Linux 2023)",
        ),
        (
            "options: {'aws:elasticbeanstalk:environment:proxy:staticfiles': {/static: static}}",
            f"9:15: {DEV}.options.aws:elasticbeanstalk:environment:proxy:staticfiles",
            "Elastic Beanstalk refuses it on ECS (Amazon Linux 2023)",
        ),
    ],
)
def test_an_option_that_eb_would_refuse_is_refused_at_its_line(settings: str, place: str, says: str) -> None:
    [message] = reported(settings)[0]
    assert message.startswith(f"shop.yaml:{place}: ")
    assert says in message


ALIKE = [
    (
        "load_balancer: {type: network}",
        "health_check: {interval: 20}",
        "'aws:elasticbeanstalk:environment:process:default': {HealthCheckInterval: 20}",
        "health_check.interval",
        "A Network Load Balancer checks every 10 or 30 seconds",
    ),
    (
        "load_balancer: {type: network}",
        "health_check: {healthy_threshold: 2}",
        "'aws:elasticbeanstalk:environment:process:default': {HealthyThresholdCount: 2}",
        "health_check.healthy_threshold",
        "both thresholds must be the same number",
    ),
    (
        "load_balancer: {type: classic}",
        "health_check: {timeout: 15}",
        "'aws:elb:healthcheck': {Timeout: 15}",
        "health_check.timeout",
        "The health check interval must be longer than the timeout",
    ),
    (
        "load_balancer: {type: application}",
        "health_check: {codes: '200,500'}",
        "'aws:elasticbeanstalk:environment:process:default': {MatcherHTTPCode: '200,500'}",
        "health_check.codes",
        "HTTP codes must be ascending, between 200 and 499",
    ),
    (
        "load_balancer: {type: classic}",
        "deployment: {policy: TrafficSplitting}",
        "'aws:elasticbeanstalk:command': {DeploymentPolicy: TrafficSplitting}",
        "deployment.policy",
        "Traffic splitting works with an Application Load Balancer only",
    ),
    (
        "deployment: {policy: Rolling}",
        "scaling: {min: 5}",
        "'aws:autoscaling:asg': {MinSize: 5}",
        "scaling.min",
        "The minimum of a group cannot exceed its maximum",
    ),
]


@pytest.mark.parametrize(("settings", "key", "raw", "place", "says"), ALIKE)
def test_a_key_and_its_raw_option_are_judged_alike(settings: str, key: str, raw: str, place: str, says: str) -> None:
    [own], [other] = (reported(f"{settings}\n{written}")[0] for written in (key, f"options: {{{raw}}}"))
    assert f"{DEV}.{place}: " in own
    assert f"{DEV}.options." in other
    assert own.split(": ")[2] == other.split(": ")[2]
    assert says in own


def test_a_mistake_in_defaults_is_reported_once() -> None:
    text = MINIMAL.replace("environments:\n", "  options: {'aws:autoscaling:asg': {Cooldown: often}}\nenvironments:\n")
    [message] = reported("", text + "  prod: {}\n")[0]
    assert message.startswith("shop.yaml:7:47: defaults.options.aws:autoscaling:asg.Cooldown: ")
    assert message.endswith("(in dev, prod)")


def test_it_is_reported_together_with_the_mistakes_of_other_environments() -> None:
    prod = "  prod: {scaling: {min: 9}}\n"
    errors = reported(
        "options: {'aws:autoscaling:asg': {Cooldown: often}}", MINIMAL.replace("  dev:\n", f"{prod}  dev:\n")
    )[0]
    assert [message.split(": ")[1] for message in errors] == [
        "environments.prod.scaling.min",
        f"{DEV}.options.aws:autoscaling:asg.Cooldown",
    ]


@pytest.mark.parametrize(
    ("settings", "place", "says"),
    [
        (
            "options: {'aws:elb:healthcheck': {Interval: 30}}",
            f"9:15: {DEV}.options.aws:elb:healthcheck",
            "This namespace is for Classic Load Balancers alone",
        ),
        (
            "options: {'aws:autoscaling:launchconfiguration': {InstanceType: t3.nano}}",
            f"9:55: {DEV}.options.aws:autoscaling:launchconfiguration.InstanceType",
            "out of use; use aws:ec2:instances::InstanceTypes",
        ),
        (
            "options: {'aws:elasticbeanstalk:xray': {XRayEnabled: true}}",
            f"9:58: {DEV}.options.aws:elasticbeanstalk:xray.XRayEnabled",
            "no Docker or ECS platform",
        ),
    ],
)
def test_an_option_without_effect_is_a_warning(settings: str, place: str, says: str) -> None:
    errors, warnings = reported(settings)
    assert errors == []
    found = [warning for warning in warnings if says in warning]
    assert [warning.startswith(f"shop.yaml:{place}: ") for warning in found] == [True], warnings


def test_a_resource_name_that_a_namespace_has_no_use_for_is_an_error() -> None:
    errors, _ = reported("options: {Web.aws:elasticbeanstalk:command: {IgnoreHealthCheck: true}}")
    place = f"shop.yaml:9:15: {DEV}.options.Web.aws:elasticbeanstalk:command"
    assert f"{place}: aws:elasticbeanstalk:command has no use for a ResourceName, here 'Web'" in errors


def test_a_health_check_that_nothing_runs_is_never_an_error() -> None:
    """EB gets no option of it, so that there is nothing to refuse."""
    errors, warnings = reported("load_balancer: {type: none}\nhealth_check: {interval: 10, timeout: 30}")
    assert errors == []
    assert len(warnings) == 2


@pytest.mark.parametrize("kind", ["application", "network", "classic", "none"])
@pytest.mark.parametrize(
    "more",
    [
        "",
        "deployment: {policy: Immutable}",
        "scaling: {max: 1}",
        "health_check: {path: /ok}\nproperties: {LEVEL: info}",
        "database: {engine: postgres, multi_az: true}",
    ],
)
def test_what_beanstack_sets_itself_has_no_findings(shop: Configured, kind: str, more: str) -> None:
    application = shop(f"load_balancer: {{type: {kind}}}\n{more}")
    assert list(accepted.judged(application, application.environments["dev"])) == []


@pytest.mark.parametrize(
    "settings",
    [
        "deployment: {policy: TrafficSplitting}",
        "deployment: {policy: RollingWithAdditionalBatch, batch_size: 1, batch_size_type: Fixed}",
        "options:\n  aws:elbv2:listener:443: {Protocol: HTTPS, SSLCertificateArns: 'arn:aws:acm:eu-west-1:1:c/1'}",
        "options:\n  aws:ec2:vpc: {VPCId: vpc-0123456789abcdef0, Subnets: subnet-0123456789abcdef0}",
        "options:\n  aws:autoscaling:asg: {MinSize: '{{resolve:ssm:min}}', MaxSize: '{{resolve:ssm:max}}'}",
        "options:\n  aws:elasticbeanstalk:cloudwatch:logs: {StreamLogs: true, RetentionInDays: 7}",
        "options:\n  aws:ec2:instances: {EnableSpot: true, SpotMaxPrice: 0.05}\ninstance_types: [t3.micro, t3.small]",
    ],
)
def test_valid_options_have_no_findings(settings: str) -> None:
    assert reported(settings) == ([], [])


def test_nothing_is_written_where_an_option_is_refused(project: Project) -> None:
    path = project.root / "config/todobackend.yaml"
    path.write_text(path.read_text() + "    options: {'aws:elasticbeanstalk:command': {DeploymentPolicy: Rollin}}\n")
    assert_refused(project, says="did you mean 'Rolling'?")
