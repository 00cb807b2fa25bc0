"""Every mistake of every file at once, each at its place; warnings are no mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from beanstack.config import ConfigError, load
from tests.config.conftest import SETTINGS, Refusals, edited, own, shared

BASE = shared()


def refused(*names: str) -> list[str]:
    with pytest.raises(ConfigError) as error:
        load([Path(name) for name in names])
    assert str(error.value).splitlines() == [problem.cited for problem in error.value.findings]
    return [str(problem) for problem in error.value.findings]


def test_mistakes_of_all_sections_are_reported_at_once_and_in_order(refusals: Refusals) -> None:
    text = edited(
        BASE,
        ("application: shop", "application: shop\nversions: {keep: 0, kep: 1}\ndescripton: none"),
        ("region: eu-west-1", "region: EU"),
        ("memory: 128", "memory: 5"),
        ("essential: false", "essential: no"),
        ("{min: 1, max: 2}", "{min: -2, max: 1}"),
        ("{DB_HOST: RDS_HOSTNAME}", "{DB_HOST: RDS_HOST}"),
        ("dev: {}", "Dev_: {}"),
        ("prod: {}", "prod: {regio: x}"),
    )
    both = "(in Dev_, prod)"
    assert refusals(text) == [
        "shop.yaml:2:18: versions.keep: must be at least 1, found 0",
        "shop.yaml:2:21: versions.kep: unknown key; did you mean 'keep'?",
        "shop.yaml:3:1: descripton: unknown key; did you mean 'description'?",
        f"shop.yaml:5:11: defaults.region: expected a Region such as us-east-1, found 'EU' {both}",
        f"shop.yaml:13:15: defaults.containers.web.memory: must be at least 6, found 5 {both}",
        f"shop.yaml:22:18: defaults.containers.worker.essential: expected true or false, found 'no' {both}",
        f"shop.yaml:26:18: defaults.scaling.min: must be at least 0, found -2 {both}",
        f"shop.yaml:30:26: defaults.database.variables.DB_HOST: expected 'RDS_HOSTNAME', 'RDS_PORT', 'RDS_DB_NAME', "
        f"'RDS_USERNAME' or 'RDS_PASSWORD', found 'RDS_HOST'; did you mean 'RDS_HOSTNAME'? {both}",
        "shop.yaml:32:3: environments.Dev_: an environment's name has letters, digits and hyphens, and no hyphen first",
        "shop.yaml:33:10: environments.prod.regio: unknown key; did you mean 'region'?",
    ]


def test_rules_between_settings_wait_until_each_setting_is_valid(refusals: Refusals) -> None:
    text = edited(SETTINGS, ("{LEVEL: info}", "{API_KEY: x}"))
    mistakes = (("{min: 1, max: 2}", "[]"), ("essential: false", "essential: no"))
    assert refusals(own(edited(text, *mistakes))) == [
        "shop.yaml:21:20: environments.dev.containers.worker.essential: expected true or false, found 'no'",
        "shop.yaml:25:14: environments.dev.scaling: expected a mapping, found a list",
    ]
    assert refusals(own(text)) == [
        "shop.yaml:24:27: environments.dev.properties.API_KEY: looks like a secret; "
        "take it from {{resolve:secretsmanager:...}}, or list 'API_KEY' in `not_secret`",
    ]


def test_a_mistake_of_one_environment_hides_no_rule_of_another(refusals: Refusals) -> None:
    text = shared(overrides="  dev: {scaling: []}\n  prod: {properties: {API_KEY: x}}\n")
    assert refusals(text) == [
        "shop.yaml:30:18: environments.dev.scaling: expected a mapping, found a list",
        "shop.yaml:31:32: environments.prod.properties.API_KEY: looks like a secret; "
        "take it from {{resolve:secretsmanager:...}}, or list 'API_KEY' in `not_secret`",
    ]


@pytest.mark.parametrize(
    ("old", "new", "messages"),
    [
        (
            "{policy: Rolling}",
            "{policy: rolling, batch_size: 0}",
            [
                "26:26: deployment.policy: expected 'AllAtOnce', 'Rolling', 'RollingWithAdditionalBatch', 'Immutable' "
                "or 'TrafficSplitting', found 'rolling'; did you mean 'Rolling'?",
                "26:47: deployment.batch_size: must be at least 1, found 0",
            ],
        ),
        (
            "{policy: Rolling}",
            "{batch_size: 101, batch_size_type: 5}",
            ["26:52: deployment.batch_size_type: expected 'Percentage' or 'Fixed', found 5"],
        ),
        (
            "engine: mysql",
            "engine: oracle\n  storage: 1",
            [
                "28:15: database.engine: expected 'mysql' or 'postgres', found 'oracle'",
                "29:16: database.storage: must be at least 20, found 1",
            ],
        ),
        (
            "{MODE: fast}",
            "{MODE: fast}\n    ulimits: {nofile: {soft: 1}, core: 5}",
            [
                "20:27: containers.web.ulimits.nofile.hard: is missing",
                "20:44: containers.web.ulimits.core: expected a mapping, found 5",
            ],
        ),
        ("[t3.medium, t3.nano]", "[5]", ['6:22: instance_types.0: expected a string, found 5; write "5" in quotes']),
    ],
)
def test_the_rest_of_a_section_is_judged_and_nothing_is_reported_twice(
    old: str, new: str, messages: list[str], refusals: Refusals
) -> None:
    expected = [message.replace(": ", ": environments.dev.", 1) for message in messages]
    assert refusals(own(edited(SETTINGS, (old, new)))) == [f"shop.yaml:{message}" for message in expected]


@pytest.mark.parametrize("environments", ["{}", "[dev]", "{dev: [a]}"])
def test_defaults_are_judged_where_no_environment_can_be(environments: str, refusals: Refusals) -> None:
    text = edited(SETTINGS, ("region: eu-west-1\n", ""), ("memory: 128", "memroy: 5"), ("engine: mysql", "storage: 1"))
    messages = refusals(shared(text).partition("environments:")[0] + f"environments: {environments}\n")
    assert [message.partition(": ")[2].partition(":")[0] for message in messages] == [
        *("defaults.containers.web.memroy", "defaults.database.storage"),
        "environments.dev" if "dev: " in environments else "environments",
    ]


def test_mistakes_of_several_files_are_reported_at_once(folder: Path) -> None:
    (folder / "shop.yaml").write_text(edited(BASE, ("eu-west-1", "EU")))
    (folder / "cart.yaml").write_text("application: [")
    (folder / "good.yaml").write_text(edited(BASE, ("application: shop", "application: good")))
    (folder / "wine.yaml").write_bytes(b"\xff")
    (folder / "folder.yaml").mkdir()
    assert refused("wine.yaml", "shop.yaml", "none.yaml", "good.yaml", "cart.yaml", "folder.yaml") == [
        "cart.yaml:1:15: not YAML: did not find expected node content while parsing a flow node",
        "folder.yaml:1:1: cannot be read: Is a directory",
        "none.yaml:1:1: cannot be read: No such file or directory",
        "shop.yaml:3:11: defaults.region: expected a Region such as us-east-1, found 'EU' (in dev, prod)",
        "wine.yaml:1:1: not UTF-8: byte 0xFF",
    ]


def test_a_value_is_not_quoted_at_length(refusals: Refusals) -> None:
    [message] = refusals(edited(BASE, ("eu-west-1", 10_000 * "x")))
    assert len(message) < 250


def test_an_unmounted_volume_is_a_warning(folder: Path) -> None:
    text = edited(BASE, ("public: {owner: 1000}", "public: {owner: 1000}\n    spare: {}"))
    (folder / "shop.yaml").write_text(text)
    configuration = load([Path("shop.yaml")])
    assert [str(warning) for warning in configuration.warnings] == [
        "shop.yaml:9:5: defaults.volumes.spare: no container mounts this volume (in dev, prod)"
    ]
    assert list(configuration.applications[0].environments["dev"].volumes) == ["public", "spare"]


@pytest.mark.parametrize(
    ("kind", "check", "warned"),
    [
        (
            "network",
            "path: /ok",
            "62: environments.dev.health_check.path: a network load balancer checks the port alone",
        ),
        (
            "classic",
            "codes: '200-299'",
            "63: environments.dev.health_check.codes: a classic load balancer takes 200 alone for healthy",
        ),
        ("none", "path: /ok", "59: environments.dev.health_check.path: there is no load balancer that would check"),
        (
            "none",
            "interval: 30",
            "63: environments.dev.health_check.interval: there is no load balancer that would check",
        ),
        ("classic", "path: /ok", None),
        ("application", "codes: '201'", None),
    ],
)
def test_a_health_check_that_the_load_balancer_ignores_is_a_warning(
    kind: str, check: str, warned: str | None, folder: Path
) -> None:
    balancer = f"load_balancer: {{type: {kind}}}, health_check: {{{check}}}"
    (folder / "shop.yaml").write_text(shared(overrides=f"  dev: {{{balancer}, deployment: ~, scaling: {{max: 1}}}}\n"))
    expected = [f"shop.yaml:30:{warned}; this has no effect"] if warned else []
    assert [str(warning) for warning in load([Path("shop.yaml")]).warnings] == expected


def test_a_key_that_basic_health_ignores_is_a_warning(folder: Path) -> None:
    basic = "options: {'aws:elasticbeanstalk:healthreporting:system': {SystemType: basic}}"
    (folder / "shop.yaml").write_text(shared(overrides=f"  dev: {{deployment: {{ignore_4xx: true}}, {basic}}}\n"))
    assert [str(warning) for warning in load([Path("shop.yaml")]).warnings] == [
        "shop.yaml:30:34: environments.dev.deployment.ignore_4xx: has no effect with `SystemType: basic`, which "
        "reports a colour alone"
    ]


def test_a_valid_file_has_no_warnings(folder: Path) -> None:
    (folder / "shop.yaml").write_text(BASE)
    assert load([Path("shop.yaml")]).warnings == ()
