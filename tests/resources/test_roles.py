"""The instances' role as config shapes it, and roles that exist already: whole policies, and probable mistakes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from beanstack.config import ConfigError, load
from beanstack.resources import accepted, beanstalk, iam
from beanstack.resources.options import table
from beanstack.stacks import application_stack, environment_stack
from tests.conftest import MINIMAL

if TYPE_CHECKING:
    from pathlib import Path

    from beanstack.config import Application
    from tests.conftest import Configured, Verdict

PARTITION = "arn:${AWS::Partition}"
HERE = "${AWS::Region}:${AWS::AccountId}"
BUCKET = f"{PARTITION}:s3:::elasticbeanstalk-${{AWS::Region}}-${{AWS::AccountId}}"
ECS = f"{PARTITION}:ecs:{HERE}"
KEY = "0" * 64 + ".zip"


def sub(text: str) -> dict[str, str]:
    return {"Fn::Sub": text}


def allow(actions: list[str], *resources: str, condition: Any = None) -> dict[str, Any]:
    found = [resource if resource == "*" else sub(resource) for resource in resources]
    conditions = {"Condition": condition} if condition else {}
    return {"Effect": "Allow", "Action": actions, "Resource": found, **conditions}


def policy(name: str, *statements: Any) -> dict[str, Any]:
    return {"PolicyName": name, "PolicyDocument": {"Version": "2012-10-17", "Statement": [*statements]}}


def role(application: Application) -> dict[str, Any]:
    properties: dict[str, Any] = iam.instance_role(application, application.environments["dev"]).to_dict()["Properties"]
    return properties


def test_minimal_policies_allow_what_instances_of_the_web_tier_need(shop: Configured) -> None:
    made = role(shop("instance_role: {managed_policies: minimal}"))
    assert "ManagedPolicyArns" not in made
    assert made["Policies"][1:] == [
        policy(
            "UseBucket",
            allow(["s3:ListBucket"], BUCKET),
            allow(
                ["s3:GetObject", "s3:GetObjectVersion"],
                f"{BUCKET}/resources/*",
                f"{PARTITION}:s3:::elasticbeanstalk-platform-assets-*/*",
                f"{PARTITION}:s3:::elasticbeanstalk-env-resources-*/*",
            ),
            allow(["s3:PutObject"], f"{BUCKET}/resources/environments/logs/*"),
        ),
        policy(
            "ReportHealth",
            allow(
                ["elasticbeanstalk:PutInstanceStatistics"],
                f"{PARTITION}:elasticbeanstalk:{HERE}:application/shop",
                f"{PARTITION}:elasticbeanstalk:{HERE}:environment/shop/shop-dev",
            ),
        ),
        policy(
            "StreamLogs",
            allow(
                ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
                f"{PARTITION}:logs:{HERE}:log-group:/aws/elasticbeanstalk/shop-dev/*",
            ),
        ),
        policy(
            "RunContainers",
            allow(["ecs:DiscoverPollEndpoint"], "*"),
            allow(
                [
                    "ecs:DeregisterContainerInstance",
                    "ecs:RegisterContainerInstance",
                    "ecs:SubmitAttachmentStateChanges",
                    "ecs:SubmitContainerStateChange",
                    "ecs:SubmitTaskStateChange",
                ],
                f"{ECS}:cluster/awseb-*",
            ),
            allow(
                [
                    "ecs:DescribeContainerInstances",
                    "ecs:DescribeTasks",
                    "ecs:Poll",
                    "ecs:StartTask",
                    "ecs:StartTelemetrySession",
                    "ecs:StopTask",
                ],
                f"{ECS}:container-instance/*",
                f"{ECS}:task-definition/*",
                f"{ECS}:task/*",
                condition={"ArnLike": {"ecs:cluster": sub(f"{ECS}:cluster/awseb-*")}},
            ),
            allow(
                ["ecs:TagResource"],
                f"{ECS}:container-instance/*",
                f"{ECS}:task/*",
                condition={"StringEquals": {"ecs:CreateAction": ["RegisterContainerInstance", "StartTask"]}},
            ),
        ),
    ]


def test_minimal_policies_allow_the_systems_manager_agent_where_it_is_used(shop: Configured) -> None:
    made = role(shop("instance_role: {managed_policies: minimal}\nsession_manager: true"))
    assert "ManagedPolicyArns" not in made
    assert made["Policies"][-1] == policy(
        "UseSystemsManager",
        allow(
            [
                "ec2messages:AcknowledgeMessage",
                "ec2messages:DeleteMessage",
                "ec2messages:FailMessage",
                "ec2messages:GetEndpoint",
                "ec2messages:GetMessages",
                "ec2messages:SendReply",
                "ssm:ListInstanceAssociations",
                "ssm:UpdateInstanceInformation",
                "ssmmessages:CreateControlChannel",
                "ssmmessages:CreateDataChannel",
                "ssmmessages:OpenControlChannel",
                "ssmmessages:OpenDataChannel",
            ],
            "*",
        ),
    )
    with_aws = role(shop("session_manager: true"))["ManagedPolicyArns"][-1]
    assert with_aws == sub(f"{PARTITION}:iam::aws:policy/AmazonSSMManagedInstanceCore")


def test_only_rights_of_our_own_to_open_shells_are_left_out_of_checkovs_check(application: Configured) -> None:
    def metadata(settings: str) -> Any:
        made = application(MINIMAL + "".join(f"    {line}\n" for line in settings.splitlines()))
        return iam.instance_role(made, made.environments["dev"]).to_dict().get("Metadata")

    assert metadata("session_manager: true") is None
    assert metadata("instance_role: {managed_policies: minimal}") is None
    assert metadata("instance_role: {managed_policies: minimal}\nsession_manager: true") == {
        "checkov": {"skip": [{"id": "CKV_AWS_111", "comment": iam.UNLIMITED_BY_IAM}]}
    }


def log_groups(application: Application) -> list[str]:
    [logs] = [one for one in role(application)["Policies"] if one["PolicyName"] == "StreamLogs"]
    return [resource["Fn::Sub"] for resource in logs["PolicyDocument"]["Statement"][0]["Resource"]]


def test_minimal_policies_allow_the_log_groups_of_containers_without_an_execution_role(shop: Configured) -> None:
    settings = """\
