"""What is known of EC2 instance types by their names."""

from __future__ import annotations

import pytest

from beanstack.eb.instances import accelerators, architecture_of, cpu_units


@pytest.mark.parametrize(
    ("instance_type", "architecture"),
    [
        ("a1.medium", "arm64"),
        ("t4g.small", "arm64"),
        ("m6gd.large", "arm64"),
        ("c7gn.16xlarge", "arm64"),
        ("im4gn.large", "arm64"),
        ("is4gen.medium", "arm64"),
        ("g5g.xlarge", "arm64"),
        ("x2gd.medium", "arm64"),
        ("m8g.metal-24xl", "arm64"),
        ("t3.micro", "x86_64"),
        ("t3a.small", "x86_64"),
        ("g4dn.xlarge", "x86_64"),
        ("g5.xlarge", "x86_64"),
        ("m7i-flex.large", "x86_64"),
        ("u-6tb1.56xlarge", "x86_64"),
        ("u7i-12tb.224xlarge", "x86_64"),
        ("x2iedn.xlarge", "x86_64"),
    ],
)
def test_a_g_behind_the_digit_is_graviton(instance_type: str, architecture: str) -> None:
    assert architecture_of(instance_type) == architecture


@pytest.mark.parametrize(
    ("instance_type", "cpus"),
    [
        ("t2.nano", 1),
        ("t2.medium", 2),
        ("t3.nano", 2),
        ("t3a.2xlarge", 8),
        ("t4g.xlarge", 4),
        ("m5.large", 2),
        ("m6g.medium", 1),
        ("m7i-flex.xlarge", 4),
        ("c5.9xlarge", 36),
        ("c4.8xlarge", 36),
        ("d2.8xlarge", 36),
        ("r6id.32xlarge", 128),
        ("x2gd.16xlarge", 64),
        ("a1.4xlarge", 16),
        ("g4dn.12xlarge", 48),
        ("i3en.24xlarge", 96),
    ],
)
def test_cpus_follow_from_the_size(instance_type: str, cpus: int) -> None:
    assert cpu_units(instance_type) == cpus * 1024


@pytest.mark.parametrize(
    "instance_type", ["zz9.large", "m5.metal", "hpc7g.4xlarge", "t3.huge", "u-6tb1.56xlarge", "m5"]
)
def test_cpus_of_other_types_are_unknown(instance_type: str) -> None:
    assert cpu_units(instance_type) is None


@pytest.mark.parametrize(
    ("instance_type", "gpus"),
    [
        ("t3.micro", 0),
        ("c7gn.large", 0),
        ("g5.16xlarge", 1),
        ("g6.48xlarge", 8),
        ("p4d.24xlarge", None),
        ("m1.large", None),
    ],
)
def test_gpus_of_a_type_are_known_or_unknown(instance_type: str, gpus: int | None) -> None:
    assert accelerators(instance_type, "GPU") == gpus
