"""EB's own stack of an environment: what EB makes, what a bundle's `Resources` change, and what is refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from beanstack.archive import archive

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import LocalAWS, Template

    Make = Callable[..., str]

ENVIRONMENT = "aws:elasticbeanstalk:environment"
ALB = {(ENVIRONMENT, "LoadBalancerType"): "application"}
REDIRECT = {
    "Type": "redirect",
    "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"},
}
CUSTOM = "aws:elasticbeanstalk:customoption"
REDIRECTED = {"AWSEBV2LoadBalancerListener": {"Properties": {"DefaultActions": [REDIRECT]}}}
QUEUE = {"Type": "AWS::SQS::Queue"}
UNSET = {"Fn::GetOptionSetting": {"OptionName": "A"}}


def own(local: LocalAWS, name: str) -> str:
    """Return the name of EB's stack of an environment."""
    return f"awseb-{local.environment(name)['EnvironmentId']}-stack"


def physical(local: LocalAWS, name: str) -> dict[str, str]:
    """Return the physical IDs of what is in EB's stack, by logical ID."""
    found = local.client("cloudformation").describe_stack_resources(StackName=own(local, name))["StackResources"]
    return {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in found}


def listener(local: LocalAWS, name: str) -> dict[str, Any]:
    """Return the listener of port 80."""
    arn = physical(local, name)["AWSEBV2LoadBalancerListener"]
    found: dict[str, Any] = local.client("elbv2").describe_listeners(ListenerArns=[arn])["Listeners"][0]
    return found


def with_resources(local: LocalAWS, key: str, *files: Any) -> str:
    """Put a bundle into S3 whose `.ebextensions` hold these `Resources`, a file each, and return its key."""
    local.put("one.zip")
    contents = {f".ebextensions/{index}.config": json.dumps({"Resources": one}) for index, one in enumerate(files)}
    bundle = archive({path: text.encode() for path, text in contents.items()})
    local.client("s3").put_object(Bucket="bundles", Key=key, Body=bundle)
    return key


@pytest.fixture
def make(local: LocalAWS, template: Callable[..., Template], name: str) -> Make:
    """Return a function that deploys an environment with an application load balancer and some `Resources`."""

    def made(*files: Any, **more: Any) -> str:
        key = with_resources(local, f"{name}.zip", *files)
        options = ALB | more.pop("options", {})
        status = local.create(name, template(name, key, options=options))
        assert status == "CREATE_COMPLETE", local.first_failure(name)
        return name

    return made


def left(local: LocalAWS) -> set[str]:
    """Return the IDs of environments that are gone and whose stacks are not."""
    running = local.client("elasticbeanstalk").describe_environments()["Environments"]
    stacks = local.client("cloudformation").describe_stacks()["Stacks"]
    names = {one["StackName"] for one in stacks if one["StackStatus"] != "DELETE_COMPLETE"}
    own_stacks = {name for name in names if name.startswith("awseb-")}
    return own_stacks - {f"awseb-{one['EnvironmentId']}-stack" for one in running}


def refusal(local: LocalAWS, name: str, template: Callable[..., Template], resources: Any) -> str:
    """Return why an environment with some `Resources` does not launch."""
    key = with_resources(local, f"{name}.zip", resources)
    assert local.create(name, template(name, key, options=ALB)) == "ROLLBACK_COMPLETE"
    reason = local.first_failure(name)["ResourceStatusReason"]
    messages = local.messages(name, "ERROR")
    assert messages[-1] == "Failed to launch environment."
    assert all(message in reason for message in messages[:-1])
    assert left(local) == set()
    return str(reason)


def test_an_environment_has_ebs_resources_by_ebs_names(local: LocalAWS, make: Make) -> None:
    found = physical(local, make())
    names = {
        *("AWSEBAutoScalingGroup", "AWSEBEC2LaunchTemplate", "AWSEBSecurityGroup"),
        *("AWSEBLoadBalancerSecurityGroup", "AWSEBV2LoadBalancer", "AWSEBV2LoadBalancerListener"),
        *("AWSEBV2LoadBalancerTargetGroup", "AWSEBCloudwatchAlarmHigh", "AWSEBCloudwatchAlarmLow"),
        *("AWSEBAutoScalingScaleUpPolicy", "AWSEBAutoScalingScaleDownPolicy"),
    }
    assert set(found) == names
    [group] = local.client("autoscaling").describe_auto_scaling_groups(
        AutoScalingGroupNames=[found["AWSEBAutoScalingGroup"]]
    )["AutoScalingGroups"]
    assert (group["MinSize"], group["MaxSize"], group["HealthCheckType"]) == (1, 4, "EC2")


