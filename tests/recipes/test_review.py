"""`make review`, from a working tree whose branch has a pull request, and as the workflow runs it."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import yaml

from tests.review.github import Github, needs_curl_and_jq, post_folder

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
    assert "unknown commit" in done.stderr
    assert not (checkout.folder / "made").exists()
    without = checkout.make("review")
    assert "unknown commit 'origin/main'; `git fetch origin main` brings" in without.stderr


@needs_curl_and_jq
def test_the_workflows_steps_post_what_a_pull_request_changes(new_checkout: Callable[[], Checkout]) -> None:
    """As on GitHub: main has gone on, and a merge of the pull request into it is checked out."""
    checkout = new_checkout()
    checkout.commit()
    checkout.git("branch", "--force", "pull")
    checkout.git("commit", "--quiet", "--allow-empty", "--message", "Go on")
    checkout.git("update-ref", "refs/remotes/origin/main", "HEAD")
    checkout.git("checkout", "--quiet", "pull")
    checkout.edit("config/todobackend.yaml", "todobackend:1.0.0", "todobackend:1.0.1")
    assert checkout.make("generate").returncode == 0
    checkout.commit()
    head = checkout.git("rev-parse", "HEAD")
    checkout.git("checkout", "--quiet", "--detach", "origin/main")
    checkout.git("merge", "--quiet", "--no-ff", "--message", "Merge", "pull")

    workflow = yaml.safe_load((checkout.folder / ".github/workflows/review.yml").read_text("utf-8"))
    [step] = [step for step in workflow["jobs"]["page"]["steps"] if "run" in step]
    values = {"github.base_ref": "main", "github.event.pull_request.head.sha": head}
    values["github.event.pull_request.number"] = "7"
    environment = {"GITHUB_STEP_SUMMARY": str(checkout.folder / "build/summary.md")}
    for name, value in step["env"].items():
        for expression, text in values.items():
            value = value.replace(f"${{{{ {expression} }}}}", text)
        environment[name] = value
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    (checkout.folder / "build").mkdir(exist_ok=True)
    done = subprocess.run(
        command, cwd=checkout.folder, env={**os.environ, **environment}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr

    github = Github(head)
    posted = post_folder(github, checkout.folder / "build/review", commit=head)
    github.server.shutdown()
    assert posted.returncode == 0, posted.stderr
    [comment] = github.comments
    marker, title = comment["body"].splitlines()[:2]
    assert marker == "<!-- beanstack review: all applications against origin/main -->"
    assert title == f"### What `{head[:12]}` would change on AWS"
    assert "- **prod**: `todobackend 1.0.0 -> 1.0.1`; new version" in comment["body"]
    assert (checkout.folder / "build/summary.md").read_text("utf-8") == comment["body"]
