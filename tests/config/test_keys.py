"""Keys that no setting has, and nulls that remove nothing."""

from __future__ import annotations

import pytest

from tests.config.conftest import SETTINGS, Refusals, edited, own, shared

BASE = shared()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "  dev: {}",
            "  dev: {databse: null}",
            "30:9: environments.dev.databse: unknown key; did you mean 'database'?",
        ),
        (
            "memory: 128",
            "memory: 128\n      memroy: ~",
            "12:7: defaults.containers.web.memroy: unknown key; did you mean 'memory'? (in dev, prod)",
        ),
        (
            "application: shop",
            "application: shop\nversions: {kep: null}",
            "2:12: versions.kep: unknown key; did you mean 'keep'?",
        ),
        (
            "{MODE: fast}",
            "{MODE: fast}\n      linux_parameters: {devices: [{host_path: /a, host_pat: }]}",
            "19:52: defaults.containers.web.linux_parameters.devices.0.host_pat: "
            "unknown key; did you mean 'host_path'? (in dev, prod)",
        ),
    ],
)
def test_an_unknown_key_is_reported_where_its_value_is_null(
    old: str, new: str, message: str, refusals: Refusals
) -> None:
    assert refusals(edited(BASE, (old, new))) == [f"shop.yaml:{message}"]


@pytest.mark.parametrize(
    ("override", "message"),
    [
        (
            "containers: {wrker: null}",
            "30:22: environments.dev.containers.wrker: "
            "null removes an entry of `defaults`, which has no 'wrker'; did you mean 'worker'?",
        ),
        (
            "properties: {LEVL: ~}",
            "30:22: environments.dev.properties.LEVL: "
            "null removes an entry of `defaults`, which has no 'LEVL'; did you mean 'LEVEL'?",
        ),
        (
            "volumes: {spare: }",
            "30:19: environments.dev.volumes.spare: "
            "null removes an entry of `defaults`, which has no 'spare'; a new one is written `spare: {}`",
        ),
        (
            "options: {ns: {opt: null}}",
            "30:24: environments.dev.options.ns.opt: null removes an entry of `defaults`, which has no 'opt'",
        ),
    ],
)
def test_a_null_that_removes_nothing_is_reported(override: str, message: str, refusals: Refusals) -> None:
    assert refusals(shared(overrides=f"  dev: {{{override}}}\n")) == [f"shop.yaml:{message}"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("volumes: ['./data:/data']", "mounts"),
        ("mem_limit: 128m", "memory"),
        ("mem_reservation: 128", "memory_reservation"),
        ("entrypoint: [run]", "entry_point"),
        ("working_dir: app", "working_directory"),
        ("env_file: .env", "environment"),
        ("depends-on: {worker: START}", "depends_on"),
        ("healthcheck: {}", "health_check"),
        ("portMappings: []", "ports"),
        ("tty: 1", "pseudo_terminal"),
    ],
)
def test_a_key_of_compose_gets_the_right_hint_and_no_second_message(
    written: str, meant: str, refusals: Refusals
) -> None:
    third = f"image: example.org/worker:2.0\n  third: {{{'' if 'mem' in written else 'memory: 6, '}{written}}}"
    messages = refusals(own(edited(SETTINGS, ("image: example.org/worker:2.0", third))))
    key = written.partition(":")[0]
    expected = f"environments.dev.containers.third.{key}: unknown key; did you mean '{meant}'?"
    assert [message.partition(": ")[2] for message in messages] == [expected]


def test_a_misspelt_key_is_not_reported_as_missing_too(refusals: Refusals) -> None:
    text = edited(SETTINGS, ("containers:", "contianers:"), ("scaling:", "scalling:"))
    assert refusals(own(text)) == [
        "shop.yaml:10:5: environments.dev.contianers: unknown key; did you mean 'containers'?",
        "shop.yaml:25:5: environments.dev.scalling: unknown key; did you mean 'scaling'?",
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("defaults:", "default:", "2:1: default: unknown key; did you mean 'defaults'?"),
        ("environments:", "environment:", "29:1: environment: unknown key; did you mean 'environments'?"),
        ("application: shop", "application: shop\nregion: eu-west-1", "2:1: region: unknown key"),
        ("application: shop", "application: shop\n<: x", "2:1: <: unknown key"),
    ],
)
def test_an_unknown_key_of_the_file_is_reported_alone(old: str, new: str, message: str, refusals: Refusals) -> None:
    assert refusals(edited(BASE, (old, new))) == [f"shop.yaml:{message}"]


def test_an_unknown_key_hides_no_other_mistake_of_its_section(refusals: Refusals) -> None:
    text = edited(BASE, ("{min: 1, max: 2}", "{min: -3, max: 2, zzz: 0}"))
    assert refusals(text) == [
        "shop.yaml:24:18: defaults.scaling.min: must be at least 0, found -3 (in dev, prod)",
        "shop.yaml:24:30: defaults.scaling.zzz: unknown key (in dev, prod)",
    ]
