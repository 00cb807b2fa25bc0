"""Each rule between options fires on what breaks it, and on nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from beanstack.eb.options.catalogue import Constraint, facts
from beanstack.eb.options.check import check_options
from beanstack.eb.settings import Context, Setting, concerned

if TYPE_CHECKING:
    from beanstack.eb.findings import Finding

CASES: dict[str, dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("constraints.yaml").read_text())
CONSTRAINTS = {constraint.id: constraint for constraint in facts().constraints}
each_constraint = pytest.mark.parametrize("constraint", CONSTRAINTS.values(), ids=list(CONSTRAINTS))


def test_every_constraint_has_a_case() -> None:
    assert list(CASES) == list(CONSTRAINTS)


def settings(constraint: Constraint, which: str) -> list[Setting]:
    given = [Setting(*setting) for setting in CASES[constraint.id][which]]
    return [setting._replace(value="x" * 5000) if setting.value == "LONG" else setting for setting in given]


def context(constraint: Constraint, which: str, *, complete: bool = True) -> Context:
    around: dict[str, Any] = CASES[constraint.id].get(f"{which}_in", {})
    files = {name: frozenset(keys) for name, keys in around["files"].items()} if "files" in around else None
    return Context(around.get("tier", "web"), around.get("platform", "ecs-al2023"), complete, files)


def found(constraint: Constraint, which: str, *, complete: bool = True) -> list[Finding]:
    return check_options(settings(constraint, which), facts(), context(constraint, which, complete=complete))


@each_constraint
def test_a_constraint_fires_on_what_breaks_it(constraint: Constraint) -> None:
    findings = [finding for finding in found(constraint, "fires") if finding.constraint == constraint.id]
    assert [(finding.severity, finding.kind) for finding in findings] == [(constraint.severity, constraint.kind)]
    assert constraint.why.rstrip(".") in findings[0].message


@each_constraint
def test_a_constraint_names_the_settings_that_take_part(constraint: Constraint) -> None:
    given = settings(constraint, "fires")
    (finding,) = (finding for finding in found(constraint, "fires") if finding.constraint == constraint.id)
    if not finding.path:
        assert given == []
    else:
        places = {*concerned(finding)}
        assert places == set(range(len(given)))


@each_constraint
def test_a_constraint_is_silent_on_what_keeps_it(constraint: Constraint) -> None:
    assert [finding for finding in found(constraint, "silent") if finding.constraint == constraint.id] == []


@each_constraint
def test_cases_have_no_mistakes_but_those_of_constraints(constraint: Constraint) -> None:
    for which in ("fires", "silent"):
        errors = [finding for finding in found(constraint, which) if finding.severity == "error"]
        assert [finding for finding in errors if not finding.constraint] == []


@each_constraint
def test_a_finding_on_incomplete_settings_holds_for_the_complete_ones(constraint: Constraint) -> None:
    """What is reported of some settings still holds once others are added, such as those that keep the rule."""
    here = settings(constraint, "fires")
    elsewhere = [setting for setting in settings(constraint, "silent") if not _same_option(setting, here)]
    if constraint.id in {finding.constraint for finding in found(constraint, "fires", complete=False)}:
        whole = check_options([*here, *elsewhere], facts(), context(constraint, "fires"))
        assert constraint.id in {finding.constraint for finding in whole}


def _same_option(setting: Setting, others: list[Setting]) -> bool:
    return any(setting[:2] == other[:2] and setting.resource == other.resource for other in others)


def test_min_above_max_is_reported_wherever_other_settings_come_from() -> None:
    sizes = [Setting("aws:autoscaling:asg", "MinSize", "3"), Setting("aws:autoscaling:asg", "MaxSize", "2")]
    found = check_options(sizes, facts(), Context(complete=False))
    assert [(finding.id, *finding.path[:1]) for finding in found] == [("E9520", 0)]


SHARED = Setting("aws:elasticbeanstalk:environment", "LoadBalancerIsShared", "true")
APPLICATION = Setting("aws:elasticbeanstalk:environment", "LoadBalancerType", "application")
ARN = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/web/1"
RULE = "aws:elbv2:listenerrule:"


def blamed(*settings: Setting) -> list[tuple[str | int, ...]]:
    found = check_options(settings, facts(), Context("web"))
    return [(finding.id, *finding.path) for finding in found if finding.constraint]


def test_a_shared_load_balancer_blames_the_unsupported_option() -> None:
    arn = Setting("aws:elbv2:loadbalancer", "SharedLoadBalancer", ARN)
    timeout = Setting("aws:elbv2:loadbalancer", "IdleTimeout", "120")
    assert blamed(APPLICATION, SHARED, arn, timeout) == [("W9523", 3, "namespace")]


def test_the_last_rule_with_a_repeated_priority_is_blamed() -> None:
    rules = [Setting(RULE + name, "Priority", str(priority)) for name, priority in (("a", 1), ("b", 5), ("c", 5))]
    others = [Setting(rule.namespace, "PathPatterns", "/") for rule in rules]
    listener = Setting("aws:elbv2:listener:default", "Rules", "a,b,c,d")
    settings = (APPLICATION, listener, *others, *rules)
    default = Setting(RULE + "d", "PathPatterns", "/")
    assert blamed(*settings, default) == [("E9526", 7, "value")]
    assert blamed(*settings[:-1], default) == [("E9526", 5, "value")]


def test_that_a_setting_has_no_effect_is_not_said_where_it_is_an_error() -> None:
    address = Setting("aws:elbv2:loadbalancer", "IpAddressType", "dualstack")
    assert blamed(address) == [("E9512", 0, "value")]


@pytest.mark.parametrize(("strategy", "ids"), [("capacity-optimized", []), ("lowest-price", ["W9522"])])
def test_a_default_without_effect_is_not_reported(strategy: str, ids: list[str]) -> None:
    """The service itself reports it beside all others."""
    spot = "aws:ec2:instances"
    settings = [Setting(spot, "EnableSpot", "false"), Setting(spot, "SpotAllocationStrategy", strategy)]
    assert [finding.id for finding in check_options(settings, facts(), Context())] == ids


LISTENER = "aws:elbv2:listener:"
OF_LISTENERS = [one for one in CONSTRAINTS.values() if one.for_each == f"{LISTENER}{{port}}"]


@pytest.mark.parametrize("constraint", OF_LISTENERS, ids=lambda constraint: constraint.id)
@pytest.mark.parametrize("which", ["fires", "silent"])
def test_the_default_listener_is_judged_as_one_on_a_port(constraint: Constraint, which: str) -> None:
    def rules(name: str) -> list[tuple[str, tuple[str | int, ...]]]:
        renamed = [one._replace(namespace=one.namespace.replace("443", name)) for one in settings(constraint, which)]
        findings = check_options(renamed, facts(), context(constraint, which))
        return [(finding.constraint, finding.path) for finding in findings if finding.constraint == constraint.id]

    assert rules("default") == rules("443")
    assert bool(rules("default")) == (which == "fires")


ADMIN = "aws:elasticbeanstalk:environment:process:admin"
BALANCER = "aws:elasticbeanstalk:environment"
CLASSIC_CHECK = "aws:elb:healthcheck"


@pytest.mark.parametrize(
    ("constraint", "balancer", "namespace", "options", "fires"),
    [
        # An Application Load Balancer checks every 15 seconds by default, with a timeout of 5.
        ("process-timeout-below-interval", "application", ADMIN, {"HealthCheckTimeout": "14"}, False),
        ("process-timeout-below-interval", "application", ADMIN, {"HealthCheckTimeout": "15"}, True),
        ("process-timeout-below-interval", "application", ADMIN, {"HealthCheckInterval": "6"}, False),
        ("process-timeout-below-interval", "application", ADMIN, {"HealthCheckInterval": "5"}, True),
        # A Classic Load Balancer checks every 10 seconds by default, with a timeout of 5.
        ("clb-timeout-below-interval", "classic", CLASSIC_CHECK, {"Timeout": "9"}, False),
        ("clb-timeout-below-interval", "classic", CLASSIC_CHECK, {"Timeout": "10"}, True),
        ("clb-timeout-below-interval", "classic", CLASSIC_CHECK, {"Interval": "6"}, False),
        ("clb-timeout-below-interval", "classic", CLASSIC_CHECK, {"Interval": "5"}, True),
        # A Network Load Balancer knows two intervals.
        *(
            ("nlb-health-check-interval", "network", ADMIN, {"HealthCheckInterval": interval}, fires)
            for interval, fires in (("5", True), ("9", True), ("10", False), ("20", True), ("30", False), ("60", True))
        ),
    ],
)
def test_each_side_of_a_limit_of_health_checks(
    constraint: str, balancer: str, namespace: str, options: dict[str, str], fires: bool
) -> None:
    given = [Setting(BALANCER, "LoadBalancerType", balancer)]
    given += [Setting(namespace, name, value) for name, value in options.items()]
    findings = check_options(given, facts(), Context("web", "ecs-al2023", True, None))
    assert [finding.constraint for finding in findings if finding.constraint == constraint] == [constraint] * fires