def test_an_option_changes_the_resource_that_it_configures(local: LocalAWS, make: Make) -> None:
    name = make()
    setting = {"Namespace": "aws:autoscaling:asg", "OptionName": "MaxSize", "Value": "9"}
    local.client("elasticbeanstalk").update_environment(EnvironmentName=name, OptionSettings=[setting])
    client = local.client("autoscaling")
    group = physical(local, name)["AWSEBAutoScalingGroup"]
    assert client.describe_auto_scaling_groups(AutoScalingGroupNames=[group])["AutoScalingGroups"][0]["MaxSize"] == 9


def test_a_bundle_overrides_one_property_and_leaves_the_others(local: LocalAWS, make: Make) -> None:
    found = listener(local, make(REDIRECTED))
    assert (found["Port"], found["Protocol"]) == (80, "HTTP")
    assert found["DefaultActions"][0]["RedirectConfig"]["StatusCode"] == "HTTP_301"


def test_files_are_merged_in_the_order_of_their_names(local: LocalAWS, make: Make) -> None:
    first = {"AWSEBAutoScalingGroup": {"Properties": {"HealthCheckType": "ELB", "HealthCheckGracePeriod": 100}}}
    second = {"AWSEBAutoScalingGroup": {"Properties": {"HealthCheckGracePeriod": 300}}}
    name = make(first, second)
    group = physical(local, name)["AWSEBAutoScalingGroup"]
    [found] = local.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[group])[
        "AutoScalingGroups"
    ]
    assert (found["HealthCheckType"], found["HealthCheckGracePeriod"], found["MaxSize"]) == ("ELB", 300, 4)


def test_each_function_of_ebs_guide_is_resolved(local: LocalAWS, make: Make) -> None:
    topic = {"Fn::GetOptionSetting": {"Namespace": CUSTOM, "OptionName": "AlarmTopic"}}
    missing = {"Fn::GetOptionSetting": {"OptionName": "Missing", "DefaultValue": "7"}}
    alarm = {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "AlarmName": {"Fn::Join": ["-", [{"Ref": "AWSEBAutoScalingGroup"}, "errors"]]},
            "Namespace": "AWS/ApplicationELB",
            "MetricName": "HTTPCode_Target_5XX_Count",
            "Dimensions": [
                {"Name": "LoadBalancer", "Value": {"Fn::GetAtt": ["AWSEBV2LoadBalancer", "LoadBalancerFullName"]}}
            ],
            "ComparisonOperator": "GreaterThanThreshold",
            "EvaluationPeriods": 1,
            "Period": 60,
            "Statistic": "Sum",
            "Threshold": missing,
            "AlarmActions": [topic],
        },
    }
    arn = "arn:aws:sns:us-east-1:000000000000:alarms"
    name = make({"Errors": alarm}, options={(CUSTOM, "AlarmTopic"): arn})
    found = physical(local, name)
    [made] = local.client("cloudwatch").describe_alarms(AlarmNames=[found["Errors"]])["MetricAlarms"]
    assert made["AlarmName"] == f"{found['AWSEBAutoScalingGroup']}-errors"
    assert made["AlarmActions"] == [arn]
    assert made["Threshold"] == 7
    assert made["Dimensions"][0]["Value"] in found["AWSEBV2LoadBalancer"]


def test_an_option_of_eb_is_read_with_its_default(local: LocalAWS, make: Make) -> None:
    size = {"Fn::GetOptionSetting": {"Namespace": "aws:autoscaling:asg", "OptionName": "MaxSize"}}
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Fn::Join": ["-", ["jobs", size]]}}}
    assert physical(local, make({"Jobs": queue}))["Jobs"].endswith("/jobs-4")


