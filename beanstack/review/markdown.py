"""Untrusted text as Markdown that only displays it, without HTML, links, mentions or tables.

Names of resources, options and files come from the commits that are reviewed, and so from anybody.
https://github.github.com/gfm/
"""

from __future__ import annotations

import re
import unicodedata

# A backslash before ASCII punctuation shows it as it is: https://github.github.com/gfm/#backslash-escapes
PUNCTUATION = re.compile(r"""([!"#$&*+<>@\[\\\]^_{|}~])""")
# GitHub makes links of these, and notifies people, whatever escapes them; not across a space without width.
REFERENCE = re.compile(r"[@#]|:(?=//)|www(?=\.)|(?<=GH)-", re.IGNORECASE)
APART = "\u200b"


def code(text: str) -> str:
    """Return a text as a code span, in which no markup is interpreted."""
    shown = plain(text) or "(empty)"
    longest = max((len(run) for run in re.findall("`+", shown)), default=0)
    fence = "`" * (longest + 1)
    space = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{space}{shown}{space}{fence}"


def prose(text: str) -> str:
    """Return a text without markup, except for code between backticks."""
    made = ""
    for number, part in enumerate(plain(text).split("`")):
        if number % 2:
            made += code(part)
        else:
            # Two code spans without a space between them would be one.
            made += REFERENCE.sub(rf"\g<0>{APART}", PUNCTUATION.sub(r"\\\1", part)) or " "
    return made.strip()


def plain(text: str) -> str:
    """Return a text in one line, with a question mark for what is not visible, such as a change of direction."""
    return " ".join("".join(map(visible, text)).split())


def visible(character: str) -> str:
    if character.isspace():
        return " "
    return "?" if unicodedata.category(character).startswith("C") else character
