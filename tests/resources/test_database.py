"""The password of a coupled database: generated, referred to, and kept where the database is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beanstack.config.sections.database import Database
from beanstack.eb.databases import DEFAULT_VERSIONS
from beanstack.resources import database

if TYPE_CHECKING:
    from tests.conftest import Configured


@pytest.mark.parametrize(
    ("policy", "deletion", "replacement"),
    [
        ("Delete", "Delete", "Delete"),
        ("Snapshot", "RetainExceptOnCreate", "Retain"),
        ("Retain", "Retain", "Retain"),
    ],
)
def test_the_password_is_generated_and_kept_where_the_database_is_kept(
    shop: Configured, policy: str, deletion: str, replacement: str
) -> None:
    settings = f"database: {{engine: mysql, deletion_policy: {policy}}}\ntags: {{team: blue}}"
    (secret,) = database.resources(shop(settings).environments["dev"])
    assert secret.title == "DatabasePassword"
    assert secret.to_dict() == {
        "Type": "AWS::SecretsManager::Secret",
        "DeletionPolicy": deletion,
        "UpdateReplacePolicy": replacement,
        "Metadata": {"checkov": {"skip": [{"id": "CKV_AWS_149", "comment": database.NO_CUSTOMER_KEY}]}},
        "Properties": {
            "Description": "Master password of the database of dev",
            "GenerateSecretString": {"PasswordLength": 16, "ExcludePunctuation": True, "IncludeSpace": False},
            "Tags": [{"Key": "team", "Value": "blue"}],
        },
    }


def test_a_database_is_not_thrown_away_by_default(shop: Configured) -> None:
    (secret,) = database.resources(shop("database: {engine: postgres}").environments["dev"])
    assert secret.to_dict()["DeletionPolicy"] == "RetainExceptOnCreate"


def test_the_default_versions_never_change() -> None:
    """EB refuses another version of a database that is there, and its users have named none."""
    assert DEFAULT_VERSIONS == {"mysql": "8.4.11", "postgres": "17.11"}


def test_the_reference_names_the_default_versions() -> None:
    description = str(Database.model_fields["version"].description)
    assert [version for version in DEFAULT_VERSIONS.values() if f"`{version}`" in description] == ["8.4.11", "17.11"]


def test_without_a_database_there_is_no_password(shop: Configured) -> None:
    assert database.resources(shop("").environments["dev"]) == []


def test_the_password_is_resolved_by_cloudformation() -> None:
    assert database.password().to_dict() == {"Fn::Sub": "{{resolve:secretsmanager:${DatabasePassword}}}"}
