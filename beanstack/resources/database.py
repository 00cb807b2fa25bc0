"""The password of a coupled database. EB makes the database itself, from options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import Sub
from troposphere.secretsmanager import GenerateSecretString, Secret

from beanstack.resources.tagging import tags

if TYPE_CHECKING:
    from troposphere import AWSObject

    from beanstack.config import Environment

PASSWORD = "DatabasePassword"  # noqa: S105 - a logical ID
PASSWORD_LENGTH = 16  # EB takes 8 to 16 characters
# A creation that fails takes a database with it that would leave a snapshot, but not one that stays, nor its password.
DELETION_POLICY = {"Delete": "Delete", "Snapshot": "RetainExceptOnCreate", "Retain": "Retain"}


def resources(environment: Environment) -> list[AWSObject]:
    """The generated password, kept where the database is kept; nothing without a database."""
    if not environment.database:
        return []
    kept = environment.database.deletion_policy != "Delete"
    return [
        Secret(
            PASSWORD,
            Description=f"Master password of the database of {environment.name}",
            GenerateSecretString=GenerateSecretString(
                PasswordLength=PASSWORD_LENGTH, ExcludePunctuation=True, IncludeSpace=False
            ),
            DeletionPolicy=DELETION_POLICY[environment.database.deletion_policy],
            UpdateReplacePolicy="Retain" if kept else "Delete",
            **tags(environment),
        )
    ]


def password() -> Sub:
    """A reference that CloudFormation resolves when it deploys, so that the password stands in no template.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html
    """
    return Sub(f"{{{{resolve:secretsmanager:${{{PASSWORD}}}}}}}")
