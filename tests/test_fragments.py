"""A file of an application's own resources, which joins the stacks of environments, and what names its resources."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from beanstack import stacks
from beanstack.bundle import shipped
from beanstack.config import ConfigError, load
from beanstack.generate import files, judged
from tests.conftest import MINIMAL
from tests.lint.linted import linted

if TYPE_CHECKING:
    from pathlib import Path

    from beanstack.config import Application

AWS = """\
Resources:
  Jobs:
    Type: AWS::SQS::Queue
    Properties: {KmsMasterKeyId: alias/aws/sqs}
  Uploads:
    Type: AWS::S3::Bucket
    DeletionPolicy: Retain
    UpdateReplacePolicy: Retain
    Properties: {BucketName: !Sub "${AWS::StackName}-uploads"}
  Reader:
    Type: AWS::IAM::ManagedPolicy
    DependsOn: Uploads
    Properties:
      Roles: [!Ref InstanceRole]
      PolicyDocument:
        Version: 2012-10-17
        Statement:
          Effect: Allow
          Action: sqs:ReceiveMessage
          Resource: !GetAtt Jobs.Arn
          Condition: {Bool: {"aws:SecureTransport": "true"}}
Outputs:
  Queue: {Value: !Ref Jobs}
"""
SETTINGS = """\
    resources: aws.yaml
    properties: {QUEUE: !Ref Jobs, BUCKET: !GetAtt Uploads.Arn, URL: !Sub "s3://${Uploads}/in", LEVEL: info}
    options:
      aws:autoscaling:launchconfiguration: {SecurityGroups: !ImportValue corp-Group}
    instance_role:
      statements: [{actions: ["s3:GetObject"], resources: [!Sub "${Uploads.Arn}/*", !GetAtt Jobs.Arn]}]
