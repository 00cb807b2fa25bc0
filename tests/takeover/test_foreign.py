"""Import of what others wrote: all of it becomes config, or is listed with its place and the reason."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from beanstack.eb.ecs.dockerrun import facts
from beanstack.eb.options.catalogue import facts as option_facts
from beanstack.eb.options.keys import key
from beanstack.eb.options.same import same
from beanstack.eb.shape import read
from beanstack.takeover.making import Names, make
from beanstack.takeover.source import described, open_bundle, read_settings
from beanstack.task import Task, without_empty
from tests.recorded import recordings
from tests.takeover.conftest import effective
from tests.takeover.foreign import BUNDLES, SAVED, SECRET

if TYPE_CHECKING:
    from pathlib import Path

    from beanstack.takeover.making import Made
    from beanstack.takeover.source import Source

# What ECS has where a definition says nothing.
DEFAULTS = {"protocol": "tcp", "readOnly": False, "essential": True, "timeout": 5, "startPeriod": 0}
OF_ECS = "arn:aws:elasticbeanstalk:us-east-1::platform/ECS running on 64bit Amazon Linux 2023/4.7.7"


def imported(source: Source, dockerrun: str, folder: Path) -> Made:
    (folder / "bundle").mkdir()
    (folder / "bundle/Dockerrun.aws.json").write_text(dockerrun, "utf-8")
    return make(source, *open_bundle(folder / "bundle"), Names("shop", "prod", "eu-west-1"))


def saved(name: str, folder: Path) -> Source:
    path = folder / f"{name}.cfg.yml"
    path.write_text(SAVED[name], "utf-8")
    return read_settings(path)


def listed(made: Made, *words: str) -> bool:
    """Return whether an entry of what was left out, or is to fill in, has a place with some words."""
    entries = [*made.draft.left, *made.draft.to_fill_in]
    return any(all(word in entry.place for word in words) for entry in entries)


def plain(value: Any) -> Any:
    """Return a definition without what ECS has anyway."""
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items() if DEFAULTS.get(name, ...) != item}
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return [plain(item) for item in value] if isinstance(value, list) else value


def assert_options_are_kept_or_listed(made: Made, given: dict[Any, str]) -> None:
    again = effective(made.application, made.application.environments["prod"])
    now = {key(*name): value for name, value in again.items()}
    for name, value in given.items():
        fact = option_facts().find_option(name.namespace, name.option)
        kept = same(fact, now.get(name, ""), value) or value.startswith("awseb-")
        assert kept or listed(made, name.option), f"{name}: {value!r} became {now.get(name)!r}"


@pytest.mark.parametrize("bundle", BUNDLES)
@pytest.mark.parametrize("settings", SAVED)
def test_every_setting_is_kept_or_listed(settings: str, bundle: str, tmp_path: Path) -> None:
    source = saved(settings, tmp_path)
    made = imported(source, BUNDLES[bundle], tmp_path)
    given = {key(one.namespace, one.option, one.resource): one.value or "" for one in source.settings}
    assert_options_are_kept_or_listed(made, given)


@pytest.mark.parametrize("name", recordings())
def test_every_setting_that_was_recorded_is_kept_or_listed_or_ebs_own(name: str, tmp_path: Path) -> None:
    recorded = recordings()[name]
    answer = {"PlatformArn": OF_ECS, "OptionSettings": recorded.described, "ApplicationName": "shop"}
    made = imported(described([answer], "live.json"), BUNDLES["proxy"], tmp_path)
    given = {
        key(one["Namespace"], one["OptionName"], one.get("ResourceName", "")): one.get("Value", "")
        for one in recorded.given
    }
    assert_options_are_kept_or_listed(made, given)


@pytest.mark.parametrize("bundle", BUNDLES)
def test_every_field_of_a_container_is_kept_or_listed(bundle: str, tmp_path: Path) -> None:
    made = imported(saved("single", tmp_path), BUNDLES[bundle], tmp_path)
    content = read(json.loads(BUNDLES[bundle]), facts()["file"])
    environment = made.application.environments["prod"]
    again = {one["name"]: plain(one) for one in Task(made.application, environment).definitions}
    for definition in content["containerDefinitions"]:
        now = again[definition["name"]]
        before = plain(without_empty(definition))
        for field in before.keys() | now.keys():
            kept = now.get(field) == before.get(field)
            assert kept or listed(made, definition["name"], field) or listed(made, definition["name"], "command")


def test_what_cannot_be_expressed_is_listed_with_its_reason(tmp_path: Path) -> None:
    made = imported(saved("balanced", tmp_path), BUNDLES["lenient"], tmp_path)
    entries = {str(entry) for entry in made.draft.left}
    file = "Dockerrun.aws.json: containerDefinitions"
    assert f"{file}.api.portMappings.1: ECS chooses the host port, which config cannot express" in entries
    assert f"{file}.api.restart: config has no key for it" in entries
    assert any(entry.startswith("Dockerrun.aws.json: authentication: Beanstack pulls") for entry in entries)
    assert any(entry.startswith("Dockerrun.aws.json: volumes.scratch: a Docker volume") for entry in entries)
    assert any("containers.worker.command: config refuses it: control character" in entry for entry in entries)
    assert any("TWO WORDS: config refuses it" in entry for entry in entries)
    assert "balanced.cfg.yml: Surprise: not a known part of a saved configuration" in entries


def test_a_secret_is_to_fill_in_and_written_nowhere(tmp_path: Path) -> None:
    made = imported(saved("balanced", tmp_path), BUNDLES["lenient"], tmp_path)
    places = {entry.place for entry in made.draft.to_fill_in}
    for name in ("ADMIN_PASSWORD", "STRIPE_KEY", "api.environment.DB_PASSWORD", "api.environment.DATABASE_URL"):
        assert any(place.endswith(name) for place in places), name
    printed = "\n".join(map(str, [made.text, *made.draft.left, *made.draft.to_fill_in]))
    assert SECRET not in printed
    assert "sk_live" not in printed


def test_an_image_without_a_version_is_to_fill_in(tmp_path: Path) -> None:
    made = imported(saved("single", tmp_path), BUNDLES["lenient"], tmp_path)
    assert "image: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:FILL_IN" in made.text
    assert "image: redis:FILL_IN" in made.text
    assert listed(made, "api.image")


def test_keys_stand_for_options_that_have_one(tmp_path: Path) -> None:
    made = imported(saved("balanced", tmp_path), BUNDLES["proxy"], tmp_path)
    for line in (
        "instance_types: [t3.small, t3.medium]",
        "key_pair: jumper",
        'health_check: {path: /up, codes: "200,301"}',
        "tags: {team: shop}",
        "STAGE: production",
        "min: 2",
        'trigger: {add: "2"}',
        'EveningOff: {min: 0, max: 0, recurrence: "0 22 * * *"}',
    ):
        assert line in made.text
    assert "Cooldown" not in made.text


VPC = """\
OptionSettings:
  aws:elasticbeanstalk:environment: {LoadBalancerType: application}
  aws:ec2:vpc:
    VPCId: vpc-0a1b2c3d
    Subnets: subnet-0a1b2c3d,subnet-0b1b2c3d
    ELBSubnets: subnet-0a1b2c3d,subnet-0b1b2c3d
    ELBScheme: internal
