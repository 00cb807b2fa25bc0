"""What the pages in docs/ show: configs load, also the README's, commands exist, links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent, indent

import pytest

from beanstack.cli import VERBS
from beanstack.generate import run
from tests.conftest import MINIMAL

PROJECT = Path(__file__).parents[1]
PAGES = [PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md"))]
BLOCKS = [
    (page.name, block) for page in PAGES for block in re.findall(r"```yaml\n(.*?)```", page.read_text(), re.DOTALL)
]
MAKE = "\n".join((PROJECT / name).read_text("utf-8") for name in ("Makefile", "dev.mk"))
TARGETS = set(re.findall(r"^([a-z-]+): ", MAKE, re.MULTILINE))


@pytest.mark.parametrize(("page", "block"), BLOCKS, ids=[name for name, _ in BLOCKS])
def test_each_yaml_block_can_be_generated(page: str, block: str, tmp_path: Path) -> None:
    """A block is a config, a part of one: `environments` or settings, or a file, whose first line is its path."""
    above = MINIMAL.partition("environments:")[0]
    path = re.match(r"# (config/\S+)\n", block)
    config = above + block if block.startswith("environments:") else block
    if not re.search("^(application|environments):", block, re.MULTILINE):
        config = MINIMAL + indent(dedent(block), "    ")
    if path:
        config = MINIMAL
        (tmp_path / path[1]).parent.mkdir(parents=True)
        (tmp_path / path[1]).write_text(block, "utf-8")
    name = config.partition("application: ")[2].partition("\n")[0]
    for folder in ("config", "app"):
        (tmp_path / folder).mkdir(exist_ok=True)
    (tmp_path / "app/Dockerfile").write_text("FROM scratch\n")  # of `build`
    (tmp_path / f"config/{name}.yaml").write_text(config, "utf-8")
    assert run([], tmp_path, tmp_path, check_only=False) == 0, page


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_target_and_verb_that_a_page_names_exists(page: Path) -> None:
    text = page.read_text("utf-8")
    commands = "\n".join([*re.findall(r"`([^`\n]+)`", text), *re.findall(r"```sh\n(.*?)```", text, re.DOTALL)])
    for target in re.findall(r"^make ([a-z][a-z-]+)\b", commands, re.MULTILINE):
        assert target in TARGETS
    for verb in re.findall(r"^beanstack ([a-z][a-z-]+)\b", commands, re.MULTILINE):
        assert verb in VERBS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_link_within_the_repository_leads_to_a_file(page: Path) -> None:
    for link in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
        assert "://" in link or (page.parent / link).exists(), link
