"""Random templates: mostly plausible, with arbitrary values in any place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from beanstack.eb.options.catalogue import facts

if TYPE_CHECKING:
    from collections.abc import Sequence

ENVIRONMENT = "AWS::ElasticBeanstalk::Environment"
KINDS = (
    *[ENVIRONMENT] * 4,
    "AWS::ElasticBeanstalk::ConfigurationTemplate",
    "AWS::ElasticBeanstalk::ApplicationVersion",
    "AWS::IAM::Role",
    "AWS::IAM::InstanceProfile",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::RolePolicy",
    "AWS::S3::Bucket",
)
PARAMETERS = ("Stage", "Size")
CONDITIONS = ("IsProduction", "IsTest", "IsLarge", "IsSmall", "IsPublic", "IsInternal")
RESOURCES = ("Environment", "Defaults", "Profile", "Role")
NAMES = (*PARAMETERS, *CONDITIONS, *RESOURCES)
REFERRED = (
    *PARAMETERS * 5,
    *("Profile", "Role") * 4,
    *NAMES,
    "AWS::NoValue",
    "AWS::Region",
    "AWS::StackName",
    "Missing",
    "Defaults.TemplateName",
    "",
    "Größe",
)
WORDS = ("1", "7200", "true", "PT5M", "prod", "{{resolve:ssm:/x}}", "web", "Worker", "a,b", "${Stage}", "${", "a${!b}")

names = st.sampled_from(NAMES)
truths = st.sampled_from(CONDITIONS)
referred = st.sampled_from(REFERRED)
words = st.sampled_from(WORDS)
sizes = st.sampled_from(["small", "large"])
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.dates(), st.text(max_size=8), words, referred
)
FUNCTIONS = (
    *("Ref", "Fn::GetAtt", "Fn::If", "Fn::Sub", "Fn::Join", "Fn::FindInMap", "Fn::Select", "Fn::Split", "Fn::Equals"),
    *("Fn::And", "Fn::Not", "Fn::ImportValue", "Fn::Transform", "Fn::ToJsonString", "Fn::Length", "Condition", "Fn::X"),
)


def functions(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return intrinsic functions, well formed or not."""
    return st.one_of(
        st.builds(lambda name: {"Ref": name}, referred),
        st.builds(lambda name, *branches: {"Fn::If": [name, *branches]}, truths, inner, inner),
        st.builds(lambda text, values: {"Fn::Sub": [text, values]}, words, st.dictionaries(names, inner, max_size=2)),
        st.builds(lambda one, two: {"Fn::FindInMap": ["Sizes", one, two]}, sizes | inner, sizes | inner),
        st.builds(lambda name, argument: {name: argument}, st.sampled_from(FUNCTIONS), inner),
        st.builds(lambda name, arguments: {name: arguments}, st.sampled_from(FUNCTIONS), st.lists(inner, max_size=4)),
    )


data = st.recursive(
    scalars,
    lambda inner: (
        functions(inner)
        | st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=4) | st.sampled_from(FUNCTIONS) | names | st.integers(), inner, max_size=3)
    ),
    max_leaves=8,
)