instance_role: {managed_policies: minimal}
containers:
  web:
    log_configuration: {log_driver: awslogs, options: {awslogs-group: /shop/web, awslogs-region: eu-west-1}}
"""
    groups = [
        f"{PARTITION}:logs:{HERE}:log-group:/aws/elasticbeanstalk/shop-dev/*",
        f"{PARTITION}:logs:{HERE}:log-group:/shop/web:*",
    ]
    assert log_groups(shop(settings)) == groups
    with_execution_role = f"{settings}execution_role_arn: arn:aws:iam::111111111111:role/reader\n"
    assert log_groups(shop(with_execution_role)) == groups[:1]


def test_a_name_that_looks_like_a_variable_stays_as_it_is(shop: Configured) -> None:
    [application] = [shop("instance_role: {managed_policies: minimal}")]
    named = application.model_copy(update={"application_name": "a${AWS::Region}b"})
    [health] = [one for one in role(named)["Policies"] if one["PolicyName"] == "ReportHealth"]
    [first, _] = health["PolicyDocument"]["Statement"][0]["Resource"]
    assert first == sub(f"{PARTITION}:elasticbeanstalk:{HERE}:application/a${{!AWS::Region}}b")


def test_a_list_attaches_its_policies_in_place_of_awss(shop: Configured) -> None:
    of_aws = f"{PARTITION}:iam::aws:policy"
    own = "arn:aws:iam::111111111111:policy/team/extra"
    listed = f"instance_role: {{managed_policies: [AWSElasticBeanstalkRoleCore, CloudWatchAgentServerPolicy, '{own}']}}"
    assert role(shop(listed))["ManagedPolicyArns"] == [
        sub(f"{of_aws}/service-role/AWSElasticBeanstalkRoleCore"),
        sub(f"{of_aws}/CloudWatchAgentServerPolicy"),
        own,
    ]
    assert [one["PolicyName"] for one in role(shop(listed))["Policies"]] == ["ReadBundles"]


def test_the_words_of_a_list_mean_their_policies(shop: Configured) -> None:
    both = role(shop("instance_role: {managed_policies: [CloudWatchAgentServerPolicy, minimal]}"))
    assert both["ManagedPolicyArns"] == [sub(f"{PARTITION}:iam::aws:policy/CloudWatchAgentServerPolicy")]
    assert len(both["Policies"]) == 5
    added = role(shop("instance_role: {managed_policies: [aws, CloudWatchAgentServerPolicy]}"))
    assert [arn["Fn::Sub"].rpartition("/")[2] for arn in added["ManagedPolicyArns"]] == [
        "AWSElasticBeanstalkWebTier",
        "AWSElasticBeanstalkMulticontainerDocker",
        "CloudWatchAgentServerPolicy",
    ]


def test_statements_become_one_policy(shop: Configured) -> None:
    settings = """\
