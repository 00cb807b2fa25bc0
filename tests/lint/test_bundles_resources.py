"""Resources, the names that functions refer to, and Fn::GetOptionSetting, in `.ebextensions`."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from beanstack.lint.bundles.linter import bundle_findings
from tests.conftest import PROJECT
from tests.lint.marked import findings, places

if TYPE_CHECKING:
    from pathlib import Path

FIRST, SECOND = ".ebextensions/a.config", ".ebextensions/b.config"
SINGLE = "option_settings:\n  aws:elasticbeanstalk:environment:\n    EnvironmentType: SingleInstance\n"
CLASSIC = "option_settings:\n  aws:elasticbeanstalk:environment:\n    LoadBalancerType: classic\n"
APPLICATION = "option_settings:\n  aws:elasticbeanstalk:environment:\n    LoadBalancerType: application\n"


def resource(type_: str, *properties: str) -> str:
    """Return a section with one resource, its properties in lines of YAML."""
    lines = ["Resources:", "  One:", f"    Type: {type_}"]
    if properties:
        lines += ["    Properties:", *(f"      {line}" for line in properties)]
    return "\n".join(lines) + "\n"


def ingress(*properties: str) -> str:
    """Return a rule of a security group that lacks only some properties."""
    return resource(
        "AWS::EC2::SecurityGroupIngress",
        *("IpProtocol: tcp", "FromPort: 2049", "ToPort: 2049", "CidrIp: 10.0.0.0/8"),
        *properties,
    )


def alarm(*properties: str) -> str:
    """Return an alarm that CloudFormation accepts, with more properties."""
    return resource(
        "AWS::CloudWatch::Alarm",
        *("EvaluationPeriods: 1", "MetricName: Latency", "Namespace: Shop", "Period: 60", "Statistic: Average"),
        *("Threshold: 3", "ComparisonOperator: GreaterThanThreshold"),
        *properties,
    )


def topic(name: str) -> str:
    """Return a topic of a name that may be a function."""
    return resource("AWS::SNS::Topic", f"TopicName: {name}")


# Each file has one mistake, at the mark.
MISTAKES = {
    "the group of a load balancer, in a single instance": (
        "E9638",
        SINGLE + ingress('GroupId: {"Fn::GetAtt": [▲AWSEBLoadBalancerSecurityGroup, GroupId]}'),
    ),
    "a load balancer's group, changed in a single instance": (
        "E9638",
        SINGLE + "Resources:\n  ▲AWSEBLoadBalancerSecurityGroup:\n    Properties: {GroupDescription: web}\n",
    ),
    "a load balancer in a Ref, in a single instance": (
        "E9638",
        SINGLE + alarm("Dimensions: [{Name: LoadBalancerName, Value: {Ref: ▲AWSEBLoadBalancer}}]"),
    ),
    "a listener as a dependency, in a single instance": (
        "E9638",
        SINGLE + topic("shop") + "    DependsOn: ▲AWSEBV2LoadBalancerListener\n",
    ),
    "a load balancer in Fn::Sub, in a single instance": (
        "E9638",
        SINGLE + "Outputs:\n  Address:\n    Value: {'Fn::GetAtt': [▲AWSEBLoadBalancer, DNSName]}\n",
    ),
    "an Application Load Balancer, in a classic environment": (
        "E9638",
        CLASSIC + alarm('Dimensions: [{Name: LoadBalancer, Value: {"Fn::GetAtt": [▲AWSEBV2LoadBalancer, DNSName]}}]'),
    ),
    "a Classic Load Balancer, with one of type application": (
        "E9638",
        APPLICATION + "Resources:\n  ▲AWSEBLoadBalancer:\n    Properties: {CrossZone: true}\n",
    ),
    "a worker's queue beside a load balancer": (
        "E9638",
        "Outputs:\n  A:\n    Value: {Ref: AWSEBV2LoadBalancer}\n  B:\n    Value: {Ref: ▲AWSEBWorkerQueue}\n",
    ),
    "properties that are not indented": (
        "E9636",
        resource("AWS::CloudWatch::Alarm") + "    Properties:\n    ▲MetricName: Latency\n    Period: 60\n",
    ),
    "properties without their key": ("E9636", resource("AWS::SNS::Topic") + "    ▲TopicName: shop\n"),
    "a misspelt key of a resource": ("E9636", resource("AWS::SNS::Topic") + "    ▲Propertys: {TopicName: shop}\n"),
    "a resource in a resource": ("E9636", "Resources:\n  Topics:\n    ▲One: {Type: AWS::SNS::Topic}\n"),
    "a resource without a type": ("E9636", "Resources:\n  ▲One:\n    Properties: {TopicName: shop}\n"),
    "a hyphen in a name": ("E9636", "Resources:\n  ▲shop-topic: {Type: AWS::SNS::Topic}\n"),
    "a misspelt type": ("E9636", "Resources:\n  One:\n    Type: ▲AWS::SNS::Topik\n"),
    "a type in the plural": ("E9636", "Resources:\n  One:\n    Type: ▲AWS::SNS::Topics\n"),
    "a type in small letters": ("E9636", "Resources:\n  One:\n    Type: ▲AWS::SNS::topic\n"),
    "a type that is newer than the schemas": ("W9635", "Resources:\n  One:\n    Type: ▲AWS::Quantum::Teleporter\n"),
    "another type than EB's": (
        "E9636",
        "Resources:\n  AWSEBAutoScalingGroup:\n    Type: ▲AWS::AutoScaling::LaunchConfiguration\n",
    ),
    "a misspelt property": ("E9636", alarm("▲AlarmAction: []")),
    "a misspelt property of EB's group": (
        "E9636",
        "Resources:\n  AWSEBAutoScalingGroup:\n    Properties:\n      ▲CapacityRebalancing: true\n",
    ),
    "a word for a boolean in EB's group": (
        "E9636",
        "Resources:\n  AWSEBAutoScalingGroup:\n    Properties:\n      CapacityRebalance: ▲maybe\n",
    ),
    "a required property that is missing": (
        "E9636",
        "Resources:\n  One:\n    Type: AWS::EC2::SecurityGroup\n    ▲Properties: {VpcId: vpc-01234567}\n",
    ),
    "a value that is none of the allowed ones": ("E9636", topic("shop\n      FifoTopic: ▲perhaps")),
    "an action without a type, in EB's listener": (
        "E9636",
        "Resources:\n  AWSEBV2LoadBalancerListener:\n    Properties:\n      DefaultActions:\n"
        "      - ▲{RedirectConfig: {StatusCode: HTTP_301}}\n",
    ),
    "an unknown attribute": ("E9636", topic('{"Fn::GetAtt": [AWSEBSecurityGroup, ▲GroupIdentity]}')),
    "an export without a name": ("E9636", topic("shop") + "Outputs:\n  A:\n    Value: x\n    Export: {▲Nam: shop}\n"),
    "a Ref to nothing": ("E9637", alarm("AlarmActions: [{Ref: ▲Topik}]")),
    "Fn::GetAtt of nothing": ("E9637", topic('{"Fn::GetAtt": [▲Nothing, Arn]}')),
    "a misspelt resource of EB's in a Ref": ("E9637", topic("{Ref: ▲AWSEBEnvironmentname}")),
    "a misspelt resource of EB's that is changed": ("E9637", "Resources:\n  ▲AWSEBAutoScalingGroop: {}\n"),
    "a misspelt pseudo parameter": ("E9637", topic('{"Fn::Join": ["", [shop, {Ref: ▲"AWS::Regio"}]]}')),
    "a dependency on nothing": ("E9637", topic("shop") + "    DependsOn: [▲Two]\n"),
    "nothing in an output": ("E9637", topic("shop") + "Outputs:\n  A:\n    Value: {Ref: ▲Topic}\n"),
    "a mapping that no file has": ("W9635", topic('{"Fn::FindInMap": [▲Names, a, b]}')),
    "a misspelt mapping": (
        "E9637",
        "Mappings:\n  Names:\n    a: {b: shop}\n" + topic('{"Fn::FindInMap": [▲names, a, b]}'),
    ),
    "a key that a mapping lacks": (
        "E9637",
        "Mappings:\n  Names:\n    a: {b: shop}\n" + topic('{"Fn::FindInMap": [Names, ▲c, b]}'),
    ),
    "a short form, which is one mistake": ("E9629", alarm("AlarmActions: ▲!Split [',', x]")),
    "a short form in a list": ("E9629", alarm("AlarmActions: [▲!Ref AWSEBAutoScalingScaleUpPolicy]")),
    "nothing in an option": (
        "W9630",
        'option_settings:\n  aws:autoscaling:launchconfiguration:\n    SecurityGroups: ▲\'`{"Ref": "Group"}`\'\n',
    ),
    "nothing in a file": (
        "W9630",
        'files:\n  /etc/shop:\n    content: {"Fn::Join": ["", ["topic=", {Ref: ▲Topic}]]}\n',
    ),
    "a name that continues one of EB's": ("W9688", topic("{Ref: ▲AWSEBV2LoadBalancerListenerA}")),
    "an undocumented resource": ("W9688", topic("{Ref: ▲AWSEBQueueOfSomeKind}")),
    "an option without a name": ("E9634", topic('{"Fn::GetOptionSetting": ▲{Namespace: "aws:autoscaling:asg"}}')),
    "an option as a list": ("E9634", topic('{"Fn::GetOptionSetting": ▲["aws:autoscaling:asg", MinSize]}')),
    "an unknown function": ("E9634", topic('{▲"Fn::GetOption": {OptionName: Name}}')),
    "a misspelt default": ("W9633", topic('{"Fn::GetOptionSetting": {OptionName: Name, ▲Default: shop}}')),
    "an option of no namespace": (
        "W9633",
        topic('{"Fn::GetOptionSetting": {Namespace: ▲"aws:autoscaling:asgs", OptionName: MinSize}}'),
    ),
    "an option that is misspelt": (
        "W9633",
        topic('{"Fn::GetOptionSetting": {Namespace: "aws:autoscaling:asg", OptionName: ▲MinSise}}'),
    ),
    "a function that the guide does not name": ("W9633", topic('{▲"Fn::Sub": "${AWSEBEnvironmentName}-topic"}')),
}

# Files without a mistake.
ACCEPTED = {
    "properties over those of EB's group": (
        "Resources:\n  AWSEBAutoScalingGroup:\n    Type: AWS::AutoScaling::AutoScalingGroup\n"
        "    Properties: {CapacityRebalance: true}\n"
    ),
    "part of a mapping of EB's load balancer": (
        "Resources:\n  AWSEBLoadBalancer:\n    Properties:\n      HealthCheck: {Interval: '10'}\n"
    ),
    "metadata of EB's group": (
        "Resources:\n  AWSEBAutoScalingGroup:\n    Metadata:\n      AWS::CloudFormation::Authentication:\n"
        "        S3Auth: {type: S3, buckets: [shop]}\n"
    ),
    "names of EB's own": alarm("AlarmActions: [{Ref: AWSEBAutoScalingScaleUpPolicy}]"),
    "a listener of a port, which EB has but does not document": (
        "Resources:\n  AWSEBV2LoadBalancerListener443:\n    Type: AWS::ElasticLoadBalancingV2::Listener\n"
        "    Properties:\n      LoadBalancerArn: {Ref: AWSEBV2LoadBalancer}\n      Port: 443\n      Protocol: HTTPS\n"
        "      Certificates: [{CertificateArn: 'arn:aws:acm:eu-west-1:123456789012:certificate/one'}]\n"
        "      DefaultActions: [{Type: forward, TargetGroupArn: {Ref: AWSEBV2LoadBalancerTargetGroup}}]\n"
    ),
    "a parameter of EB's own template": topic("{Ref: InstanceTypeFamily}"),
    "the listener of a port, which EB creates": alarm("AlarmActions: [{Ref: AWSEBV2LoadBalancerListener443}]"),
    "a load balancer that a worker brings": (
        "Resources:\n  AWSEBLoadBalancer:\n    Type: AWS::ElasticLoadBalancing::LoadBalancer\n    Properties:\n"
        "      Listeners: [{InstancePort: 80, LoadBalancerPort: '80', Protocol: HTTP}]\n"
        "      SecurityGroups: [{Ref: AWSEBSecurityGroup}]\n"
        "Outputs:\n  Queue:\n    Value: {Ref: AWSEBWorkerQueue}\n"
    ),
    "an option as any value": alarm(
        'AlarmActions: {"Fn::GetOptionSetting": {OptionName: Topics, DefaultValue: none}}',
        'DatapointsToAlarm: {"Fn::GetOptionSetting": {OptionName: Points, DefaultValue: 1}}',
        "Dimensions:",
        "- Name: Shop",
        '  Value: {"Fn::Join": ["", [{"Fn::GetOptionSetting": {OptionName: Shop}}, "-web"]]}',
    ),
    "an option with a function as its default": topic(
        '{"Fn::GetOptionSetting": {Namespace: "aws:elasticbeanstalk:application:environment", OptionName: NAME,'
        ' DefaultValue: {"Fn::Join": ["-", [{Ref: AWSEBEnvironmentName}, topic]]}}}'
    ),
    "parameters and mappings": (
        "Parameters:\n  Name: {Type: String, Default: shop}\n"
        "Mappings:\n  Sizes:\n    eu-west-1: {size: '1'}\n"
        + topic('{"Fn::Join": ["", [{Ref: Name}, {"Fn::FindInMap": [Sizes, {Ref: "AWS::Region"}, size]}]]}')
    ),
    "a name of the network or of the group": resource(
        "AWS::ElastiCache::CacheCluster",
        *("CacheNodeType: cache.t3.micro", "NumCacheNodes: 1", "Engine: redis"),
        "CacheSecurityGroupNames: [{Ref: AWSEBSecurityGroup}]",
    ),
    "a mapping of EB's own": topic('{"Fn::FindInMap": [AWSEBOptions, options, UserDataScript]}'),
    "a branch": "Conditions:\n  IsNew: {'Fn::Equals': [a, b]}\n" + topic('{"Fn::If": [IsNew, a, b]}'),
    "a removed resource of EB's": 'Resources:\n  AWSEBSecurityGroup: {"CmpFn::Remove": {}}\n',
    "placeholders": alarm('AlarmDescription: "<DESCRIPTION>"').replace("Period: 60", 'Period: "{{ period }}"'),
    "a text in backquotes": alarm().replace("Threshold: 3", 'Threshold: \'`{"Ref": "AWS::Region"}`\''),
    "a shell's backquotes": "commands:\n  a:\n    command: echo `{ hostname; }`\n",
    "a queue, with a type of load balancer that a worker ignores": (
        CLASSIC + "Outputs:\n  Queue:\n    Value: {Ref: AWSEBWorkerQueue}\n"
    ),
    "a group, in an environment that is not told": ingress(
        'GroupId: {"Fn::GetAtt": [AWSEBLoadBalancerSecurityGroup, GroupId]}'
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_found_alone_and_at_its_place(mistake: str, tmp_path: Path) -> None:
    rule, text = MISTAKES[mistake]
    assert findings(tmp_path, {FIRST: text}) == [(rule, *places(text)[0])]


@pytest.mark.parametrize("accepted", ACCEPTED)
def test_a_file_without_a_mistake_has_no_findings(accepted: str, tmp_path: Path) -> None:
    assert [one for one in findings(tmp_path, {FIRST: ACCEPTED[accepted]}) if not one[0].startswith("I")] == []


@pytest.mark.parametrize(
    ("tier", "name", "is_found"),
    [
        ("WebServer", "AWSEBWorkerQueue", True),
        ("Worker", "AWSEBV2LoadBalancer", True),
        ("Worker", "AWSEBWorkerQueue", False),
        ("WebServer", "AWSEBV2LoadBalancer", False),
        ("Other", "AWSEBWorkerQueue", False),
    ],
)
def test_the_tier_of_the_manifest_decides_the_kind(tier: str, name: str, is_found: bool, tmp_path: Path) -> None:
    files = {FIRST: f"Outputs:\n  A:\n    Value: {{Ref: {name}}}\n", "env.yaml": f"EnvironmentTier: {{Name: {tier}}}\n"}
    assert ("E9638" in {id_ for id_, _, _ in findings(tmp_path, files)}) == is_found


def test_a_later_file_completes_and_overrides_a_resource(tmp_path: Path) -> None:
    first = "Resources:\n  One:\n    Type: AWS::SNS::Topik\n    Properties: {TopicName: shop}\n"
    second = "Resources:\n  One:\n    Type: AWS::SNS::Topic\n    Properties: {▲TopicNam: test}\n"
    assert findings(tmp_path, {FIRST: first, SECOND: second}) == [("E9636", *places(second)[0])]


def test_a_later_file_keeps_what_it_does_not_name(tmp_path: Path) -> None:
    more = "Resources:\n  One:\n    Properties: {AlarmDescription: slow}\n"
    assert findings(tmp_path, {FIRST: alarm(), SECOND: more}) == []


def test_a_resource_that_an_environment_lacks_is_a_new_one_with_its_type(tmp_path: Path) -> None:
    text = (
        SINGLE + "Resources:\n  ▲AWSEBLoadBalancerSecurityGroup:\n    Type: AWS::EC2::SecurityGroup\n"
        "    ▲Properties: {SecurityGroupIngress: []}\n"
    )
    marks = places(text)
    assert findings(tmp_path, {FIRST: text}) == [("W9635", *marks[0]), ("E9636", *marks[1])]


def test_the_last_file_by_name_decides_the_kind_of_environment(tmp_path: Path) -> None:
    use = ingress('GroupId: {"Fn::GetAtt": [AWSEBLoadBalancerSecurityGroup, GroupId]}')
    balanced = SINGLE.replace("SingleInstance", "LoadBalanced")
    found = findings(tmp_path, {FIRST: SINGLE + use, SECOND: balanced})
    assert [id_ for id_, _, _ in found if id_ == "E9638"] == []


def test_a_name_of_another_file_is_found(tmp_path: Path) -> None:
    assert (
        findings(tmp_path, {FIRST: alarm("AlarmActions: [{Ref: Two}]"), SECOND: topic("x").replace("One", "Two")}) == []
    )


def test_a_name_that_is_missing_several_times_is_reported_once(tmp_path: Path) -> None:
    text = alarm("AlarmActions: [{Ref: ▲Topik}]", "OKActions: [{Ref: Topik}]")
    assert findings(tmp_path, {FIRST: text}) == [("E9637", *places(text)[0])]


def test_names_of_other_files_are_not_missed_in_a_file_alone(tmp_path: Path) -> None:
    file = tmp_path / "a.config"
    file.write_text(alarm("AlarmActions: [{Ref: Topic}]"))
    assert bundle_findings(file) == []


def test_a_condition_of_a_resource_is_reported(tmp_path: Path) -> None:
    text = "Conditions:\n  Never: {'Fn::Equals': [a, b]}\n" + topic("shop") + "    ▲Condition: Never\n"
    found = findings(tmp_path, {FIRST: text})
    assert ("W9631", *places(text)[0]) in found
    assert {id_ for id_, _, _ in found} == {"W9631", "I9647"}


def test_a_reference_of_a_kind_that_another_excludes_names_the_other(tmp_path: Path) -> None:
    (tmp_path / ".ebextensions").mkdir()
    (tmp_path / FIRST).write_text("Outputs:\n  A:\n    Value: {Ref: AWSEBLoadBalancer}\n")
    (tmp_path / SECOND).write_text("Outputs:\n  B:\n    Value: {Ref: AWSEBV2LoadBalancer}\n")
    [finding] = bundle_findings(tmp_path)
    assert finding.message.endswith(f"AWSEBV2LoadBalancer with AWSEBLoadBalancer ({tmp_path / FIRST}:3)")


IMPORTS = """
import sys
from pathlib import Path
from beanstack.lint.bundles.linter import bundle_findings
found = bundle_findings(Path(sys.argv[1]))
print(bool(sys.modules.get("cfnlint")), *[finding.id for finding in found])
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SINGLE + "commands:\n  a: {command: ls}\n", "False"),
        ("files:\n  /etc/shop:\n    content: {Ref: AWSEBEnvironmentName}\n", "False"),
        (topic("shop"), "True"),
    ],
    ids=["options", "a function", "a resource"],
)
def test_cfn_lint_is_imported_for_resources_alone(text: str, expected: str, tmp_path: Path) -> None:
    (tmp_path / ".ebextensions").mkdir()
    (tmp_path / FIRST).write_text(text)
    done = subprocess.run(
        [sys.executable, "-c", IMPORTS, tmp_path], cwd=PROJECT, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split()[0] == expected


def test_without_cfn_lint_the_rest_is_checked(tmp_path: Path) -> None:
    (tmp_path / ".ebextensions").mkdir()
    (tmp_path / FIRST).write_text(topic("{Ref: Nothing}"))
    code = "import sys\nsys.modules['cfnlint'] = None\n" + IMPORTS
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path], cwd=PROJECT, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == ["False", "I9632", "E9637"]
