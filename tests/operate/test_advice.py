"""What an operator is advised to do, and how it is printed."""

from __future__ import annotations

import pytest

from beanstack.operate.screen import console
from beanstack.operate.stack import as_returned
from beanstack.operate.why import ADVICE, advice, first_failure


def test_what_was_cancelled_is_not_the_first_failure() -> None:
    cancelled = {"ResourceStatus": "CREATE_FAILED", "ResourceStatusReason": "Resource creation cancelled"}
    cause = {"ResourceStatus": "CREATE_FAILED", "ResourceStatusReason": "No space"}
    done = {"ResourceStatus": "CREATE_COMPLETE"}
    assert first_failure([done, cancelled, cause]) == cause
    assert first_failure([done, cancelled]) == cancelled
    assert first_failure([done]) is None


@pytest.mark.parametrize("status", [*ADVICE, "UPDATE_IN_PROGRESS", "CREATE_COMPLETE"])
def test_every_state_has_advice(status: str) -> None:
    text = advice(status, "APP=a ENV=b")
    assert text.endswith(".")
    assert "{" not in text


def test_the_applications_stack_is_destroyed_by_a_target_of_its_own() -> None:
    assert "`make destroy-application APP=a ENV=b`" in advice("ROLLBACK_COMPLETE", "APP=a ENV=b", shared=True)


def test_a_line_that_is_piped_stays_one(capsys: pytest.CaptureFixture[str]) -> None:
    console().print("x" * 500)
    assert capsys.readouterr().out == "x" * 500 + "\n"


def test_templates_are_compared_as_cloudformation_returns_them() -> None:
    """It has a question mark for each character beyond ASCII."""
    assert as_returned({"a": "gr??e ??? ??"}) == as_returned({"a": "grüße 日本語 😀"})
    assert as_returned({"a": "gr??e"}) != as_returned({"a": "grüsse"})
