"""The facts of `facts/dockerrun.json`: what Elastic Beanstalk and ECS accept in Dockerrun.aws.json, version 2.

What values ECS knows for a field comes from `facts/kept/ecs.json`.
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/create_deploy_docker_v2config.html
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from beanstack.eb import FACTS
from beanstack.eb.kept import kept

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def facts() -> Mapping[str, Any]:
    """Return the facts, read once."""
    content = dict(json.loads((FACTS / "dockerrun.json").read_text("utf-8")))
    for path, values in kept("ecs")["values"].items():
        _field(content["file"], path)["values"] = values
    return content


def container_fields() -> Mapping[str, Mapping[str, Any]]:
    """Return what is known of each field of a container definition."""
    fields: Mapping[str, Mapping[str, Any]] = facts()["file"]["keys"]["containerDefinitions"]["items"]["keys"]
    return fields


def container_field(path: str) -> Mapping[str, Any]:
    """Return what is known of a field such as `healthCheck.interval`, of a list what is known of its items."""
    fact: Mapping[str, Any] = _field({"keys": container_fields()}, path)
    return fact


def _field(owner: Any, path: str) -> Any:
    """Return the fact on a field; a list adds nothing to the path."""
    for step in path.split("."):
        owner = _item(owner)["keys"][step]
    return _item(owner)


def _item(fact: Any) -> Any:
    return fact.get("items", fact)