@pytest.mark.parametrize(
    ("resources", "message"),
    [
        ({"AWSEBListner": {"Properties": {}}}, "The environment has no resource named AWSEBListner"),
        ({"AWSEBAutoScalingGroup": {"Type": "AWS::SQS::Queue"}}, "The type of AWSEBAutoScalingGroup is"),
        ({"Jobs": {"Properties": {}}}, "[/Resources/Jobs] Every Resources object must contain a Type member."),
        (
            {"Jobs": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Fn::Sub": "a"}}}},
            "0.config: Resources: Jobs: Fn::Sub is not supported here.",
        ),
        (
            {"Jobs": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": UNSET}}},
            "option A of aws:elasticbeanstalk:customoption has no value, and Fn::GetOptionSetting no DefaultValue.",
        ),
        ({"Jobs": {"Type": "AWS::SQS::Nothing"}}, "Unrecognized resource types: [AWS::SQS::Nothing]"),
        (
            {"Rule": {"Type": "AWS::ElasticLoadBalancingV2::ListenerRule", "Properties": {"ListenerArn": "none"}}},
            "Reason: The following resource(s) failed to create: [Rule].",
        ),
        (
            {"Jobs": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "Nothing"}}}},
            "Unresolved resource dependencies [Nothing] in the Resources block of the template",
        ),
        (
            {"A": {**QUEUE, "DependsOn": "B"}, "B": {**QUEUE, "DependsOn": "A"}},
            "Circular dependency",
        ),
        ({"Wait": {"Type": "AWS::CloudFormation::WaitCondition"}}, "cannot create AWS::CloudFormation::WaitCondition"),
        ([], "0.config: Resources: expected a mapping"),
    ],
)  # fmt: skip
def test_what_eb_or_cloudformation_refuses_fails_the_launch(
    local: LocalAWS, name: str, template: Callable[..., Template], resources: Any, message: str
) -> None:
    assert message in refusal(local, name, template, resources)


def test_another_version_changes_the_resources_too(
    local: LocalAWS, make: Make, template: Callable[..., Template]
) -> None:
    name = make()
    assert listener(local, name)["DefaultActions"][0]["Type"] == "forward"
    key = with_resources(local, f"{name}-2.zip", REDIRECTED)
    assert local.update(name, template(name, key, options=ALB)) == "UPDATE_COMPLETE"
    assert listener(local, name)["DefaultActions"][0]["Type"] == "redirect"
    assert local.update(name, template(name, f"{name}.zip", options=ALB)) == "UPDATE_COMPLETE"
    assert listener(local, name)["DefaultActions"][0]["Type"] == "forward"


def test_a_failed_update_leaves_the_stack_and_the_environment_as_they_were(
    local: LocalAWS, make: Make, template: Callable[..., Template]
) -> None:
    name = make()
    before = local.environment(name)
    bad = {"Type": "AWS::ElasticLoadBalancingV2::ListenerRule", "Properties": {"ListenerArn": "none"}}
    queue = {"Type": "AWS::SQS::Queue", "Properties": {}}
    key = with_resources(local, f"{name}-2.zip", {"Jobs": queue, "Rule": {**bad, "DependsOn": "Jobs"}})
    assert local.update(name, template(name, key, options=ALB)) == "UPDATE_ROLLBACK_COMPLETE"
    failed = f"Stack named '{own(local, name)}' aborted operation. Current state: 'UPDATE_ROLLBACK_IN_PROGRESS'"
    assert failed in local.messages(name, "ERROR")[0]
    assert local.messages(name, "ERROR")[-1] == "Failed to deploy application."
    assert local.stack(own(local, name))["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert local.environment(name)["VersionLabel"] == before["VersionLabel"]
    assert "Jobs" not in physical(local, name)
    larger = ALB | {("aws:autoscaling:asg", "MaxSize"): "5"}
    assert local.update(name, template(name, f"{name}.zip", options=larger)) == "UPDATE_COMPLETE"


def test_the_stack_goes_with_the_environment(local: LocalAWS, make: Make) -> None:
    name = make()
    stack, group = own(local, name), physical(local, name)["AWSEBAutoScalingGroup"]
    assert local.stack(stack)["StackStatus"] == "CREATE_COMPLETE"
    ident = local.stack(stack)["StackId"]
    assert local.delete(name) == "DELETE_COMPLETE"
    assert local.stack(ident)["StackStatus"] == "DELETE_COMPLETE"
    groups = local.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[group])
    assert groups["AutoScalingGroups"] == []


