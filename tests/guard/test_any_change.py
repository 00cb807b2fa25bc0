"""For random pairs of configs, no loss, replacement or create-only change passes unseen.

The oracle asks the facts and CloudFormation's schemas once more, from the templates alone.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from cfnlint.schema import PROVIDER_SCHEMA_MANAGER
from hypothesis import given
from hypothesis import strategies as st

from beanstack.eb.options.changes import default_of, is_create_only
from beanstack.operate.committed import template
from beanstack.operate.comparison import compare
from beanstack.operate.comparison.observed import options
from tests.guard.edits import DEPLOYED, ONE, OTHER
from tests.guard.situations import observed, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

STATEFUL = ("AWS::SecretsManager::Secret", "AWS::S3::Bucket")  # of those that Beanstack generates
DATABASES = st.none() | st.fixed_dictionaries(
    {
        "engine_version": st.sampled_from([("mysql", "8.4.11"), ("mysql", "8.0.46"), ("postgres", "17.5")]),
        "instance_class": st.sampled_from(["db.t3.small", "db.t3.medium"]),
        "storage": st.integers(20, 24),
        "user": st.sampled_from(["shopper", "keeper"]),
        "deletion_policy": st.sampled_from(["Delete", "Snapshot", "Retain"]),
    }
)
SUBNETS = st.sampled_from(["subnet-0a1b2c3d,subnet-0b1b2c3d", "subnet-0a1b2c3d,subnet-0c1b2c3d"])
VPCS = st.none() | st.fixed_dictionaries(
    {
        "VPCId": st.sampled_from(["vpc-0a1b2c3d", "vpc-0b1b2c3d"]),
        "Subnets": SUBNETS,
        "AssociatePublicIpAddress": st.sampled_from(["true", "false"]),
    },
    optional={"ELBSubnets": SUBNETS, "ELBScheme": st.sampled_from(["public", "internal"])},
)
RULES = st.none() | st.fixed_dictionaries(
    {"HostHeaders": st.sampled_from(["a.example.com", "b.example.com"]), "Priority": st.sampled_from(["1", "2"])},
    optional={"PathPatterns": st.just("/shop/*")},
)
SETTINGS = st.fixed_dictionaries(
    {
        "load_balancer": st.sampled_from(["application", "application", "network", "classic", "none"]),
        "shared": st.sampled_from(["", ONE, OTHER]),
        "rule": RULES,
        "vpc": VPCS,
        "database": DATABASES,
        "property": st.sampled_from(["info", "debug"]),
        "cname_prefix": st.sampled_from(["shop-dev", "shop-www"]),
    }
)


def config(chosen: dict[str, Any]) -> str:
    """Return a config with the chosen settings."""
    made: dict[str, Any] = {
        "load_balancer": {"type": chosen["load_balancer"]},
        "properties": {"LEVEL": chosen["property"]},
        "cname_prefix": chosen["cname_prefix"],
    }
    made["options"] = options_of(chosen)
    if chosen["database"]:
        database = dict(chosen["database"])
        database["engine"], database["version"] = database.pop("engine_version")
        made["database"] = database
    return DEPLOYED[: DEPLOYED.index("  dev:")] + f"  dev: {json.dumps(made)}\n"


def options_of(chosen: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Return the options without a key of their own."""
    made = {}
    vpc = dict(chosen["vpc"] or {})
    if chosen["load_balancer"] == "none":
        vpc.pop("ELBSubnets", None)
        vpc.pop("ELBScheme", None)
    if vpc:
        made["aws:ec2:vpc"] = vpc
    if chosen["load_balancer"] == "application" and chosen["shared"]:
        made["aws:elasticbeanstalk:environment"] = {"LoadBalancerIsShared": "true"}
        made["aws:elbv2:loadbalancer"] = {"SharedLoadBalancer": chosen["shared"]}
    if chosen["load_balancer"] == "application" and chosen["rule"]:
        made["aws:elbv2:listener:443"] = {"Rules": "shop"}
        made["aws:elbv2:listenerrule:shop"] = chosen["rule"]
    return made


