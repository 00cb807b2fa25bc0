"""AWS behaviour that Beanstack relies on: a contract test for each gap that we close in the engine, and the hooks."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from .conftest import PROJECT, SERVER_PYTHON

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import LocalAWS, Template

    Stack = Callable[..., Template]

TRUST = {"Version": "2012-10-17", "Statement": []}
ROLE = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}}
TOPIC = {"Type": "AWS::SNS::Topic"}


def one(resource: dict[str, Any], **outputs: Any) -> dict[str, Any]:
    """Return a template of one resource, `It`."""
    return {"Resources": {"It": resource}, "Outputs": {key: {"Value": value} for key, value in outputs.items()}}


def exporting(export: str, value: str = "one") -> dict[str, Any]:
    return {"Resources": {"It": TOPIC}, "Outputs": {"It": {"Value": value, "Export": {"Name": export}}}}


def importing(export: str) -> dict[str, Any]:
    return one({"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Fn::ImportValue": export}}})


def in_server(code: str) -> subprocess.CompletedProcess[str]:
    """Run code with the server's Python."""
    return subprocess.run(
        [str(SERVER_PYTHON), "-c", code], cwd=PROJECT, capture_output=True, text=True, timeout=60, check=False
    )


def test_every_private_name_exists(local: LocalAWS) -> None:
    assert local.port
    result = in_server("from beanstack.localaws.modules import Modules; Modules.load()")
    assert result.returncode == 0, result.stderr


def test_a_missing_private_name_is_reported() -> None:
    code = (
        "import ministack.services.iam as iam; del iam._instance_profiles\n"
        "from beanstack.localaws.modules import Modules; Modules.load()"
    )
    result = in_server(code)
    assert result.returncode == 1
    assert "no ministack.services.iam._instance_profiles" in result.stderr
    assert "beanstack/locks/localaws.txt" in result.stderr


@pytest.mark.parametrize("action", ["create_stack", "create_change_set"])
@pytest.mark.parametrize(
    ("properties", "given", "capability"),
    [
        ({}, [], "CAPABILITY_IAM"),
        ({"RoleName": "named"}, [], "CAPABILITY_NAMED_IAM"),
        ({"RoleName": "named"}, ["CAPABILITY_IAM"], "CAPABILITY_NAMED_IAM"),
    ],
)
def test_iam_needs_a_capability(
    local: LocalAWS, name: str, action: str, properties: dict[str, str], given: list[str], capability: str
) -> None:
    formation = local.client("cloudformation")
    role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST, **properties}}
    more = {"ChangeSetName": "plan", "ChangeSetType": "CREATE"} if action == "create_change_set" else {}
    with pytest.raises(ClientError) as caught:
        getattr(formation, action)(StackName=name, TemplateBody=json.dumps(one(role)), Capabilities=given, **more)
    assert caught.value.response["Error"]["Code"] == "InsufficientCapabilitiesException"
    assert caught.value.response["Error"]["Message"] == f"Requires capabilities : [{capability}]"
    with pytest.raises(ClientError, match="does not exist"):
        local.stack(name)


def test_iam_in_an_update_needs_a_capability(local: LocalAWS, name: str) -> None:
    local.create(name, one(TOPIC))
    with pytest.raises(ClientError, match=r"Requires capabilities : \[CAPABILITY_IAM\]"):
        local.client("cloudformation").update_stack(StackName=name, TemplateBody=json.dumps(one(ROLE)))


@pytest.mark.parametrize("action", ["update_stack", "create_change_set"])
def test_a_stack_whose_creation_was_rolled_back_refuses_updates(
    local: LocalAWS, template: Stack, name: str, action: str
) -> None:
    assert local.create(name, template(name, key="missing.zip")) == "ROLLBACK_COMPLETE"
    more = {"ChangeSetName": "plan"} if action == "create_change_set" else {}
    body = json.dumps(one(TOPIC))
    with pytest.raises(ClientError) as caught:
        getattr(local.client("cloudformation"), action)(StackName=name, TemplateBody=body, **more)
    error = caught.value.response["Error"]
    assert error["Code"] == "ValidationError"
    assert error["Message"] == (
        f"Stack:{local.stack(name)['StackId']} is in ROLLBACK_COMPLETE state and can not be updated."
    )


