"""The page of an application, as it is generated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from beanstack.bundle import shipped
from beanstack.generate import files

if TYPE_CHECKING:
    from beanstack.config import Application


def page(application: Application) -> str:
    """Return an application's page."""
    return files(application, shipped())[f"output/{application.name}/README.md"].decode()


def pictures(text: str) -> list[str]:
    """Return the text of the pictures on a page."""
    return [token.content for token in MarkdownIt().parse(text) if token.type == "fence" and token.info == "mermaid"]


def rows(text: str) -> list[tuple[str, ...]]:
    """Return the rows of all tables on a page, as text without markup."""
    found: list[tuple[str, ...]] = []
    cells: list[str] = []
    for token in MarkdownIt().enable("table").parse(text):
        if token.type == "tr_open":
            cells = []
        elif token.type == "inline":
            cells.append("".join(part.content for part in token.children or []))
        elif token.type == "tr_close":
            found.append(tuple(cells))
    return found
