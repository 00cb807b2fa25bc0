"""Settings in a web environment on the ECS platform, and what the check says of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from beanstack.eb.findings import Finding
from beanstack.eb.options.catalogue import facts
from beanstack.eb.options.check import check_options
from beanstack.eb.settings import Context, Setting

Checked = Callable[..., list[Finding]]

WEB = Context("web", "ecs-al2023", complete=True)
# Every valid environment sets it; behind a case's own settings, so that it shows nothing but its own findings.
PROFILE = Setting("aws:autoscaling:launchconfiguration", "IamInstanceProfile", "web")


@pytest.fixture
def checked() -> Checked:
    """The findings for settings, each given as (namespace, option, value) or with a ResourceName too."""

    def check(*settings: tuple[Any, ...], context: Context = WEB) -> list[Finding]:
        return check_options([*(Setting(*setting) for setting in settings), PROFILE], facts(), context)

    return check
