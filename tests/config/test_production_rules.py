"""One configuration for each rule between the keys of networks, HTTPS, load balancers, capacity and roles.

Each has one mistake, which is reported once, at the culprit's line, by a rule that names AWS's page.
"""

from __future__ import annotations

import json
from textwrap import dedent
from typing import TYPE_CHECKING, NamedTuple

import pytest

from beanstack.config import file, rules
from beanstack.config.rules import balancer, capacity, containers, dns, environment, https, network, roles
from beanstack.eb import FACTS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from beanstack.eb.findings import Finding
    from tests.conftest import Verdict

ARN = "arn:aws:acm:eu-west-1:123456789012:certificate/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
SHARED = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/front/50dc6c495c0c9188"
WEB_ACL = "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/shop/1a2b3c4d-5e6f-7081-92a3-b4c5d6e7f809"
NAMED = f'https: {{certificate: "{ARN}"}}\ndns: none\n'
VPC = "vpc: {id: vpc-0a1b2c3d4e5f60718, subnets: [subnet-0a1b2c3d4e5f60711, subnet-0a1b2c3d4e5f60712]%s}\n"
ZONE = "dns: {zones: {example.com: Z0123456789A}, names: [shop.example.com]}\n"
ADMIN = "load_balancer:\n  processes: {admin: {port: 80}}\n  rules:\n    admin: %s\n"
EVENING = "scaling:\n  schedule:\n    evening: %s\n"
FORM = "of one key alone"


class Row(NamedTuple):
    """Settings of an environment, the beginning of the one thing that is said of them, and what says it.

    `rule` is a function of the configuration or the id of a constraint between options.
    """

    name: str
    settings: str
    verdict: str
    rule: Callable[..., object] | str


