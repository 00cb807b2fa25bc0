"""The least that instances of EB's ECS platform need, in place of AWS's managed policies.

Those allow X-Ray, Bedrock and AWS Marketplace as well, and every bucket, log group and cluster that has EB's prefix:
https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSElasticBeanstalkWebTier.html
https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSElasticBeanstalkMulticontainerDocker.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from awacs import ec2messages, ecs, elasticbeanstalk, logs, s3, ssm, ssmmessages
from awacs.aws import Allow, ArnLike, Condition, Statement, StringEquals
from troposphere import Sub

from beanstack.config.names import stack_name
from beanstack.resources.statements import policy

if TYPE_CHECKING:
    from troposphere.iam import Policy

    from beanstack.config import Application, Environment

ECS = "arn:${AWS::Partition}:ecs:${AWS::Region}:${AWS::AccountId}"
# EB names the cluster of an environment so, as AWSElasticBeanstalkManagedUpdatesCustomerRolePolicy shows.
CLUSTERS = f"{ECS}:cluster/awseb-*"
GROUPS = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:"
BUCKET = "arn:${AWS::Partition}:s3:::elasticbeanstalk-${AWS::Region}-${AWS::AccountId}"
# https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/vpc-vpce.policy.html
OF_AWS = ("elasticbeanstalk-platform-assets-*", "elasticbeanstalk-env-resources-*")


def policies(application: Application, environment: Environment) -> list[Policy]:
    """Return the policies of instances of the web tier."""
    return [
        bucket_policy(),
        health_policy(application, environment),
        log_policy(application, environment),
        ecs_policy(),
        *([systems_manager_policy()] if environment.session_manager else []),
    ]


def environment_name(application: Application, environment: Environment) -> str:
    """Return EB's name of an environment."""
    return environment.environment_name or stack_name(application.name, environment.name)


def bucket_policy() -> Policy:
    """Return the right to read what EB keeps in its bucket for instances, and to leave logs there.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/AWSHowTo.S3.html
    """
    return policy(
        "UseBucket",
        Statement(Effect=Allow, Action=[s3.ListBucket], Resource=[Sub(BUCKET)]),
        Statement(
            Effect=Allow,
            Action=[s3.GetObject, s3.GetObjectVersion],
            Resource=[
                Sub(f"{BUCKET}/resources/*"),
                *(Sub(f"arn:${{AWS::Partition}}:s3:::{bucket}/*") for bucket in OF_AWS),
            ],
        ),
        Statement(Effect=Allow, Action=[s3.PutObject], Resource=[Sub(f"{BUCKET}/resources/environments/logs/*")]),
    )


def health_policy(application: Application, environment: Environment) -> Policy:
    """Return the right to report enhanced health of this environment.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/health-enhanced.html#health-enhanced-authz
    """
    ours = "arn:${AWS::Partition}:elasticbeanstalk:${AWS::Region}:${AWS::AccountId}"
    name = application.eb_name.replace("${", "${!")
    resources = [
        Sub(f"{ours}:application/{name}"),
        Sub(f"{ours}:environment/{name}/{environment_name(application, environment)}"),
    ]
    statement = Statement(Effect=Allow, Action=[elasticbeanstalk.PutInstanceStatistics], Resource=resources)
    return policy("ReportHealth", statement)


def log_policy(application: Application, environment: Environment) -> Policy:
    """Return the right to write to the environment's log groups, and to those that its containers name.

    With an execution role it is that role which writes the containers' own.
    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/AWSHowTo.cloudwatchlogs.html
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html
    """
    ours = f"/aws/elasticbeanstalk/{environment_name(application, environment)}/"
    groups = [f"{GROUPS}{ours}*"]
    for container in environment.containers.values():
        logs_of = container.log_configuration
        if logs_of and logs_of.log_driver == "awslogs" and not environment.execution_role_arn:
            group = logs_of.options.get("awslogs-group", "")
            if group and not group.startswith(ours):
                groups.append(f"{GROUPS}{group}:*")
    actions = [logs.CreateLogStream, logs.DescribeLogStreams, logs.PutLogEvents]
    statement = Statement(Effect=Allow, Action=actions, Resource=[Sub(group) for group in dict.fromkeys(groups)])
    return policy("StreamLogs", statement)


def ecs_policy() -> Policy:
    """Return the rights of the ECS agent, and those with which EB starts its task on the instance.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
    """
    in_clusters = Condition(ArnLike({"ecs:cluster": Sub(CLUSTERS)}))
    tagging = Condition(StringEquals({"ecs:CreateAction": ["RegisterContainerInstance", "StartTask"]}))
    return policy(
        "RunContainers",
        # The endpoint is the Region's: there is no ARN to name.
        Statement(Effect=Allow, Action=[ecs.DiscoverPollEndpoint], Resource=["*"]),
        Statement(
            Effect=Allow,
            Action=[
                ecs.DeregisterContainerInstance,
                ecs.RegisterContainerInstance,
                ecs.SubmitAttachmentStateChanges,
                ecs.SubmitContainerStateChange,
                ecs.SubmitTaskStateChange,
            ],
            Resource=[Sub(CLUSTERS)],
        ),
        Statement(
            Effect=Allow,
            Action=[
                ecs.DescribeContainerInstances,
                ecs.DescribeTasks,
                ecs.Poll,
                ecs.StartTask,
                ecs.StartTelemetrySession,
                ecs.StopTask,
            ],
            Resource=[Sub(f"{ECS}:container-instance/*"), Sub(f"{ECS}:task-definition/*"), Sub(f"{ECS}:task/*")],
            Condition=in_clusters,
        ),
        Statement(
            Effect=Allow,
            Action=[ecs.TagResource],
            Resource=[Sub(f"{ECS}:container-instance/*"), Sub(f"{ECS}:task/*")],
            Condition=tagging,
        ),
    )


def systems_manager_policy() -> Policy:
    """Return the rights of the Systems Manager agent: sessions, and commands that are sent to it.

    Neither message service has resources to name. AmazonSSMManagedInstanceCore allows every parameter as well.
    https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-create-iam-instance-profile.html
    https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-setting-up-messageAPIs.html
    """
    return policy(
        "UseSystemsManager",
        Statement(
            Effect=Allow,
            Action=[
                ec2messages.AcknowledgeMessage,
                ec2messages.DeleteMessage,
                ec2messages.FailMessage,
                ec2messages.GetEndpoint,
                ec2messages.GetMessages,
                ec2messages.SendReply,
                ssm.ListInstanceAssociations,
                ssm.UpdateInstanceInformation,
                ssmmessages.CreateControlChannel,
                ssmmessages.CreateDataChannel,
                ssmmessages.OpenControlChannel,
                ssmmessages.OpenDataChannel,
            ],
            Resource=["*"],
        ),
    )
