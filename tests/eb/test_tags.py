"""Tags that EB, IAM or RDS would refuse."""

from __future__ import annotations

import pytest

from beanstack.eb.tags import Fault, tag_faults


@pytest.mark.parametrize(
    ("tags", "faults"),
    [
        ({"a": "x\ty"}, [("a", False)]),
        ({"a": "x\ny"}, [("a", False)]),
        ({"a\u200b": "x"}, [("a\u200b", True)]),
        ({"a": '"'}, [("a", False)]),
        ({"a#": "b%"}, [("a#", True), ("a#", False)]),
        ({"team": "a", "TEAM": "b", "Team": "c"}, [("TEAM", True), ("Team", True)]),
        ({"elasticbeanstalk:x": "a"}, [("elasticbeanstalk:x", True)]),
        ({"AWS:x": "a"}, [("AWS:x", True)]),
        ({"Name": "a"}, [("Name", True)]),
        ({128 * "a": "x"}, [(128 * "a", True)]),
        ({"a": 256 * "x"}, [("a", False)]),
        ({"a": ""}, [("a", False)]),
        ({"": "a"}, [("", True)]),
    ],
)
def test_a_tag_that_some_service_refuses_is_reported(tags: dict[str, str], faults: list[tuple[str, bool]]) -> None:
    assert [(fault.tag, fault.at_name) for fault in tag_faults(tags)] == faults


@pytest.mark.parametrize(
    "tags",
    [
        {"team": "blue"},
        {"name": "x"},
        {"Cost Center": "a b"},
        {"größe": "三 ½ \u00a0"},
        {"_.:/=+-@": "_.:/=+-@"},
        {"a": None},
        {"xaws:": "aws:"},
    ],
)
def test_a_tag_that_all_services_accept_is_accepted(tags: dict[str, str | None]) -> None:
    assert not list(tag_faults(tags))


def test_only_a_database_cannot_have_tags_of_rds() -> None:
    tags = {"Rds:a": "x", "b": "RDS:y"}
    assert not list(tag_faults(tags))
    messages = [(fault.tag, fault.message) for fault in tag_faults(tags, database=True)]
    assert messages == [
        ("Rds:a", "a database has no tag whose name begins with Rds:"),
        ("b", "a database has no tag whose value begins with RDS:"),
    ]


def test_a_message_names_the_character_and_what_is_allowed() -> None:
    message = "the name of a tag cannot have '*'; IAM accepts letters, digits, spaces and _ . : / = + - @"
    assert list(tag_faults({"te*am": "x"})) == [Fault("te*am", message, at_name=True)]
