"""How a comparison is shown."""

from __future__ import annotations

import json

from beanstack.operate.comparison.model import Change, Comparison, Danger
from beanstack.operate.comparison.report import as_json, as_markdown, exit_status, lines, refusal

LOSS = Danger("data-loss", "database", "the database would be deleted", "Keep it\nor allow it")
DRIFT = Danger("drift", "MaxSize", "aws:autoscaling:asg MaxSize: '9' in EB, expected '4'", "Put it into config/")
CHANGE = Change("shop-dev", "Modify", "Environment", "AWS::ElasticBeanstalk::Environment", "none", ("a | b: 1 -> 2",))
STACKS = ("shop", "shop-dev")
EVERYTHING = Comparison(STACKS, (LOSS, DRIFT), (CHANGE,), ("a.sh is new", "  +x"), ("Role gains x",), ("n",), ("u",))


def test_dangers_come_first_and_each_stack_is_named() -> None:
    assert list(lines(EVERYTHING)) == [
        ("ERROR", "data-loss:database: the database would be deleted"),
        ("ERROR", "  Keep it"),
        ("ERROR", "  or allow it"),
        ("WARN", "drift:MaxSize: aws:autoscaling:asg MaxSize: '9' in EB, expected '4'"),
        ("WARN", "  Put it into config/"),
        ("INFO", "shop: no changes"),
        ("INFO", "shop-dev: Modify Environment (AWS::ElasticBeanstalk::Environment), interruption: none"),
        ("INFO", "  a | b: 1 -> 2"),
        *(("INFO", line) for line in ("bundle:", "  a.sh is new", "    +x", "permissions:", "  Role gains x")),
        *(("INFO", line) for line in ("notes:", "  n", "not checked:", "  u")),
    ]


def test_json_has_everything() -> None:
    found = json.loads(as_json(EVERYTHING))
    assert found["dangers"][0] == {
        "action": "allow",
        "key": "data-loss:database",
        "kind": "data-loss",
        "public": "",
        "reason": "the database would be deleted",
        "subject": "database",
        "todo": "Keep it\nor allow it",
    }
    assert found["changes"][0]["details"] == ["a | b: 1 -> 2"]
    assert (found["bundle"], found["unchecked"]) == (["a.sh is new", "  +x"], ["u"])


def test_markdown_keeps_what_looks_like_a_table_in_its_cell() -> None:
    made = as_markdown("shop-dev", EVERYTHING)
    assert "| `data-loss:database` | the database would be deleted | Keep it<br>or allow it |\n" in made
    assert "| shop-dev | Modify | Environment | none | a \\| b: 1 -> 2 |\n" in made
    assert "No changes." in as_markdown("shop-dev", Comparison(STACKS))


def test_the_exit_status_tells_nothing_changes_and_danger_apart() -> None:
    invalid = Danger("stale", "config", "config/shop.yaml:1:1: unknown key", "Correct it")
    for comparison, status in (
        (Comparison(STACKS), 0),
        (Comparison(dangers=(LOSS, invalid)), 1),
        (Comparison(changes=(CHANGE,)), 2),
        (Comparison(bundle=("a.sh is new",)), 2),
        (EVERYTHING, 3),
    ):
        assert exit_status(comparison) == status


def test_a_refusal_says_how_to_allow_it_if_that_is_possible() -> None:
    assert refusal(LOSS).endswith('\n  To go on all the same: ALLOW="data-loss:database"')
    assert "ALLOW" not in refusal(Danger("foreign", "shop-dev", "it is somebody else's", "Choose another name"))
