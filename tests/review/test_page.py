"""What the page shows, what it never shows, and what it leaves out if there is too much."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from beanstack.review.commits import find
from beanstack.review.sides import read
from tests.guard.edits import DEPLOYED, EDITS
from tests.review.conftest import Repository

if TYPE_CHECKING:
    from pathlib import Path

    from tests.guard.edits import Edit

SECRET = "hunter2-and-more"
LIMIT = 65_536


@pytest.fixture(scope="module")
def shared_repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return Repository(tmp_path_factory.mktemp("edits") / "repository")


def changed_values(project: Path, base: str) -> set[str]:
    """Return the values, old and new, of the options that differ between two commits."""
    commits = find(project, base)
    before, after = (read(project, commit)["shop"]["dev"].options for commit in (commits.old, commits.new))
    values = {side[option] for option in {*before, *after} for side in (before, after) if option in side}
    same = {value for option, value in before.items() if after.get(option) == value}
    return values - same


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.name)
def test_each_danger_is_named_before_the_changes_and_without_values(shared_repository: Repository, edit: Edit) -> None:
    base = shared_repository.commit(edit.deployed)
    shared_repository.commit(edit.deployed.replace(edit.old, edit.new))
    page = shared_repository.page(base)
    above, _, below = page.partition("#### Changes")
    for key in edit.danger.split():
        assert f"`{key}`: " in above.partition("#### Dangers")[2]
    assert below
    # The deployed deletion policy is part of what becomes of the data; short values occur as parts of words.
    for value in changed_values(shared_repository.project, base) - {
        "Delete",
        "Snapshot",
        "Retain",
        "application",
        "default",
    }:
        assert len(value) < 5 or value not in page


def test_values_are_not_shown_wherever_they_change(repository: Repository) -> None:
    config = DEPLOYED.replace("LEVEL: info", f"LEVEL: {SECRET}, MAIL: {SECRET}").replace(
        "memory: 64", f"memory: 64, environment: {{KEY: {SECRET}}}"
    )
    base = repository.commit(config)
    repository.write("config/shop/x", b"")
    after = config.replace(SECRET, f"{SECRET}2").replace(f"MAIL: {SECRET}2, ", "")
    repository.commit(after)
    page = repository.page(base)
    assert "`aws:elasticbeanstalk:application:environment LEVEL`" in page
    assert "`leftover:MAIL`" in page
    assert "bundle: `Dockerrun.aws.json` changes: `web.environment.KEY`" in page
    assert SECRET not in page


def test_a_tag_a_description_and_a_smoke_test_are_changes(repository: Repository) -> None:
    base = repository.commit(DEPLOYED)
    repository.commit(DEPLOYED.replace("  dev:\n", "  dev:\n    tags: {Team: a}\n    smoke_test: [{path: /todos}]\n"))
    page = repository.page(base)
    assert "**dev**: 2 other settings change; " in page
    assert "how `make stack` deploys: `SmokeTest`" in page


def test_permissions_are_named_without_what_they_are_for(repository: Repository) -> None:
    base = repository.commit(DEPLOYED)
    repository.edit("output/shop/dev.yaml", "- 's3:GetObject'", "- 's3:*'")
    repository.edit("output/shop/dev.yaml", "MulticontainerDocker'", "MulticontainerDocker/own'")
    repository.commit_files()
    page = repository.page(base)
    assert "IAM: `InstanceRole` gains `Allow s3:*`" in page
    assert "IAM changes: 2 permissions gained, 2 permissions lost" in page


def properties(count: int) -> str:
    return ", ".join(f"PROPERTY_{number}_{'X' * 80}: a" for number in range(count))


def set_options(repository: Repository, count: int) -> None:
    """Write so many options into the template, more than EB takes."""
    settings = "      OptionSettings:\n"
    for number in range(count):
        name = f"PROPERTY_{number}_{'X' * 80}"
        settings += (
            f"      - {{Namespace: aws:elasticbeanstalk:application:environment, OptionName: {name}, Value: a}}\n"
        )
    repository.edit("output/shop/dev.yaml", "      OptionSettings:\n", settings)


def many(count: int, properties: str) -> str:
    """Return a config of many environments, each with a database and properties."""
    head, _, dev = DEPLOYED.partition("  dev:\n")
    each = dev.replace("LEVEL: info", properties or "LEVEL: info")
    return head + "".join(f"  e{number}:\n{each}" for number in range(count))


def test_too_many_changes_are_counted_and_no_danger_is_left_out(repository: Repository) -> None:
    config = many(30, properties(30))
    base = repository.commit(config)
    repository.commit(config.replace(": a,", ": b,").replace("user: shopper", "user: keeper"))
    page = repository.page(base)
    assert 50_000 < len(page) < LIMIT
    [(left_out, all_of)] = re.findall(r"^(\d+) of (\d+) changes are left out", page, re.MULTILINE)
    assert 0 < int(left_out) < int(all_of)
    assert int(all_of) - int(left_out) == page.partition("#### Changes")[2].count("\n  - ")
    environments = [f"e{number}" for number in range(30)]
    for name in environments:
        assert f"- **{name}**: **danger:** `data-loss:database`" in page
    assert f"- **{', '.join(sorted(environments))}**: `data-loss:database`: EB would provision" in page


def test_dangers_that_hardly_fit_become_shorter_but_all_stay(repository: Repository) -> None:
    count = 350
    repository.commit(DEPLOYED)
    set_options(repository, count)
    base = repository.commit_files()
    repository.commit(DEPLOYED)
    page = repository.page(base)
    assert len(page) < LIMIT
    for number in range(count):
        assert f"`leftover:PROPERTY_{number}_{'X' * 80}`" in page
    assert "the template no longer sets" not in page


def test_dangers_that_do_not_fit_are_refused_not_cut(repository: Repository) -> None:
    repository.commit(DEPLOYED)
    set_options(repository, 800)
    base = repository.commit_files()
    repository.commit(DEPLOYED)
    done = repository.run(base)
    assert (done.returncode, done.stdout) == (2, "")
    assert "the dangers alone are too long for a comment" in done.stderr


def test_several_applications_share_a_page_or_have_one_each(repository: Repository) -> None:
    store = DEPLOYED.replace("application: shop", "application: store")
    base = repository.commit(DEPLOYED, store)
    repository.commit(DEPLOYED.replace("1.27", "1.28"), store.replace("1.27", "1.29"))
    page = repository.page(base)
    assert page.startswith(f"<!-- beanstack review: all applications against {base} -->\n")
    assert "- **shop dev**: `nginx 1.27 -> 1.28`" in page
    assert "- **store dev**: `nginx 1.27 -> 1.29`" in page
    own = repository.page(base, "store")
    assert own.startswith(f"<!-- beanstack review: store against {base} -->\n")
    assert "- **dev**: `nginx 1.27 -> 1.29`" in own
    assert "shop" not in own.partition("#### Changes")[0]


def test_what_is_not_checked_is_one_line(repository: Repository) -> None:
    base = repository.commit(DEPLOYED)
    lines = repository.page(base).splitlines()
    assert [line for line in lines if "Not checked" in line] == [lines[-1]]
    assert "`make plan` checks all of this" in lines[-1]


def test_dockerrun_that_is_no_json_is_only_a_file_that_changes(repository: Repository) -> None:
    base = repository.commit(DEPLOYED)
    for content in (b"{", b"[]", json.dumps({"containerDefinitions": [1]}).encode()):
        repository.write("bundle/shop/dev/Dockerrun.aws.json", content)
        repository.commit_files()
        assert "bundle: `Dockerrun.aws.json` changes" in repository.page(base)
