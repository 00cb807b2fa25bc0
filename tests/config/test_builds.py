"""Which image a container runs, beside the source that it is built from."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.config.conftest import Loaded

REGISTRY = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
DIGEST = f"sha256:{'ab' * 32}"
BUILD = "build: {context: app, repository: shop}"


def images(loaded: Loaded, settings: str, container: str = "", region: str = "eu-west-1") -> list[str]:
    """Return the images of two containers, of which the first has the settings `container`."""
    text = dedent(f"""\
        application: shop
        environments:
          dev:
            region: {region}
            account: "123456789012"
            platform: ECS running on 64bit Amazon Linux 2023/4.7.7
            containers:
              web: {{memory: 64, ports: ["80:80"], {container}}}
              side: {{memory: 64}}
        """)
    environment = loaded(f"{text}    {settings}\n").environments["dev"]
    return [environment.image_of(name) for name in environment.containers]


def test_an_image_that_is_not_built_has_a_tag_that_says_so(loaded: Loaded) -> None:
    assert images(loaded, BUILD) == [f"{REGISTRY}/shop:not-built"] * 2


def test_a_pinned_image_takes_the_place_of_its_source(loaded: Loaded) -> None:
    pinned = f"{REGISTRY}/shop@{DIGEST}"
    assert images(loaded, f"{BUILD}\n    image: {pinned}") == [pinned] * 2


@pytest.mark.parametrize("settings", ["image: nginx:1.27", BUILD])
def test_a_container_is_built_from_a_source_of_its_own(loaded: Loaded, settings: str) -> None:
    first, second = images(loaded, settings, "build: {context: web, repository: web}")
    assert first == f"{REGISTRY}/web:not-built"
    assert second in ("nginx:1.27", f"{REGISTRY}/shop:not-built")


def test_an_image_of_its_own_comes_before_the_source_of_the_environment(loaded: Loaded) -> None:
    assert images(loaded, BUILD, "image: nginx:1.27") == ["nginx:1.27", f"{REGISTRY}/shop:not-built"]


def test_a_registry_has_the_domain_of_its_partition(loaded: Loaded) -> None:
    expected = "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/shop:not-built"
    assert images(loaded, BUILD, region="cn-north-1") == [expected] * 2