@cache
def templates(text: str) -> dict[str, str]:
    return texts(text)


def settings(body: Any) -> dict[tuple[str, str], str]:
    found = body["Resources"]["Environment"]["Properties"]["OptionSettings"]
    return {(one["Namespace"], one["OptionName"]): json.dumps(one["Value"]) for one in found}


def expected(before: Any, after: Any) -> Iterator[str]:
    """Yield the keys of the dangers that there must be."""
    old, new = settings(before), settings(after)
    single = old["aws:elasticbeanstalk:environment", "EnvironmentType"] == '"SingleInstance"'
    shared = old.get(("aws:elasticbeanstalk:environment", "LoadBalancerIsShared")) == '"true"'
    for (namespace, name), value in new.items():
        is_other = old.get((namespace, name), json.dumps(default_of(namespace, name) or "")) != value
        is_first_balancer = single and (namespace.startswith("aws:elbv2:") or name.startswith("LoadBalancer"))
        is_new = ":listener" in namespace and all(namespace != other for other, _ in old)
        if is_other and is_create_only(namespace, name, shared=shared) and not is_first_balancer and not is_new:
            yield f"create-only:{name}"
    database = {name: (old.get(("aws:rds:dbinstance", name)), new.get(("aws:rds:dbinstance", name))) for name in ANEW}
    if old["aws:rds:dbinstance", "HasCoupledDatabase"] == '"true"' and any(
        one != two for one, two in database.values()
    ):
        yield "data-loss:database"
    if any(inside(before, path) != inside(after, path) for path in CREATE_ONLY):
        yield "replacement:Environment"
        if old["aws:rds:dbinstance", "HasCoupledDatabase"] == '"true"':
            yield "data-loss:database"
    for name, resource in before["Resources"].items():
        if name not in after["Resources"] and resource["Type"] in STATEFUL and resource["DeletionPolicy"] == "Delete":
            yield f"data-loss:{name}"


def inside(body: Any, path: str) -> Any:
    """Return the value of one of the environment's properties, as the schema writes its path."""
    found = body["Resources"]["Environment"]["Properties"]
    for name in path.removeprefix("/properties/").split("/"):
        found = found.get(name, {})
    return found


SCHEMA = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", "AWS::ElasticBeanstalk::Environment").schema
CREATE_ONLY = SCHEMA["createOnlyProperties"]
ANEW = ("DBEngine", "DBEngineVersion", "DBInstanceClass", "DBUser", "HasCoupledDatabase")


@given(SETTINGS, SETTINGS)
def test_no_danger_passes_unseen(before: dict[str, Any], after: dict[str, Any]) -> None:
    old, new = templates(config(before)), templates(config(after))
    live = options(template(old["shop-dev"]))
    dangers = compare(observed(old, new, live=live), "ENV=dev").dangers
    found = {danger.key for danger in dangers if danger.action != "report"}
    wanted = set(expected(template(old["shop-dev"]), template(new["shop-dev"])))
    storage = [one["storage"] if (one := chosen["database"]) else 0 for chosen in (before, after)]
    if all(storage) and storage[1] < storage[0]:
        wanted.add("data-loss:database")
    assert found == wanted


def test_the_create_only_properties_of_the_environment_are_those_of_cloudformation() -> None:
    """Each of them, changed alone, is a replacement."""
    made = texts(DEPLOYED)
    for path in CREATE_ONLY:
        changed = template(made["shop-dev"])
        *above, last = path.removeprefix("/properties/").split("/")
        found = changed["Resources"]["Environment"]["Properties"]
        for name in above:
            found = found[name]
        found[last] = "another"
        there = observed(made, made)
        own = there.own._replace(planned=changed)
        dangers = compare(there._replace(stacks=(there.stacks[0], own)), "ENV=dev").dangers
        assert [danger.key for danger in dangers] == ["replacement:Environment", "data-loss:database"], path
