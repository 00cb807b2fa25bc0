"""How an environment's settings lie over `defaults`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beanstack.config.sections import Scaling
from tests.config.conftest import SETTINGS, edited, own, shared

if TYPE_CHECKING:
    from beanstack.config import Environment
    from tests.config.conftest import Loaded, Refusals


def overridden(loaded: Loaded, *lines: str) -> Environment:
    """The environment dev with some settings of its own."""
    return loaded(
        shared(overrides="".join(f"  {line}\n" for line in ("dev:", *(f"  {line}" for line in lines))))
    ).environments["dev"]


def test_mappings_merge_at_every_depth(loaded: Loaded) -> None:
    dev = overridden(loaded, "containers: {web: {environment: {SIZE: big}}}", "scaling: {max: 4}")
    assert dev.containers["web"].environment == {"MODE": "fast", "SIZE": "big"}
    assert dev.containers["web"].command == ("serve", "--all")
    assert list(dev.containers) == ["web", "worker"]
    assert (dev.scaling.min, dev.scaling.max) == (1, 4)


def test_lists_and_single_values_replace(loaded: Loaded) -> None:
    dev = overridden(loaded, "instance_types: [m5.large]", "containers: {web: {command: [run], memory: 256}}")
    assert dev.instance_types == ("m5.large",)
    assert (dev.containers["web"].command, dev.containers["web"].memory) == (("run",), 256)


def test_an_environment_can_add_a_container(loaded: Loaded) -> None:
    dev = overridden(loaded, "containers: {cache: {memory: 32}}")
    assert list(dev.containers) == ["web", "worker", "cache"]


def test_one_environment_does_not_touch_another(loaded: Loaded) -> None:
    environments = loaded(shared(overrides="  dev: {scaling: {max: 4}}\n  prod:\n")).environments
    assert (environments["dev"].scaling.max, environments["prod"].scaling.max) == (4, 2)


def test_null_restores_the_default_of_a_setting(loaded: Loaded) -> None:
    dev = overridden(loaded, "scaling: {max: null}", "deployment: null", "instance_types: ~", "database:")
    assert dev.scaling == Scaling(min=1, max=4)
    assert dev.deployment.policy == "AllAtOnce"
    assert dev.instance_types == ("t3.micro",)
    assert dev.database is None


def test_null_removes_an_entry_of_a_mapping(loaded: Loaded) -> None:
    dev = overridden(
        loaded, "containers: {worker: null, web: {environment: {MODE: null}}}", "properties: {LEVEL: null}"
    )
    assert list(dev.containers) == ["web"]
    assert (dev.containers["web"].environment, dev.properties) == ({}, {})


def test_null_of_what_must_be_given_is_refused(refusals: Refusals) -> None:
    assert refusals(shared(overrides="  dev:\n    region: null\n    containers: {web: {memory: ~}}\n")) == [
        "shop.yaml:11:7: defaults.containers.web: needs `memory` or `memory_reservation`, in MiB (in dev)",
        "shop.yaml:31:5: environments.dev.region: is missing",
    ]


@pytest.mark.parametrize("bare", ["dev:", "dev: {}", "dev: ~", "dev: null"])
def test_a_bare_environment_is_what_defaults_say(bare: str, loaded: Loaded) -> None:
    assert loaded(shared(overrides=f"  {bare}\n")).environments["dev"] == loaded(own()).environments["dev"]


@pytest.mark.parametrize("defaults", ["", "defaults:\n", "defaults: {}\n"])
def test_defaults_can_be_left_out(defaults: str, loaded: Loaded) -> None:
    assert loaded(own() + defaults) == loaded(own())


def test_what_is_missing_everywhere_is_told_of_each_environment(refusals: Refusals) -> None:
    image = "containers: {web: {memory: 64, image: 'a:1', ports: ['80:80']}}"
    text = f"application: shop\nenvironments:\n  dev: {{{image}}}\n  prod:\n"
    assert refusals(text) == [
        "shop.yaml:3:8: environments.dev.platform: is missing",
        "shop.yaml:3:8: environments.dev.region: is missing",
        "shop.yaml:4:3: environments.prod.containers: is missing",
        "shop.yaml:4:3: environments.prod.platform: is missing",
        "shop.yaml:4:3: environments.prod.region: is missing",
    ]


def test_what_defaults_lack_is_told_once(refusals: Refusals) -> None:
    assert refusals(shared(edited(SETTINGS, ("region: eu-west-1\n", "")))) == [
        "shop.yaml:3:3: defaults.region: is missing (in dev, prod)"
    ]


def test_an_environment_that_overrides_a_mistake_is_not_named(refusals: Refusals) -> None:
    text = shared(
        edited(SETTINGS, ("memory: 128", "memory: 5")), "  dev:\n  test:\n  prod: {containers: {web: {memory: 6}}}\n"
    )
    assert refusals(text) == [
        "shop.yaml:11:15: defaults.containers.web.memory: must be at least 6, found 5 (in dev, test)"
    ]


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("scaling: {min: 5}", "31:20: environments.dev.scaling.min: min (5) is above max (2)"),
        (
            "containers: {worker: {memory: 32}}",
            "31:35: environments.dev.containers.worker.memory: memory (32) is below memory_reservation (64)",
        ),
        (
            "containers: {web: {user: root}}",
            "31:30: environments.dev.containers.web.user: "
            "`bootstrap` needs a numeric `user`, the one that may see the pending migration",
        ),
        (
            "load_balancer: {port: 81}",
            "31:27: environments.dev.load_balancer.port: no container maps host port 81, where requests arrive; "
            'give one of them a port "81:..."',
        ),
        (
            "instance_types: [t3.nano, t2.nano]\n    containers: {web: {memory_reservation: 512, memory: 512}}",
            "31:21: environments.dev.instance_types: "
            "the containers reserve 576 MiB, more than the 512 MiB of a t3.nano",
        ),
        (
            "deployment: {policy: TrafficSplitting}",
            "31:26: environments.dev.deployment.policy: "
            "EB elects no leader with TrafficSplitting, so the migration would never run",
        ),
        ("containers: web", "31:17: environments.dev.containers: expected a mapping, found 'web'"),
        ("containers: [web]", "31:17: environments.dev.containers: expected a mapping, found a list"),
        (
            "containers: {web: {mounts: ['publik:/p']}}",
            "31:33: environments.dev.containers.web.mounts.0: mounts the volume 'publik', "
            "which `volumes` does not declare; did you mean 'public'?",
        ),
    ],
)
def test_of_two_settings_that_do_not_fit_the_environments_own_is_to_blame(
    override: str, message: str, refusals: Refusals
) -> None:
    assert refusals(shared(overrides=f"  dev:\n    {override}\n")) == [f"shop.yaml:{message}"]


def test_the_environments_own_max_is_to_blame_for_the_min_of_defaults(refusals: Refusals) -> None:
    text = shared(edited(SETTINGS, ("{min: 1, max: 2}", "{min: 2, max: 2}")), "  dev: {scaling: {max: 1}}\n")
    assert refusals(text) == ["shop.yaml:30:24: environments.dev.scaling.max: min (2) is above max (1)"]