"""


def test_a_vpc_stays_with_the_security_groups_that_it_has(tmp_path: Path) -> None:
    """The key `vpc` would make groups of its own in their place."""
    path = tmp_path / "vpc.cfg.yml"
    path.write_text(VPC, "utf-8")
    made = imported(read_settings(path), BUNDLES["proxy"], tmp_path).application.environments["prod"]
    subnets = "subnet-0a1b2c3d,subnet-0b1b2c3d"
    assert made.options["aws:ec2:vpc"] == {"VPCId": "vpc-0a1b2c3d", "Subnets": subnets, "ELBSubnets": subnets}
    assert (made.vpc, made.has_own_groups, made.load_balancer.scheme) == (None, False, "internal")


UPDATES = """\
OptionSettings:
  aws:elasticbeanstalk:environment: {LoadBalancerType: application}
  aws:elasticbeanstalk:managedactions: {ManagedActionsEnabled: %s, PreferredStartTime: 'Sun:03:00'}
  aws:elasticbeanstalk:managedactions:platformupdate: {UpdateLevel: minor}
  aws:ec2:instances: {EnableSpot: %s, SpotFleetOnDemandBase: '2'}
"""


def test_sections_that_are_on_become_keys(tmp_path: Path) -> None:
    path = tmp_path / "on.cfg.yml"
    path.write_text(UPDATES % ("true", "true"), "utf-8")
    made = imported(read_settings(path), BUNDLES["proxy"], tmp_path).application.environments["prod"]
    assert made.managed_updates
    assert (made.managed_updates.preferred_start_time, made.managed_updates.update_level) == ("Sun:03:00", "minor")
    assert made.spot
    assert (made.spot.on_demand_base, made.spot.on_demand_percent, made.spot.rebalancing) == (2, 70, False)
    assert not made.options.keys() & {"aws:elasticbeanstalk:managedactions", "aws:ec2:instances"}


def test_sections_that_are_off_stay_off_though_an_option_of_theirs_is_set(tmp_path: Path) -> None:
    path = tmp_path / "off.cfg.yml"
    path.write_text(UPDATES % ("false", "false"), "utf-8")
    made = imported(read_settings(path), BUNDLES["proxy"], tmp_path).application.environments["prod"]
    assert not made.managed_updates
    assert not made.spot


SECURED = """\
OptionSettings:
  aws:elasticbeanstalk:environment: {LoadBalancerType: %s}
  aws:elbv2:listener:default: {ListenerEnabled: %s}
  aws:elbv2:listener:443: {ListenerEnabled: %s, Protocol: %s, SSLCertificateArns: '%s'}
