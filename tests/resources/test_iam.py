"""Who may do what: every policy, whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from beanstack.resources import iam

if TYPE_CHECKING:
    from beanstack.config import Application
    from tests.conftest import Configured

READ_BUNDLES = {
    "PolicyName": "ReadBundles",
    "PolicyDocument": {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": ["s3:GetObject"],
                "Resource": [
                    {
                        "Fn::Sub": [
                            "arn:${AWS::Partition}:s3:::${Bucket}/*",
                            {"Bucket": {"Fn::ImportValue": "shop-BundleBucket"}},
                        ]
                    }
                ],
            }
        ],
    },
}


def pull_images(*repositories: str) -> dict[str, Any]:
    """The policy that lets instances pull from repositories, given as `region:account:repository/name`."""
    return {
        "PolicyName": "PullImages",
        "PolicyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Action": ["ecr:GetAuthorizationToken"], "Resource": ["*"]},
                {
                    "Effect": "Allow",
                    "Action": [
                        "ecr:BatchCheckLayerAvailability",
                        "ecr:BatchGetImage",
                        "ecr:GetDownloadUrlForLayer",
                    ],
                    "Resource": [
                        {"Fn::Sub": f"arn:${{AWS::Partition}}:ecr:{repository}"} for repository in repositories
                    ],
                },
            ],
        },
    }


def instance_role(application: Application) -> dict[str, Any]:
    role: dict[str, Any] = iam.instance_role(application, application.environments["dev"]).to_dict()
    return role


def test_the_service_role_is_elastic_beanstalks_alone(shop: Configured) -> None:
    assert iam.service_role(shop("")).to_dict() == {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": ["elasticbeanstalk.amazonaws.com"]},
                        "Action": ["sts:AssumeRole"],
                        "Condition": {"StringEquals": {"sts:ExternalId": "elasticbeanstalk"}},
                    }
                ],
            },
            "ManagedPolicyArns": [
                {
                    "Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/service-role/AWSElasticBeanstalkEnhancedHealth",
                },
                {
                    "Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/"
                    "AWSElasticBeanstalkManagedUpdatesCustomerRolePolicy",
                },
            ],
        },
    }


def test_instances_that_pull_from_no_ecr_read_bundles_and_nothing_else(shop: Configured) -> None:
    assert instance_role(shop("")) == {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": ["ec2.amazonaws.com"]},
                        "Action": ["sts:AssumeRole"],
                    }
                ],
            },
            "ManagedPolicyArns": [
                {"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/AWSElasticBeanstalkWebTier"},
                {"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/AWSElasticBeanstalkMulticontainerDocker"},
            ],
            "Policies": [READ_BUNDLES],
        },
    }


def test_the_profile_hands_out_the_instance_role(shop: Configured) -> None:
    application = shop("")
    role, profile = iam.instance_resources(application, application.environments["dev"])
    assert role.title == "InstanceRole"
    assert profile.to_dict() == {
        "Type": "AWS::IAM::InstanceProfile",
        "Properties": {"Roles": [{"Ref": "InstanceRole"}]},
    }


def test_exactly_the_repositories_of_the_containers_can_be_pulled(shop: Configured) -> None:
    settings = """\
image: 111111111111.dkr.ecr.eu-west-1.amazonaws.com/team/web:1
containers:
  web: {image: null}
  again: {memory: 8}
  digest:
    memory: 8
    image: 111111111111.dkr.ecr.eu-west-1.amazonaws.com/team/web@sha256:%s
  elsewhere: {memory: 8, image: "222222222222.dkr.ecr.us-east-2.amazonaws.com/worker:2.0"}
  fips: {memory: 8, image: "333333333333.dkr.ecr-fips.us-west-2.amazonaws.com/a/b/c:3"}
  public: {memory: 8, image: "public.ecr.aws/nginx/nginx:1.27"}
"""
    assert instance_role(shop(settings % ("0" * 64)))["Properties"]["Policies"] == [
        READ_BUNDLES,
        pull_images(
            "eu-west-1:111111111111:repository/team/web",
            "us-east-2:222222222222:repository/worker",
            "us-west-2:333333333333:repository/a/b/c",
        ),
    ]


def test_a_repository_in_china_can_be_pulled_there(shop: Configured) -> None:
    image = "444444444444.dkr.ecr.cn-northwest-1.amazonaws.com.cn/web:4"
    role = instance_role(shop(f"region: cn-north-1\ncontainers: {{web: {{image: '{image}'}}}}"))
    assert role["Properties"]["Policies"][1] == pull_images("cn-northwest-1:444444444444:repository/web")


def test_the_environments_image_counts_only_where_a_container_runs_it(shop: Configured) -> None:
    role = instance_role(shop("image: 111111111111.dkr.ecr.eu-west-1.amazonaws.com/team/web:1"))
    assert role["Properties"]["Policies"] == [READ_BUNDLES]


@pytest.mark.parametrize(
    "image",
    [
        "nginx:1.27",
        "ghcr.io/team/web:1",
        "public.ecr.aws/team/web:1",
        "registry.example:5000/111111111111.dkr.ecr/web:1",
    ],
)
def test_an_image_of_another_registry_brings_no_rights(shop: Configured, image: str) -> None:
    assert instance_role(shop(f'containers: {{web: {{image: "{image}"}}}}'))["Properties"]["Policies"] == [READ_BUNDLES]


def test_the_execution_role_and_no_other_may_be_handed_to_ecs(shop: Configured) -> None:
    role = instance_role(shop("execution_role_arn: arn:aws:iam::111111111111:role/shop/reader"))
    assert role["Properties"]["Policies"] == [
        READ_BUNDLES,
        {
            "PolicyName": "PassExecutionRole",
            "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Action": ["iam:PassRole"],
                        "Resource": ["arn:aws:iam::111111111111:role/shop/reader"],
                    }
                ],
            },
        },
    ]


def test_exactly_the_secrets_of_ebs_variables_can_be_read(shop: Configured) -> None:
    role = instance_role(
        shop("""\
execution_role_arn: arn:aws:iam::111111111111:role/reader
options:
  aws:elasticbeanstalk:application:environmentsecrets:
    DB_PASSWORD: "arn:aws:secretsmanager:eu-west-1:111111111111:secret:shop/db-AbCdEf:password::"
    DB_USER: "arn:aws:secretsmanager:eu-west-1:111111111111:secret:shop/db-AbCdEf:user::"
    API_KEY: arn:aws:secretsmanager:eu-west-1:111111111111:secret:api-AbCdEf
    COLOUR: arn:aws:ssm:eu-west-1:111111111111:parameter/shop/colour
""")
    )
    assert role["Properties"]["Policies"][-1] == {
        "PolicyName": "ReadSecrets",
        "PolicyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": ["secretsmanager:GetSecretValue"],
                    "Resource": [
                        "arn:aws:secretsmanager:eu-west-1:111111111111:secret:api-AbCdEf",
                        "arn:aws:secretsmanager:eu-west-1:111111111111:secret:shop/db-AbCdEf",
                    ],
                },
                {
                    "Effect": "Allow",
                    "Action": ["ssm:GetParameter"],
                    "Resource": ["arn:aws:ssm:eu-west-1:111111111111:parameter/shop/colour"],
                },
            ],
        },
    }


def test_the_instance_role_carries_the_environments_tags(shop: Configured) -> None:
    role = instance_role(shop("tags: {team: blue, cost-centre: '042'}"))
    assert role["Properties"]["Tags"] == [{"Key": "cost-centre", "Value": "042"}, {"Key": "team", "Value": "blue"}]
