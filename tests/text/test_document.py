"""What a tree of nodes gives: places, values without places, and the way down to a path."""

from __future__ import annotations

import pytest

from beanstack.eb.findings import Place
from beanstack.text.document import Document, Node
from beanstack.text.yaml12 import yaml12_tree

TEXT = """\
web:
  ports: [80, 443]
  image:
name: shop
"""


@pytest.fixture
def root() -> Node:
    tree, mistakes = yaml12_tree(TEXT)
    assert tree
    assert mistakes == []
    return tree


@pytest.mark.parametrize(
    ("index", "line", "column"),
    [(0, 1, 1), (4, 1, 5), (5, 2, 1), (TEXT.index("80"), 2, 11), (TEXT.index("name"), 4, 1), (len(TEXT), 5, 1)],
)
def test_lines_and_columns_count_from_one(index: int, line: int, column: int) -> None:
    assert Document("a.yaml", TEXT).place(index) == Place("a.yaml", line, column)


def test_a_column_counts_characters_not_bytes() -> None:
    assert Document("a.yaml", "é🫛: b").place(4) == Place("a.yaml", 1, 5)


def test_a_finding_has_the_place_of_its_key_or_value(root: Node) -> None:
    document = Document("a.yaml", TEXT)
    ports = root.entries("web")["ports"]
    assert ports.key
    at_value = document.finding("unknown-key", ports, "said")
    at_key = document.finding("unknown-key", ports.key, "said")
    assert (str(at_value), str(at_key)) == ("a.yaml:2:10: said", "a.yaml:2:3: said")


def test_every_node_knows_its_path(root: Node) -> None:
    assert root.entries("web")["ports"].items()[1].path == ("web", "ports", 1)


def test_a_tree_without_places_is_plain_data(root: Node) -> None:
    assert root.plain() == {"web": {"ports": [80, 443], "image": None}, "name": "shop"}


def test_a_null_and_a_missing_key_are_no_child(root: Node) -> None:
    web = root.child("web")
    assert web
    assert web.child("image") is None
    assert web.child("memory") is None
    assert "image" in web.entries()


def test_what_has_another_type_has_no_entries_items_or_text(root: Node) -> None:
    assert root.entries("name") == {}
    assert root.items("web") == ()
    assert root.text("web") is None
    assert root.text("name") == "shop"


@pytest.mark.parametrize(
    ("path", "found", "missing"),
    [
        (("web", "ports", 1), ("web", "ports", 1), ()),
        (("web", "ports", 5), ("web", "ports"), (5,)),
        (("web", "memory", "hard"), ("web",), ("memory", "hard")),
        ((), (), ()),
    ],
)
def test_the_nearest_node_of_a_path_says_what_is_missing_there(
    path: tuple[str | int, ...], found: tuple[str | int, ...], missing: tuple[str | int, ...], root: Node
) -> None:
    node, rest = root.nearest(path)
    assert (node.path, rest) == (found, missing)
