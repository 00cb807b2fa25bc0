"""What is accepted: every key of its own, and the last value before each limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from beanstack.config.container import Container
from beanstack.config.image import Build
from beanstack.config.model import Model
from beanstack.config.option import Reference
from beanstack.config.settings import Settings
from tests.config.conftest import SETTINGS, edited, shared

if TYPE_CHECKING:
    from pathlib import Path

    from tests.config.conftest import Loaded

CERTIFICATE = "arn:aws:acm:eu-west-1:111122223333:certificate/12345678-1234-1234-1234-123456789012"
# A mapping for each key of a container, and what it becomes.
CONTAINER: dict[str, tuple[str, Any]] = {
    "image": ("example.org/own:1", "example.org/own:1"),
    "build": ("{context: app, repository: shop}", Build(context="app", repository="shop")),
    "essential": ("false", False),
    "command": ('[run, "a b", "$HOME"]', ("run", "a b", "$HOME")),
    "entry_point": ("[/bin/sh, -c]", ("/bin/sh", "-c")),
    "memory": ("6", 6),
    "memory_reservation": ("6", 6),
    "cpu": ("512", 512),
    "ports": ('["53:53/udp", 8080:80]', ((53, 53, "udp"), (8080, 80, "tcp"))),
    "mounts": ('["public:/p:ro", "public:/q:rw", "awseb-logs-extra:/l"]', None),
    "volumes_from": ('["worker:ro"]', (("worker", True),)),
    "links": ('[worker, "web:app.local"]', (("worker", None), ("web", "app.local"))),
    "depends_on": ("{worker: SUCCESS, web: START}", {"worker": "SUCCESS", "web": "START"}),
    "environment": ("{EMPTY: '', A.b-c: d}", {"EMPTY": "", "A.b-c": "d"}),
    "secrets": (
        "{DB: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:db'}",
        {"DB": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db"},
    ),
    "bootstrap": ("false", False),
    "migrate": ("[]", ()),
    "user": ("'1000:1000'", "1000:1000"),
    "working_directory": ("/srv/app", "/srv/app"),
    "ulimits": ("{nofile: {soft: 1, hard: 1}, core: {soft: 0, hard: -1}, cpu: {soft: -1, hard: -1}}", None),
    "hostname": ("extra.local", "extra.local"),
    "extra_hosts": ("{db: 10.0.0.1}", {"db": "10.0.0.1"}),
    "dns_servers": ("[10.0.0.2]", ("10.0.0.2",)),
    "dns_search_domains": ("[local]", ("local",)),
    "docker_labels": ("{a.b: c}", {"a.b": "c"}),
    "docker_security_options": ('["label:type:svirt_t"]', ("label:type:svirt_t",)),
    "disable_networking": ("true", True),
    "privileged": ("true", True),
    "readonly_root_filesystem": ("true", True),
    "interactive": ("true", True),
    "pseudo_terminal": ("true", True),
    "start_timeout": ("1", 1),
    "stop_timeout": ("120", 120),
    "health_check": ("{command: [CMD-SHELL, exit 0], start_period: 300, interval: 5, retries: 10}", None),
    "restart_policy": ("{enabled: true, ignored_exit_codes: [0], restart_attempt_period: 60}", None),
    "linux_parameters": (
        "{init_process_enabled: true, capabilities: {drop: [ALL]}, devices: [{host_path: /dev/null}],"
        " tmpfs: [{container_path: /run, size: 1}]}",
        None,
    ),
    "log_configuration": ("{log_driver: json-file, options: {max-size: 10m}}", None),
    "firelens_configuration": ("{type: fluentbit}", None),
    "resource_requirements": ("{GPU: 1}", {"GPU": "1"}),
    "environment_files": ("['arn:aws:s3:::bucket/a.env']", ("arn:aws:s3:::bucket/a.env",)),
    "repository_credentials": (
        "'arn:aws:secretsmanager:eu-west-1:111122223333:secret:registry'",
        "arn:aws:secretsmanager:eu-west-1:111122223333:secret:registry",
    ),
    "credential_specs": ("['credentialspec:arn:aws:s3:::bucket/spec']", ("credentialspec:arn:aws:s3:::bucket/spec",)),
    "version_consistency": ("disabled", "disabled"),
    "system_controls": ('{net.core.somaxconn: "1024"}', {"net.core.somaxconn": "1024"}),
}
NEEDED = """\
account: "111122223333"
execution_role_arn: arn:aws:iam::111122223333:role/execution
"""


# What a key needs of other keys: edits of SETTINGS.
TOGETHER: dict[str, tuple[str, str]] = {
    "firelens_configuration": (
        "example.org/worker:2.0",
        "example.org/worker:2.0\n    log_configuration: {log_driver: awsfirelens, options: {Name: stdout}}",
    ),
    "resource_requirements": ("[t3.medium, t3.nano]", "[g4dn.xlarge]"),
}


@pytest.mark.parametrize("key", Container.model_fields)
def test_every_key_of_a_container_is_accepted(key: str, loaded: Loaded) -> None:
    written, expected = CONTAINER[key]
    memory = "" if key == "memory" else "memory: 6, "
    extra = f"  extra: {{{memory}{key}: {written}}}\nproperties"
    edits = [("properties", extra), *([TOGETHER[key]] if key in TOGETHER else [])]
    made = loaded(shared(edited(SETTINGS, *edits) + NEEDED)).environments["prod"].containers["extra"]
    assert key in made.model_fields_set
    if expected is not None:
        assert getattr(made, key) == expected


def test_mounts_ulimits_and_health_checks_are_read_in_full(loaded: Loaded) -> None:
    keys = ("mounts", "ulimits", "health_check")
    extra = "  extra:\n    memory: 6\n" + "".join(f"    {key}: {CONTAINER[key][0]}\n" for key in keys)
    made = (
        loaded(shared(edited(SETTINGS, ("properties", f"{extra}properties")))).environments["dev"].containers["extra"]
    )
    assert made.mounts == (("public", "/p", True), ("public", "/q", False), ("awseb-logs-extra", "/l", False))
    assert {name: (limit.soft, limit.hard) for name, limit in made.ulimits.items()} == {
        "nofile": (1, 1),
        "core": (0, -1),
        "cpu": (-1, -1),
    }
    assert made.health_check is not None
    assert (made.health_check.command, made.health_check.start_period) == (("CMD-SHELL", "exit 0"), 300)


# A mapping for each key of an environment, and what it becomes.
ENVIRONMENT: dict[str, tuple[str, Any]] = {
    "tier": ("web", "web"),
    "environment_name": ("Shop-live", "Shop-live"),
    "cname_prefix": ("shop", "shop"),
    "deletion_protection": ("true", True),
    "region": ("us-gov-west-1", "us-gov-west-1"),
    "account": ('"085605022855"', "085605022855"),
    "https": (f"{{certificate: {CERTIFICATE}}}", {"certificate": CERTIFICATE, "policy": None, "http": "redirect"}),
    "dns": ("none", {"names": (), "zones": {}}),
    "platform": (
        "ECS running on 64bit Amazon Linux 2023/4.10.0",
        "ECS running on 64bit Amazon Linux 2023/4.10.0",
    ),
    "instance_types": ("[u-6tb1.56xlarge]", ("u-6tb1.56xlarge",)),
    "key_pair": ("my ops key", "my ops key"),
    "ssh_source": ("2001:db8::/32", "2001:db8::/32"),
    "session_manager": ("true", True),
    "vpc": (
        "{id: vpc-0123456789abcdef0, subnets: [subnet-01234567, subnet-0123456789abcdef1]}",
        {
            "id": "vpc-0123456789abcdef0",
            "subnets": ("subnet-01234567", "subnet-0123456789abcdef1"),
            "load_balancer_subnets": None,
            "database_subnets": None,
            "public_ip": False,
        },
    ),
    "image": ("example.org/shop:1.1", "example.org/shop:1.1"),
    "build": (
        "{context: app, repository: shop}, account: '085605022855'",
        {"context": "app", "repository": "shop"},
    ),
    "execution_role_arn": (
        "'arn:aws:iam::111122223333:role/execution'",
        "arn:aws:iam::111122223333:role/execution",
    ),
    "volumes": (
        "{public: {owner: null, host_path: /var/lib/shop}, logs: {}}",
        {"public": {"owner": None, "host_path": "/var/lib/shop"}, "logs": {"owner": None, "host_path": None}},
    ),
    "containers": ("{worker: null, web: {memory: 100}}", None),
    "properties": ("{EMPTY: ''}", {"LEVEL": "info", "EMPTY": ""}),
    "not_secret": ("[API_KEY]", ("API_KEY",)),
    "load_balancer": ("{type: classic}", None),
    "health_check": (
        "{path: /ok, codes: '200,301-399', interval: 300, timeout: 60, healthy_threshold: 2}",
        {
            "path": "/ok",
            "codes": "200,301-399",
            "interval": 300,
            "timeout": 60,
            "healthy_threshold": 2,
            "unhealthy_threshold": 5,
        },
    ),
    "scaling": (
        "{min: 0, max: 10000, cooldown: 0, replace_unhealthy: {}}",
        {
            "min": 0,
            "max": 10000,
            "cooldown": 0,
            "trigger": None,
            "schedule": {},
            "replace_unhealthy": {"grace": 300},
        },
    ),
    "ami": ("ami-0123456789abcdef0", "ami-0123456789abcdef0"),
    "output_limit": ("{}", {"size": 10, "files": 3}),
    "root_volume": ("{size: 16384, iops: 16000}", {"size": 16384, "iops": 16000, "throughput": 125}),
    "spot": (
        "{max_price: 20}",
        {
            "on_demand_base": None,
            "on_demand_percent": None,
            "strategy": "price-capacity-optimized",
            "max_price": 20,
            "rebalancing": True,
        },
    ),
    "managed_updates": (
        "{preferred_start_time: 'sun:23:59'}",
        {"preferred_start_time": "sun:23:59", "update_level": "patch", "instance_refresh": False},
    ),
    "deployment": (
        "{policy: RollingWithAdditionalBatch, batch_size: 1, batch_size_type: Fixed, timeout: 3600}",
        {
            "policy": "RollingWithAdditionalBatch",
            "batch_size": 1,
            "batch_size_type": "Fixed",
            "timeout": 3600,
            "ignore_health_check": False,
            "accepted_health": None,
            "ignore_4xx": None,
            "new_version_percent": 10,
            "evaluation_time": 5,
            "configuration": "Health",
            "pause": None,
        },
    ),
    "smoke_test": (
        "[{path: /todos?page=1, text: todo}, {path: /old, status: 301}]",
        (
            {"path": "/todos?page=1", "status": 200, "text": "todo"},
            {"path": "/old", "status": 301, "text": None},
        ),
    ),
    "database": (
        "{engine: postgres, version: '16', instance_class: db.t4g.micro, storage: 20, user: admin1, multi_az: true}",
        {
            "engine": "postgres",
            "version": "16",
            "instance_class": "db.t4g.micro",
            "storage": 20,
            "user": "admin1",
            "deletion_policy": "Snapshot",
            "multi_az": True,
            "variables": {"DB_HOST": "RDS_HOSTNAME"},
        },
    ),
    "instance_role": (
        "{managed_policies: minimal, statements: [{actions: ['s3:GetObject'], resources: ['arn:aws:s3:::a/*']}]}",
        {
            "managed_policies": ("minimal",),
            "statements": (
                {
                    "effect": "Allow",
                    "actions": ("s3:GetObject",),
                    "resources": ("arn:aws:s3:::a/*",),
                    "conditions": {},
                },
            ),
            "permissions_boundary": None,
            "path": None,
        },
    ),
    "instance_profile": ("corp-web", "corp-web"),
    "service_role": ("corp/eb", "corp/eb"),
    "resources": ("aws.yaml", "aws.yaml"),
    "tags": ("{team: shop, cost center: 1 a}", {"team": "shop", "cost center": "1 a"}),
    "options": (
        "{'aws:elasticbeanstalk:customoption': {Number: 360, Flag: true, Ratio: 0.5, Text: Any 2}}",
        {"aws:elasticbeanstalk:customoption": {"Number": "360", "Flag": "true", "Ratio": "0.5", "Text": "Any 2"}},
    ),
}


def test_every_key_of_an_environment_has_a_case_unless_it_is_a_section_of_options_alone() -> None:
    """Such a section is tested by the table that it becomes."""
    for key, field in Settings.model_fields.items():
        section = field.annotation
        fields = section.model_fields.values() if isinstance(section, type) and issubclass(section, Model) else []
        only_options = fields and all(any(isinstance(item, Reference) for item in inner.metadata) for inner in fields)
        assert key in ENVIRONMENT or only_options


@pytest.mark.parametrize("key", ENVIRONMENT)
def test_every_key_of_an_environment_is_accepted(key: str, loaded: Loaded, folder: Path) -> None:
    (folder / "shop").mkdir()
    (folder / "shop/aws.yaml").write_text("Resources: {Jobs: {Type: 'AWS::SQS::Queue'}}")
    written, expected = ENVIRONMENT[key]
    dev = loaded(shared(overrides=f"  dev: {{{key}: {written}}}\n")).environments["dev"]
    assert key in dev.model_fields_set
    if expected is not None:
        assert dev.model_dump()[key] == expected


@pytest.mark.parametrize("kind", ["application", "network", "classic", "none"])
def test_there_are_four_kinds_of_load_balancer(kind: str, loaded: Loaded) -> None:
    overrides = f"  dev: {{load_balancer: {{type: {kind}}}, scaling: {{max: 1}}, deployment: null}}\n"
    dev = loaded(shared(overrides=overrides)).environments["dev"]
    assert (dev.load_balancer.type, dev.load_balanced) == (kind, kind != "none")


def test_a_property_without_bootstrap_can_have_any_name_of_eb(loaded: Loaded) -> None:
    overrides = r"""  dev:
    database: null
    containers: {web: {bootstrap: false, migrate: null}}
    properties: {'a.b:c/d+e\f@g-h': x}
