"""The kept facts are what the pinned botocore and cfn-lint say."""

from __future__ import annotations

import pytest

from beanstack.eb.kept import kept
from beanstack.eb.namespaces import CLASSIC_CHECK, PROCESS
from beanstack.eb.options.catalogue import facts
from scripts.facts import KEPT, files

NAMES = sorted(path.name for path in KEPT.iterdir())


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    return files()


def test_no_file_is_left_over_or_missing(made: dict[str, str]) -> None:
    assert sorted(made) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_kept_facts_are_what_the_sources_say(name: str, made: dict[str, str]) -> None:
    assert (KEPT / name).read_text("utf-8") == made[name], "run `make facts`"


@pytest.mark.parametrize(
    ("namespace", "name", "kind", "limits"),
    [
        (PROCESS, "HealthCheckInterval", "target_group", "interval"),
        (PROCESS, "HealthCheckTimeout", "target_group", "timeout"),
        (PROCESS, "HealthyThresholdCount", "target_group", "threshold"),
        (PROCESS, "UnhealthyThresholdCount", "target_group", "threshold"),
        (CLASSIC_CHECK, "Interval", "classic", "interval"),
        (CLASSIC_CHECK, "Timeout", "classic", "timeout"),
    ],
)
def test_eb_accepts_no_health_check_that_its_load_balancer_refuses(
    namespace: str, name: str, kind: str, limits: str
) -> None:
    least, most = kept("elb")[kind][limits]
    option = facts().option(namespace, name)
    assert isinstance(option.min, int)
    assert isinstance(option.max, int)
    assert least <= option.min <= option.max <= most


def test_a_path_and_codes_have_the_limits_of_elastic_load_balancing() -> None:
    requires = {rule.id: rule.requires.get("value") for rule in facts().constraints}
    least, most = kept("elb")["target_group"]["path_length"]
    assert requires["health-check-path-form"] == f"^[!-~]{{{least},{most}}}$"
    for kind, codes in kept("elb")["codes"].items():
        assert requires[f"{kind[0]}lb-matcher-range"] == codes
