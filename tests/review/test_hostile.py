"""Names that come from anybody's commits are shown, and do nothing else."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from beanstack.review.markdown import APART, code, plain, prose
from tests.conftest import as_name
from tests.guard.edits import DEPLOYED

if TYPE_CHECKING:
    from tests.review.conftest import Repository

RENDERER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
NASTY = st.text(alphabet="`|<>!-[]()*_~#@&;:/\\\n\r\t abAB1.\"'=+{}$^\u202e\u200b\x00é", max_size=30)
HOSTILE = [
    "<!-- beanstack review: shop against main -->",
    "--><script>alert(1)</script>",
    "@everyone see #1 and www.example.com or https://example.com",
    "a | b\n|---|---|\n| c | d |",
    "``` ` `` \\` **bold** ![x](https://example.com/x.png) [y](https://example.com)",
    "\n# Heading\n\n- [ ] task\n\n---\n",
    "&lt;b&gt; \u202edesrever\u2066 \x1b[31m",
]


def shown(markdown: str) -> tuple[str, set[str]]:
    """Return the text that a page shows, and the elements it is made of."""
    made = RENDERER.render(markdown)
    return html.unescape(re.sub(r"<[^>]*>", "", made)), set(re.findall(r"<([a-z0-9]+)", made))


@given(NASTY)
def test_any_text_is_shown_as_it_is(text: str) -> None:
    for made in (code(text), prose(text.replace("`", ""))):
        found, elements = shown(f"a {made} z\n")
        expected = plain(text if made == code(text) else text.replace("`", ""))
        assert elements <= {"p", "code"}
        if expected:
            assert found.replace(APART, "").split() == ["a", *expected.split(), "z"]


@given(st.lists(NASTY, max_size=4))
def test_texts_with_code_within_them_make_no_other_elements(parts: list[str]) -> None:
    _, elements = shown(f"- **x**: {prose('`'.join(parts))}\n")
    assert elements <= {"ul", "li", "strong", "code"}


@pytest.mark.parametrize("text", HOSTILE)
def test_nobody_is_notified_and_nothing_is_linked(text: str) -> None:
    made = prose(text)
    assert not re.search(r"[@#]\w", made)
    assert not re.search(r"www\.|://", re.sub("`.*`", "", made))
    assert "<" not in made.replace("\\<", "")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_page_on_hostile_commits_has_only_its_own_elements(repository: Repository, name: str) -> None:
    """Names of properties, resources, files, containers and images, and a reason that quotes a name."""
    base = repository.commit(DEPLOYED)
    path = "output/shop/dev.yaml"
    quoted = json.dumps(name)
    repository.edit(path, "OptionName: 'LEVEL'", f"OptionName: {quoted}")
    repository.edit(path, "  DatabasePassword:", f"  {quoted}:")
    repository.edit(path, "DBUser", "DBUser2")
    repository.edit("bundle/shop/dev/Dockerrun.aws.json", "nginx:1.27", "nginx:@everyone|<b>`")
    repository.write(f"bundle/shop/dev/{as_name(name).replace('/', '_').replace(chr(0), '')}", b"")
    repository.commit_files()
    page = repository.page(base)
    _, elements = shown(page.partition("-->\n")[2])
    assert elements <= {"h3", "h4", "p", "ul", "li", "strong", "code"}
    visible = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", page)
    assert not re.search(r"[@#]\w|www\.|://", visible)


def test_a_name_of_the_base_never_ends_the_marker(repository: Repository) -> None:
    repository.commit(DEPLOYED)
    repository.git("branch", "a--b-->c")
    first, _, rest = repository.page("a--b-->c").partition("\n")
    assert first == "<!-- beanstack review: all applications against a-%2Db-%2D%3Ec -->"
    assert "-->" not in re.sub("`[^`]*`", "", rest)
