"""The repositories of Amazon ECR that images come from."""

from __future__ import annotations

import pytest

from beanstack.eb.images import Repository, ecr_repository, image_finding, repository

DIGEST = "sha256:" + 64 * "a"


@pytest.mark.parametrize(
    ("image", "repository"),
    [
        (
            "385605022855.dkr.ecr.us-east-1.amazonaws.com/docker-in-aws/todobackend:1.0.0",
            Repository("385605022855", "us-east-1", "docker-in-aws/todobackend"),
        ),
        (
            f"385605022855.dkr.ecr-fips.us-gov-west-1.amazonaws.com/shop@{DIGEST}",
            Repository("385605022855", "us-gov-west-1", "shop"),
        ),
        (
            "385605022855.dkr.ecr.cn-north-1.amazonaws.com.cn/shop:1",
            Repository("385605022855", "cn-north-1", "shop"),
        ),
        ("385605022855.dkr-ecr.us-east-1.on.aws/shop:1", Repository("385605022855", "us-east-1", "shop")),
        ("385605022855.dkr-ecr-fips.us-east-2.on.aws/a/b:1", Repository("385605022855", "us-east-2", "a/b")),
        (
            "385605022855.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn/shop:1",
            Repository("385605022855", "cn-north-1", "shop"),
        ),
        (
            "385605022855.dkr.ecr.eusc-de-east-1.amazonaws.eu/shop:1",
            Repository("385605022855", "eusc-de-east-1", "shop"),
        ),
        ("385605022855.dkr.ecr.us-iso-east-1.c2s.ic.gov/shop:1", Repository("385605022855", "us-iso-east-1", "shop")),
        ("385605022855.dkr-ecr.us-east-1.on.aws.example.org/shop:1", None),
        ("385605022855.dkr-ecr.us-east-1.onxaws/shop:1", None),
        ("public.ecr.aws/docker/library/nginx:1.27", None),
        ("385605022855.dkr.ecr.us-east-1.amazonaws.com.example.org/shop:1", None),
        ("example.org/385605022855.dkr.ecr.us-east-1.amazonaws.com/shop:1", None),
    ],
)
def test_an_image_of_ecr_names_its_repository(image: str, repository: Repository | None) -> None:
    assert ecr_repository(image) == repository


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("docker.io/library/mysql:8.4", "docker.io/library/mysql"),
        ("localhost:5000/team/web:1", "localhost:5000/team/web"),
        ("web@sha256:00", "web"),
        ("registry/web:1@sha256:00", "registry/web"),
    ],
)
def test_repository_removes_tag_and_digest(name: str, expected: str) -> None:
    assert repository(name) == expected


HEX = 64 * "a"


@pytest.mark.parametrize(
    "image",
    [
        "web:1",
        f"web@sha512:{2 * HEX}",
        f"web:1@{DIGEST}",
        "[2001:db8::1]:5000/team/web:1",
        "localhost/web:1",
        "Registry.Example.org:5000/web:1",
        f"{'w' * 255}:1",
        f"{HEX[1:]}:1",
    ],
)
def test_a_reference_is_accepted(image: str) -> None:
    assert image_finding(image) is None


@pytest.mark.parametrize(
    "image",
    [
        f"{'w' * 256}:1",
        HEX,
        "Web:1",
        "team/Web:1",
        "web:",
        "web:a b",
        f"web:{'t' * 129}",
        f"web@sha256:{HEX[1:]}",
        f"web@md5:{HEX[:32]}",
        "https://example.org/web:1",
        "/web:1",
        "web//a:1",
        "web:1:2",
        "[nonsense]/web:1",
    ],
)
def test_what_is_no_reference_is_refused(image: str) -> None:
    found = image_finding(image)
    assert found
    assert found.rule.name == "image-form"
