"""The two stacks fit together, and say of themselves what the recipes need."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from beanstack import stacks
from tests.conftest import fixture_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Configured

KEY = f"{'0' * 64}.zip"
EVERYTHING = """\
account: "012345678901"
key_pair: ops
image: 111111111111.dkr.ecr.eu-west-1.amazonaws.com/team/web:1
containers: {web: {image: null}}
database: {engine: mysql}
execution_role_arn: arn:aws:iam::012345678901:role/reader
properties: {GREETING: hello}
tags: {team: blue}
"""


@pytest.fixture
def pair(shop: Configured) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the stack of an application and that of its environment, which has all that can be set."""
    application = shop(EVERYTHING)
    environment = stacks.environment_stack(application, application.environments["dev"], KEY)
    return stacks.application_stack(application).to_dict(), environment.to_dict()


def values(tree: Any, function: str) -> Iterator[Any]:
    """Return the arguments of every use of an intrinsic function."""
    if isinstance(tree, dict):
        if set(tree) == {function}:
            yield tree[function]
        for item in tree.values():
            yield from values(item, function)
    elif isinstance(tree, list):
        for item in tree:
            yield from values(item, function)


def test_the_metadata_of_an_environment_say_where_and_what_to_deploy(shop: Configured) -> None:
    for settings, account in (("", {}), ('account: "012345678901"', {"Account": "012345678901"})):
        application = shop(settings)
        stack = stacks.environment_stack(application, application.environments["dev"], KEY).to_dict()
        assert stack["Description"] == "Elastic Beanstalk environment shop-dev"
        assert stack["Metadata"] == {
            "Beanstack": {
                "Application": "shop",
                "Environment": "dev",
                "Stack": "shop-dev",
                "Region": "eu-west-1",
                "BundleKey": KEY,
                **account,
            }
        }


def test_the_applications_stack_names_neither_region_nor_account(pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
    stack, _ = pair
    assert stack["Metadata"] == {"Beanstack": {"Application": "shop", "Stack": "shop"}}
    assert stack["Description"] == "Elastic Beanstalk application shop"
    assert "eu-west-1" not in str(stack)
    assert not re.search(r"\d{12}", str(stack))


def test_the_applications_stack_hands_out_bucket_and_service_role(pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
    stack, _ = pair
    assert list(stack["Resources"]) == ["BundleBucket", "BundleBucketPolicy", "ServiceRole", "Application"]
    assert stack["Outputs"] == {
        "BundleBucket": {"Value": {"Ref": "BundleBucket"}, "Export": {"Name": "shop-BundleBucket"}},
        "ServiceRole": {
            "Value": {"Fn::GetAtt": ["ServiceRole", "Arn"]},
            "Export": {"Name": "shop-ServiceRole"},
        },
    }


def test_an_environment_imports_what_its_application_exports(pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
    shared, environment = pair
    exported = {output["Export"]["Name"] for output in shared["Outputs"].values()}
    assert set(values(environment, "Fn::ImportValue")) == exported


def test_the_metadata_of_an_environment_say_whether_its_bundle_migrates(shop: Configured) -> None:
    booted = "containers: {web: {bootstrap: true, user: 1, command: [serve], migrate: %s}}"
    for migrate, expected in (("[migrate]", "true"), ("[]", None)):
        application = shop(booted % migrate)
        stack = stacks.environment_stack(application, application.environments["dev"], KEY).to_dict()
        assert stack["Metadata"]["Beanstack"].get("Migrates") == expected


def test_an_environments_stack_outputs_its_name_address_and_version(
    pair: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    _, stack = pair
    assert list(stack["Resources"]) == ["InstanceRole", "InstanceProfile", "DatabasePassword", "Version", "Environment"]
    assert stack["Outputs"] == {
        "EnvironmentName": {"Value": {"Ref": "Environment"}},
        "URL": {"Value": {"Fn::Sub": "http://${Environment.EndpointURL}"}},
        "Version": {"Value": {"Ref": "Version"}},
    }


def test_every_reference_leads_to_a_resource_of_its_own_stack(pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
    for stack in pair:
        named = {*values(stack, "Ref"), *(resource for resource, _ in values(stack, "Fn::GetAtt"))}
        for text in values(stack, "Fn::Sub"):
            known = text[1] if isinstance(text, list) else {}
            found = re.findall(r"\$\{([^}.]+)", text[0] if isinstance(text, list) else text)
            named |= {name for name in found if name not in known and not name.startswith("AWS::")}
        assert named <= stack["Resources"].keys()


def test_a_logical_id_never_holds_an_environments_name(pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
    for stack in pair:
        assert all(re.fullmatch(r"[A-Z][A-Za-z]*", name) and "dev" not in name.lower() for name in stack["Resources"])


def test_neither_stack_has_parameters_or_conditions(pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
    for stack in pair:
        assert sorted(stack) == ["Description", "Metadata", "Outputs", "Resources"]


def test_two_environments_differ_only_where_their_settings_do(application: Configured) -> None:
    made = application("""\
application: shop
defaults:
  region: eu-west-1
  platform: ECS running on 64bit Amazon Linux 2023/4.7.7
  containers: {web: {image: "nginx:1.27", memory: 64, ports: ["80:80"]}}
environments: {blue: , green: {scaling: {max: 9}}}
""")
    blue, green = (
        str(stacks.environment_stack(made, made.environments[name], KEY).to_dict()) for name in ("blue", "green")
    )
    assert blue != green
    assert blue == green.replace("green", "blue").replace(
        "{'Namespace': 'aws:autoscaling:asg', 'OptionName': 'MaxSize', 'Value': '9'}",
        "{'Namespace': 'aws:autoscaling:asg', 'OptionName': 'MaxSize', 'Value': '4'}",
    )


def test_no_generated_file_contains_a_password() -> None:
    """Only names of variables, the logical ID of the secret and the reference that CloudFormation resolves."""
    harmless = re.compile(
        r"OptionName: 'DBPassword'|\{\{resolve:secretsmanager:\$\{DatabasePassword\}\}\}|^  DatabasePassword:$"
        r"|MYSQL_PASSWORD=RDS_PASSWORD|RDS_PASSWORD(\)|-\})|'AWS::SecretsManager::Secret'|GenerateSecretString:"
        r"|ecr:GetAuthorizationToken|PasswordLength: 16|Master password of the database of \w+"
        r"|[sS]ecret `?DatabasePassword|`DatabasePassword`|(its|generated|master) password",
        re.MULTILINE,
    )
    for path, content in fixture_files().items():
        assert not re.search("password|secret|token", harmless.sub("", content.decode()), re.IGNORECASE), path
