"""Which image references name one image for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.config.conftest import edited, shared

if TYPE_CHECKING:
    from tests.config.conftest import Loaded, Refusals

DIGEST = "sha256:" + 64 * "a"
GOOD = (
    "nginx:1.27",
    "library/nginx:1.27-alpine",
    "example.org/shop:1.0",
    "example.org:5000/team/shop/web:v1_2.3-rc",
    "registry:5000/shop:1",
    "localhost/shop:1",
    "Example.ORG/shop:1",
    "a/b/c/d:1",
    "a__b/c--d.e_f:1",
    "shop:LATEST",
    f"shop:{128 * 'x'}",
    f"shop@{DIGEST}",
    f"shop:1.0@{DIGEST}",
    f"shop:latest@{DIGEST}",
    f"registry:5000/shop@{DIGEST}",
    "385605022855.dkr.ecr.us-east-1.amazonaws.com/docker-in-aws/todobackend:1.0.0",
    "385605022855.dkr.ecr-fips.us-east-1.amazonaws.com/shop:1",
)
UNPINNED = ("nginx", "library/nginx", "localhost:5000/shop", "registry:5000/team/shop", "example.org/shop")
LATEST = ("nginx:latest", "localhost:5000/shop:latest")
MALFORMED = (
    "Nginx:1",
    "Library/nginx:1",
    "example.org/Shop:1",
    "shop:",
    "shop:-1",
    "shop:1:2",
    "shop:a b",
    f"shop:{129 * 'x'}",
    "shop@1.0",
    "shop@sha256:0a",
    "shop@md5:" + 64 * "0",
    f"shop@{DIGEST}@{DIGEST}",
    f"shop@{DIGEST.upper()}",
    "shop:1@",
    ":1",
    "/shop:1",
    "example.org//shop:1",
    "example.org/:1",
    "example.org:x/shop:1",
    "https://example.org/shop:1",
    "a..b:1",
    "a___b:1",
    "-a:1",
    "a-:1",
    "shöp:1",
    "shop:1 ",
    "",
)


def with_image(image: str) -> str:
    return edited(shared(), ("image: example.org/worker:2.0", f"image: '{image}'"))


@pytest.mark.parametrize("image", GOOD, ids=lambda image: image[:40])
def test_a_pinned_image_is_accepted(image: str, loaded: Loaded) -> None:
    assert loaded(with_image(image)).environments["dev"].image_of("worker") == image


@pytest.mark.parametrize("image", UNPINNED)
def test_an_image_without_tag_and_digest_is_refused(image: str, refusals: Refusals) -> None:
    assert refusals(with_image(image)) == [
        f"shop.yaml:22:14: defaults.containers.worker.image: the image '{image}' has no tag or digest, "
        "so that what it runs is not determined; add one (in dev, prod)"
    ]


@pytest.mark.parametrize("image", LATEST)
def test_the_latest_image_is_refused(image: str, refusals: Refusals) -> None:
    assert refusals(with_image(image)) == [
        "shop.yaml:22:14: defaults.containers.worker.image: the tag 'latest' means another image tomorrow; "
        "name a version or a digest (in dev, prod)"
    ]


@pytest.mark.parametrize("image", MALFORMED, ids=lambda image: image[:40])
def test_what_is_no_image_reference_is_refused(image: str, refusals: Refusals) -> None:
    [message] = refusals(with_image(image))
    assert message.startswith("shop.yaml:22:14: defaults.containers.worker.image: not an image reference: '")
