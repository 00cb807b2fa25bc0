"""The two readers of YAML side by side: what EB's YAML 1.1 and our YAML 1.2 make of the same text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from beanstack.text.document import DEPTH, NotReadableError
from beanstack.text.yaml11 import yaml11_tree
from beanstack.text.yaml12 import yaml12_tree
from beanstack.text.yamltext import NODES

if TYPE_CHECKING:
    from beanstack.text.document import Mistake, Node


def of_eb(text: str) -> tuple[Node, list[Mistake]]:
    tree, mistakes = yaml11_tree(text)
    assert tree
    return tree, mistakes


def of_config(text: str) -> tuple[Node, list[Mistake]]:
    tree, mistakes = yaml12_tree(text)
    assert tree
    return tree, mistakes


@pytest.mark.parametrize(
    ("written", "in_11", "in_12"),
    [
        ("text", "text", "text"),
        ("80", 80, 80),
        ("1.5", 1.5, 1.5),
        ("true", True, True),
        ("~", None, None),
        ("no", False, "no"),
        ("On", True, "On"),
        ("y", "y", "y"),
        ("80:22", 4822, "80:22"),
        ("12:30:45", 45045, "12:30:45"),
        ("2026-01-31", "2026-01-31", "2026-01-31"),
        ("2020-13-45", "2020-13-45", "2020-13-45"),
        ("'no'", "no", "no"),
        ('"80"', "80", "80"),
        ("8.4.0", "8.4.0", "8.4.0"),
    ],
)
def test_a_scalar_is_read_as_its_version_of_yaml_says(written: str, in_11: Any, in_12: Any) -> None:
    for read, expected in ((of_eb, in_11), (of_config, in_12)):
        tree, mistakes = read(f"a: {written}")
        value = tree.entries()["a"].value
        assert (value, type(value)) == (expected, type(expected))
        assert mistakes == []


@pytest.mark.parametrize(
    ("written", "reading"),
    [("no", "false"), ("80:22", "the number 4822"), ("0644", "the number 420"), ("2026-01-31", "a date"), ("80", "")],
)
def test_eb_reader_remembers_how_it_read_what_is_written_otherwise(written: str, reading: str) -> None:
    assert of_eb(f"a: {written}")[0].entries()["a"].reading == reading


@pytest.mark.parametrize("written", ["0644", "1_000", "+5", "8.40", "1e3", ".inf", "0x1F"])
def test_the_config_reader_refuses_a_number_that_is_written_otherwise(written: str) -> None:
    tree, [mistake] = of_config(f"a: {written}")
    assert mistake.start == tree.entries()["a"].start == 3


@pytest.mark.parametrize("read", [of_eb, of_config])
def test_a_duplicate_key_is_reported_where_it_is_repeated_and_the_first_one_counts(read: Any) -> None:
    tree, [mistake] = read("a: 1\nb:\n  c: 2\n  c: 3\n")
    assert (mistake.kind, mistake.start, mistake.path) == ("duplicate-key", 17, ("b", "c"))
    assert mistake.message == "duplicate key 'c'; it is in line 3 already"
    assert tree.plain() == {"a": 1, "b": {"c": 2}}


def test_a_short_form_of_cloudformation_is_a_mistake_and_its_value_is_kept() -> None:
    tree, [mistake] = of_eb("a: !Ref Name")
    assert (mistake.kind, mistake.start, mistake.path) == ("yaml-tag", 3, ("a",))
    assert "CloudFormation's short forms" in mistake.message
    assert (tree.entries()["a"].value, tree.entries()["a"].tag) == ("Name", "!Ref")


@pytest.mark.parametrize("written", ["!Sub '${A}'", "!GetAtt [a, b]", "!If {a: b}"])
def test_a_short_form_may_have_any_kind_of_value(written: str) -> None:
    tree, [mistake] = of_eb(f"a: {written}")
    assert mistake.kind == "yaml-tag"
    assert tree.entries()["a"].tag == written.partition(" ")[0]


@pytest.mark.parametrize(("written", "expected"), [("!!str 80", "80"), ("!!int '80'", 80), ("!!bool 'no'", False)])
def test_eb_reader_converts_by_yaml_s_own_tags(written: str, expected: Any) -> None:
    tree, mistakes = of_eb(f"a: {written}")
    assert tree.plain() == {"a": expected}
    assert mistakes == []


@pytest.mark.parametrize("written", ["!!int ''", "!!float ''", "!!bool maybe", "!!timestamp x"])
def test_eb_reader_keeps_a_text_that_does_not_fit_its_tag(written: str) -> None:
    [node] = of_eb(f"- {written}")[0].items()
    assert node.value == written.split()[1].strip("'")


@pytest.mark.parametrize("written", ["!!str text", "!!int 5", "!!bool true", "!!null ~", "!!float 1.5", '!!str "5"'])
def test_the_config_reader_accepts_a_tag_that_changes_nothing(written: str) -> None:
    untagged = of_config(f"a: {written.partition(' ')[2]}")[0]
    tree, mistakes = of_config(f"a: {written}")
    assert mistakes == []
    assert tree.plain() == untagged.plain()


@pytest.mark.parametrize("written", ["!!str 5", '!!int "5"', "!!set {}", "!Ref Name", "! a", "!!map []"])
def test_the_config_reader_refuses_a_tag_that_changes_what_is_read(written: str) -> None:
    _, [mistake] = of_config(f"a: {written}")
    assert mistake.start == 3
    assert "has no meaning here" in mistake.message


def test_eb_reader_lets_a_mapping_s_own_keys_win_over_merged_ones() -> None:
    tree, _ = of_eb("a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc: {<<: [*a, *b], z: 3}\n")
    assert tree.plain()["c"] == {"x": 1, "y": 1, "z": 3}


def test_the_config_reader_has_no_merge_keys() -> None:
    _, [mistake] = of_config("a: {<<: {x: 1}}")
    assert (mistake.start, mistake.path) == (4, ("a",))


@pytest.mark.parametrize("read", [of_eb, of_config])
def test_an_alias_repeats_a_plain_value_under_its_own_path(read: Any) -> None:
    tree, mistakes = read("a: &name shop\nb: *name\n")
    assert mistakes == []
    assert (tree.entries()["b"].value, tree.entries()["b"].path) == ("shop", ("b",))


def test_a_key_is_the_text_that_is_written() -> None:
    assert list(of_eb("80: a\nno: b\n'x': c\n")[0].entries()) == ["80", "no", "x"]


@pytest.mark.parametrize("key", ["80", "true", "~", "1.5", "0644"])
def test_the_config_reader_refuses_a_key_that_is_no_text_once(key: str) -> None:
    _, [mistake] = of_config(f"{key}: a")
    assert (mistake.start, mistake.message) == (0, f'a key must be a string; write "{key}" in quotes')


@pytest.mark.parametrize(
    ("text", "kind", "start"),
    [
        ("a: b: c\n", "yaml-syntax", 4),
        ("a:\n\tb: c\n", "yaml-tab", 3),
        ("a: [b\n", "yaml-syntax", 6),
        ("a: b\n---\nc: d\n", "yaml-syntax", 9),
        ("a: *b\n", "yaml-syntax", 3),
        ("? [a]\n: b\n", "yaml-syntax", 2),
        ("a: \x01\n", "yaml-syntax", 3),
        ("é: \x01\n", "yaml-syntax", 3),
        ("a: &a [*a]\n", "too-complex", 7),
    ],
)
def test_a_text_that_is_no_yaml_is_refused_at_its_place(text: str, kind: str, start: int) -> None:
    with pytest.raises(NotReadableError) as caught:
        yaml11_tree(text)
    assert (caught.value.mistake.kind, caught.value.mistake.start) == (kind, start)


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n"])
def test_an_empty_file_of_eb_has_no_tree_or_no_value(text: str) -> None:
    tree, mistakes = yaml11_tree(text)
    assert (tree is None or tree.value is None, mistakes) == (True, [])


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "~"])
def test_an_empty_configuration_file_is_a_mistake(text: str) -> None:
    tree, [mistake] = yaml12_tree(text)
    assert tree is None
    assert mistake.message == "the file is empty"


def test_depth_has_a_limit() -> None:
    of_eb("[" * DEPTH + "]" * DEPTH)
    with pytest.raises(NotReadableError) as caught:
        yaml11_tree("[" * (DEPTH + 2))
    assert caught.value.mistake.kind == "too-complex"


def test_aliases_cannot_multiply_without_end() -> None:
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 8)]
    with pytest.raises(NotReadableError, match=f"more than {NODES:,} values"):
        yaml11_tree("\n".join(lines))