"""
CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"


@pytest.mark.parametrize(
    ("balancer", "protocol", "plain", "http"),
    [("application", "HTTPS", "true", "forward"), ("network", "TLS", "false", "none")],
)
def test_https_becomes_a_key(tmp_path: Path, balancer: str, protocol: str, plain: str, http: str) -> None:
    path = tmp_path / "secured.cfg.yml"
    path.write_text(SECURED % (balancer, plain, "true", protocol, CERTIFICATE), "utf-8")
    made = imported(read_settings(path), BUNDLES["proxy"], tmp_path).application.environments["prod"]
    assert made.https
    assert (made.https.certificate, made.https.http) == (CERTIFICATE, http)
    assert made.https.policy == "ELBSecurityPolicy-2016-08"
    assert made.dns
    assert made.dns.by_hand
    assert not [namespace for namespace in made.options if namespace.startswith("aws:elbv2:listener")]


@pytest.mark.parametrize(
    ("enabled", "protocol", "certificate"),
    [
        ("false", "HTTPS", CERTIFICATE),
        ("true", "HTTP", ""),
        ("true", "HTTPS", f"{CERTIFICATE},{CERTIFICATE[:-1]}0"),
    ],
)
def test_a_listener_that_the_key_cannot_say_stays_with_its_options(
    tmp_path: Path, enabled: str, protocol: str, certificate: str
) -> None:
    path = tmp_path / "raw.cfg.yml"
    path.write_text(SECURED % ("application", "true", enabled, protocol, certificate), "utf-8")
    made = imported(read_settings(path), BUNDLES["proxy"], tmp_path).application.environments["prod"]
    assert made.https is None
    assert "aws:elbv2:listener:443" in made.options


def test_a_saved_configuration_of_another_branch_asks_for_the_platform(tmp_path: Path) -> None:
    made = imported(saved("classic", tmp_path), BUNDLES["proxy"], tmp_path)
    assert listed(made, "platform", "Docker running on 64bit Amazon Linux 2/3.5.0")
    assert "load_balancer: {type: classic}" in made.text


def test_options_of_another_type_of_load_balancer_are_left_out(tmp_path: Path) -> None:
    """As in the sample of AWS's own page on saved configurations; `make check` refuses them."""
    path = tmp_path / "sample.cfg.yml"
    classic = "  aws:elb:policies: {ConnectionDrainingEnabled: true}\n  aws:elb:loadbalancer: {CrossZone: true}\n"
    balancer = "  aws:elasticbeanstalk:environment: {LoadBalancerType: application}\n"
    path.write_text(f"OptionSettings:\n{classic}{balancer}", "utf-8")
    made = imported(read_settings(path), BUNDLES["proxy"], tmp_path)
    assert "aws:elb" not in made.text
    assert [one for one in made.draft.left if "aws:elb:" in one.place and one.reason.startswith("it has no effect: ")]
    assert listed(made, "aws:elb:loadbalancer")
    assert listed(made, "aws:elb:policies")


def test_the_same_files_make_the_same_text(tmp_path: Path) -> None:
    texts = set()
    for number in range(2):
        (tmp_path / str(number)).mkdir()
        texts.add(imported(saved("balanced", tmp_path / str(number)), BUNDLES["lenient"], tmp_path / str(number)).text)
    assert len(texts) == 1
