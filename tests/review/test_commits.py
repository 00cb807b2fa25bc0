"""Which commits are compared, and what is said where git does not have them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.conftest import as_name
from tests.guard.edits import DEPLOYED
from tests.review.conftest import Repository

if TYPE_CHECKING:
    from pathlib import Path

IMAGE = "`nginx 1.27 -> 1.28`"


def release(version: str) -> str:
    return DEPLOYED.replace("nginx:1.27", f"nginx:{version}")


@pytest.mark.parametrize("words", ["{0}", "{0}..", "{0}..HEAD", "{0}...main", "first..HEAD"])
def test_a_base_alone_means_the_commit_that_is_checked_out(repository: Repository, words: str) -> None:
    base = repository.commit(DEPLOYED)
    repository.git("tag", "first")
    repository.commit(release("1.28"))
    assert IMAGE in repository.page(words.format(base))


def test_what_came_into_the_base_since_is_not_undone_by_the_page(repository: Repository) -> None:
    """As in a pull request whose branch is behind: only its own changes are shown."""
    repository.commit(DEPLOYED)
    repository.git("branch", "pull")
    repository.commit(DEPLOYED.replace("user: shopper", "user: other"))
    repository.git("checkout", "--quiet", "pull")
    repository.commit(release("1.28"))
    page = repository.page("main")
    assert IMAGE in page
    assert "DBUser" not in page
    assert "`main` has 1 newer commit that this comparison does not include." in page


def test_a_project_in_a_folder_of_the_repository(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "repository", as_name("operations/shöp"))
    base = repository.commit(DEPLOYED)
    repository.write("../other/output/x/dev.yaml", b"no template: [")
    repository.commit(release("1.28"))
    assert IMAGE in repository.page(base)


def test_a_shallow_clone_says_how_to_deepen_it(repository: Repository, tmp_path: Path) -> None:
    repository.commit(DEPLOYED)
    repository.commit(release("1.28"))
    url = repository.root.as_uri()
    clone = Repository(tmp_path / "clone")
    clone.git("fetch", "--quiet", "--depth", "1", url, "main:refs/heads/pull")
    clone.git("checkout", "--quiet", "pull")
    done = clone.run("origin/main")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "unknown commit 'origin/main'; this clone is shallow: `git fetch --unshallow` (in CI, "
        "`fetch-depth: 0`), then try again\n"
    )
    repository.git("checkout", "--quiet", "-b", "side", "HEAD~1")
    repository.commit(release("1.26"))
    clone.git("fetch", "--quiet", "--depth", "1", url, "side:refs/remotes/origin/main")
    done = clone.run("origin/main")
    assert done.returncode == 2
    assert "origin/main and HEAD have no common commit; this clone is shallow" in done.stderr
    clone.git("fetch", "--quiet", "--unshallow", url)
    assert IMAGE in clone.page("origin/main")


def test_a_branch_that_was_not_fetched(repository: Repository) -> None:
    repository.commit(DEPLOYED)
    done = repository.run("origin/release/1")
    assert done.returncode == 2
    assert "`git fetch origin release/1` brings a branch of origin" in done.stderr


@pytest.mark.parametrize("words", ["nonsense", "--all", "..HEAD", "HEAD..nonsense", "HEAD:config"])
def test_a_name_that_is_no_commit(repository: Repository, words: str) -> None:
    repository.commit(DEPLOYED)
    done = repository.run("--", words)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.match("unknown commit '.*'; name a branch, a tag or a commit", done.stderr)


def test_histories_that_are_unrelated(repository: Repository) -> None:
    repository.commit(DEPLOYED)
    repository.git("checkout", "--quiet", "--orphan", "other")
    repository.commit(release("1.28"))
    done = repository.run("main")
    assert done.returncode == 2
    assert done.stderr == "main and HEAD have no common commit; they are unrelated\n"


def test_a_folder_without_a_repository_and_one_without_commits(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "repository")
    done = repository.run("main")
    assert done.returncode == 2
    assert done.stderr == f"no commits can be compared: there is no git repository with commits in {repository.root}\n"


def test_an_application_that_is_in_neither_commit(repository: Repository) -> None:
    base = repository.commit(DEPLOYED)
    done = repository.run(base, "--app", "store")
    assert (done.returncode, done.stderr) == (2, "neither commit has output/store\n")


def test_what_is_not_committed_is_said_beside_the_page(repository: Repository) -> None:
    base = repository.commit(DEPLOYED)
    repository.edit("config/shop.yaml", "1.27", "1.28")
    done = repository.run(base)
    assert done.returncode == 0
    assert done.stderr == "not committed, and so not part of the page: config/shop.yaml\n"
    assert "No environment changes." in done.stdout


def test_a_template_that_is_damaged_is_named_with_its_commit(repository: Repository) -> None:
    base = repository.commit(DEPLOYED)
    repository.write("output/shop/dev.yaml", b"<<<<<<< HEAD\na: [\n")
    commit = repository.commit_files()
    done = repository.run(base)
    assert done.returncode == 2
    assert done.stderr.startswith(f"output/shop/dev.yaml of {commit[:12]} is not a template")


def test_commits_of_earlier_versions(repository: Repository) -> None:
    """Their metadata lack what came later, and output/ holds whatever else a team put there."""
    repository.commit(DEPLOYED)
    path = repository.project / "output/shop/dev.yaml"
    kept = [line for line in path.read_text().splitlines() if "Migrates" not in line]
    path.write_text("\n".join(kept))
    repository.write("output/README.md", b"# Output")
    repository.write("output/shop/README.md", b"# Shop")
    repository.write("output/shop/own.yaml", b"Resources: {}\n")
    base = repository.commit_files()
    repository.commit(release("1.28"))
    assert repository.sentences(base) == [
        f"**dev**: {IMAGE}; new version, rolling; database untouched; IAM unchanged",
    ]
