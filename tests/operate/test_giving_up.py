"""A deployment that the aws command no longer follows."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING, Any

import pytest

from beanstack.operate.deploy import succeeded

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("statuses", "deployed", "expected"),
    [
        (["UPDATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE"], "{A: 1}", True),
        (["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE"], "{A: 2}", False),  # somebody else's
        (["UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE"], "{A: 1}", False),
        (["UPDATE_COMPLETE"], "{A: 1}", False),  # the command failed before it changed anything
    ],
)
def test_what_is_under_way_is_waited_for(tmp_path: Path, statuses: list[str], deployed: str, expected: bool) -> None:
    (tmp_path / "dev.yaml").write_text("{A: 1}")
    answers = iter(statuses)
    cloudformation = Namespace(
        describe_stacks=lambda **_: {"Stacks": [{"StackStatus": next(answers)}]},
        get_template=lambda **_: {"TemplateBody": deployed},
    )
    call: Any = Namespace(
        clients=Namespace(cloudformation=cloudformation, interval=0.0), path=lambda _: tmp_path / "dev.yaml"
    )
    stack: Any = Namespace(name="shop-dev")
    news: Any = Namespace(report=lambda: None)
    assert succeeded(call, stack, news) is expected
    assert list(answers) == [], "it waited until the end"
