"""A value is edited where it is written, or inserted; every other character stays."""

from __future__ import annotations

import pytest

from beanstack.text.edit import EditError, with_text

IMAGE = "example.org/shop@sha256:ab"
WEB = ("environments", "dev", "containers", "web", "image")


def edited(text: str, *path: str) -> str:
    return with_text(text, path, IMAGE, "build")


@pytest.mark.parametrize("written", ["{}", "'{}'", '"{}"', "{} # why", "&name {}"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_value_is_replaced_where_it_is(written: str, line_end: str) -> None:
    text = "# shop:1.0\ndefaults:\n  image:   {}\n  region: eu-west-1".replace("{}", written).replace("\n", line_end)
    old, new = text.replace("{}", "shop:1.0"), text.replace("{}", IMAGE)
    assert edited(old, "defaults", "image") == new


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a: {image: shop:1.0, x: 1}", f"a: {{image: {IMAGE}, x: 1}}"),
        ("a: {image: null}", f"a: {{image: {IMAGE}}}"),
        ("a:\n  image:  # none yet\n", f"a:\n  image: {IMAGE}  # none yet\n"),
        ("a: {}", f"a: {{image: {IMAGE}}}"),
        ("a: {x: 1}  # all\n", f"a: {{image: {IMAGE}, x: 1}}  # all\n"),
        ("a:\nb: 1\n", f"a: {{image: {IMAGE}}}\nb: 1\n"),
        ("a: # why\nb: 1\n", f"a: {{image: {IMAGE}}} # why\nb: 1\n"),
        ("a:  # all\n  # one\n  x: 1\n", f"a:  # all\n  image: {IMAGE}\n  # one\n  x: 1\n"),
        ("a:\r\n    x: 1\r\n", f"a:\r\n    image: {IMAGE}\r\n    x: 1\r\n"),
        (
            "a:\n  x: 1\n  build: {y: 2}  # why\n  z: 1",
            f"a:\n  x: 1\n  build: {{y: 2}}  # why\n  image: {IMAGE}\n  z: 1",
        ),
        (
            "a:\n  build:\n    y: 2 # two\n    # three\n",
            f"a:\n  build:\n    y: 2 # two\n  image: {IMAGE}\n    # three\n",
        ),
        ("a:\n  build: {y: 2}", f"a:\n  build: {{y: 2}}\n  image: {IMAGE}\n"),
    ],
)
def test_a_value_is_inserted_beside_the_others(old: str, new: str) -> None:
    assert edited(old, "a", "image") == new


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("environments:\n  dev: {}\n", f"environments:\n  dev: {{containers: {{web: {{image: {IMAGE}}}}}}}\n"),
        (
            "environments:\n  dev:\n    x: 1\n",
            f"environments:\n  dev:\n    containers: {{web: {{image: {IMAGE}}}}}\n    x: 1\n",
        ),
        (
            "environments:\n  dev:\n    containers:\n      side: {}\n",
            f"environments:\n  dev:\n    containers:\n      web: {{image: {IMAGE}}}\n      side: {{}}\n",
        ),
    ],
)
def test_the_keys_that_lead_to_a_value_are_inserted_with_it(old: str, new: str) -> None:
    assert edited(old, *WEB) == new


@pytest.mark.parametrize(
    "text",
    [
        "a:\n  image: >-\n    shop\n    it\n",
        "b: &name shop:1.0\na: {image: *name}\n",
        "a: {image: &name shop:1.0}\nb: *name\n",
        "a: {image: sh\\u006fp, image: 2}",
    ],
)
def test_what_is_not_written_out_is_left_to_the_user(text: str) -> None:
    with pytest.raises(EditError):
        edited(text, "a", "image")


def test_functions_of_cloudformation_stay_as_they_are() -> None:
    text = "environments:\n  dev:\n    image: a:1\n    properties: {QUEUE: !Ref Jobs, ARN: !GetAtt Jobs.Arn}\n"
    assert with_text(text, ("environments", "dev", "image"), "a:2", "region") == text.replace("a:1", "a:2")