ROWS = (
    Row("a VPC without subnets", "vpc: {id: vpc-0a1b2c3d4e5f60718}\n", "error 9:10 vpc.subnets: is missing", FORM),
    Row("subnets without a VPC", "vpc: {subnets: [subnet-0a1b2c3d]}\n", "error 9:10 vpc.id: is missing", FORM),
    Row(
        "one subnet of an application load balancer",
        VPC % ", load_balancer_subnets: [subnet-0a1b2c3d4e5f60713]",
        "error 9:124 vpc.load_balancer_subnets: An Application Load Balancer needs subnets in at least two",
        "alb-needs-two-subnets",
    ),
    Row(
        "one subnet of a database",
        VPC % ", database_subnets: [subnet-0a1b2c3d4e5f60713]" + "database: {engine: mysql}\n",
        "error 9:119 vpc.database_subnets: A database needs subnets in at least two Availability Zones",
        "database-needs-two-subnets",
    ),
    Row(
        "an internal load balancer whose names are in a public zone",
        VPC % "" + "load_balancer: {scheme: internal}\n" + ZONE,
        "warning 11:47 dns.names: the load balancer is internal: in a public zone these names show its private",
        dns.internal,
    ),
    Row(
        "dual stack of a classic load balancer",
        "load_balancer: {type: classic, ip_address_type: dualstack}\n",
        "error 9:53 load_balancer.ip_address_type: dualstack needs an application or network load balancer",
        network.dual_stack,
    ),
    Row(
        "dual stack in a default VPC",
        "load_balancer: {ip_address_type: dualstack}\n",
        "warning 9:38 load_balancer.ip_address_type: a default VPC has no IPv6 addresses unless you gave it some",
        network.default_vpc,
    ),
    Row(
        "a key pair beside own groups",
        VPC % "" + "key_pair: ops\n",
        "error 10:15 key_pair: needs `ssh_source`, which says who may connect with it",
        network.ssh,
    ),
    Row(
        "sources of a shared load balancer",
        f'load_balancer: {{shared: "{SHARED}", sources: [10.0.0.0/8]}}\n',
        "error 9:124 load_balancer.sources: the security groups of a shared load balancer say who may reach it",
        network.sources,
    ),
    Row(
        "HTTPS without a load balancer",
        "load_balancer: {type: none}\n" + NAMED,
        "error 10:5 https: needs a load balancer, which holds the certificate",
        https.balancer,
    ),
    Row(
        "a redirect of a classic load balancer",
        "load_balancer: {type: classic}\n" + NAMED,
        "error 9:27 load_balancer.type: a classic load balancer cannot redirect; write `forward` or `none`",
        https.redirection,
    ),
    Row(
        "a redirect of a network load balancer",
        f'https: {{certificate: "{ARN}", http: redirect}}\ndns: none\nload_balancer: {{type: network}}\n',
        "error 9:119 https.http: a network load balancer cannot redirect; write `forward` or `none`",
        https.redirection,
    ),
    Row(
        "a certificate that no zone validates",
        "https: {certificate: {domain: shop.example.org, alternatives: [shop.example.com]}}\n" + ZONE,
        "error 9:35 https.certificate.domain: DNS validates shop.example.org, but no zone of `dns.zones` holds it",
        https.validation,
    ),
    Row(
        "a name that the certificate does not cover",
        "https: {certificate: {domain: www.example.com}}\n" + ZONE,
        "error 10:55 dns.names.0: the certificate does not cover shop.example.com",
        https.names,
    ),
    Row(
        "a certificate of another Region",
        NAMED.replace("eu-west-1", "us-east-1"),
        "error 9:26 https.certificate: 'arn:aws:acm:us-east-1:",
        https.certificate,
    ),
    Row(
        "a certificate of another account",
        'account: "210987654321"\n' + NAMED,
        "error 10:26 https.certificate: 'arn:aws:acm:eu-west-1:123456789012:",
        https.certificate,
    ),
    Row(
        "HTTPS of a shared load balancer",
        f'load_balancer: {{shared: "{SHARED}"}}\n' + NAMED,
        "error 10:5 https: a shared load balancer has listeners and certificates of its own",
        https.balancer,
    ),
    Row(
        "HTTPS of which nobody knows the name",
        f'https: {{certificate: "{ARN}"}}\n',
        "warning 9:5 https: nothing says which names lead here",
        dns.unnamed,
    ),
    Row(
        "rules of a network load balancer",
        "load_balancer:\n  type: network\n  processes: {admin: {port: 80}}\n"
        "  rules: {admin: {priority: 1, paths: [/admin/*], process: admin}}\n",
        "error 12:7 load_balancer.rules: is for an application load balancer; a network load balancer has none",
        balancer.available,
    ),
    Row(
        "a path that a network load balancer does not ask for",
        "load_balancer: {type: network}\nhealth_check: {path: /up}\n",
        "warning 10:26 health_check.path: a network load balancer checks the port alone",
        environment.unread_health_check,
    ),
    Row(
        "two rules of one priority",
        ADMIN % "{priority: 1, paths: [/admin/*], process: admin}"
        + "    staff: {priority: 1, paths: [/staff/*], process: admin}\n",
        "error 13:27 load_balancer.rules.staff.priority: No two rules may share a priority",
        "listener-rule-priorities-unique",
    ),
    Row(
        "six conditions of a rule",
        ADMIN % "{priority: 1, paths: [/a, /b, /c, /d, /e, /f], process: admin}",
        "error 12:37 load_balancer.rules.admin.paths: A rule has at most five hosts and paths in all",
        "listener-rule-conditions",
    ),
    Row(
        "five conditions of a rule of a shared load balancer",
        (ADMIN % "{priority: 1, paths: [/a, /b, /c, /d, /e], process: admin}").replace(
            "  processes:", f'  shared: "{SHARED}"\n  processes:'
        ),
        "error 13:37 load_balancer.rules.admin.paths: With a shared load balancer a rule has at most four",
        "listener-rule-conditions-shared",
    ),
    Row(
        "a path of 129 characters",
        ADMIN % f"{{priority: 1, paths: [/{'a' * 128}], process: admin}}",
        "error 12:38 load_balancer.rules.admin.paths.0: expected a path pattern: 1 to 128 letters",
        FORM,
    ),
    Row(
        "a path with four wildcards",
        ADMIN % "{priority: 1, paths: [/*/*/*/*], process: admin}",
        "error 12:38 load_balancer.rules.admin.paths.0: expected a path pattern: 1 to 128 letters",
        FORM,
    ),
    Row(
        "a process that does not exist",
        "load_balancer:\n  rules:\n    admin: {priority: 1, paths: [/a], process: admin}\n",
        "error 11:52 load_balancer.rules.admin.process: there is no process 'admin'",
        balancer.destinations,
    ),
    Row(
        "a process whose port no container maps",
        (ADMIN % "{priority: 1, paths: [/a], process: admin}").replace("80", "8081"),
        "error 10:33 load_balancer.processes.admin.port: no container maps host port 8081",
        containers.task,
    ),
    Row(
        "a name of a shared load balancer without a rule",
        f'load_balancer: {{shared: "{SHARED}"}}\n' + ZONE,
        "error 10:55 dns.names.0: no rule has the host shop.example.com",
        balancer.named,
    ),
    Row(
        "a shared load balancer of another Region",
        f'load_balancer: {{shared: "{SHARED}"}}\n'.replace("eu-west-1", "us-east-1"),
        "error 9:29 load_balancer.shared: 'arn:aws:elasticloadbalancing:us-east-1:",
        balancer.places,
    ),
    Row(
        "a shared load balancer of another account",
        f'account: "210987654321"\nload_balancer: {{shared: "{SHARED}"}}\n',
        "error 10:29 load_balancer.shared: 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:",
        balancer.places,
    ),
    Row(
        "a web ACL of another Region",
        f'load_balancer: {{waf: "{WEB_ACL}"}}\n',
        "error 9:26 load_balancer.waf: 'arn:aws:wafv2:us-east-1:",
        balancer.places,
    ),
    Row(
        "Spot with one instance type",
        "instance_types: [t3.small]\nspot: {}\n",
        "warning 10:11 spot: The guide recommends at least two instance types with Spot",
        "spot-wants-several-types",
    ),
    Row(
        "more On-Demand instances than instances",
        "instance_types: [t3.small, t3a.small]\nscaling: {max: 2}\nspot: {on_demand_base: 3}\n",
        "error 11:28 spot.on_demand_base: The On-Demand base cannot exceed the group maximum",
        "spot-base-not-above-max",
    ),
    Row(
        "throughput above a quarter of the operations",
        "root_volume: {iops: 3000, throughput: 1000}\n",
        "error 9:43 root_volume.throughput: A gp3 volume has at most a quarter of a MiB a second",
        "root-volume-throughput-ratio",
    ),
    Row(
        "operations above 500 for a GiB",
        "root_volume: {size: 10, iops: 6000}\n",
        "error 9:35 root_volume.iops: A volume has at most 500 operations a second for each GiB",
        "root-volume-iops-size-ratio",
    ),
    Row("gp3 operations", "root_volume: {iops: 16001}\n", "error 9:25 root_volume.iops: must be at most 16000", FORM),
    Row(
        "gp3 throughput",
        "root_volume: {iops: 8000, throughput: 1001}\n",
        "error 9:43 root_volume.throughput: must be at most 1000",
        FORM,
    ),
    Row(
        "an image of an unknown processor",
        "instance_types: [t4g.small]\nami: ami-0123456789abcdef0\n",
        "warning 10:10 ami: t4g.small is arm64; it is not known here whether the image is as well",
        capacity.image,
    ),
    Row(
        "thresholds in the wrong order",
        "scaling: {trigger: {metric: CPUUtilization, unit: Percent, upper: 25, lower: 70}}\n",
        "error 9:82 scaling.trigger.lower: With a lower threshold that is not below the upper one",
        "trigger-thresholds-in-order",
    ),
    Row(
        "a metric of a shared load balancer",
        f'load_balancer: {{shared: "{SHARED}"}}\n'
        "scaling: {trigger: {metric: TargetResponseTime, upper: 2, lower: 1}}\n",
        "error 10:33 scaling.trigger.metric: These metrics need a dedicated load balancer",
        "trigger-measure-not-on-shared-lb",
    ),
    Row(
        "a scheduled minimum above its maximum",
        EVENING % '{recurrence: "0 18 * * *", min: 2, max: 1}',
        "error 11:50 scaling.schedule.evening.min: Sizes of one action must be in order",
        "scheduled-action-min-max",
    ),
    Row(
        "scheduled instances above the maximum",
        EVENING % '{recurrence: "0 18 * * *", min: 0, max: 1, desired: 2}',
        "error 11:70 scaling.schedule.evening.desired: Sizes of one action must be in order",
        "scheduled-action-desired-max",
    ),
    Row(
        "two actions that start at one time",
        EVENING % '{start_time: "2027-01-31T06:00:00Z", min: 0, max: 1}'
        + '    morning: {start_time: "2027-01-31T06:00:00Z", min: 0, max: 1}\n',
        "error 12:31 scaling.schedule.morning.start_time: another scheduled action starts at 2027-01-31T06:00:00Z",
        FORM,
    ),
    Row(
        "an action without a time",
        EVENING % "{min: 0, max: 1}",
        "error 11:18 scaling.schedule.evening: A scheduled action needs a start time or a recurrence",
        "scheduled-action-when",
    ),
    Row(
        "a recurrence of four fields",
        EVENING % '{recurrence: "0 18 * *", min: 0, max: 1}',
        "error 11:31 scaling.schedule.evening.recurrence: expected the five fields of cron",
        FORM,
    ),
    Row(
        "an hour that no day has",
        EVENING % '{recurrence: "0 25 * * *", min: 0, max: 1}',
        "error 11:31 scaling.schedule.evening.recurrence: the schedule '0 25 * * *': the hour '25' is not 0 to 23",
        FORM,
    ),
    Row(
        "121 scheduled actions",
        "scaling:\n  schedule:\n"
        + "".join(f'    a{number}: {{recurrence: "0 18 * * *", min: 0, max: 1}}\n' for number in range(121)),
        "error 11:9 scaling.schedule: takes at most 120 entries",
        FORM,
    ),
    Row(
        "a trigger of one instance",
        "load_balancer: {type: none}\nscaling: {trigger: {upper: 70, lower: 25}}\n",
        "error 10:15 scaling.trigger: `scaling.trigger` needs a load balancer",
        capacity.single_instance,
    ),
    Row(
        "a schedule of one instance",
        "load_balancer: {type: none}\n" + EVENING % '{recurrence: "0 18 * * *", min: 1, max: 1}',
        "error 11:7 scaling.schedule: `scaling.schedule` needs a load balancer",
        capacity.single_instance,
    ),
    Row(
        "an On-Demand base of one Spot Instance",
        "load_balancer: {type: none}\ninstance_types: [t3.small, t3a.small]\nspot: {on_demand_base: 1}\n",
        "error 11:28 spot.on_demand_base: must be 0 without a load balancer",
        capacity.single_instance,
    ),
    Row(
        "a window that is no day and time",
        'managed_updates: {preferred_start_time: "Sunday 3:00"}\n',
        "error 9:45 managed_updates.preferred_start_time: expected a day and time in UTC, such as Sun:03:00",
        FORM,
    ),
    Row(
        "a level of updates that does not exist",
        'managed_updates: {preferred_start_time: "Sun:03:00", update_level: major}\n',
        "error 9:72 managed_updates.update_level: expected 'patch' or 'minor'",
        FORM,
    ),
    Row(
        "a weekly loss of CPU credits",
        'managed_updates: {preferred_start_time: "Sun:03:00", instance_refresh: true}\n',
        "warning 9:76 managed_updates.instance_refresh: each week new instances start without the CPU credits",
        capacity.burst_credits,
    ),
    Row(
        "managed updates with basic health",
        'managed_updates: {preferred_start_time: "Sun:03:00"}\n'
        'options: {"aws:elasticbeanstalk:healthreporting:system": {SystemType: basic}}\n',
        "error 10:75 options.aws:elasticbeanstalk:healthreporting:system.SystemType: Managed updates depend on",
        "managed-actions-need-enhanced-health",
    ),
    Row(
        "protection of a database that is deleted",
        "deletion_protection: true\ndeployment: {policy: Immutable}\n"
        "database: {engine: mysql, deletion_policy: Delete}\n",
        "error 11:48 database.deletion_policy: `deletion_protection` is for data that is to last",
        environment.deletion_protection,
    ),
    Row(
        "protection of what each deployment interrupts",
        "deletion_protection: true\ndeployment: {policy: AllAtOnce}\n",
        "warning 10:26 deployment.policy: AllAtOnce stops the application on all instances for each new version",
        environment.protected_but_interrupted,
    ),
    Row(
        "settings of a role that is not made",
        "instance_profile: ours\ninstance_role: {managed_policies: minimal}\n",
        "error 10:5 instance_role: `instance_profile` names an existing profile",
        roles.one_source,
    ),
    Row(
        "a profile of options that leaves the role unused",
        'options: {"aws:autoscaling:launchconfiguration": {IamInstanceProfile: ours}}\n',
        "warning 9:55 options.aws:autoscaling:launchconfiguration.IamInstanceProfile: replaces the profile of the",
        "replaced",
    ),
)
every_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
OF_FUNCTIONS = [row for row in ROWS if callable(row.rule)]


