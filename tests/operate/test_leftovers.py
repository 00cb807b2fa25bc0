"""Options that a template no longer sets, and what EB can forget of them."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from beanstack.operate import leftovers
from beanstack.operate.call import Call
from beanstack.operate.comparison.observed import Option
from beanstack.operate.comparison.settings import left, leftover
from beanstack.operate.deploying import note
from beanstack.operate.errors import DeploymentError

if TYPE_CHECKING:
    from pathlib import Path

COLOUR = Option("aws:elasticbeanstalk:application:environment", "COLOUR")
TYPE = Option("aws:elasticbeanstalk:environment", "LoadBalancerType")


def test_an_option_that_eb_sets_only_at_creation_is_not_removed() -> None:
    level = {COLOUR._replace(name="LEVEL"): "info"}
    deployed = {**level, COLOUR: "blue", TYPE: "network"}
    assert left(deployed, level) == [COLOUR]
    todo = {danger.subject: danger.todo for danger in leftover(deployed, level)}
    assert todo["COLOUR"] == "Deploy with REMOVE_LEFTOVERS=1 to remove it"
    assert "stays for the life of the environment" in todo["LoadBalancerType"]


class Refusing:
    """EB, of somebody who may not change the environment."""

    def update_environment(self, **_: Any) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "UpdateEnvironment")


@pytest.fixture
def call(tmp_path: Path) -> Call:
    made = Call(Namespace(project=tmp_path, local=False, shared=False, rollback=False))
    deployment = Namespace(stack="shop-dev", eb_environment="shop-dev", region="eu-west-1")
    clients = Namespace(beanstalk=Refusing())
    made.__dict__.update(application="shop", environment="dev", deployment=deployment, clients=clients, endpoint=None)
    note(made, record="key", leftovers=[COLOUR])
    return made


def test_what_eb_does_not_remove_is_reported_with_the_call_that_does(call: Call) -> None:
    with pytest.raises(DeploymentError, match=r"is deployed and healthy(.|\n)*aws elasticbeanstalk update-environment"):
        leftovers.remove(call)


def test_the_note_of_another_run_removes_nothing(call: Call) -> None:
    call.process += 1
    assert not leftovers.remove(call)
