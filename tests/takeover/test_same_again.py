"""What an import of an environment generates is what it was imported from."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from beanstack.config import ConfigError, load
from beanstack.task import Task
from tests.conftest import FIXTURE, PROJECT
from tests.takeover.conftest import effective, imported, load_text

if TYPE_CHECKING:
    from beanstack.config import Application

# EB does not show it, and Beanstack always makes one.
NOT_SHOWN = "DBPassword"

BALANCED = st.fixed_dictionaries(
    {"type": st.sampled_from(["application", "network", "classic"])},
    optional={"port": st.sampled_from([80, 8080])},
)
CONTAINERS = st.fixed_dictionaries(
    {},
    optional={
        "memory_reservation": st.integers(6, 64),
        "cpu": st.integers(0, 1024),
        "command": st.lists(st.text("abc -=:{}'\"#é", min_size=1, max_size=12), min_size=1, max_size=4),
        "environment": st.dictionaries(
            st.sampled_from(["LEVEL", "STAGE", "a.b"]),
            st.sampled_from(["info", "", "yes", "0123", "1e9", "a: b", "#", "null", "{a}", "Zürich", " "]),
        ),
        "user": st.sampled_from(["1000", "www-data", "1000:1000"]),
        "links": st.just(["cache:redis"]),
        "mounts": st.lists(st.sampled_from(["data:/data", "logs:/var/log/app:ro"]), unique=True),
        "depends_on": st.just({"cache": "START"}),
        "ulimits": st.just({"nofile": {"soft": 1024, "hard": 4096}}),
        "health_check": st.fixed_dictionaries(
            {"command": st.just(["CMD-SHELL", "curl -f http://localhost/ || exit 1"])},
            optional={"interval": st.sampled_from([30, 10]), "start_period": st.sampled_from([0, 9])},
        ),
        "log_configuration": st.just({"log_driver": "json-file", "options": {"max-size": "10m"}}),
        "docker_labels": st.just({"team": "shop"}),
        "extra_hosts": st.just({"db": "10.0.0.9"}),
        "linux_parameters": st.just({"init_process_enabled": True, "capabilities": {"drop": ["ALL"]}}),
        "stop_timeout": st.integers(1, 120),
        "privileged": st.booleans(),
        "bootstrap": st.booleans(),
    },
)
SETTINGS = st.fixed_dictionaries(
    {"load_balancer": BALANCED | st.just({"type": "none"}), "web": CONTAINERS},
    optional={
        "instance_types": st.sampled_from([["t3.micro"], ["t3.small", "t3.medium"], ["t4g.small"]]),
        "key_pair": st.just("jumper"),
        "scaling": st.fixed_dictionaries(
            {"min": st.just(1), "max": st.sampled_from([1, 3])},
            optional={
                "cooldown": st.just(60),
                "trigger": st.sampled_from([{"metric": "CPUUtilization", "upper": 70, "lower": 9.5}, {"add": 2}]),
                "schedule": st.just({"night": {"recurrence": "0 1 * * *", "min": 0, "max": 1, "desired": 0}}),
            },
        ),
        "spot": st.sampled_from([{}, {"on_demand_base": 0, "max_price": 0.05}]),
        "root_volume": st.just({"size": 40}),
        "managed_updates": st.just({"preferred_start_time": "Sun:03:00", "instance_refresh": True}),
        "health_check": st.fixed_dictionaries({}, optional={"path": st.just("/up"), "interval": st.just(30)}),
        "deployment": st.fixed_dictionaries(
            {},
            optional={
                "configuration": st.sampled_from(["Time", "Health", "Immutable"]),
                "policy": st.sampled_from(["AllAtOnce", "Rolling", "Immutable", "TrafficSplitting"]),
                "batch_size": st.sampled_from([30, 50, 100]),
                "timeout": st.just(900),
                "ignore_4xx": st.booleans(),
                "accepted_health": st.sampled_from(["Ok", "Warning"]),
            },
        ),
        "database": st.fixed_dictionaries(
            {"engine": st.sampled_from(["mysql", "postgres"])},
            optional={"storage": st.just(30), "multi_az": st.booleans(), "user": st.just("shopper")},
        ),
        "properties": st.dictionaries(st.sampled_from(["LEVEL", "Zone"]), st.sampled_from(["info", "on", "1", "a: b"])),
        "options": st.sampled_from(
            [
                {"aws:elasticbeanstalk:sns:topics": {"Notification Endpoint": "a@example.org"}},
                {"aws:autoscaling:launchconfiguration": {"SSHSourceRestriction": "tcp,22,22,10.0.0.0/8"}},
                {
                    "EveningOff.aws:autoscaling:scheduledaction": {
                        "MinSize": 0,
                        "MaxSize": 0,
                        "Recurrence": "0 22 * * *",
                        "Suspend": False,  # which the key `schedule` always writes
                    }
                },
                {"aws:elasticbeanstalk:cloudwatch:logs": {"StreamLogs": True, "RetentionInDays": 30}},
            ]
        ),
    },
)


def configured(made: dict[str, Any]) -> str:
    """Return the text of a configuration with some settings."""
    web = {"image": "nginx:1.27", "memory": 64, "ports": [f"{made['load_balancer'].get('port', 80)}:80"], **made["web"]}
    if web.get("bootstrap"):
        web["entry_point"] = ["/docker-entrypoint.sh"]
    containers = {"web": web, "cache": {"image": "redis:7", "memory": 32, "essential": False}}
    volumes = {mount.partition(":")[0]: {"host_path": "/srv/logs"} for mount in web.get("mounts", [])}
    if "data" in volumes:
        volumes["data"] = {}
    settings = {key: value for key, value in made.items() if key != "web"}
    settings |= {"region": "eu-west-1", "platform": "ECS running on 64bit Amazon Linux 2023/4.7.7"}
    settings |= {"containers": containers, "volumes": volumes}
    return yaml.safe_dump({"application": "shop", "environments": {"dev": settings}}, allow_unicode=True)


def assert_same_again(application: Application, name: str) -> None:
    environment = application.environments[name]
    with tempfile.TemporaryDirectory() as folder:
        made = imported(application, environment, Path(folder))
    again = made.application.environments[name]
    assert Task(made.application, again).definitions == Task(application, environment).definitions
    before, after = effective(application, environment), effective(made.application, again)
    assert before.keys() == after.keys()
    assert {key for key, value in before.items() if after[key] != value and key[1] != NOT_SHOWN} == set()
    assert not made.draft.to_fill_in


@settings(max_examples=60)
@given(SETTINGS)
def test_any_configuration_is_the_same_again(made: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        try:
            application = load_text(configured(made), Path(folder))
        except ConfigError:
            return  # no configuration
    assert_same_again(application, "dev")


LOAD_BALANCERS = {
    "timeouts": "{idle_timeout: 120, stickiness: 3600, deregistration_delay: 0}",
    "logs of a bucket": "{access_logs: {bucket: example-logs, prefix: web}}",
    "no logs": "{access_logs: false}",
    "processes and rules": "{processes: {admin: {port: 8081, health_check: {path: /up}, stickiness: 60}, "
    "other: {port: 8082, protocol: HTTPS}}, rules: {admin: {priority: 9, paths: [/admin/*, /a], process: admin}, "
    "other: {hosts: [b.example.com], process: other}}}",
    "shared": "{shared: 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/front/0123456789abcdef', "
    "shared_port: 8443, rules: {shop: {hosts: [shop.example.com]}}}",
    "network": "{type: network, deregistration_delay: 30}",
    "classic": "{type: classic, idle_timeout: 120, stickiness: 60, deregistration_delay: 300}",
}


@pytest.mark.parametrize("settings", LOAD_BALANCERS.values(), ids=list(LOAD_BALANCERS))
def test_a_load_balancer_is_the_same_again(settings: str, tmp_path: Path) -> None:
    ports = '["80:80", "8081:81", "8082:82"]'
    text = f"""\
