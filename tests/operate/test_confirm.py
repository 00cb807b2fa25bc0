"""What `make destroy` says is lost."""

from __future__ import annotations

import pytest

from beanstack.operate.comparison.fates import fates
from beanstack.operate.comparison.observed import Option
from beanstack.operate.confirm import FATE, of_content, of_database

DATABASE = "aws:rds:dbinstance"


def database(coupled: str, policy: str, resource: str = "") -> dict[Option, str]:
    return {
        Option(DATABASE, "HasCoupledDatabase", resource): coupled,
        Option(DATABASE, "DBDeletionPolicy", resource): policy,
    }


def lost(kind: str, **attributes: str) -> list[str]:
    body = {"Resources": {"Orders": {"Type": kind, **attributes}}}
    return [line for fate in fates(body, {}) for line in of_content(fate)]


@pytest.mark.parametrize("resource", ["", "AWSEBRDSDatabase"])
def test_the_policy_that_eb_has_counts(resource: str) -> None:
    deployed = database("true", "Retain")
    assert list(of_database(deployed, {})) == [FATE["Retain"]]
    assert list(of_database(deployed, database("true", "Delete", resource))) == [FATE["Delete"]]


def test_a_database_that_was_added_beside_the_stack_is_named() -> None:
    assert list(of_database({}, database("true", "Snapshot", "AWSEBRDSDatabase"))) == [FATE["Snapshot"]]


def test_a_database_that_eb_no_longer_has_is_not() -> None:
    assert list(of_database(database("true", "Delete"), database("false", "Delete"))) == []


def test_a_resource_with_content_of_its_own_is_named_unless_it_is_kept() -> None:
    assert lost("AWS::DynamoDB::Table") == ["Orders (AWS::DynamoDB::Table) is deleted with its content."]
    assert lost("AWS::DynamoDB::Table", DeletionPolicy="Retain") == []
    assert lost("AWS::IAM::Role") == []
    assert lost("AWS::ElasticBeanstalk::Environment") == []


def test_a_last_snapshot_of_a_resource_is_named() -> None:
    expected = ["Orders (AWS::RDS::DBInstance) is deleted with its content; a last snapshot of it stays."]
    assert lost("AWS::RDS::DBInstance") == expected
    assert lost("AWS::RDS::DBInstance", DeletionPolicy="Delete") == [
        expected[0].replace("; a last snapshot of it stays", "")
    ]
