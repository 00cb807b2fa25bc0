"""The platform's version in a configuration file: where it is, how it is edited, and what is listed."""

from __future__ import annotations

from pathlib import Path

import pytest

from beanstack.eb.branches import platforms
from beanstack.operate.errors import DeploymentError
from beanstack.operate.platform import Known, done, edited, lines, newest_first, pinned, retirement, wanted

BRANCH = platforms().ecs.name
PATH = Path("config/shop.yaml")
DEFAULTS = f"""\
# pinned: {BRANCH}/4.7.1
application: shop
defaults:
  platform:   {BRANCH}/4.7.1   # {BRANCH}/4.7.1
environments:
  dev:
  test: {{platform: '{BRANCH}/4.3.2', x: 1}}  # 4.3.2
  prod: {{}}
"""


def test_a_platform_in_defaults_is_edited_for_all_that_take_it_over() -> None:
    found = pinned(DEFAULTS, PATH, "prod")
    assert (found.branch, found.version) == (BRANCH, "4.7.1")
    assert edited(found, "4.7.8") == DEFAULTS.replace(f"  platform:   {BRANCH}/4.7.1", f"  platform:   {BRANCH}/4.7.8")
    assert list(done(found, "4.7.8")) == [
        f"config/shop.yaml:4:15: {BRANCH}/4.7.1 -> 4.7.8",
        "`defaults` has it, so it changes for dev, prod",
        "Next: `make generate`, then review and commit the difference",
    ]


def test_a_platform_of_an_environment_is_edited_there_alone() -> None:
    found = pinned(DEFAULTS, PATH, "test")
    assert edited(found, "4.10.0") == DEFAULTS.replace(f"'{BRANCH}/4.3.2'", f"'{BRANCH}/4.10.0'")
    assert "defaults" not in "".join(done(found, "4.10.0"))


@pytest.mark.parametrize(
    "written",
    [
        f"{BRANCH}/4.7.1",
        f"'{BRANCH}/4.7.1'",
        f'"{BRANCH}/4.7.1"',
        f"&one {BRANCH}/4.7.1",
        f"ECS running on\n      {BRANCH.removeprefix('ECS running on ')}/4.7.1",
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_quotes_anchors_and_line_ends_stay(written: str, line_end: str) -> None:
    text = f"environments:\n  dev:\n    platform: {written} # why\n    region: eu-west-1".replace("\n", line_end)
    assert edited(pinned(text, PATH, "dev"), "4.7.8") == text.replace("/4.7.1", "/4.7.8")


def test_an_alias_is_left_to_the_user() -> None:
    text = f"defaults: {{platform: &p {BRANCH}/4.7.1}}\nenvironments:\n  dev: {{platform: *p}}\n"
    with pytest.raises(DeploymentError, match=r"config/shop.yaml:3:19: the platform is not written out here"):
        edited(pinned(text, PATH, "dev"), "4.7.8")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [", "has mistakes; `make generate` shows them"),
        ("environments: {prod: {}}", "has no environment dev"),
        ("environments: {dev: {}}", "pins no platform for dev"),
    ],
)
def test_a_file_without_a_platform_is_refused(text: str, message: str) -> None:
    with pytest.raises(DeploymentError, match=message):
        pinned(text, PATH, "dev")


def test_versions_are_sorted_by_their_numbers() -> None:
    assert newest_first(["4.9.0", "4.10.0", "odd", "4.9.12"]) == ["4.10.0", "4.9.12", "4.9.0"]


def test_to_names_a_version_that_there_is() -> None:
    now = Known(("4.7.8", "4.7.7"), "4.7.7")
    assert wanted("4.7.8", now, BRANCH) == "4.7.8"
    assert wanted("running", now, BRANCH) == "4.7.7"
    for to, message in (("4.7.9", "EB has no version 4.7.9"), ("latest", "TO is a version such as 4.7.8, or running")):
        with pytest.raises(DeploymentError, match=message):
            wanted(to, now, BRANCH)
    offline = Known(("4.7.7",), unasked="Unable to locate credentials")
    assert wanted("4.9.9", offline, BRANCH) == "4.9.9"
    with pytest.raises(DeploymentError, match="it is not known which platform runs: Unable to locate credentials"):
        wanted("running", offline, BRANCH)


def test_the_list_marks_what_is_pinned_and_what_runs() -> None:
    found = pinned(DEFAULTS, PATH, "prod")
    head, *listed = lines(found, Known(("4.7.8", "4.7.7", "4.7.1"), "4.7.7"))
    assert head == f"{BRANCH}: no retirement was announced by {platforms().date}"
    assert listed == ["  4.7.8   newest", "  4.7.7   running", "  4.7.1   pinned in config/"]
    both = list(lines(found, Known(("4.7.8", "4.7.1"), "4.7.1")))
    assert both[-1] == "  4.7.1   pinned in config/, running"
    many = Known(tuple(f"4.{minor}.0" for minor in range(40, 10, -1)))
    assert len(list(lines(found, many))) == 12, "the newest, and what is pinned"


def test_a_branch_that_retires_is_shown_with_its_successor() -> None:
    shown = retirement("ECS running on 64bit Amazon Linux 2")
    assert shown == f"was retired on 2026-08-06; its successor is {BRANCH}"
    assert retirement("PHP 8.2 running on 64bit Amazon Linux 2023").startswith("retires on 2027-03-31; its successor")