"""


def loaded(folder: Path, settings: str = SETTINGS, aws: str = AWS, name: str = "aws.yaml") -> Application:
    """Return `shop`, whose one environment has these settings."""
    (folder / "shop").mkdir(exist_ok=True)
    (folder / "shop" / name).write_text(aws, "utf-8")
    (folder / "shop.yaml").write_text(MINIMAL + settings, "utf-8")
    [application] = load(
        [folder / "shop.yaml"],
        shown=lambda path: path.relative_to(folder).as_posix(),
        judge=partial(judged, folder, {}),
    ).applications
    return application


def refused(folder: Path, settings: str = SETTINGS, aws: str = AWS, name: str = "aws.yaml") -> list[str]:
    with pytest.raises(ConfigError) as caught:
        loaded(folder, settings, aws, name)
    return [str(one) for one in caught.value.findings]


def template(application: Application) -> Any:
    return stacks.environment_stack(application, application.environments["dev"], "0" * 64 + ".zip").to_dict()


def value(made: Any, namespace: str, name: str) -> Any:
    settings = made["Resources"]["Environment"]["Properties"]["OptionSettings"]
    return next(one["Value"] for one in settings if (one["Namespace"], one["OptionName"]) == (namespace, name))


def test_resources_and_outputs_join_the_stack_as_they_are_written(tmp_path: Path) -> None:
    made = template(loaded(tmp_path))
    assert made["Resources"]["Uploads"] == {
        "Type": "AWS::S3::Bucket",
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
        "Properties": {"BucketName": {"Fn::Sub": "${AWS::StackName}-uploads"}},
    }
    document = made["Resources"]["Reader"]["Properties"]["PolicyDocument"]
    assert document["Version"] == "2012-10-17"
    assert document["Statement"]["Resource"] == {"Fn::GetAtt": ["Jobs", "Arn"]}
    assert made["Outputs"]["Queue"] == {"Value": {"Ref": "Jobs"}}
    assert list(made["Resources"])[-3:] == ["Jobs", "Uploads", "Reader"]


def test_properties_options_and_statements_name_them_by_functions(tmp_path: Path) -> None:
    made = template(loaded(tmp_path))
    properties = "aws:elasticbeanstalk:application:environment"
    assert value(made, properties, "QUEUE") == {"Ref": "Jobs"}
    assert value(made, properties, "BUCKET") == {"Fn::GetAtt": ["Uploads", "Arn"]}
    assert value(made, properties, "URL") == {"Fn::Sub": "s3://${Uploads}/in"}
    assert value(made, properties, "LEVEL") == "info"
    assert value(made, "aws:autoscaling:launchconfiguration", "SecurityGroups") == {"Fn::ImportValue": "corp-Group"}
    [own] = [one for one in made["Resources"]["InstanceRole"]["Properties"]["Policies"] if one["PolicyName"] == "Own"]
    assert own["PolicyDocument"]["Statement"][0]["Resource"] == [
        {"Fn::Sub": "${Uploads.Arn}/*"},
        {"Fn::GetAtt": ["Jobs", "Arn"]},
    ]


def test_cfn_lint_finds_nothing_in_the_whole_template(tmp_path: Path) -> None:
    made = tmp_path / "dev.yaml"
    made.write_bytes(files(loaded(tmp_path), shipped())["output/shop/dev.yaml"])
    found = linted([made]).found["dev.yaml"]
    assert [one for one in found if not one.id.startswith("I")] == []


def test_json_is_read_as_well(tmp_path: Path) -> None:
    json = '{"Resources": {"Jobs": {"Type": "AWS::SQS::Queue"}}}'
    made = template(loaded(tmp_path, "    resources: aws.json\n    properties: {Q: !Ref Jobs}\n", json, "aws.json"))
    assert made["Resources"]["Jobs"] == {"Type": "AWS::SQS::Queue"}


def test_an_environment_may_name_another_file_or_none(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/small.yaml").write_text("Resources: {Jobs: {Type: 'AWS::SQS::Queue'}}")
    settings = SETTINGS + "  qa: {resources: small.yaml, properties: {Q: !Ref Jobs}}\n  prod: {}\n"
    application = loaded(tmp_path, settings)
    found = {name: list(one.fragment.resources) for name, one in application.environments.items()}
    assert found == {"dev": ["Jobs", "Uploads", "Reader"], "qa": ["Jobs"], "prod": []}


def test_a_role_with_a_name_of_its_own_needs_the_capability_for_it(tmp_path: Path) -> None:
    named = "Resources: {P: {Type: 'AWS::IAM::ManagedPolicy', Properties: {ManagedPolicyName: p}}}"
    metadata = template(loaded(tmp_path, "    resources: aws.yaml\n", named))["Metadata"]["Beanstack"]
    assert metadata["Stacks"] == [
        {"Name": "shop", "Template": "application.yaml", "Shared": "true"},
        {"Name": "shop-dev", "Template": "dev.yaml", "Capabilities": "CAPABILITY_NAMED_IAM"},
    ]
    assert "Stacks" not in template(loaded(tmp_path))["Metadata"]["Beanstack"]


@pytest.mark.parametrize(
    ("aws", "says"),
    [
        ("", "shop/aws.yaml:1:1: expected `Resources`"),
        ("[a]", "shop/aws.yaml:1:1: expected `Resources`"),
        (
            "Resources: {A: [",
            "shop/aws.yaml:1:17: not YAML: did not find expected node content while parsing a flow node",
        ),
        ("Outputs: {}", "shop/aws.yaml:1:1: Resources: expected a mapping of resources by logical ID"),
        (
            "Parameters: {}\nResources: {A: {Type: 'AWS::SQS::Queue'}}",
            "shop/aws.yaml:1:1: Parameters: only `Resources` and `Outputs` join the stack; templates have neither "
            "parameters nor conditions: each environment may name a file of its own",
        ),
        (
            "Resources:\n  A: {Properties: {}}",
            "shop/aws.yaml:2:3: Resources.A: needs a `Type`, such as AWS::SQS::Queue",
        ),
        (
            "Resources:\n  my-queue: {Type: 'AWS::SQS::Queue'}",
            "shop/aws.yaml:2:3: Resources.my-queue: a logical ID has letters and digits alone, found 'my-queue'",
        ),
        (
            "Resources:\n  A:\n    Type: AWS::ElasticBeanstalk::Environment",
            "shop/aws.yaml:3:5: Resources.A.Type: AWS::ElasticBeanstalk::Environment is made from config/ itself",
        ),
        (
            "Resources:\n  A:\n    Type: AWS::SQS::Queue\n    DeletionPolcy: Retain",
            "shop/aws.yaml:4:5: Resources.A.DeletionPolcy: unknown attribute of a resource; did you mean "
            "'DeletionPolicy'?",
        ),
        (
            "Resources:\n  A:\n    Type: AWS::SQS::Queue\n    Properties:\n      QueueName: !If [X, a, b]",
            "shop/aws.yaml:5:7: Resources.A.Properties.QueueName: If cannot be used: templates have neither parameters "
            "nor conditions: each environment may name a file of its own",
        ),
        (
            "Resources:\n  Environment: {Type: 'AWS::SQS::Queue'}",
            "shop/aws.yaml:2:3: Resources.Environment: the stack has 'Environment' already; choose another name",
        ),
        (
            "Resources:\n  A: {Type: 'AWS::SQS::Queue'}\nOutputs:\n  Version: {Value: !Ref A}",
            "shop/aws.yaml:4:3: Outputs.Version: the stack has 'Version' already; choose another name",
        ),
        (
            "Resources:\n  A: {Type: 'AWS::SQS::Queue'}\n  B:\n    Type: AWS::SQS::Queue\n    DependsOn: [C]",
            "shop/aws.yaml:3:3: Resources.B: the environment's stack has no 'C'; the file of `resources` may add it",
        ),
        (
            "Resources:\n  A: {Type: 'AWS::SQS::Queue', Properties: {QueueName: !Sub '${InstanceRol}-x'}}",
            "shop/aws.yaml:2:3: Resources.A: the environment's stack has no 'InstanceRol'; the file of "
            "`resources` may add it; did you mean 'InstanceRole'?",
        ),
    ],
)
def test_what_cannot_join_a_stack_is_refused_at_its_place(tmp_path: Path, aws: str, says: str) -> None:
    assert refused(tmp_path, "    resources: aws.yaml\n", aws) == [says]


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, "    resources: other.yaml\n") == [
        "shop.yaml:9:16: environments.dev.resources: shop/other.yaml cannot be read: No such file or directory"
    ]


@pytest.mark.parametrize("path", ["../aws.yaml", "/etc/aws.yaml", "aws.txt", ".aws.yaml", "a/../b.yaml", "a//b.yaml"])
def test_a_file_lies_in_the_applications_folder(tmp_path: Path, path: str) -> None:
    assert refused(tmp_path, f"    resources: {path}\n") == [
        f"shop.yaml:9:16: environments.dev.resources: expected a file in config/<application>/, such as aws.yaml, "
        f"found '{path}'"
    ]


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (
            "properties: {Q: !Ref Jbos}",
            "9:21: environments.dev.properties.Q: the environment's stack has no 'Jbos'; the file of "
            "`resources` may add it; did you mean 'Jobs'?",
        ),
        (
            "properties: {Q: !GetAtt Environment.EndpointURL}",
            "9:21: environments.dev.properties.Q: !GetAtt Environment.EndpointURL is the environment itself, which "
            "cannot wait for itself",
        ),
        (
            "properties: {Q: !GetAtt Jobs}",
            "9:21: environments.dev.properties.Q: expected !GetAtt Name.Attribute, found !GetAtt Jobs",
        ),
        (
            "properties: {Q: !Join [a, b]}",
            "9:21: environments.dev.properties.Q: a function takes one text here, as in !Ref Name",
        ),
        (
            "properties: {Q: !Base64 x}",
            "9:21: environments.dev.properties.Q: expected !Ref, !GetAtt, !ImportValue, !Sub or a value, found !Base64",
        ),
        (
            "image: !Ref Jobs",
            "9:12: environments.dev.image: the tag !Ref has no meaning here; values of `properties` and `options`, and "
            "`resources` of statements, may be functions",
        ),
        (
            "containers: {web: {environment: {A: !Ref Jobs}}}",
            "9:41: environments.dev.containers.web.environment.A: the tag !Ref has no meaning here; values of "
            "`properties` and `options`, and `resources` of statements, may be functions",
        ),
        (
            "properties: {'a b': !Ref Jobs}",
            "9:18: environments.dev.properties.a b: invalid key: expected 1 to 128 letters, digits and _ . : / + \\ @ "
            "-, found 'a b'",
        ),
        (
            "options: {'aws:autoscaling:asg': {MinSise: !Ref Jobs}}",
            "9:39: environments.dev.options.aws:autoscaling:asg.MinSise: aws:autoscaling:asg has no "
            "option 'MinSise'; did you mean 'MinSize'?",
        ),
    ],
)
def test_a_function_in_the_wrong_place_or_form_is_refused(tmp_path: Path, settings: str, says: str) -> None:
    assert refused(tmp_path, f"    {settings}\n    resources: aws.yaml\n")[0].startswith(f"shop.yaml:{says}")


def test_resources_that_wait_for_each_other_are_refused(tmp_path: Path) -> None:
    aws = """\