def test_an_environment_stays_until_its_stack_can_be_deleted(local: LocalAWS, make: Make) -> None:
    name = make({"Files": {"Type": "AWS::S3::Bucket"}})
    bucket = physical(local, name)["Files"]
    local.client("s3").put_object(Bucket=bucket, Key="a", Body=b"a")
    assert local.delete(name) == "DELETE_FAILED"
    assert local.stack(own(local, name))["StackStatus"] == "DELETE_FAILED"
    assert "Deleting Files failed Reason: " in local.messages(name, "ERROR")[-1]
    local.client("s3").delete_object(Bucket=bucket, Key="a")
    assert local.delete(name) == "DELETE_COMPLETE"


def test_the_stack_is_one_for_the_aws_command(local: LocalAWS, make: Make) -> None:
    stack = own(local, make(REDIRECTED))
    formation = ("cloudformation", "get-template", "--stack-name", stack)
    answered = json.loads(local.aws(*formation, "--query", "TemplateBody.Resources").stdout)
    assert answered["AWSEBV2LoadBalancerListener"]["Properties"]["DefaultActions"] == [REDIRECT]
    events = ("cloudformation", "describe-stack-events", "--stack-name", stack, "--query", "StackEvents[0]")
    assert json.loads(local.aws(*events).stdout)["ResourceStatus"] == "CREATE_COMPLETE"


def test_a_classic_load_balancer_and_a_single_instance_have_their_own(
    local: LocalAWS, template: Callable[..., Template], name: str
) -> None:
    local.put("one.zip")
    assert local.create(name, template(name)) == "CREATE_COMPLETE", local.first_failure(name)
    ids = physical(local, name)
    assert {"AWSEBLoadBalancer", "AWSEBLoadBalancerSecurityGroup"} < set(ids)
    assert local.environment(name)["EndpointURL"].startswith(ids["AWSEBLoadBalancer"])
    single = {(ENVIRONMENT, "EnvironmentType"): "SingleInstance"}
    assert local.update(name, template(name, options=single)) == "UPDATE_COMPLETE"
    assert set(physical(local, name)) == {
        *("AWSEBAutoScalingGroup", "AWSEBEC2LaunchTemplate", "AWSEBEIP", "AWSEBSecurityGroup"),
    }
    assert local.environment(name)["EndpointURL"] == physical(local, name)["AWSEBEIP"]


def test_processes_listeners_and_rules_are_resources(local: LocalAWS, make: Make) -> None:
    options = {
        ("aws:elasticbeanstalk:environment:process:admin", "Port"): "8081",
        ("aws:elbv2:listener:8080", "Protocol"): "HTTP",
        ("aws:elbv2:listener:8080", "DefaultProcess"): "admin",
        ("aws:elbv2:listener:default", "Rules"): "default,admin",
        ("aws:elbv2:listenerrule:admin", "PathPatterns"): "/admin/*",
        ("aws:elbv2:listenerrule:admin", "Priority"): "7",
        ("aws:elbv2:listenerrule:admin", "Process"): "admin",
    }
    ids, client = physical(local, make(options=options)), local.client("elbv2")
    admin = ids["AWSEBV2LoadBalancerTargetGroupadmin"]
    assert client.describe_target_groups(TargetGroupArns=[admin])["TargetGroups"][0]["Port"] == 8081
    [other] = client.describe_listeners(ListenerArns=[ids["AWSEBV2LoadBalancerListener8080"]])["Listeners"]
    assert (other["Port"], other["DefaultActions"][0]["TargetGroupArn"]) == (8080, admin)
    [rule] = client.describe_rules(RuleArns=[ids["AWSEBV2LoadBalancerListenerRuleadmin"]])["Rules"]
    assert (rule["Priority"], rule["Conditions"][0]["Values"]) == ("7", ["/admin/*"])
    assert rule["Actions"][0]["TargetGroupArn"] == admin


