"""The password of a coupled database, and what no option says of it. EB makes the database itself, from options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import Sub
from troposphere.rds import DBInstance
from troposphere.secretsmanager import GenerateSecretString, Secret

from beanstack.eb.databases import COUPLED
from beanstack.resources.tagging import tags
from beanstack.resources.unchecked import without_check

if TYPE_CHECKING:
    from troposphere import AWSObject

    from beanstack.config import Environment

PASSWORD = "DatabasePassword"  # noqa: S105 - a logical ID
PASSWORD_LENGTH = 16  # EB takes 8 to 16 characters
# https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html
CUSTOMER_KEY = "CKV_AWS_149"
NO_CUSTOMER_KEY = (
    "AWS manages the key that encrypts it. A customer managed key is needed to share it with another account, which "
    "nothing here does, and each would cost money."
)
# If the creation fails, EB deletes a database with the policy Snapshot, and its password with it; one to retain stays.
DELETION_POLICY = {"Delete": "Delete", "Snapshot": "RetainExceptOnCreate", "Retain": "Retain"}


def resources(environment: Environment) -> list[AWSObject]:
    """Return the generated password, retained where the database is; nothing without a database."""
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
            **without_check(CUSTOMER_KEY, NO_CUSTOMER_KEY),
        )
    ]


def protected(environment: Environment) -> list[DBInstance]:
    """Return the deletion protection of a database in EB's stack, on or off, where config says anything about it.

    RDS keeps a protection that a template no longer mentions: CloudFormation sends what a template has.
    https://github.com/aws/aws-cdk/issues/24236
    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.managing.db.html
    """
    if not environment.has_database or "deletion_protection" not in environment.model_fields_set:
        return []
    return [DBInstance(COUPLED, validation=False, DeletionProtection=environment.deletion_protection)]


def password() -> Sub:
    """Return a reference that CloudFormation resolves when it deploys, so that no template contains the password.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html
    """
    return Sub(f"{{{{resolve:secretsmanager:${{{PASSWORD}}}}}}}")