Resources:
  Jobs: {Type: "AWS::SQS::Queue"}
  Topic:
    Type: AWS::SNS::Topic
    Properties: {DisplayName: !Ref Environment}
"""
    settings = "    resources: aws.yaml\n    properties: {T: !Ref Topic}\n"
    [message] = refused(tmp_path, settings, aws)
    assert message.startswith(
        "shop/aws.yaml:3:3: Resources.Topic: CloudFormation cannot make this, which waits for itself"
    )
    assert "Environment" in message
    loaded(tmp_path, "    resources: aws.yaml\n", aws)


def test_a_value_that_cloudformation_resolves_is_never_judged(tmp_path: Path) -> None:
    settings = """\
    resources: aws.yaml
    properties: {DB_PASSWORD: !Ref Jobs}
    options:
      aws:autoscaling:asg: {MinSize: !Ref Jobs}
      aws:elasticbeanstalk:environment: {LoadBalancerIsShared: !Ref Jobs, ServiceRole: !GetAtt Uploads.Arn}
      aws:elasticbeanstalk:healthreporting:system: {SystemType: !Ref Jobs}
      aws:ec2:instances: {InstanceTypes: !Ref Jobs}
"""
    made = template(loaded(tmp_path, settings))
    assert value(made, "aws:autoscaling:asg", "MinSize") == {"Ref": "Jobs"}


def test_the_overview_shows_what_joins_and_what_differs(tmp_path: Path) -> None:
    made = files(loaded(tmp_path, SETTINGS + "  prod: {}\n"), shipped())
    page = made["output/shop/README.md"].decode()
    assert "| `Uploads`, `AWS::S3::Bucket` | stays |" in page
    assert "| `properties.QUEUE` | `!Ref Jobs` | not set |" in page
    assert "- What `aws.yaml` adds to IAM is not read here." in page


def test_generation_twice_is_the_same(tmp_path: Path) -> None:
    first, second = (files(loaded(tmp_path), shipped()) for _ in range(2))
    assert first == second
    assert yaml.safe_load(first["bundle/shop/dev/Dockerrun.aws.json"])


def test_instances_may_read_the_secrets_of_the_file_that_variables_name(tmp_path: Path) -> None:
    aws = "Resources: {Api: {Type: 'AWS::SecretsManager::Secret'}, Jobs: {Type: 'AWS::SQS::Queue'}}"
    settings = """\
    resources: aws.yaml
    execution_role_arn: arn:aws:iam::111111111111:role/reader
    options:
      aws:elasticbeanstalk:application:environmentsecrets: {A: !Sub "${Api}:key::", B: !Ref Api}
"""
    made = template(loaded(tmp_path, settings, aws))
    policies = {one["PolicyName"]: one for one in made["Resources"]["InstanceRole"]["Properties"]["Policies"]}
    assert policies["ReadSecrets"]["PolicyDocument"]["Statement"] == [
        {"Effect": "Allow", "Action": ["secretsmanager:GetSecretValue"], "Resource": [{"Ref": "Api"}]}
    ]
