"""How an environment's settings lie over `defaults`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beanstack.config.basics import Volume
from beanstack.config.sections.capacity import Scaling
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
    overrides = "  dev:\n    region: null\n  prod:\n    containers: {web: {memory: ~}}\n"
    assert refusals(shared(overrides=overrides)) == [
        "shop.yaml:31:5: environments.dev.region: is missing",
        "shop.yaml:33:24: environments.prod.containers.web.memory: needs `memory` or `memory_reservation`, in MiB",
    ]


@pytest.mark.parametrize("bare", ["dev:", "dev: {}", "dev: ~", "dev: null"])
def test_a_bare_environment_is_what_defaults_say(bare: str, loaded: Loaded) -> None:
    assert loaded(shared(overrides=f"  {bare}\n")).environments["dev"] == loaded(own()).environments["dev"]


@pytest.mark.parametrize("defaults", ["", "defaults:\n", "defaults: {}\n"])
def test_defaults_can_be_left_out(defaults: str, loaded: Loaded) -> None:
    assert loaded(own() + defaults) == loaded(own())


def test_what_is_missing_everywhere_is_reported_of_each_environment(refusals: Refusals) -> None:
    image = "containers: {web: {memory: 64, image: 'a:1', ports: ['80:80']}}"
    text = f"application: shop\nenvironments:\n  dev: {{{image}}}\n  prod:\n"
    assert refusals(text) == [
        "shop.yaml:3:8: environments.dev.platform: is missing",
        "shop.yaml:3:8: environments.dev.region: is missing",
        "shop.yaml:4:3: environments.prod.containers: is missing",
        "shop.yaml:4:3: environments.prod.platform: is missing",
        "shop.yaml:4:3: environments.prod.region: is missing",
    ]


def test_what_defaults_lack_is_reported_once(refusals: Refusals) -> None:
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
        (
            "scaling: {min: 5}",
            "31:20: environments.dev.scaling.min: The minimum of a group cannot exceed its maximum "
            "(MinSize is '5', MaxSize is '2')",
        ),
        (
            "containers: {worker: {memory: 32}}",
            "31:35: environments.dev.containers.worker.memory: `memory` (32) is below `memory_reservation` (64)",
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
            "the containers reserve 576 MiB, more than the 486 MiB that a t3.nano has for them",
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
            "31:33: environments.dev.containers.web.mounts.0: 'web' mounts the volume 'publik', "
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
    assert refusals(text) == [
        "shop.yaml:30:24: environments.dev.scaling.max: The minimum of a group cannot exceed its maximum "
        "(MinSize is '2', MaxSize is '1')"
    ]


# Settings in which every pair depends on each other, so that an override of one breaks it.
PAIRS = edited(
    SETTINGS,
    ("image: example.org/worker:2.0\n", 'ports: ["81:1"]\n    links: [cache]\n    depends_on: {cache: SUCCESS}\n'),
    ("properties:", "  cache: {memory: 6, essential: false, mounts: ['public:/p']}\nproperties:"),
    ("{LEVEL: info}", "{LEVEL: info, API_KEY: x, A.B: c}\nnot_secret: [API_KEY]"),
    ("    bootstrap: true\n    migrate: [migrate, --now]\n", ""),
    ("  variables: {DB_HOST: RDS_HOSTNAME}\n", ""),
)


@pytest.mark.parametrize(
    ("override", "where", "message"),
    [
        ("containers: {web: {ports: ['81:80', '80:80']}}", "containers.web.ports.0", "host port 81/tcp would be taken"),
        ("containers: {web: {ports: ['88:80']}}", "containers.web.ports", "no container maps host port 80"),
        ("containers: {web: {ports: ~}}", "containers.web.ports", "no container maps host port 80"),
        ("containers: {web: ~}", "containers.web", "no container is essential"),
        ("containers: {web: ~}", "containers.web", "no container maps host port 80"),
        ("containers: {web: {essential: false}}", "containers.web.essential", "no container is essential"),
        ("containers: {web: {memory: 4000}}", "containers.web.memory", "the containers reserve 4070 MiB"),
        ("containers: {worker: {memory_reservation: 4000}}", "containers.worker.memory_reservation", "the containers"),
        ("containers: {more: {memory: 4000}}", "containers.more.memory", "the containers reserve 4198 MiB"),
        ("containers: {web: {memory: ~}}", "containers.web.memory", "needs `memory`"),
        ("image: ~", "image", "'web' has no `image`"),
        ("containers: {cache: ~}", "containers.cache", "'worker' needs a container 'cache'"),
        ("containers: {cache: {essential: true}}", "containers.cache.essential", "'cache' must be `essential: false`"),
        ("containers: {cache: {essential: ~}}", "containers.cache.essential", "'cache' must be `essential: false`"),
        ("containers: {cache: {links: [worker]}}", "containers.cache.links.0", "the containers wait for each other"),
        ("volumes: {public: ~}", "volumes.public", "'web' mounts the volume 'public'"),
        ("containers: {web: {bootstrap: true}}", "containers.web.bootstrap", "the entry point of 'web' may lose"),
        ("not_secret: []", "not_secret", "looks like a secret; take it from {{resolve:secretsmanager:...}}, or list"),
        (f"properties: {{A.B: ~, BIG: {4096 * 'x'}}}", "properties.BIG", "All properties together"),
    ],
)
def test_what_an_environment_breaks_by_its_own_setting_is_reported_there(
    override: str, where: str, message: str, refusals: Refusals
) -> None:
    assert refusals(shared(PAIRS)) == []
    told = refusals(shared(PAIRS, f"  dev: {{{override}}}\n  prod:\n"))
    assert any(f": environments.dev.{where}: {message}" in problem for problem in told)
    assert all(": environments.dev." in problem for problem in told)


@pytest.mark.parametrize(
    ("override", "where", "message"),
    [
        ("containers: {web: {bootstrap: ~}}", "containers.web.bootstrap", "`migrate` needs `bootstrap: true`"),
        ("containers: {web: {bootstrap: ~}}", "containers.web.bootstrap", "no container has `bootstrap: true`"),
        ("containers: {web: {command: ~}}", "containers.web.command", "`bootstrap` needs a `command`"),
        ("containers: {web: {user: ~}}", "containers.web.user", "`bootstrap` needs a numeric `user`"),
        ("containers: {worker: {bootstrap: true}}", "containers.worker.bootstrap", "bootstrapped containers share"),
        ("containers: {worker: {migrate: [m]}}", "containers.worker.migrate", "'web' and 'worker' both migrate"),
        ("database: {variables: {MODE: RDS_PORT}}", "database.variables.MODE", "both `database.variables` and `c"),
        ("execution_role_arn: ~", "execution_role_arn", "secrets need an `execution_role_arn`"),
        (
            "containers: {worker: {environment: {KEY_ID: x}}}",
            "containers.worker.environment.KEY_ID",
            "'KEY_ID' is a v",
        ),
    ],
)
def test_what_an_environment_breaks_of_a_bootstrapped_container_is_reported_there(
    override: str, where: str, message: str, refusals: Refusals
) -> None:
    settings = edited(
        SETTINGS,
        (
            "essential: false\n",
            "essential: false\n    command: [work]\n    user: 1001\n    secrets: {KEY_ID: 'arn:aws:ssm:x:y'}\n",
        ),
        ("properties:", "execution_role_arn: 'arn:aws:iam::111122223333:role/execution'\nproperties:"),
    )
    assert refusals(shared(settings)) == []
    told = refusals(shared(settings, f"  dev: {{{override}}}\n  prod:\n"))
    assert any(f": environments.dev.{where}: {message}" in problem for problem in told)
    assert all(": environments.dev." in problem for problem in told)


def test_a_bare_volume_is_one_without_settings(loaded: Loaded) -> None:
    text = edited(SETTINGS, ("  public: {owner: 1000}", "  public:"))
    assert loaded(shared(text)).environments["dev"].volumes == {"public": Volume()}
