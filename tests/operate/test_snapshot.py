"""The names of snapshots."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from beanstack.operate.snapshot import snapshot_name

NOW = datetime(2026, 11, 28, 8, 5, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("stack", "name"),
    [("shop-dev", "shop-dev-20261128-080503"), ("shop--a-", "shop-a-20261128-080503")],
)
def test_a_snapshot_is_named_after_its_environment_and_the_time(stack: str, name: str) -> None:
    assert snapshot_name(stack, NOW) == name
    assert re.fullmatch(r"[A-Za-z](-?[A-Za-z0-9])*", name)