def test_what_options_say_of_instances_reaches_their_resources(
    local: LocalAWS, template: Callable[..., Template], name: str
) -> None:
    local.put("one.zip")
    launch = "aws:autoscaling:launchconfiguration"
    options = {(launch, "RootVolumeType"): "gp3", (launch, "RootVolumeSize"): "20", (launch, "DisableIMDSv1"): "true"}
    asked = template(name, options=options)
    schedule = {"MinSize": "0", "MaxSize": "1", "Recurrence": "0 18 * * *"}
    asked["Resources"]["Environment"]["Properties"]["OptionSettings"] += [
        {
            "Namespace": "aws:autoscaling:scheduledaction",
            "ResourceName": "EveningOff",
            "OptionName": key,
            "Value": value,
        }
        for key, value in schedule.items()
    ]
    assert local.create(name, asked) == "CREATE_COMPLETE", local.first_failure(name)
    ids = physical(local, name)
    [version] = local.client("ec2").describe_launch_template_versions(LaunchTemplateId=ids["AWSEBEC2LaunchTemplate"])[
        "LaunchTemplateVersions"
    ]
    data = version["LaunchTemplateData"]
    assert data["MetadataOptions"]["HttpTokens"] == "required"
    assert data["BlockDeviceMappings"][0]["Ebs"] == {"VolumeType": "gp3", "VolumeSize": 20}
    [action] = local.client("autoscaling").describe_scheduled_actions(
        AutoScalingGroupName=ids["AWSEBAutoScalingGroup"]
    )["ScheduledUpdateGroupActions"]
    assert (action["MinSize"], action["MaxSize"], action["Recurrence"]) == (0, 1, "0 18 * * *")


def test_a_listener_has_all_of_its_certificates(local: LocalAWS, make: Make) -> None:
    acm = local.client("acm")
    names = ("shop.example.com", "pay.example.com")
    arns = [acm.request_certificate(DomainName=one, ValidationMethod="DNS")["CertificateArn"] for one in names]
    secure = "aws:elbv2:listener:443"
    options = {(secure, "Protocol"): "HTTPS", (secure, "SSLCertificateArns"): ",".join(arns)}
    name = make(options=options)
    ids = physical(local, name)
    [found] = local.client("elbv2").describe_listeners(ListenerArns=[ids["AWSEBV2LoadBalancerListener443"]])[
        "Listeners"
    ]
    assert (found["Port"], found["Protocol"]) == (443, "HTTPS")
    assert [one["CertificateArn"] for one in found["Certificates"]] == arns[:1]
    assert "AWSEBV2LoadBalancerListener443Certificates" in ids


def test_a_database_is_in_the_subnets_that_options_name(
    local: LocalAWS, template: Callable[..., Template], name: str
) -> None:
    local.put("one.zip")
    options = {
        ("aws:rds:dbinstance", "HasCoupledDatabase"): "true",
        ("aws:rds:dbinstance", "DBPassword"): "abcdefgh12345678",
        ("aws:ec2:vpc", "DBSubnets"): "subnet-00000001,subnet-00000002",
    }
    assert local.create(name, template(name, options=options)) == "CREATE_COMPLETE", local.first_failure(name)
    ids = physical(local, name)
    [found] = local.client("rds").describe_db_instances(DBInstanceIdentifier=ids["AWSEBRDSDatabase"])["DBInstances"]
    assert found["DBSubnetGroup"]["DBSubnetGroupName"] == ids["AWSEBRDSDBSubnetGroup"]


def test_the_tags_of_an_environment_are_those_of_its_resources(local: LocalAWS, make: Make) -> None:
    name = make()
    ident, arn = local.environment(name)["EnvironmentId"], physical(local, name)["AWSEBV2LoadBalancer"]
    [described] = local.client("elbv2").describe_tags(ResourceArns=[arn])["TagDescriptions"]
    tags = {tag["Key"]: tag["Value"] for tag in described["Tags"]}
    assert tags["team"] == "todo"
    assert (tags["Name"], tags["elasticbeanstalk:environment-id"]) == (name, ident)


def test_the_resources_of_an_environment_are_those_of_its_stack(local: LocalAWS, make: Make) -> None:
    name = make({"Jobs": {"Type": "AWS::SQS::Queue", "Properties": {}}})
    ids = physical(local, name)
    answered = local.aws("elasticbeanstalk", "describe-environment-resources", "--environment-name", name)
    found = json.loads(answered.stdout)["EnvironmentResources"]
    assert found["AutoScalingGroups"] == [{"Name": ids["AWSEBAutoScalingGroup"]}]
    assert found["LaunchTemplates"] == [{"Id": ids["AWSEBEC2LaunchTemplate"]}]
    assert found["LoadBalancers"] == [{"Name": ids["AWSEBV2LoadBalancer"]}]
    assert [one["Name"] for one in found["Triggers"]] == [
        ids["AWSEBCloudwatchAlarmHigh"],
        ids["AWSEBCloudwatchAlarmLow"],
    ]
    assert found["Queues"] == []


