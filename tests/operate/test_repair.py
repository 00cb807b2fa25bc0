"""What an abort has left, in words."""

from __future__ import annotations

from collections import Counter

import pytest

from beanstack.operate.repair import serving

AGAIN = "`make redeploy ENV=dev` deploys v2 on all of them"


@pytest.mark.parametrize(
    ("found", "line"),
    [
        (Counter({"v2": 3}), "Serving: v2 on 3"),
        (
            Counter({"v2": 1, "v1": 2}),
            f"2 versions serve: v1 on 2, v2 on 1. {AGAIN}",
        ),
        (Counter({"v1": 1}), f"The stack's version v2 does not serve, but v1 on 1. {AGAIN}"),
        (Counter(), f"The stack's version v2 does not serve, but nothing. {AGAIN}"),
        (None, f"With basic health EB does not show which version each instance runs. {AGAIN}"),
    ],
)
def test_the_versions_that_serve_after_an_abort_are_shown(found: Counter[str] | None, line: str) -> None:
    assert serving(found, "v2", "ENV=dev") == line
