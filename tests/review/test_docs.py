"""What docs/reviewing.md shows is what is printed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.conftest import FIXTURE, PROJECT

if TYPE_CHECKING:
    from tests.review.conftest import Repository

TEXT = (PROJECT / "docs/reviewing.md").read_text("utf-8")


def test_the_example_is_a_page(repository: Repository) -> None:
    config = FIXTURE.read_text("utf-8")
    base = repository.commit(config)
    image = re.findall(r"image: (.*):1\.0\.0", config)[0]
    changed = config.replace("  dev: {}", "  dev:\n    database: null\n  staging: {}")
    repository.commit(changed.replace("\n  prod:\n", f"\n  prod:\n    image: {image}:1.0.1\n"))
    example = TEXT.partition("```markdown\n")[2].partition("```")[0]
    assert example in repository.page(base)


def test_the_files_that_it_names_are_there() -> None:
    named = re.findall(r"`(\.g[a-z/.-]+)`", TEXT)
    assert len(named) >= 4
    for path in named:
        assert (PROJECT / path).exists()
        assert (PROJECT / "beanstack/project/skeleton" / path).exists()
