"""Tags of an environment, which EB gives to all that the environment is made of.

Beanstack gives them to the instances' role, too, and what several environments have in common to the bucket, the
service role and the repositories. So the strictest of these services decides: of the characters IAM (whose letters are
those of every language, as EB's own rules say less exactly), of the case of names IAM, of the lengths EB and ECR.
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/applications-tagging-resources.html
https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_Tag.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_Tag.html
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from beanstack.eb.findings import shown
from beanstack.eb.kept import kept

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MOST = 47  # of 50, as EB adds three of its own
LONGEST_NAME, LONGEST_VALUE = 127, 255
OF_RDS = ("aws:", "rds:")


class Fault(NamedTuple):
    """A problem with a tag, at its name or at its value."""

    tag: str
    message: str
    at_name: bool


def is_reserved(tag: str) -> bool:
    """Return whether EB or AWS sets a tag itself, so that nobody else can."""
    return tag == "Name" or tag.lower().startswith(("aws:", "elasticbeanstalk:"))


def tag_faults(tags: Mapping[str, str | None], *, database: bool = False) -> Iterator[Fault]:
    """Yield what is wrong with the tags of an environment; a value that is not known is None.

    `database`: whether the environment has one, which gets its tags as well.
    """
    seen: dict[str, str] = {}
    for name, value in tags.items():
        yield from (Fault(name, message, at_name=True) for message in _name_faults(name, seen, database=database))
        if value is not None:
            yield from (Fault(name, message, at_name=False) for message in _value_faults(value, database=database))
        seen.setdefault(name.lower(), name)


def _name_faults(name: str, seen: Mapping[str, str], *, database: bool) -> Iterator[str]:
    other = seen.get(name.lower())
    if is_reserved(name):
        yield "EB and AWS set this tag themselves"
    elif database and name.lower().startswith(OF_RDS):
        yield f"a database has no tag whose name begins with {name[:4]}"
    if not 0 < len(name) <= LONGEST_NAME:
        yield f"a tag's name has 1 to {LONGEST_NAME} characters, this one {len(name)}"
    elif wrong := _unwanted(name):
        yield f"the name of a tag cannot have {wrong}; {_allowed()}"
    elif other:
        yield f"differs from the tag '{other}' only in upper and lower case, which IAM does not tell apart in a role"


def _value_faults(value: str, *, database: bool) -> Iterator[str]:
    if not 0 < len(value) <= LONGEST_VALUE:
        yield f"a tag's value has 1 to {LONGEST_VALUE} characters, this one {len(value)}"
    elif wrong := _unwanted(value):
        yield f"the value of a tag cannot have {wrong}; {_allowed()}"
    elif database and value.lower().startswith(OF_RDS):
        yield f"a database has no tag whose value begins with {value[:4]}"


def _unwanted(text: str) -> str:
    """Return the first character that IAM does not accept, as a message shows it."""
    allowed = kept("iam")["tag"]
    for character in text:
        if character not in allowed["signs"] and unicodedata.category(character)[0] not in allowed["categories"]:
            return shown(character)
    return ""


def _allowed() -> str:
    """Return what a tag may consist of. The categories are letters, separators and numbers."""
    return f"IAM accepts letters, digits, spaces and {' '.join(kept('iam')['tag']['signs'])}"
