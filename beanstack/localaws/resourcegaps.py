"""Behaviour of AWS's resource types that Beanstack relies on and that ministack lacks.

Each function replaces private names in ministack's modules; tests/localaws/test_engine.py has a contract test for it.
"""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from beanstack.localaws.modules import Modules


def close_gaps(modules: Modules) -> None:
    """Make ministack's resource types behave as AWS's do."""
    _generated_names(modules)
    _secret_strings(modules)
    _references(modules)
    _target_groups(modules)
    _buckets_with_objects(modules)
    _protected_databases(modules)


def _generated_names(modules: Modules) -> None:
    """Generate new names for every stack.

    ministack derives a name from the stack's name alone. A stack that is created again would take over, and overwrite,
    the secrets and buckets that the deleted one retained.
    """
    seed = modules.provisioners._NAME_SEED
    provision = modules.stacks._provision_resource

    def provision_resource(*arguments: Any) -> Any:
        # ministack stores the seed with the resource, so an update generates the same name.
        if not seed.get():
            seed.set(secrets.token_hex(4))
        return provision(*arguments)

    modules.stacks._provision_resource = provision_resource


def _secret_strings(modules: Modules) -> None:
    """Honour all of GenerateSecretString; ministack honours only the length and the excluded characters.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-secretsmanager-secret-generatesecretstring.html
    """

    def secret_string(properties: Any) -> str:
        generate = properties.get("GenerateSecretString")
        if properties.get("SecretString") or generate is None:
            return str(properties.get("SecretString", ""))
        request: dict[str, Any] = {key: str(value).lower() == "true" for key, value in generate.items()}
        request |= {key: generate[key] for key in ("ExcludeCharacters",) if key in generate}
        request["PasswordLength"] = int(generate.get("PasswordLength", 32))
        answer = json.loads(modules.secretsmanager._get_random_password(request)[2])
        if "RandomPassword" not in answer:
            raise ValueError(answer.get("message", "GenerateSecretString is not valid."))
        if generate.get("SecretStringTemplate"):
            template = json.loads(generate["SecretStringTemplate"])
            return json.dumps({**template, generate["GenerateStringKey"]: answer["RandomPassword"]})
        return str(answer["RandomPassword"])

    modules.provisioners._sm_secret_string = secret_string


def _references(modules: Modules) -> None:
    """Return an instance profile's name and a secret's ARN from Ref; ministack returns the opposite of both."""

    def profile_arn(name: str) -> str:
        profile = modules.iam._instance_profiles.get(name)
        return str(profile["Arn"]) if profile else name

    def secret_name(arn: str) -> str:
        found = (name for name, secret in modules.secretsmanager._secrets.items() if secret["ARN"] == arn)
        return str(next(found, arn))

    def profile_name(arn: str) -> str:
        return arn.rpartition("/")[2]

    def secret_arn(name: str) -> str:
        secret = modules.secretsmanager._secrets.get(name)
        return str(secret["ARN"]) if secret else name

    _refer(modules, "AWS::IAM::InstanceProfile", shown=profile_name, kept=profile_arn)
    _refer(modules, "AWS::SecretsManager::Secret", shown=secret_arn, kept=secret_name)


def _refer(modules: Modules, resource_type: str, shown: Callable[[str], str], kept: Callable[[str], str]) -> None:
    """Show AWS's physical ID of the type outside, and ministack's own to ministack's functions."""
    handler = modules.provisioners._RESOURCE_HANDLERS[resource_type]
    create, update, delete = handler["create"], handler["update"], handler["delete"]

    def created(*arguments: Any) -> Any:
        physical_id, attributes = create(*arguments)
        return shown(physical_id), attributes

    def updated(physical_id: str, *arguments: Any) -> Any:
        new_id, attributes = update(kept(physical_id), *arguments)
        return shown(new_id), attributes

    handler["create"], handler["update"] = created, updated
    handler["delete"] = lambda physical_id, *arguments: delete(kept(physical_id), *arguments)
    readers = modules.drift._DRIFT_READERS
    if resource_type in readers:
        reader, properties = readers[resource_type]
        readers[resource_type] = (lambda physical_id, *rest: reader(kept(physical_id), *rest)), properties


def _target_groups(modules: Modules) -> None:
    """Return the whole name from TargetGroupFullName, as metrics have it; ministack leaves out its beginning.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
    """
    shorter = modules.alb._target_group_full_name_from_arn
    modules.alb._target_group_full_name_from_arn = lambda arn: f"targetgroup/{shorter(arn)}"


def _buckets_with_objects(modules: Modules) -> None:
    """Refuse to delete a bucket that holds objects or versions; ministack deletes them with the stack.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/delete-bucket.html
    """
    handler = modules.provisioners._RESOURCE_HANDLERS["AWS::S3::Bucket"]
    delete = handler["delete"]

    def delete_bucket(name: str, properties: Any) -> None:
        bucket = modules.s3._buckets.get(name)
        if bucket and (bucket["objects"] or modules.s3._bucket_has_versions(name)):
            raise ValueError(
                'Resource handler returned message: "The bucket you tried to delete is not empty. You must '
                'delete all versions in the bucket. (Service: S3, Status Code: 409)" '
                "(HandlerErrorCode: GeneralServiceException)"
            )
        delete(name, properties)

    handler["delete"] = delete_bucket


def _protected_databases(modules: Modules) -> None:
    """Refuse to delete a database with deletion protection, which only a template that says so switches off.

    ministack deletes it, and reads a missing property as `false`; CloudFormation only sends what a template has:
    https://github.com/aws-cloudformation/aws-cloudformation-resource-providers-rds
    https://github.com/aws/aws-cdk/issues/24236
    """
    handler = modules.provisioners._RESOURCE_HANDLERS["AWS::RDS::DBInstance"]
    update, delete = handler["update"], handler["delete"]

    def updated(physical_id: str, before: Any, after: Any, *rest: Any) -> Any:
        instance = modules.rds._instances.get(physical_id)
        unchanged = bool(instance and instance["DeletionProtection"])
        new_id, attributes = update(physical_id, before, after, *rest)
        protection = str(after.get("DeletionProtection", unchanged))
        modules.rds._instances[new_id]["DeletionProtection"] = protection.lower() == "true"
        return new_id, attributes

    def deleted(physical_id: str, properties: Any) -> None:
        instance = modules.rds._instances.get(physical_id)
        if instance and instance["DeletionProtection"]:
            raise ValueError(
                "Cannot delete protected DB Instance, please disable deletion protection and try again. "
                "(Service: Rds, Status Code: 400)"
            )
        delete(physical_id, properties)

    handler["update"], handler["delete"] = updated, deleted