instance_role:
  statements:
    - actions: [s3:GetObject, "s3:PutObject*"]
      resources: ["arn:aws:s3:::uploads/${aws:username}/*"]
      conditions:
        StringEquals: {"aws:PrincipalTag/team": [blue, red]}
        ForAnyValue:StringLikeIfExists: {"aws:TagKeys": "a*"}
        Bool: {"aws:SecureTransport": "true"}
    - {effect: Deny, actions: ["*"], resources: ["*"]}
"""
    assert role(shop(settings))["Policies"][-1] == policy(
        "Own",
        {
            "Effect": "Allow",
            "Action": ["s3:GetObject", "s3:PutObject*"],
            "Resource": ["arn:aws:s3:::uploads/${aws:username}/*"],
            "Condition": {
                "StringEquals": {"aws:PrincipalTag/team": ["blue", "red"]},
                "ForAnyValue:StringLikeIfExists": {"aws:TagKeys": ["a*"]},
                "Bool": {"aws:SecureTransport": ["true"]},
            },
        },
        {"Effect": "Deny", "Action": ["*"], "Resource": ["*"]},
    )


def test_boundary_and_path_are_those_of_every_role_that_is_made(shop: Configured) -> None:
    application = shop("instance_role: {permissions_boundary: limit, path: /team/a/}")
    limits = {"Path": "/team/a/", "PermissionsBoundary": sub(f"{PARTITION}:iam::${{AWS::AccountId}}:policy/limit")}
    for made in (role(application), iam.service_role(application).to_dict()["Properties"]):
        assert {key: made.get(key) for key in limits} == limits
    _, profile = iam.instance_resources(application, application.environments["dev"])
    assert profile.to_dict()["Properties"] == {"Path": "/team/a/", "Roles": [{"Ref": "InstanceRole"}]}


def two(application: Configured, dev: str, prod: str) -> Application:
    """Return an application of two environments."""
    return application(f"{MINIMAL.removesuffix('dev:' + chr(10))}dev: {{{dev}}}\n  prod: {{{prod}}}\n")


def test_the_service_role_has_only_what_all_environments_have_alike(application: Configured) -> None:
    limited = "instance_role: {permissions_boundary: arn:aws:iam::111111111111:policy/a}"
    both = two(application, limited, limited)
    boundary = iam.service_role(both).to_dict()["Properties"]["PermissionsBoundary"]
    assert boundary == "arn:aws:iam::111111111111:policy/a"
    assert "PermissionsBoundary" not in iam.service_role(two(application, limited, "")).to_dict()["Properties"]


def types(template: Any) -> set[str]:
    return {resource["Type"] for resource in template.to_dict()["Resources"].values()}


def test_an_environment_with_roles_of_others_makes_none(shop: Configured) -> None:
    application = shop("instance_profile: corp-web\nservice_role: corp/eb")
    dev = application.environments["dev"]
    own, shared = environment_stack(application, dev, KEY), application_stack(application)
    assert not {kind for kind in types(own) | types(shared) if kind.startswith("AWS::IAM")}
    assert sorted(shared.to_dict()["Outputs"]) == ["BundleBucket"]
    options = {key[1]: entry for key, entry in table(application, dev).items()}
    assert options["IamInstanceProfile"] == ("corp-web", (("instance_profile",),))
    assert options["ServiceRole"] == ("corp/eb", (("service_role",),))


@pytest.mark.parametrize("given", ["corp/eb", "arn:aws:iam::111111111111:role/corp/eb"])
def test_the_lifecycle_of_versions_has_the_service_role_by_its_arn_in_each_account(
    shop: Configured, given: str
) -> None:
    made = beanstalk.application(shop(f"service_role: {given}")).to_dict()["Properties"]
    assert made["ResourceLifecycleConfig"]["ServiceRole"] == sub(f"{PARTITION}:iam::${{AWS::AccountId}}:role/corp/eb")


def test_one_environment_without_a_service_role_needs_the_applications(application: Configured) -> None:
    mixed = two(application, "service_role: eb", "")
    assert "AWS::IAM::Role" in types(application_stack(mixed))
    assert sorted(application_stack(mixed).to_dict()["Outputs"]) == ["BundleBucket", "ServiceRole"]


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ("instance_role: {managed_policies: [aws, CloudWatchAgentServerPolicy]}", []),
        ("instance_role: {managed_policies: minimal}", []),
        ("instance_role: {managed_policies: ['arn:aws:iam::111111111111:policy/all']}", []),
        (
            "instance_role: {managed_policies: [AWSElasticBeanstalkWebTier]}",
            [
                "warning 9:39 instance_role.managed_policies: the role lacks ecs:DiscoverPollEndpoint, ecs:Poll, "
                "ecs:RegisterContainerInstance, ecs:StartTask, ecs:StopTask, ecs:SubmitTaskStateChange to run "
                "containers with Amazon ECS, as in AWSElasticBeanstalkMulticontainerDocker"
            ],
        ),
        (
            "instance_role: {managed_policies: [aws, corp-policy]}",
            [
                "warning 9:45 instance_role.managed_policies.1: AWS is not known to have a managed policy "
                "'corp-policy'; one of your own needs its ARN"
            ],
        ),
        (
            "instance_role: {managed_policies: [aws, AWSElasticBeanstalkWebTeir]}",
            [
                "warning 9:45 instance_role.managed_policies.1: unknown managed policy 'AWSElasticBeanstalkWebTeir'; "
                "did you mean 'arn:aws:iam::aws:policy/AWSElasticBeanstalkWebTier'?"
            ],
        ),
        (
            "instance_role: {managed_policies: [aws, ReadOnlyAccess, AWSElasticBeanstalkReadOnlyAccess]}",
            [
                "warning 9:61 instance_role.managed_policies.2: AWSElasticBeanstalkReadOnlyAccess can no longer be "
                "attached since 2021-04-16; use AWSElasticBeanstalkReadOnly"
            ],
        ),
        (
            "instance_role: {statements: [{actions: ['s3:GetObjekt'], resources: ['arn:aws:s3:::a/*']}]}",
            [
                "warning 9:45 instance_role.statements.0.actions.0: unknown action 's3:GetObjekt'; did you mean "
                "'GetObject'?"
            ],
        ),
        (
            "instance_role: {statements: [{actions: ['s4:GetObject'], resources: ['arn:aws:s3:::a/*']}]}",
            ["warning 9:45 instance_role.statements.0.actions.0: unknown service 's4' in 's4:GetObject'"],
        ),
        (
            "instance_role: {statements: [{actions: ['s3:*'], resources: ['arn:aws:s3:::a/*']}]}",
            ["warning 9:45 instance_role.statements.0.actions.0: allows all that s3 has; name actions"],
        ),
        (
            "instance_role: {statements: [{actions: ['lambda:InvokeFunction'], resources: ['*']}]}",
            [
                "warning 9:83 instance_role.statements.0.resources.0: allows this on every resource; name ARNs, or "
                "add `conditions`"
            ],
        ),
        ("instance_role: {statements: [{actions: ['ec2:DescribeInstances'], resources: ['*']}]}", []),
        ("instance_role: {statements: [{effect: Deny, actions: ['*'], resources: ['*']}]}", []),
        (
            "instance_profile: web\noptions: {'aws:autoscaling:launchconfiguration': {IamInstanceProfile: other}}",
            [
                "warning 10:55 options.aws:autoscaling:launchconfiguration.IamInstanceProfile: replaces what "
                "`instance_profile` sets; leave out one of the two"
            ],
        ),
    ],
)
def test_what_a_role_lacks_or_has_too_much_of_is_a_warning(verdicts: Verdict, settings: str, says: list[str]) -> None:
    assert verdicts(settings) == says


def said(folder: Path, dev: str, prod: str) -> list[str]:
    """Return what is said of an application of two environments."""
    path = folder / "shop.yaml"
    path.write_text(f"{MINIMAL.removesuffix('dev:' + chr(10))}dev: {{{dev}}}\n  prod: {{{prod}}}\n")
    try:
        found = load([path], shown=lambda path: path.name, judge=accepted.judged).warnings
    except ConfigError as error:
        found = error.findings
    return [f"{one.severity} {one}" for one in found]


def test_a_service_role_of_one_environment_alone_warns(tmp_path: Path) -> None:
    assert said(tmp_path, "service_role: eb", "") == [
        "warning shop.yaml:8:23: environments.dev.service_role: the application's stack makes a service role all the "
        "same, because 'prod' names none"
    ]


def test_roles_of_two_accounts_must_have_one_name(tmp_path: Path) -> None:
    dev = "account: '111111111111', service_role: eb"
    elsewhere = "account: '222222222222', service_role: "
    assert said(tmp_path, dev, elsewhere + "arn:aws:iam::222222222222:role/eb") == []
    assert said(tmp_path, dev, elsewhere + "eb2") == [
        "error shop.yaml:9:49: environments.prod.service_role: the application's stack, which has one template for all "
        "accounts, names 'eb' of 'dev' for the lifecycle of versions; in all accounts the roles must have one name"
    ]
    assert said(tmp_path, "account: '111111111111', service_role: eb", "account: '111111111111', service_role: b") == []
