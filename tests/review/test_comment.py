"""The second stage: the script that posts a page, against a server that answers as GitHub's API does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import yaml

from beanstack.review.summary import NOTHING
from tests.conftest import PROJECT
from tests.review.github import COMMIT, Github, needs_curl_and_jq, post

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = needs_curl_and_jq

SKELETON = PROJECT / "beanstack/project/skeleton"
WORKFLOWS = sorted(path for folder in (PROJECT, SKELETON) for path in (folder / ".github/workflows").glob("*.yml"))
MARKER = "<!-- beanstack review: all applications against origin/main -->"


@pytest.fixture
def github() -> Iterator[Github]:
    made = Github()
    yield made
    made.server.shutdown()


def page(words: str, marker: str = MARKER) -> str:
    return f'{marker}\n### What `{COMMIT[:12]}` would change\n\n- **prod**: {words} "é" `a@b`\n'


def test_the_first_page_is_posted_and_later_ones_are_written_over_it(github: Github, tmp_path: Path) -> None:
    github.comment("Looks good", "somebody")
    done = post(github, tmp_path, page("one"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "posted to pull request 7\n", "")
    assert [comment["body"] for comment in github.comments] == ["Looks good", page("one")]
    assert post(github, tmp_path, page("two")).returncode == 0
    assert [comment["body"] for comment in github.comments] == ["Looks good", page("two")]
    assert github.writes == ["POST /repos/a/shop/issues/7/comments", "PATCH /repos/a/shop/issues/comments/2"]


def test_pages_on_another_base_or_application_have_comments_of_their_own(github: Github, tmp_path: Path) -> None:
    others = [MARKER.replace("main", "main2"), MARKER.replace("all applications", "shop")]
    for marker in (MARKER, *others, MARKER):
        assert post(github, tmp_path, page("x", marker)).returncode == 0
    assert [comment["body"].partition("\n")[0] for comment in github.comments] == [MARKER, *others]


def test_the_comment_is_found_behind_a_hundred_others(github: Github, tmp_path: Path) -> None:
    for number in range(150):
        github.comment(f"{number}", "somebody")
    github.comment(page("one"))
    assert post(github, tmp_path, page("two")).returncode == 0
    assert github.writes == ["PATCH /repos/a/shop/issues/comments/151"]


def test_a_comment_of_somebody_else_is_never_written_over(github: Github, tmp_path: Path) -> None:
    github.comment(page("mine"), "somebody")
    assert post(github, tmp_path, page("one")).returncode == 0
    assert [comment["body"] for comment in github.comments] == [page("mine"), page("one")]


def test_a_page_without_changes_is_posted_only_over_another(github: Github, tmp_path: Path) -> None:
    nothing = f"{MARKER}\n### What x would change\n\n{NOTHING}\n"
    assert post(github, tmp_path, nothing).returncode == 0
    assert github.writes == []
    post(github, tmp_path, page("one"))
    post(github, tmp_path, nothing)
    assert [comment["body"] for comment in github.comments] == [nothing]


def test_a_fork_is_named_and_notifies_nobody(github: Github, tmp_path: Path) -> None:
    assert post(github, tmp_path, page("hi @everyone"), head="mallory/shop").returncode == 0
    [comment] = github.comments
    first, second, _ = comment["body"].split("\n", 2)
    assert first == MARKER
    assert second == "*Made by code of the fork mallory/shop, so it may say anything.*"
    assert not re.search(r"@\w", comment["body"])
    assert post(github, tmp_path, page("two"), head="mallory/shop").returncode == 0
    assert len(github.comments) == 1


def test_a_page_of_an_older_commit_is_not_posted(github: Github, tmp_path: Path) -> None:
    """Nor one whose artifact names another pull request than its own."""
    done = post(github, tmp_path, page("one"), commit="f" * 40)
    assert done.returncode == 0
    assert "its own run posts a page" in done.stdout
    assert github.writes == []


@pytest.mark.parametrize("number", ["", "7/../8", "7 8", "$(id)", "8"])
def test_a_number_that_names_no_pull_request_is_refused(github: Github, tmp_path: Path, number: str) -> None:
    done = post(github, tmp_path, page("one"), number=number)
    assert done.returncode != 0
    assert github.writes == []


@pytest.mark.parametrize("marker", ["", "making .venv", "<!-- another tool -->", f"{MARKER} more", "x" * 5000])
def test_a_page_without_the_marker_is_refused(github: Github, tmp_path: Path, marker: str) -> None:
    done = post(github, tmp_path, page("one", marker))
    assert (done.returncode, done.stderr) == (1, "the page has no marker in its first line\n")
    assert github.writes == []


def test_a_page_that_is_too_long_or_not_allowed_fails(github: Github, tmp_path: Path) -> None:
    done = post(github, tmp_path, page("x" * 65_536))
    assert done.returncode != 0
    assert "the page is longer than a comment may be" in done.stderr
    github.token = "expired"
    done = post(github, tmp_path, page("one"))
    assert done.returncode != 0
    assert "404" in done.stderr
    assert github.comments == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_each_action_is_pinned_by_its_commit_and_names_its_version(path: Path) -> None:
    uses = re.findall(r"uses: (.*)", path.read_text("utf-8"))
    assert uses
    for action in uses:
        assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_only_the_stage_that_runs_no_code_of_a_pull_request_may_write(path: Path) -> None:
    workflow = yaml.safe_load(path.read_text("utf-8"))
    triggers = workflow[True]  # YAML 1.1 reads `on` so
    granted = [workflow["permissions"], *(job.get("permissions", {}) for job in workflow["jobs"].values())]
    writes = {name for permissions in granted for name, level in permissions.items() if level == "write"}
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    checkouts = [step["with"] for step in steps if "actions/checkout@" in step.get("uses", "")]
    assert all(options["persist-credentials"] is False for options in checkouts)
    assert "pull_request_target" not in triggers
    if "pull_request" in triggers:
        assert not writes
    elif "schedule" in triggers:  # on the default branch alone
        assert set(triggers) == {"schedule", "workflow_dispatch"}
        assert writes == {"contents", "id-token", "pull-requests"}
        assert workflow["permissions"] == {}
    else:
        assert writes == {"pull-requests"}
        assert all("ref" not in options and "repository" not in options for options in checkouts)
        assert [step["run"] for step in steps if "run" in step] == ['sh .github/post-review.sh "$RUNNER_TEMP/review"']


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_no_expression_of_a_workflow_becomes_part_of_a_script(path: Path) -> None:
    """A branch may be named `$(id)`; environment variables are not read as code."""
    for job in yaml.safe_load(path.read_text("utf-8"))["jobs"].values():
        for step in job["steps"]:
            assert "${{" not in step.get("run", "")
