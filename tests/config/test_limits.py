"""The last value before each limit is accepted; the first behind it stands among the refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.config.conftest import SETTINGS, edited, own, shared

if TYPE_CHECKING:
    from tests.config.conftest import Loaded, Refusals

NETWORK = "load_balancer: {type: network}"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{min: 1, max: 2}", "{min: 2, max: 2}"),
        ("memory: 128", "memory: 6"),
        ("memory_reservation: 64", "memory_reservation: 6"),
        ("memory: 128", "memory: 422"),  # with the worker's 64 all that a t3.nano has for containers
        ("memory: 128", "memory: 128\n    memory_reservation: 128"),
        ("[t3.medium, t3.nano]", "[x9.nano]  # nobody knows its memory"),
        ('"80:8000"', '"80:1", "65535:65535"'),
        ('"80:8000"', '"80:8000", "80:8000/udp"'),
        ("{MODE: fast}", "{API_KEY: ''}"),
        ("{MODE: fast}", "{KEY_FILE: /run/key, MONKEY: george}"),
        ("{LEVEL: info}", "{DB_PASSWORD: '{{resolve:secretsmanager:db}}'}"),
        ("{LEVEL: info}", "{API_KEY: public, LEVEL: info}\nnot_secret: [API_KEY]"),
        ("{policy: Rolling}", "{policy: Rolling, batch_size: 100}"),
        ("{policy: Rolling}", "{policy: Rolling, batch_size: 10000, batch_size_type: Fixed}"),
        ("{policy: Rolling}", "{policy: Immutable}"),
        ("memory: 128", "memory: 128\n    stop_timeout: 120"),
        ("scaling:", "health_check: {interval: 6, timeout: 5}\nscaling:"),
        ("scaling:", "health_check: {timeout: 14}\nscaling:"),
        ("scaling:", "health_check: {timeout: 2, codes: '200,299-299,200-499'}\nscaling:"),
        ("scaling:", f"{NETWORK}\nhealth_check: {{interval: 10, healthy_threshold: 5}}\nscaling:"),
        ("scaling:", f"tags: {{{127 * 't'}: {255 * 'v'}}}\nscaling:"),
        ("{owner: 1000}", "{owner: 4294967294}"),
        ("{owner: 1000}", "{host_path: /tmpfs}"),
        ("{owner: 1000}", "{host_path: /}"),
        ("{owner: 1000}", "{host_path: /var/run}\n  socket: {host_path: /var/run/docker.sock}"),
        ("{owner: 1000}", "{host_path: /var/app/current/public}"),
        ("{owner: 1000}", "{host_path: /var/app-database, owner: 1000}"),
        ("{owner: 1000}", "{host_path: /var/lib/shop, owner: 1000}\n  two: {host_path: /var/lib/shop2, owner: 1000}"),
        ("{owner: 1000}", "{host_path: /srv/shop}\n  inner: {host_path: /srv/shop/inner, owner: 1000}"),
        ("public:/public", "public:/opt/beanstack"),
        ("    image: example.org/worker:2.0", "    mounts: ['public:/opt/beanstack/bin']  # without bootstrap"),
        ("user: 1000", "user: 0"),
        ("user: 1000", "user: '1000:app'"),
        ("user: 1000", "user: 4294967294:4294967294"),
        ("{LEVEL: info}", "{DB_PASSWORD: '{{resolve:ssm:/db/password:1}}'}"),
        ("{MODE: fast}", "{MODE: fast}\n    docker_labels: {api_token: ''}"),
        ("scaling: {min: 1, max: 2}\ndeployment: {policy: Rolling}", "load_balancer: {type: none}\nscaling: {min: 1}"),
        ("engine: mysql", f"engine: mysql\n  user: a{15 * 'b'}"),
    ],
)
def test_the_last_value_before_a_limit_is_accepted(old: str, new: str, loaded: Loaded) -> None:
    text = edited(SETTINGS, (old, new))
    assert loaded(shared(text)).environments["dev"] == loaded(own(text)).environments["dev"]


@pytest.mark.parametrize(("characters", "size"), [(2045, 4096), (2046, 4098)])
def test_properties_are_counted_in_bytes(characters: int, size: int, refusals: Refusals) -> None:
    text = edited(SETTINGS, ("{LEVEL: info}", f"{{LEVEL: {characters * 'é'}}}"))  # "LEVEL=" and two bytes each
    refused = [
        f"shop.yaml:23:15: defaults.properties: All properties together, as name=value, "
        f"cannot exceed 4096 bytes ({size} bytes) (in dev, prod)"
    ]
    assert refusals(shared(text)) == ([] if size == 4096 else refused)


def test_properties_of_4097_bytes_are_refused(refusals: Refusals) -> None:
    text = edited(SETTINGS, ("{LEVEL: info}", f"{{LEVEL: {4091 * 'x'}}}"))
    assert refusals(own(text)) == [
        "shop.yaml:24:17: environments.dev.properties: All properties together, as name=value, "
        "cannot exceed 4096 bytes (4097 bytes)"
    ]


@pytest.mark.parametrize(("characters", "refused"), [(4087, False), (4088, True)])
def test_properties_among_the_options_count_and_win(characters: int, refused: bool, refusals: Refusals) -> None:
    raw = f"options: {{aws:elasticbeanstalk:application:environment: {{LEVEL: {characters * 'x'}, B: '1'}}}}"
    message = (
        "shop.yaml:29:13: defaults.options.aws:elasticbeanstalk:application:environment: All properties together, "
        "as name=value, cannot exceed 4096 bytes (4097 bytes) (in dev, prod)"
    )
    assert refusals(shared(f"{SETTINGS}{raw}\n")) == ([message] if refused else [])


def test_a_port_among_the_options_is_the_one_that_a_container_maps(refusals: Refusals) -> None:
    raw = 'options: {"aws:elasticbeanstalk:environment:process:default": {Port: 8080}}\n'
    assert refusals(shared(edited(SETTINGS, ("80:8000", "8080:8000")) + raw)) == []


@pytest.mark.parametrize(("tags", "refused"), [(47, False), (48, True)])
def test_eb_leaves_47_tags(tags: int, refused: bool, refusals: Refusals) -> None:
    written = "".join(f"  t{number}: x\n" for number in range(tags))
    message = "shop.yaml:30:5: defaults.tags: takes at most 47 entries (in dev, prod)"
    assert refusals(shared(f"{SETTINGS}tags:\n{written}")) == ([message] if refused else [])


@pytest.mark.parametrize(("types", "refused"), [("m5.large", False), ("m5.large,t3.nano", True)])
def test_instance_types_among_the_options_are_those_that_containers_run_on(
    types: str, refused: bool, refusals: Refusals
) -> None:
    raw = f'options: {{"aws:ec2:instances": {{InstanceTypes: "{types}"}}}}\n'
    message = (
        "shop.yaml:10:5: defaults.containers: the containers reserve 564 MiB, more than the 486 MiB that a t3.nano has "
        "for them (in dev, prod)"
    )
    text = edited(SETTINGS, ("memory: 128", "memory: 500"))
    assert refusals(shared(text + raw)) == ([message] if refused else [])
