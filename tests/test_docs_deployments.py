"""What docs/deployments.md says of an operator's rights."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from botocore import xform_name
from botocore.session import Session

PROJECT = Path(__file__).parents[1]
PAGE = (PROJECT / "docs/deployments.md").read_text("utf-8")
RIGHTS = PAGE[PAGE.index("## What an operator's role must be allowed") :]
# By the names of the clients.
SERVICES = {
    "cloudformation": "cloudformation",
    "beanstalk": "elasticbeanstalk",
    "ec2": "ec2",
    "rds": "rds",
    "ssm": "ssm",
}
CALL = r'\b{client}(?:"\))?\.(?:get_paginator\("|get_waiter\("|)(\w+)'
SOURCES = [path.read_text("utf-8") for path in (PROJECT / "beanstack/operate").rglob("*.py")]


@pytest.mark.parametrize(("client", "service"), SERVICES.items())
def test_each_operation_that_an_operators_verbs_call_is_listed(client: str, service: str) -> None:
    operations = {xform_name(name): name for name in Session().get_service_model(service).operation_names}
    called = {name for source in SOURCES for name in re.findall(CALL.format(client=client), source)}
    needed = {f"{service}:{operations[name]}" for name in called & operations.keys()}
    assert needed
    assert needed <= set(re.findall(rf"{service}:\w+", RIGHTS))