def test_a_worker_has_its_queues(local: LocalAWS, template: Callable[..., Template], name: str) -> None:
    local.put("one.zip")
    worker = template(name)
    worker["Resources"]["Environment"]["Properties"]["Tier"] = {"Name": "Worker", "Type": "SQS/HTTP"}
    assert local.create(name, worker) == "CREATE_COMPLETE"
    ids = physical(local, name)
    resources = local.client("elasticbeanstalk").describe_environment_resources(EnvironmentName=name)
    queues = {one["Name"]: one["URL"] for one in resources["EnvironmentResources"]["Queues"]}
    assert queues["WorkerQueue"] == ids["AWSEBWorkerQueue"]
    attributes = local.client("sqs").get_queue_attributes(QueueUrl=queues["WorkerQueue"], AttributeNames=["All"])
    assert json.loads(attributes["Attributes"]["RedrivePolicy"])["maxReceiveCount"] in (10, "10")


DATABASE = {
    ("aws:rds:dbinstance", "HasCoupledDatabase"): "true",
    ("aws:rds:dbinstance", "DBEngine"): "postgres",
    ("aws:rds:dbinstance", "DBPassword"): "0123456789",
    ("aws:rds:dbinstance", "DBDeletionPolicy"): "Snapshot",
}
REFUSED = "Cannot delete protected DB Instance, please disable deletion protection and try again."


def protecting(value: bool) -> Any:
    return {"AWSEBRDSDatabase": {"Type": "AWS::RDS::DBInstance", "Properties": {"DeletionProtection": value}}}


def deployed(local: LocalAWS, name: str, key: str) -> None:
    """Deploy another bundle."""
    client = local.client("elasticbeanstalk")
    bundle = {"S3Bucket": "bundles", "S3Key": key}
    application = client.describe_environments(EnvironmentNames=[name])["Environments"][0]["ApplicationName"]
    client.create_application_version(ApplicationName=application, VersionLabel=key, SourceBundle=bundle)
    client.update_environment(EnvironmentName=name, VersionLabel=key)


def database(local: LocalAWS, name: str) -> dict[str, Any]:
    identifier = physical(local, name)["AWSEBRDSDatabase"]
    found = local.client("rds").describe_db_instances(DBInstanceIdentifier=identifier)["DBInstances"]
    return dict(found[0])


def test_a_database_stays_protected_until_a_bundle_switches_that_off(local: LocalAWS, make: Make) -> None:
    """A bundle that no longer mentions it is not enough: github.com/aws/aws-cdk/issues/24236."""
    name = make(protecting(value=True), options=DATABASE)
    deployed(local, name, with_resources(local, f"{name}-none.zip"))
    assert database(local, name)["DeletionProtection"] is True
    deployed(local, name, with_resources(local, f"{name}-off.zip", protecting(value=False)))
    assert database(local, name)["DeletionProtection"] is False
    local.client("elasticbeanstalk").terminate_environment(EnvironmentName=name)
    assert left(local) == set()


def test_an_environment_with_a_protected_database_does_not_end(local: LocalAWS, make: Make) -> None:
    name = make(protecting(value=True), options=DATABASE)
    client = local.client("elasticbeanstalk")
    client.terminate_environment(EnvironmentName=name)
    assert any(REFUSED in message for message in local.messages(name, "ERROR"))
    [environment] = client.describe_environments(EnvironmentNames=[name])["Environments"]
    assert environment["Status"] == "Ready"
    identifier = database(local, name)["DBInstanceIdentifier"]
    local.client("rds").modify_db_instance(DBInstanceIdentifier=identifier, DeletionProtection=False)
    client.terminate_environment(EnvironmentName=name)
    assert client.describe_environments(EnvironmentNames=[name])["Environments"] == []
    assert left(local) == set()
