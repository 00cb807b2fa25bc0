"""Random templates: mostly such as might be meant, with anything in any place."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from beanstack.lint.catalogue import facts

ENVIRONMENT = "AWS::ElasticBeanstalk::Environment"
KINDS = (
    *[ENVIRONMENT] * 4,
    "AWS::ElasticBeanstalk::ConfigurationTemplate",
    "AWS::ElasticBeanstalk::ApplicationVersion",
    "AWS::IAM::Role",
    "AWS::IAM::InstanceProfile",
    "AWS::S3::Bucket",
)
PARAMETERS = ("Stage", "Size")
CONDITIONS = ("IsProduction", "IsTest", "IsLarge", "IsSmall", "IsPublic", "IsInternal")
RESOURCES = ("Environment", "Defaults", "Profile", "Role")
NAMES = (*PARAMETERS, *CONDITIONS, *RESOURCES)
REFERRED = (
    *PARAMETERS * 5,
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
    """Intrinsic functions, well formed and not."""
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


def mostly(sound: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """What belongs there; one time in eight anything else, which is where such a test would else always be."""
    return st.integers(0, 7).flatmap(lambda die: sound if die else data)


values = st.integers(0, 1).flatmap(lambda die: scalars if die else mostly(functions(scalars)))
pairs = st.sampled_from(
    [(space.name, option.name) for space in facts().namespaces for option in space.options.values()]
    + [("aws:autoscaling:asg", "MinSize"), ("aws:autoscaling:asg", "MaxSize")] * 50
)
items = pairs.flatmap(
    lambda pair: st.fixed_dictionaries(
        {"Namespace": mostly(st.just(pair[0])), "OptionName": mostly(st.just(pair[1])), "Value": values},
        optional={"ResourceName": values},
    )
)
item_or_branch = st.integers(0, 3).flatmap(lambda die: items if die else functions(items))
lists = st.lists(mostly(item_or_branch), min_size=2, max_size=6)
some_settings = st.integers(0, 3).flatmap(lambda die: lists if die else functions(lists))

properties = st.fixed_dictionaries(
    {"ApplicationName": words, "OptionSettings": mostly(some_settings)},
    optional={
        "TemplateName": mostly(functions(names)),
        "VersionLabel": values,
        "Tier": mostly(st.fixed_dictionaries({"Name": values})),
        "PlatformArn": values,
        "SolutionStackName": values,
        "SourceBundle": mostly(st.fixed_dictionaries({"S3Key": values})),
        "Roles": mostly(st.lists(values, max_size=2)),
        "AssumeRolePolicyDocument": data,
        "ManagedPolicyArns": mostly(st.lists(values, max_size=2)),
        "Policies": data,
    },
)
resources = st.fixed_dictionaries(
    {"Type": mostly(st.sampled_from(KINDS)), "Properties": mostly(properties)},
    optional={"Condition": mostly(truths), "Metadata": data},
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
    {
        "Resources": mostly(
            st.dictionaries(st.sampled_from(RESOURCES) | st.text(max_size=3), mostly(resources), min_size=1, max_size=4)
        )
    },
    optional={
        "Parameters": mostly(st.dictionaries(st.sampled_from(PARAMETERS), mostly(parameters), min_size=1)),
        "Conditions": mostly(st.dictionaries(truths, mostly(conditions), min_size=1)),
        "Mappings": mostly(st.fixed_dictionaries({"Sizes": mostly(mappings)})),
        "Transform": mostly(st.sampled_from(["AWS::LanguageExtensions", "Mine"])),
        "Rules": data,
    },
)