def test_deploy_over_a_rolled_back_creation_fails(local: LocalAWS, template: Stack, name: str) -> None:
    local.create(name, template(name, key="missing.zip"))
    result = local.deploy(name, template(name))
    assert result.returncode != 0
    assert "is in ROLLBACK_COMPLETE state and can not be updated." in result.stderr


def test_an_existing_stack_cannot_be_created_again(local: LocalAWS, template: Stack, name: str) -> None:
    local.create(name, template(name, key="missing.zip"))
    with pytest.raises(ClientError, match=r"Stack \[.*\] already exists"):
        local.create(name, one(TOPIC))


@pytest.mark.parametrize("action", ["create_stack", "create_change_set"])
@pytest.mark.parametrize(
    ("template", "block"),
    [
        (one({"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "Missing"}}}), "Resources"),
        (one(TOPIC, Arn={"Fn::GetAtt": ["Missing", "Arn"]}), "Outputs"),
    ],
)
def test_a_reference_to_no_resource_is_refused(
    local: LocalAWS, name: str, action: str, template: dict[str, Any], block: str
) -> None:
    more = {"ChangeSetName": "plan", "ChangeSetType": "CREATE"} if action == "create_change_set" else {}
    with pytest.raises(ClientError) as caught:
        getattr(local.client("cloudformation"), action)(StackName=name, TemplateBody=json.dumps(template), **more)
    error = caught.value.response["Error"]
    assert error["Code"] == "ValidationError"
    about = f"Unresolved resource dependencies [Missing] in the {block} block of the template"
    assert error["Message"] == f"Template format error: {about}"


def test_a_missing_export_fails_the_change_set(local: LocalAWS, name: str) -> None:
    result = local.deploy(name, importing(f"{name}-missing"))
    assert result.returncode != 0
    assert f"No export named {name}-missing found." in result.stderr


def test_a_missing_export_fails_the_stack(local: LocalAWS, name: str) -> None:
    assert local.create(name, importing(f"{name}-missing")) == "ROLLBACK_COMPLETE"
    assert local.first_failure(name)["ResourceStatusReason"] == f"No export named {name}-missing found."


def test_an_imported_export_cannot_be_changed_or_deleted(local: LocalAWS, name: str) -> None:
    export, user = f"{name}-export", f"{name}-user"
    local.create(name, exporting(export))
    assert local.create(user, importing(export)) == "CREATE_COMPLETE"
    assert local.delete(name) == "CREATE_COMPLETE"
    reason = f"Export {export} cannot be deleted as it is in use by {user}"
    assert local.stack(name)["StackStatusReason"] == reason
    assert local.stack_events(name)[-1]["ResourceStatusReason"] == reason
    for changed, verb in ((exporting(export, "two"), "updated"), (one(TOPIC), "deleted")):
        assert local.update(name, changed) == "UPDATE_ROLLBACK_COMPLETE"
        reason = f"Export {export} cannot be {verb} as it is in use by {user}"
        assert reason in [event.get("ResourceStatusReason") for event in local.stack_events(name)]
    assert local.delete(user) == "DELETE_COMPLETE"
    assert local.delete(name) == "DELETE_COMPLETE"


def test_an_export_has_one_owner(local: LocalAWS, name: str) -> None:
    local.create(name, exporting(f"{name}-export"))
    assert local.create(f"{name}-other", exporting(f"{name}-export")) == "ROLLBACK_COMPLETE"
    assert "is already exported by stack" in local.first_failure(f"{name}-other")["ResourceStatusReason"]


def test_another_stack_can_use_an_export_that_a_template_drops(local: LocalAWS, name: str) -> None:
    local.create(name, exporting(f"{name}-export"))
    assert local.update(name, one(TOPIC)) == "UPDATE_COMPLETE"
    assert local.create(f"{name}-other", exporting(f"{name}-export")) == "CREATE_COMPLETE"


def test_a_change_of_only_outputs_is_deployed(local: LocalAWS, name: str) -> None:
    local.deploy(name, one(TOPIC, Said="one"))
    result = local.deploy(name, one(TOPIC, Said="two"))
    assert "Successfully created/updated stack" in result.stdout, result.stderr
    assert local.outputs(name) == {"Said": "two"}


def test_two_deployments_fit_into_one_second(local: LocalAWS, name: str) -> None:
    formation = local.client("cloudformation")
    local.create(name, one(TOPIC))
    for said in ("one", "two"):
        body = json.dumps({"Resources": {"It": {**TOPIC, "Properties": {"DisplayName": said}}}})
        formation.create_change_set(StackName=name, ChangeSetName="same", TemplateBody=body)
        formation.execute_change_set(StackName=name, ChangeSetName="same")
        assert local.settled(name) == "UPDATE_COMPLETE"


def test_an_update_reports_only_what_it_changes(local: LocalAWS, deployed: str, template: Stack) -> None:
    before = len(local.stack_events(deployed))
    local.update(deployed, template(deployed, key="two.zip"))
    touched = {event["LogicalResourceId"] for event in local.stack_events(deployed)[before:]}
    assert touched == {deployed, "Version", "Environment"}


def test_every_stack_gets_new_generated_names(local: LocalAWS, name: str) -> None:
    secret = {"Type": "AWS::SecretsManager::Secret", "DeletionPolicy": "Retain", "Properties": {"SecretString": "one"}}
    local.create(name, one(secret, Arn={"Ref": "It"}))
    kept = local.outputs(name)["Arn"]
    assert local.delete(name) == "DELETE_COMPLETE"
    secret["Properties"] = {"SecretString": "two"}
    local.create(name, one(secret, Arn={"Ref": "It"}))
    assert local.outputs(name)["Arn"] != kept
    assert local.client("secretsmanager").get_secret_value(SecretId=kept)["SecretString"] == "one"


def test_an_updated_resource_keeps_its_generated_name(local: LocalAWS, name: str) -> None:
    secret = {"Type": "AWS::SecretsManager::Secret", "Properties": {"SecretString": "one"}}
    local.create(name, one(secret, Arn={"Ref": "It"}))
    arn = local.outputs(name)["Arn"]
    secret["Properties"] = {"SecretString": "two"}
    assert local.update(name, one(secret, Arn={"Ref": "It"})) == "UPDATE_COMPLETE"
    assert local.outputs(name)["Arn"] == arn
    assert local.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"] == "two"


def test_a_generated_secret_matches_its_template(local: LocalAWS, name: str) -> None:
    generate = {"PasswordLength": 64, "ExcludePunctuation": True, "ExcludeUppercase": "true", "ExcludeNumbers": True}
    secret = {"Type": "AWS::SecretsManager::Secret", "Properties": {"GenerateSecretString": generate}}
    local.create(name, one(secret, Arn={"Ref": "It"}))
    value = local.client("secretsmanager").get_secret_value(SecretId=local.outputs(name)["Arn"])["SecretString"]
    assert len(value) == 64
    assert value.isalpha()
    assert value.islower()


def test_ref_returns_a_secrets_arn_and_the_secret_is_deleted_with_its_stack(local: LocalAWS, name: str) -> None:
    secret = {"Type": "AWS::SecretsManager::Secret", "Properties": {"GenerateSecretString": {}}}
    local.create(name, one(secret, Arn={"Ref": "It"}))
    arn = local.outputs(name)["Arn"]
    assert arn.startswith("arn:aws:secretsmanager:us-east-1:000000000000:secret:")
    local.delete(name)
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        local.client("secretsmanager").get_secret_value(SecretId=arn)


def test_ref_returns_an_instance_profiles_name(local: LocalAWS, deployed: str) -> None:
    profile = local.outputs(deployed)["Profile"]
    described = local.client("iam").get_instance_profile(InstanceProfileName=profile)["InstanceProfile"]
    assert len(described["Roles"]) == 1
    assert local.delete(deployed) == "DELETE_COMPLETE"
    with pytest.raises(ClientError, match="NoSuchEntity"):
        local.client("iam").get_instance_profile(InstanceProfileName=profile)


def test_an_instance_profile_may_get_its_role_later(local: LocalAWS, name: str) -> None:
    profile = {"Type": "AWS::IAM::InstanceProfile", "Properties": {"Roles": []}}
    local.create(name, {"Resources": {"Role": ROLE, "It": profile}, "Outputs": {"It": {"Value": {"Ref": "It"}}}})
    profile["Properties"] = {"Roles": [{"Ref": "Role"}]}
    changed = {"Resources": {"Role": ROLE, "It": profile}, "Outputs": {"It": {"Value": {"Ref": "It"}}}}
    assert local.update(name, changed) == "UPDATE_COMPLETE"
    client = local.client("iam")
    assert client.get_instance_profile(InstanceProfileName=local.outputs(name)["It"])["InstanceProfile"]["Roles"]


@pytest.mark.parametrize("versioned", [False, True])
def test_a_bucket_with_objects_cannot_be_deleted(local: LocalAWS, name: str, versioned: bool) -> None:
    bucket: dict[str, Any] = {"Type": "AWS::S3::Bucket"}
    if versioned:
        bucket["Properties"] = {"VersioningConfiguration": {"Status": "Enabled"}}
    local.create(name, one(bucket, Bucket={"Ref": "It"}))
    s3, made = local.client("s3"), local.outputs(name)["Bucket"]
    version = s3.put_object(Bucket=made, Key="a", Body=b"a").get("VersionId")
    if versioned:
        marker = s3.delete_object(Bucket=made, Key="a")["VersionId"]
    assert local.delete(name) == "DELETE_FAILED"
    assert "The bucket you tried to delete is not empty." in local.first_failure(name)["ResourceStatusReason"]
    for gone in (version, marker) if versioned else (None,):
        s3.delete_object(Bucket=made, Key="a", **({"VersionId": gone} if gone else {}))
    assert local.delete(name) == "DELETE_COMPLETE"


@pytest.mark.parametrize(
    ("policy", "after_rollback", "after_deletion"),
    [("Delete", False, False), ("Retain", True, True), ("RetainExceptOnCreate", False, True)],
)
def test_a_deletion_policy_decides_what_is_kept(
    local: LocalAWS, name: str, policy: str, after_rollback: bool, after_deletion: bool
) -> None:
    buckets = {"rollback": f"{name}-rollback", "deletion": f"{name}-deletion"}

    def stack(bucket: str) -> dict[str, Any]:
        return one({"Type": "AWS::S3::Bucket", "DeletionPolicy": policy, "Properties": {"BucketName": bucket}})

    failing = stack(buckets["rollback"])
    version = {"ApplicationName": "none", "SourceBundle": {"S3Bucket": "none", "S3Key": "none"}}
    failing["Resources"]["Fails"] = {
        "Type": "AWS::ElasticBeanstalk::ApplicationVersion",
        "DependsOn": "It",
        "Properties": version,
    }
    assert local.create(f"{name}-fails", failing) == "ROLLBACK_COMPLETE"
    assert local.create(name, stack(buckets["deletion"])) == "CREATE_COMPLETE"
    assert local.delete(name) == "DELETE_COMPLETE"
    left = {bucket["Name"] for bucket in local.client("s3").list_buckets()["Buckets"]}
    assert (buckets["rollback"] in left, buckets["deletion"] in left) == (after_rollback, after_deletion)