"""
    assert r"a.b:c/d+e\f@g-h" in loaded(shared(overrides=overrides)).environments["dev"].properties


def test_an_application_has_a_description_and_versions(loaded: Loaded) -> None:
    made = loaded(f"description: {200 * 'é'}\nversions: {{keep: 1000}}\n{shared()}")
    assert (made.description, made.versions.keep) == (200 * "é", 1000)


def test_settings_that_are_not_named_have_good_defaults(loaded: Loaded) -> None:
    containers = "containers: {web: {memory: 64, image: 'a:1', ports: ['80:80']}}"
    platform = "platform: ECS running on 64bit Amazon Linux 2023/4.7.7"
    made = loaded(
        f"application: shop\ndefaults: {{region: eu-west-1, {platform}, {containers}}}\nenvironments: {{dev: }}\n"
    )
    dev = made.environments["dev"]
    assert (made.description, made.versions.keep) == ("", 50)
    assert (dev.load_balancer.type, dev.load_balancer.port, dev.health_check.path) == ("application", 80, "/")
    assert (dev.deployment.policy, dev.deployment.timeout, dev.database) == ("AllAtOnce", 600, None)
    assert (dev.account, dev.options, dev.tags, dev.properties, dev.volumes) == (None, {}, {}, {}, {})


def test_settings_cannot_change_once_they_are_loaded(loaded: Loaded) -> None:
    dev = loaded(shared()).environments["dev"]
    with pytest.raises(ValidationError, match="frozen"):
        dev.region = "us-east-1"  # type: ignore[misc]


def test_a_volume_belongs_to_the_bootstrapped_user_unless_it_says_otherwise(loaded: Loaded) -> None:
    volumes = "volumes: {public: {owner: null}, logs: {owner: 5}, host: {host_path: /var/log}}"
    mounts = "containers: {web: {mounts: ['public:/a', 'logs:/b', 'host:/c']}}"
    dev = loaded(shared(overrides=f"  dev: {{{volumes}, {mounts}}}\n")).environments["dev"]
    assert [dev.owner_of(volume) for volume in ("public", "logs", "host")] == [1000, 5, None]
