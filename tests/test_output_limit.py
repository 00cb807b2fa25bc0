"""A size limit of what containers print, where they do not say themselves where it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from beanstack.task import Task

if TYPE_CHECKING:
    from tests.conftest import Configured

CONTAINERS = """\
containers:
  web: {memory: 128, ports: ["80:80"]}
  logger:
    image: example.org/logger:1
    memory: 64
    essential: false
    log_configuration: {log_driver: journald}
"""


def logs(application: Any) -> dict[str, Any]:
    """The field of each container that has it."""
    definitions = Task(application, application.environments["dev"]).definitions
    return {one["name"]: one["logConfiguration"] for one in definitions if "logConfiguration" in one}


OWN = {"logger": {"logDriver": "journald"}}


def test_without_a_limit_nothing_is_said(shop: Configured) -> None:
    assert logs(shop(CONTAINERS)) == OWN


@pytest.mark.parametrize(
    ("limit", "options"),
    [
        ("{}", {"max-size": "10m", "max-file": "3"}),
        ("{size: 50, files: 1}", {"max-size": "50m", "max-file": "1"}),
    ],
)
def test_a_limit_is_for_containers_without_a_driver_of_their_own(
    shop: Configured, limit: str, options: dict[str, str]
) -> None:
    found = logs(shop(f"{CONTAINERS}output_limit: {limit}\n"))
    assert found == {"web": {"logDriver": "json-file", "options": options}, **OWN}
