"""The pages below docs/ that are written by hand: their configuration, commands and links, tried."""

from __future__ import annotations

import re
from textwrap import dedent, indent
from typing import TYPE_CHECKING

import pytest

from beanstack.cli import VERBS
from beanstack.generate import run
from tests.conftest import MINIMAL, PROJECT, Project

if TYPE_CHECKING:
    from pathlib import Path

PAGES = [PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md"))]
YAML = [
    (page.name, block)
    for page in PAGES
    for block in re.findall(r"^```yaml\n(.*?)^```", page.read_text("utf-8"), re.M | re.S)
]
TARGET = re.compile(r"(?:^|`|\| )make ([a-z][a-z0-9-]*)", re.MULTILINE)
VERB = re.compile(r"(?:^|`)(?:\S*/)?beanstack ([a-z][a-z-]*)", re.MULTILINE)


def configured(block: str) -> str:
    """Return a configuration with a block: a whole file, environments, or settings of one environment."""
    if re.search(r"^application:", block, re.MULTILINE):
        return block
    if block.startswith("environments:"):
        return MINIMAL.partition("environments:")[0] + block
    return MINIMAL + indent(dedent(block), "    ")


@pytest.mark.parametrize(("page", "block"), YAML, ids=[f"{page}-{number}" for number, (page, _) in enumerate(YAML)])
def test_each_configuration_that_a_page_shows_can_be_generated(
    tmp_path_factory: pytest.TempPathFactory, page: str, block: str
) -> None:
    project = Project(tmp_path_factory.mktemp(page.removesuffix(".md")))
    project.write("app/Dockerfile", "FROM scratch\n")
    own_file = re.match(r"# (config/\S+/bundle/\S+)\n", block)
    if own_file:
        project.write(own_file[1], block)
    text = MINIMAL if own_file else configured(block)
    name = re.findall(r"^application: (\S+)", text, re.MULTILINE)[0]
    project.write(f"config/{name}.yaml", text)
    assert run([], project.root, project.root, check_only=False) == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_command_that_a_page_names_is_there(page: Path) -> None:
    makefiles = (PROJECT / "Makefile").read_text("utf-8") + (PROJECT / "dev.mk").read_text("utf-8")
    targets = set(re.findall(r"^([a-z0-9-]+):", makefiles, re.MULTILINE))
    text = page.read_text("utf-8")
    assert set(TARGET.findall(text)) <= targets
    assert set(VERB.findall(text)) <= set(VERBS)


@pytest.mark.parametrize("page", PAGES[1:], ids=lambda page: page.name)
def test_each_link_of_a_page_leads_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text("utf-8")):
        assert link.startswith("https://") or (page.parent / link).exists(), link
