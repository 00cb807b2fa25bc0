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

from beanstack.eb.changes import is_create_only
from beanstack.operate.committed import template
from beanstack.operate.comparison import compare
from beanstack.operate.comparison.observed import options
from tests.guard.edits import DEPLOYED
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
SETTINGS = st.fixed_dictionaries(
    {
        "load_balancer": st.sampled_from(["application", "network", "classic", "none"]),
        "vpc": st.sampled_from(["", "vpc-0a1b2c3d", "vpc-0b1b2c3d"]),
        "database": DATABASES,
        "property": st.sampled_from(["info", "debug"]),
    }
)


def config(chosen: dict[str, Any]) -> str:
    """Return a config with the chosen settings."""
    made: dict[str, Any] = {
        "load_balancer": {"type": chosen["load_balancer"]},
        "properties": {"LEVEL": chosen["property"]},
    }
    if chosen["vpc"]:
        made["options"] = {"aws:ec2:vpc": {"VPCId": chosen["vpc"], "Subnets": "subnet-0a1b2c3d,subnet-0b1b2c3d"}}
        if chosen["load_balancer"] != "none":
            made["options"]["aws:ec2:vpc"]["ELBSubnets"] = "subnet-0a1b2c3d,subnet-0b1b2c3d"
    if chosen["database"]:
        database = dict(chosen["database"])
        database["engine"], database["version"] = database.pop("engine_version")
        made["database"] = database
    return DEPLOYED[: DEPLOYED.index("  dev:")] + f"  dev: {json.dumps(made)}\n"


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
    for (namespace, name), value in new.items():
        is_other = old.get((namespace, name), '""') != value
        if is_other and is_create_only(namespace, name) and not (single and name == "LoadBalancerType"):
            yield f"create-only:{name}"
    database = {name: (old.get(("aws:rds:dbinstance", name)), new.get(("aws:rds:dbinstance", name))) for name in ANEW}
    if old["aws:rds:dbinstance", "HasCoupledDatabase"] == '"true"' and any(
        one != two for one, two in database.values()
    ):
        yield "data-loss:database"
    for name, resource in before["Resources"].items():
        if name not in after["Resources"] and resource["Type"] in STATEFUL and resource["DeletionPolicy"] == "Delete":
            yield f"data-loss:{name}"


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
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", "AWS::ElasticBeanstalk::Environment").schema
    made = texts(DEPLOYED)
    for path in schema["createOnlyProperties"]:
        changed = template(made["shop-dev"])
        inside = changed["Resources"]["Environment"]["Properties"]
        *above, last = path.removeprefix("/properties/").split("/")
        for name in above:
            inside = inside[name]
        inside[last] = "another"
        there = observed(made, made)
        own = there.own._replace(planned=changed)
        found = compare(there._replace(stacks=(there.stacks[0], own)), "ENV=dev")
        assert [danger.key for danger in found.dangers] == ["replacement:Environment"], path
