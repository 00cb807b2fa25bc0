"""The facts of `facts/dockerrun.json`: what Elastic Beanstalk and ECS accept in Dockerrun.aws.json, version 2.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/create_deploy_docker_v2config.html
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from beanstack.eb import FACTS

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def facts() -> Mapping[str, Any]:
    """Return the facts, read once."""
    return dict(json.loads((FACTS / "dockerrun.json").read_text("utf-8")))


def container_fields() -> Mapping[str, Mapping[str, Any]]:
    """Return what is known of each field of a container definition."""
    fields: Mapping[str, Mapping[str, Any]] = facts()["file"]["keys"]["containerDefinitions"]["items"]["keys"]
    return fields


def container_field(path: str) -> Mapping[str, Any]:
    """Return what is known of a field such as `healthCheck.interval`, of a list what is known of its items."""
    fact: Mapping[str, Any] = {"keys": container_fields()}
    for step in path.split("."):
        fact = _item(fact)["keys"][step]
    return _item(fact)


def _item(fact: Mapping[str, Any]) -> Mapping[str, Any]:
    item: Mapping[str, Any] = fact.get("items", fact)
    return item
