"""`make review`, from a working tree whose branch has a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.recipes.conftest import Checkout


def test_a_branch_is_reviewed_against_the_base_that_is_named(new_checkout: Callable[[], Checkout]) -> None:
    checkout = new_checkout()
    checkout.commit()
    checkout.git("branch", "base")
    checkout.edit("config/todobackend.yaml", "todobackend:1.0.0", "todobackend:1.0.1")
    assert checkout.make("generate").returncode == 0
    checkout.commit()
    done = checkout.make("review", "BASE=base")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("<!-- beanstack review: all applications against base -->\n")
    assert (
        "- **prod**: `todobackend 1.0.0 -> 1.0.1`; new version, rolling with additional batch; database untouched; "
        "IAM unchanged\n" in done.stdout
    )
    one = checkout.make("review", "BASE=base", "APP=todobackend")
    assert one.stdout.startswith("<!-- beanstack review: todobackend against base -->\n")


def test_no_name_of_a_base_is_run_by_a_shell(checkout: Checkout) -> None:
    checkout.commit()
    done = checkout.make("review", "BASE=$(touch made); touch made; `touch made`")
    assert done.returncode == 2
    assert "git knows no commit" in done.stderr
    assert not (checkout.folder / "made").exists()
    without = checkout.make("review")
    assert "git knows no commit 'origin/main' here; `git fetch origin main` brings" in without.stderr
