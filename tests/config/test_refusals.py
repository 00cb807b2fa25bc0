"""Every mistake of the tables in cases/, made in `defaults` and made in an environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.config.cases import (
    balancer,
    builds,
    capacity,
    containers,
    ecs,
    environments,
    https,
    network,
    references,
    roles,
    services,
    types,
    variables,
)
from tests.config.conftest import own, shared

if TYPE_CHECKING:
    from tests.config.conftest import Case, Refusals

TABLES = (
    *(balancer, builds, capacity, containers, ecs, environments, https),
    *(network, references, roles, services, types, variables),
)
every_case = pytest.mark.parametrize("case", [case for table in TABLES for case in table.CASES], ids=str)


@every_case
def test_a_mistake_in_defaults_is_reported_once_with_its_environments(case: Case, refusals: Refusals) -> None:
    assert refusals(shared(case.settings)) == case.in_defaults


@every_case
def test_a_mistake_of_an_environment_is_reported_at_its_place(case: Case, refusals: Refusals) -> None:
    assert refusals(own(case.settings)) == case.in_environment
