"""Names that a template gives to its own resources, and names that it joins."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from beanstack.lint.rules.names import own_name_findings

SHOP = "Shop: {Type: AWS::ElasticBeanstalk::Application, Properties: {ApplicationName: shop}}\n"
NAMELESS = "Shop: {Type: AWS::ElasticBeanstalk::Application}\n"
BY_PARAMETER = "Shop: {Type: AWS::ElasticBeanstalk::Application, Properties: {ApplicationName: {Ref: Name}}}\n"
BLOG = "Blog: {Type: AWS::ElasticBeanstalk::Application, Properties: {ApplicationName: blog}}\n"
PROFILE = (
    "Profile: {Type: AWS::IAM::InstanceProfile, Properties: {InstanceProfileName: shop-hosts, Roles: [{Ref: Role}]}}\n"
)
ROLE = "Role: {Type: AWS::IAM::Role, Properties: {RoleName: shop-hosts}}\n"
PARAMETERS = {"Name": {"Type": "String", "Default": "Shop"}, "Stage": {"Type": "String"}}


def environment(*properties: str, application: str = "{Ref: Shop}", more: str = "") -> str:
    """Return an environment with more properties, and attributes beside them."""
    lines = [f"ApplicationName: {application}", *properties]
    body = "\n".join(f"    {line}" for line in lines)
    return f"Env:\n  Type: AWS::ElasticBeanstalk::Environment\n{more}  Properties:\n{body}\n"


def option(namespace: str, name: str, value: str) -> str:
    """Return the option settings of an environment, which are one."""
    return f"OptionSettings: [{{Namespace: '{namespace}', OptionName: {name}, Value: {value}}}]"


def profile(value: str) -> str:
    return option("aws:autoscaling:launchconfiguration", "IamInstanceProfile", value)


def service_role(value: str) -> str:
    return option("aws:elasticbeanstalk:environment", "ServiceRole", value)


def version(application: str) -> str:
    bundle = "SourceBundle: {S3Bucket: bundles, S3Key: shop-1.zip}"
    properties = f"ApplicationName: {application}, {bundle}"
    return f"Version: {{Type: AWS::ElasticBeanstalk::ApplicationVersion, Properties: {{{properties}}}}}\n"


def settings(application: str) -> str:
    properties = f"ApplicationName: {application}"
    return f"Settings: {{Type: AWS::ElasticBeanstalk::ConfigurationTemplate, Properties: {{{properties}}}}}\n"


def found(resources: str) -> list[str]:
    """Return the rule and the path below `Resources` of each finding."""
    template: dict[str, Any] = {"Parameters": PARAMETERS, "Resources": yaml.safe_load(resources)}
    return [f"{one.id} {'/'.join(map(str, one.also[0][1:]))}" for one in own_name_findings(template)]


VALUE = "Env/Properties/OptionSettings/0/Value"
MISTAKES = {
    "an application by its logical ID": (
        "E9542 Env/Properties/ApplicationName",
        NAMELESS + environment(application="Shop"),
    ),
    "an application of another name by its logical ID": (
        "E9542 Env/Properties/ApplicationName",
        SHOP + environment(application="Shop"),
    ),
    "an application by the default of a parameter": (
        "E9542 Env/Properties/ApplicationName",
        SHOP + environment(application="{Ref: Name}"),
    ),
    "an application of a version by its logical ID": (
        "E9542 Version/Properties/ApplicationName",
        SHOP + version("Shop"),
    ),
    "an application of a template by its logical ID": (
        "E9542 Settings/Properties/ApplicationName",
        SHOP + settings("Shop"),
    ),
    "a version by its logical ID": (
        "E9542 Env/Properties/VersionLabel",
        SHOP + version("{Ref: Shop}") + environment("VersionLabel: Version"),
    ),
    "a configuration template by its logical ID": (
        "E9542 Env/Properties/TemplateName",
        SHOP + settings("{Ref: Shop}") + environment("TemplateName: Settings"),
    ),
    "a profile by its logical ID": (f"E9542 {VALUE}", SHOP + ROLE + PROFILE + environment(profile("Profile"))),
    "a role by its logical ID": (f"E9542 {VALUE}", SHOP + ROLE + environment(service_role("Role"))),
    "a group by its logical ID": (
        f"E9542 {VALUE}",
        SHOP
        + "Web: {Type: AWS::EC2::SecurityGroup}\n"
        + environment(option("aws:autoscaling:launchconfiguration", "SecurityGroups", "'sg-01234567,Web'")),
    ),
    "a subnet by its logical ID beside a Ref": (
        f"E9542 {VALUE}",
        SHOP
        + "A: {Type: AWS::EC2::Subnet}\nB: {Type: AWS::EC2::Subnet}\n"
        + environment(option("aws:ec2:vpc", "Subnets", "{'Fn::Join': [',', [{Ref: A}, B]]}")),
    ),
    "a bucket of access logs by its logical ID": (
        f"E9542 {VALUE}",
        SHOP
        + "Logs: {Type: AWS::S3::Bucket}\n"
        + environment(option("aws:elbv2:loadbalancer", "AccessLogsS3Bucket", "Logs")),
    ),
    "a branch that is a logical ID": (
        "E9542 Env/Properties/ApplicationName/Fn::If/2",
        SHOP + environment(application='{"Fn::If": [IsBlog, {Ref: Shop}, Shop]}'),
    ),
    "an application by its name": ("W9543 Env/Properties/ApplicationName", SHOP + environment(application="shop")),
    "an application by the same parameter": (
        "W9543 Env/Properties/ApplicationName",
        BY_PARAMETER + environment(application="{Ref: Name}"),
    ),
    "an application by the same parts, joined and substituted": (
        "W9543 Env/Properties/ApplicationName",
        SHOP.replace("shop", "{'Fn::Sub': 'shop-${Stage}'}")
        + environment(application="{'Fn::Join': ['-', [shop, {Ref: Stage}]]}"),
    ),
    "an application of a version by its name": ("W9543 Version/Properties/ApplicationName", SHOP + version("shop")),
    "a profile by its name": (f"W9543 {VALUE}", SHOP + ROLE + PROFILE + environment(profile("shop-hosts"))),
    "a profile by its ARN": (
        f"W9543 {VALUE}",
        SHOP
        + ROLE
        + PROFILE
        + environment(profile("{'Fn::Sub': 'arn:aws:iam::${AWS::AccountId}:instance-profile/shop-hosts'}")),
    ),
    "a service role by its name": (f"W9543 {VALUE}", SHOP + ROLE + environment(service_role("shop-hosts"))),
    "the role of a profile by its name": (
        "W9543 Profile/Properties/Roles/0",
        ROLE + PROFILE.replace("{Ref: Role}", "shop-hosts"),
    ),
    "an underscore in a joined name": (
        "E9541 Env/Properties/EnvironmentName",
        SHOP + environment("EnvironmentName: {'Fn::Join': ['_', [shop, {Ref: Stage}]]}"),
    ),
    "a space in a substituted name": (
        "E9541 Env/Properties/EnvironmentName",
        SHOP + environment("EnvironmentName: {'Fn::Sub': 'shop ${Stage}'}"),
    ),
    "a hyphen before a parameter": (
        "E9541 Env/Properties/EnvironmentName",
        SHOP + environment("EnvironmentName: {'Fn::Sub': '-${Stage}'}"),
    ),
    "a hyphen behind what is not known": (
        "E9541 Env/Properties/EnvironmentName",
        SHOP + environment("EnvironmentName: {'Fn::Sub': '${Shop}-'}"),
    ),
    "a fixed part that is too long": (
        "E9541 Env/Properties/EnvironmentName",
        SHOP + environment("EnvironmentName: {'Fn::Sub': '%s-${Stage}'}" % ("s" * 40)),
    ),
    "a dot in a joined CNAME": (
        "E9541 Env/Properties/CNAMEPrefix",
        SHOP + environment("CNAMEPrefix: {'Fn::Join': ['.', [{Ref: Stage}, shop]]}"),
    ),
    "an application's name that is too long": (
        "E9541 Shop/Properties/ApplicationName",
        SHOP.replace("shop", "{'Fn::Sub': '%s${Stage}'}" % ("s" * 101)),
    ),
    "a version of another application": (
        "E9544 Env/Properties/VersionLabel",
        SHOP + BLOG + version("{Ref: Blog}") + environment("VersionLabel: {Ref: Version}"),
    ),
    "a version of an application that is not in the template": (
        "E9544 Env/Properties/VersionLabel",
        SHOP + version("blog") + environment("VersionLabel: {Ref: Version}"),
    ),
    "a configuration template of another application": (
        "E9544 Env/Properties/TemplateName",
        SHOP + BLOG + settings("{Ref: Blog}") + environment("TemplateName: {Ref: Settings}"),
    ),
}
ACCEPTED = {
    "a Ref": SHOP + version("{Ref: Shop}") + environment("VersionLabel: {Ref: Version}"),
    "a name and a dependency": SHOP + environment(application="shop", more="  DependsOn: Shop\n"),
    "a name and several dependencies": SHOP
    + ROLE
    + environment(application="shop", more="  DependsOn: [Role, Shop]\n"),
    "a name, and a dependency through the version": (
        SHOP + version("{Ref: Shop}") + environment("VersionLabel: {Ref: Version}", application="shop")
    ),
    "names of nothing in the template": SHOP
    + environment(profile("aws-elasticbeanstalk-ec2-role"), application="blog"),
    "an application of the name of its logical ID": SHOP.replace("shop}", "Shop}") + environment(),
    "a parameter without a default": SHOP + environment(application="{Ref: Stage}"),
    "an application that one of two conditions creates": (
        SHOP.replace("Properties", "Condition: IsNew, Properties") + environment(application="shop", more="")
    ),
    "a name that a mapping gives": (
        SHOP.replace("shop}", '{"Fn::FindInMap": [Names, a, b]}}') + environment(application="Shop")
    ),
    "joined names of valid parts": (
        SHOP
        + environment("EnvironmentName: {'Fn::Sub': '${Shop}-${Stage}'}", "CNAMEPrefix: {'Fn::Sub': 'shop-${Stage}'}")
    ),
    "a name that is resolved later": SHOP + environment("CNAMEPrefix: '{{resolve:ssm:/shop/cname}}'"),
    "a version of the same application by name and Ref": (
        SHOP + version("{Ref: Shop}") + environment("VersionLabel: {Ref: Version}", application="shop")
    ),
    "a version of an application that a parameter names": (
        BY_PARAMETER + version("blog") + environment("VersionLabel: {Ref: Version}")
    ),
    "a version of an application by parameters that may be equal": (
        BLOG + version("{Ref: Stage}") + environment("VersionLabel: {Ref: Version}", application="{Ref: Blog}")
    ),
    "no value": SHOP + environment("VersionLabel: {Ref: AWS::NoValue}"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_found_alone_and_at_its_path(mistake: str) -> None:
    expected, resources = MISTAKES[mistake]
    assert found(resources) == [expected]


@pytest.mark.parametrize("accepted", ACCEPTED)
def test_a_name_that_may_be_right_has_no_finding(accepted: str) -> None:
    assert found(ACCEPTED[accepted]) == []


@pytest.mark.parametrize("value", [None, 1, "x", [], ["x"], {"Ref": []}, {"Fn::Join": "x"}, {"Fn::If": []}])
def test_a_malformed_value_is_left_to_cfn_lint(value: object) -> None:
    beanstalk = {"Type": "AWS::ElasticBeanstalk::Environment", "Properties": value}
    deeper = {
        "Type": "AWS::ElasticBeanstalk::Environment",
        "DependsOn": value,
        "Properties": {"ApplicationName": value, "VersionLabel": value, "OptionSettings": value},
    }
    profile = {"Type": "AWS::IAM::InstanceProfile", "Properties": value}
    resources = {"A": beanstalk, "B": deeper, "C": profile, "D": value}
    assert not [*own_name_findings({"Resources": resources})]
