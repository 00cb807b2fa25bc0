"""Tags of what an application's environments share."""

from __future__ import annotations

from textwrap import indent
from typing import TYPE_CHECKING

import pytest

from beanstack.stacks import application_stack

if TYPE_CHECKING:
    from tests.conftest import Configured

CONFIG = """\
application: shop
defaults:
  region: eu-west-1
  account: "111111111111"
  platform: ECS running on 64bit Amazon Linux 2023/4.7.7
  build: {context: app, repository: shop}
  tags: {Team: web, Cost: "42"}
  containers:
    web: {memory: 64, ports: ["80:80"]}
environments:
"""
TAGGED = ["BundleBucket", "RepositoryShop", "ServiceRole"]


def tagged(application: Configured, environments: str) -> dict[str, dict[str, str]]:
    """Return the tags of each resource of the application's stack that has any, in the order of the template."""
    resources = application_stack(application(CONFIG + indent(environments, "  "))).to_dict()["Resources"]
    found = {name: resource["Properties"].get("Tags", []) for name, resource in sorted(resources.items())}
    return {name: {tag["Key"]: tag["Value"] for tag in tags} for name, tags in found.items() if tags}


@pytest.mark.parametrize(
    ("environments", "expected"),
    [
        ("dev: {}\nprod: {}\n", {"Cost": "42", "Team": "web"}),
        ("dev: {}\n", {"Cost": "42", "Team": "web"}),
        # What differs between environments belongs to none of what they share.
        ("dev: {tags: {Stage: dev}}\nprod: {tags: {Stage: prod}}\n", {"Cost": "42", "Team": "web"}),
        ("dev: {tags: {Team: other}}\nprod: {}\n", {"Cost": "42"}),
        ("dev: {tags: {Team: null}}\nprod: {}\n", {"Cost": "42"}),
        ("dev: {tags: {Stage: live}}\nprod: {tags: {Stage: live}}\n", {"Cost": "42", "Stage": "live", "Team": "web"}),
        ("dev: {tags: {stage: live}}\nprod: {tags: {Stage: live}}\n", {"Cost": "42", "Team": "web"}),
    ],
)
def test_shared_resources_have_the_tags_that_all_environments_have(
    application: Configured, environments: str, expected: dict[str, str]
) -> None:
    assert tagged(application, environments) == dict.fromkeys(TAGGED, expected)


def test_shared_resources_have_no_tags_if_the_environments_have_none_in_common(application: Configured) -> None:
    assert tagged(application, "dev: {tags: null}\nprod: {}\n") == {}