@every_row
def test_a_mistake_is_reported_once_at_its_line(row: Row, verdicts: Verdict) -> None:
    [found] = verdicts(dedent(row.settings))
    assert found.startswith(row.verdict)


@pytest.mark.parametrize("row", OF_FUNCTIONS, ids=lambda row: row.name)
def test_without_its_rule_nobody_reports_it(row: Row, verdicts: Verdict, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RULES", "WARNINGS"):
        monkeypatch.setattr(file, name, tuple(rule for rule in getattr(rules, name) if rule is not row.rule))
    assert not [line for line in verdicts(row.settings) if line.startswith(row.verdict)]


@pytest.mark.parametrize("row", [row for row in ROWS if row.rule not in (FORM, "replaced")], ids=lambda row: row.name)
def test_a_mistake_between_keys_is_printed_with_its_page(
    row: Row, mistakes: Callable[[str], Sequence[Finding]]
) -> None:
    [found] = mistakes(dedent(row.settings))
    assert found.cited == f"{found} ({found.page})"
    assert found.page.startswith("https://")


def test_the_constraints_of_the_table_exist_with_their_evidence() -> None:
    constraints = {one["id"]: one for one in json.loads((FACTS / "options.json").read_text("utf-8"))["constraints"]}
    named = {row.rule for row in ROWS if isinstance(row.rule, str)} - {FORM, "replaced"}
    assert named <= constraints.keys()
    assert all(constraints[name]["evidence"] for name in named)
