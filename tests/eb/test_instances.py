"""What is known of EC2 instance types by their names."""

from __future__ import annotations

import pytest

from beanstack.eb.instances import architecture_of


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
