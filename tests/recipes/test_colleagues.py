"""A colleague whose folder lacks the commit that was deployed last, with the repository and the records that tell."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

from tests.recipes.conftest import Checkout

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def git(checkout: Checkout, *words: str) -> str:
    command = ["git", "-C", str(checkout.folder), "-c", "user.name=a", "-c", "user.email=a@example.com", *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def commit(checkout: Checkout, message: str) -> str:
    git(checkout, "add", "config", "bundle", "output", "templates")
    git(checkout, "commit", "--quiet", "--message", message)
    return git(checkout, "rev-parse", "HEAD")


def test_a_commit_that_lacks_the_one_that_runs_is_refused_until_it_has_it(
    new_checkout: Callable[[], Checkout], pristine: Path, tmp_path: Path
) -> None:
    alice = new_checkout()
    git(alice, "init", "--quiet")
    first = commit(alice, "one")
    alice.edit("config/todobackend.yaml", "todobackend:1.0.0", "todobackend:2.0.0")
    assert alice.make("generate").returncode == 0
    second = commit(alice, "two")
    alice.stack()
    assert f"  stack  deployed  {second[:12]}  " in alice.make("history", "LOCAL=1").stdout

    bob = Checkout(tmp_path / "bob", applications=pristine)
    (bob.folder / "build").mkdir()
    (bob.folder / "build/localaws").symlink_to(alice.folder / "build/localaws")
    shutil.copytree(alice.folder / ".git", bob.folder / ".git")
    git(bob, "checkout", "--quiet", "--force", first)
    refused = bob.make("stack", "LOCAL=1")
    assert refused.returncode != 0
    assert f"behind: {second[:12]} runs, which {first[:12]} does not contain" in refused.stderr
    more = bob.make("stack", "LOCAL=1", "ALLOW=behind data-loss:database")
    assert more.returncode != 0
    assert "ALLOW names data-loss:database, which is no danger of this deployment; remove it" in more.stderr
    bob.stack("ALLOW=behind")
    alice.stack()
    git(bob, "checkout", "--quiet", second)
    bob.stack()

    git(bob, "checkout", "--quiet", first)
    assert bob.make("destroy", "LOCAL=1", "CONFIRM=todobackend-dev").returncode == 0
    bob.stack()  # what was destroyed does not run
    lines = bob.make("history", "LOCAL=1").stdout.splitlines()[1:]
    assert [line.split()[2:5] for line in lines] == [
        ["stack", "deployed", first[:12]],
        ["destroy", "done", "-"],
        *[["stack", "deployed", second[:12]]] * 2,
        ["stack", "deployed", first[:12]],
        *[["stack", "refused", first[:12]]] * 2,
        ["stack", "deployed", second[:12]],
    ]


def test_what_a_colleague_deployed_of_a_shared_stack_is_not_undone_from_another_environment(
    new_checkout: Callable[[], Checkout],
) -> None:
    checkout = new_checkout()
    git(checkout, "init", "--quiet")
    first = commit(checkout, "one")
    checkout.stack()
    checkout.edit("config/todobackend.yaml", "description: Todo list API", "description: Another")
    assert checkout.make("generate").returncode == 0
    second = commit(checkout, "two")
    checkout.stack()
    git(checkout, "checkout", "--quiet", "--force", first)
    refused = checkout.make("stack", "LOCAL=1", "ENV=prod")
    assert refused.returncode == 2
    assert f"behind: {second[:12]} runs, which {first[:12]} does not contain" in refused.stderr
    git(checkout, "checkout", "--quiet", second)
    checkout.stack("ENV=prod")


def test_a_local_run_says_that_it_deploys_the_working_tree(new_checkout: Callable[[], Checkout]) -> None:
    alice = new_checkout()
    git(alice, "init", "--quiet")
    first = commit(alice, "one")
    note = "this working tree is deployed, not a commit"
    assert note not in alice.stack()
    alice.edit("config/todobackend.yaml", "scaling: {min: 1, max: 2}", "scaling: {min: 1, max: 3}")
    assert alice.make("generate").returncode == 0
    printed = alice.stack()
    assert note in printed
    assert "uncommitted" not in printed
    assert f" {first[:12]}, changed " in alice.make("history", "LOCAL=1").stdout.splitlines()[1]
    assert "that of this working tree" in alice.make("status", "LOCAL=1").stdout
