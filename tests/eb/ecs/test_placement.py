"""Whether a task fits on the smallest of some instance types."""

from __future__ import annotations

from typing import Any

import pytest

from beanstack.eb.ecs.placement import placement_findings
from tests.eb.tasks import container, found_in

Path = tuple[str | int, ...]
ALL: Path = ("containerDefinitions",)
CPU: Path = ("containerDefinitions", 0, "cpu")


def placed(containers: list[Any], *types: str) -> list[tuple[str, Path]]:
    findings = placement_findings({"containerDefinitions": containers}, types)
    return [(finding.rule.name, finding.path) for finding in findings]


def devices(kind: str, value: str) -> dict[str, Any]:
    return container(resourceRequirements=[{"type": kind, "value": value}])


@pytest.mark.parametrize(
    ("containers", "types", "expected"),
    [
        ([container(cpu=4096)], ["t3.micro"], [("cpu-on-instance", CPU)]),
        ([container(cpu=2049)], ["m5.large"], [("cpu-on-instance", CPU)]),
        ([container(cpu=2048)], ["t3.micro"], []),
        ([container(cpu=1025)], ["t2.micro"], [("cpu-on-instance", CPU)]),
        ([container(cpu=1500), container("b", cpu=1500)], ["t3.small"], [("cpu-on-instance", ALL)]),
        ([container(cpu=4096)], ["m5.xlarge", "t3.large"], [("cpu-on-instance", CPU)]),
        ([container(cpu=4096)], ["m5.xlarge", "c6g.2xlarge"], []),
        ([container(cpu=99999)], ["zz9.plural"], []),
        ([container(cpu=4096)], ["zz9.plural", "t3.micro"], [("cpu-on-instance", CPU)]),
        ([container(memory=2048)], ["t3.micro"], [("memory-on-instance", ALL)]),
        ([container(memory=2048, memoryReservation=64)], ["t3.micro"], []),
        ([container(memory="${MEMORY}", cpu="${CPU}")], ["t3.nano"], []),
    ],
)
def test_memory_and_cpu_of_the_smallest_type_count(containers: list[Any], types: list[str], expected: Any) -> None:
    assert placed(containers, *types) == expected


@pytest.mark.parametrize(
    ("kind", "value", "types", "refused"),
    [
        ("GPU", "1", ["t3.micro"], True),
        ("GPU", "1", ["g4dn.xlarge", "m5.large"], True),
        ("GPU", "2", ["g5.xlarge"], True),
        ("GPU", "5", ["g4dn.12xlarge"], True),
        ("GPU", "4", ["g4dn.12xlarge"], False),
        ("GPU", "1", ["p3.2xlarge"], False),
        ("GPU", "0", ["t3.micro"], False),
        ("GPU", "<GPUS>", ["t3.micro"], False),
        ("NeuronDevice", "1", ["c6i.large"], True),
        ("NeuronDevice", "1", ["g5.xlarge"], True),
        ("NeuronDevice", "1", ["inf2.xlarge"], False),
    ],
)
def test_accelerators_of_the_types_count(kind: str, value: str, types: list[str], refused: bool) -> None:
    path = ("containerDefinitions", 0, "resourceRequirements", 0, "value")
    expected = [("accelerator-on-instance", path)] if refused else []
    assert placed([devices(kind, value)], *types) == expected


def test_gpus_of_all_containers_count() -> None:
    path = ("containerDefinitions", 0, "resourceRequirements", 0, "value")
    both = [devices("GPU", "1"), devices("GPU", "1")]
    assert placed(both, "g4dn.xlarge") == [("accelerator-on-instance", path)]


@pytest.mark.parametrize(
    ("kind", "value", "rule"),
    [
        ("GPU", "one", "accelerator-count"),
        ("GPU", "-1", "accelerator-count"),
        ("NeuronDevice", "0.5", "accelerator-count"),
        ("InferenceAccelerator", "device", "accelerator-missing"),
    ],
)
def test_a_requirement_that_no_instance_meets_is_refused(kind: str, value: str, rule: str) -> None:
    requirement = [{"type": kind, "value": value}]
    assert found_in("resourceRequirements", requirement) == [(rule, (0, "value"))]


@pytest.mark.parametrize(("value", "findings"), [("1", [("agent-setting", (0, "value"))]), ("0", []), ("<N>", [])])
def test_the_agent_has_to_be_configured_for_gpus(value: str, findings: Any) -> None:
    assert found_in("resourceRequirements", [{"type": "GPU", "value": value}]) == findings