def mostly(plausible: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return mostly what belongs at a place, and one time in eight anything else."""
    return st.integers(0, 7).flatmap(lambda die: plausible if die else data)


values = st.integers(0, 1).flatmap(lambda die: scalars if die else mostly(functions(scalars)))
NAMED = (
    ("aws:autoscaling:asg", "MinSize"),
    ("aws:autoscaling:asg", "MaxSize"),
    ("aws:autoscaling:launchconfiguration", "IamInstanceProfile"),
    ("aws:elasticbeanstalk:environment", "ServiceRole"),
)
pairs = st.sampled_from(
    [(space.name, option.name) for space in facts().namespaces for option in space.options.values()] + [*NAMED] * 50
)
items = pairs.flatmap(
    lambda pair: st.fixed_dictionaries(
        {"Namespace": mostly(st.just(pair[0])), "OptionName": mostly(st.just(pair[1])), "Value": values},
        optional={"ResourceName": values},
    )
)
item_or_branch = st.integers(0, 3).flatmap(lambda die: items if die else functions(items))
of_roles = [
    {"Namespace": namespace, "OptionName": option, "Value": {"Ref": name}}
    for (namespace, option), name in (*zip(NAMED[2:], ("Profile", "Role"), strict=True), (NAMED[2], "Role"))
]
lists = st.lists(mostly(item_or_branch) | st.sampled_from(of_roles), min_size=2, max_size=6)
some_settings = st.integers(0, 3).flatmap(lambda die: lists if die else functions(lists))

platforms = st.sampled_from(
    [
        "arn:aws:elasticbeanstalk:us-east-1::platform/Docker running on 64bit Amazon Linux 2023",
        "64bit Amazon Linux 2 v3.5.1 running Docker",
        "64bit Amazon Linux 2018.03 v2.26.0 running Python 3.6",
        "arn:aws:elasticbeanstalk:us-east-1::platform/",
    ]
)
statements = st.fixed_dictionaries(
    {
        "Effect": mostly(st.sampled_from(["Allow", "Deny"])),
        "Action": mostly(st.sampled_from(["sts:AssumeRole", "sqs:*", "s3:GetObject", "*"])),
    },
    optional={
        "Principal": mostly(st.fixed_dictionaries({"Service": mostly(st.sampled_from(["ec2.amazonaws.com", "ecs"]))})),
        "Condition": mostly(st.just({"StringEquals": {"sts:ExternalId": "other"}})),
        "Resource": values,
    },
)
policies = st.fixed_dictionaries(
    {"Statement": mostly(st.lists(mostly(statements), max_size=3) | functions(statements))}
)
managed = st.sampled_from(["AWSElasticBeanstalkWebTier", "AWSElasticBeanstalkService", "service-role/No"]).map(
    lambda name: f"arn:aws:iam::aws:policy/{name}"
)
arns = st.lists(managed | functions(managed), min_size=1, max_size=3)
own_roles = st.lists(mostly(st.just({"Ref": "Role"})), min_size=1, max_size=2)
properties = st.fixed_dictionaries(
    {"ApplicationName": words, "OptionSettings": mostly(some_settings)},
    optional={
        "TemplateName": mostly(st.just({"Ref": "Defaults"}) | functions(names)),
        "VersionLabel": values,
        "Tier": mostly(st.fixed_dictionaries({"Name": values})),
        "PlatformArn": mostly(platforms | functions(platforms)),
        "SolutionStackName": mostly(platforms | functions(platforms)),
        "SourceBundle": mostly(st.fixed_dictionaries({"S3Key": values})),
        "Roles": mostly(own_roles | functions(own_roles)),
        "AssumeRolePolicyDocument": mostly(policies | functions(policies)),
        "ManagedPolicyArns": mostly(arns | functions(arns)),
        "PolicyDocument": mostly(policies),
        "Policies": mostly(st.lists(mostly(st.fixed_dictionaries({"PolicyDocument": mostly(policies)})), max_size=2)),
    },
)


def resources(kinds: Sequence[str]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(
        {"Type": mostly(st.sampled_from(kinds)), "Properties": mostly(properties)},
        optional={"Condition": mostly(truths), "Metadata": data},
    )


sections = st.fixed_dictionaries(
    {
        "Environment": mostly(resources([ENVIRONMENT])),
        "Profile": mostly(resources(["AWS::IAM::InstanceProfile"])),
        "Role": mostly(resources(["AWS::IAM::Role"])),
    },
    optional={
        "Defaults": mostly(resources(["AWS::ElasticBeanstalk::ConfigurationTemplate"])),
        "Größe": mostly(resources(KINDS)),
        "": mostly(resources(KINDS)),
    },
)
parameters = st.fixed_dictionaries(
    {"Type": mostly(st.sampled_from(["String", "Number", "CommaDelimitedList", "List<Number>"]))},
    optional={
        "Default": mostly(scalars),
        "AllowedValues": mostly(st.lists(scalars, min_size=1, max_size=4)),
        "NoEcho": data,
    },
)
conditions = st.one_of(
    st.builds(lambda name, value: {"Fn::Equals": [{"Ref": name}, value]}, st.sampled_from(PARAMETERS), words),
    st.builds(lambda name: {"Fn::Not": [{"Condition": name}]}, truths),
    st.builds(lambda one, two: {"Fn::Or": [{"Condition": one}, {"Condition": two}]}, truths, truths),
)
mappings = st.dictionaries(sizes, st.dictionaries(sizes, mostly(scalars), min_size=1), min_size=1)
templates = st.fixed_dictionaries(
    {"Resources": mostly(sections)},
    optional={
        "Parameters": mostly(st.dictionaries(st.sampled_from(PARAMETERS), mostly(parameters), min_size=1)),
        "Conditions": mostly(st.dictionaries(truths, mostly(conditions), min_size=1)),
        "Mappings": mostly(st.fixed_dictionaries({"Sizes": mostly(mappings)})),
        "Transform": mostly(st.sampled_from(["AWS::LanguageExtensions", "Mine"])),
        "Rules": data,
    },
)