application: shop
environments:
  dev:
    region: eu-west-1
    platform: ECS running on 64bit Amazon Linux 2023/4.7.7
    containers: {{web: {{image: "nginx:1.27", memory: 64, ports: {ports}}}}}
    load_balancer: {settings}
"""
    assert_same_again(load_text(text, tmp_path), "dev")


def test_a_process_and_its_rule_become_their_keys(tmp_path: Path) -> None:
    text = f"""\
application: shop
environments:
  dev:
    region: eu-west-1
    platform: ECS running on 64bit Amazon Linux 2023/4.7.7
    containers: {{web: {{image: "nginx:1.27", memory: 64, ports: ["80:80", "8081:81", "8082:82"]}}}}
    load_balancer: {LOAD_BALANCERS["processes and rules"]}
"""
    application = load_text(text, tmp_path)
    made = imported(application, application.environments["dev"], tmp_path)
    again = made.application.environments["dev"].load_balancer
    assert (again.processes["admin"].port, again.processes["admin"].health_check.path) == (8081, "/up")
    assert (again.rules["admin"].priority, again.rules["admin"].paths) == (9, ("/admin/*", "/a"))


def test_every_environment_of_the_fixture_and_of_the_example_is_the_same_again() -> None:
    for path in (FIXTURE, PROJECT / "config/todobackend.yaml"):
        [application] = load([path]).applications
        for name in application.environments:
            assert_same_again(application, name)
