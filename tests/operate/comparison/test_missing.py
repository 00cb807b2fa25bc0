"""Images that a rollback deploys again; tests/recipes/test_real_account.py asks an ECR for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from beanstack.operate.comparison.missing import find_images, missing_images, unrecorded

if TYPE_CHECKING:
    from beanstack.operate.session import Clients

REPOSITORY = "385605022855.dkr.ecr.us-east-1.amazonaws.com/shop"
IMAGE = f"{REPOSITORY}:1.0.0"


@pytest.mark.parametrize(
    ("now", "then", "expected"),
    [
        ("sha256:a", "sha256:a", []),
        ("sha256:a", "", []),
        ("sha256:b", "sha256:a", [f"{IMAGE} was overwritten: sha256:a was deployed then, and ECR has sha256:b now"]),
        ("", "sha256:a", [f"ECR no longer has the image {IMAGE}; sha256:a was deployed then"]),
        ("", "", [f"ECR has no image {IMAGE}"]),
    ],
)
def test_an_image_must_be_the_one_that_was_deployed_then(now: str, then: str, expected: list[str]) -> None:
    found = list(missing_images({IMAGE: now}, {IMAGE: then} if then else {}))
    assert [reason for _, reason, _ in found] == expected
    assert all(subject == IMAGE for subject, _, _ in found)


def test_an_image_without_a_recorded_digest_is_not_checked_unless_its_name_has_one() -> None:
    [line] = unrecorded(
        {IMAGE: "sha256:a", f"{REPOSITORY}@sha256:a": "sha256:a", f"{REPOSITORY}:2": "b"}, {f"{REPOSITORY}:2": "b"}
    )
    assert line == f"image {IMAGE}: its digest was not recorded, so it may have been overwritten"


def test_an_image_that_an_import_left_to_fill_in_is_missing() -> None:
    digests, unchecked = find_images(cast("Clients", None), ["nginx:FILL_IN"])
    [(subject, reason, advice)] = missing_images(digests, {})
    assert (subject, reason, unchecked) == ("nginx:FILL_IN", "config/ does not say which image this is", [])
    assert advice == "Write its tag or digest in place of FILL_IN"
