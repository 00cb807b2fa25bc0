"""What the values of a template are made of, whatever its parameters are.

The form of a value is its text with ${Name} for a parameter. Two values of one form are equal in each deployment.
"""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

from beanstack.lint.rules.references import SCALARS, as_text, section

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beanstack.eb.findings import Path

UNKNOWN = "${}"  # in a form: a part that not even a parameter gives
GAP = re.compile(r"\$\{[^{}]*\}")
MOST_FORMS = 20  # of a value


class Form(NamedTuple):
    """One of the forms of a value, and the path of the value or of its branch."""

    text: str
    path: Path

    @property
    def is_comparable(self) -> bool:
        return UNKNOWN not in self.text and "{{resolve:" not in self.text

    @property
    def is_known(self) -> bool:
        return self.is_comparable and not GAP.search(self.text)

    @property
    def parts(self) -> list[str]:
        """The texts between the parts that are not known."""
        return GAP.split(self.text)


def branches(value: Any, path: Path) -> Iterator[tuple[Any, Path]]:
    """Yield a value, or each branch of an Fn::If, with its path; none for AWS::NoValue."""
    match value:
        case {"Fn::If": [str(), _, _] as argument}:
            for branch in (1, 2):
                yield from branches(argument[branch], (*path, "Fn::If", branch))
        case {"Ref": "AWS::NoValue"} | None:
            return
        case _:
            yield value, path


def items(value: Any, path: Path) -> Iterator[tuple[Any, Path]]:
    """Yield the items of a list, those of each branch of it, and the branches of each item."""
    for branch, at in branches(value, path):
        if isinstance(branch, list):
            for index, item in enumerate(branch):
                yield from branches(item, (*at, index))


def below(value: Any, path: Path, keys: tuple[str, ...]) -> Iterator[tuple[Any, Path]]:
    """Yield what is below some keys, in each branch on the way."""
    for branch, at in branches(value, path):
        if not keys:
            yield branch, at
        elif isinstance(branch, dict) and keys[0] in branch:
            yield from below(branch[keys[0]], (*at, keys[0]), keys[1:])


def forms(template: Mapping[str, Any], value: Any, path: Path) -> list[Form]:
    """Return the forms that a value may have."""
    found: list[Form] = []
    for branch, at in branches(value, path):
        found += [Form(text, at) for text in _texts(template, branch)]
    return found[:MOST_FORMS]


def _texts(template: Mapping[str, Any], value: Any) -> list[str]:
    if isinstance(value, SCALARS):
        return [as_text(value)]
    match value:
        case {"Ref": str() as name}:
            return [_variable(template, name)]
        case {"Fn::Sub": str() as text}:
            return [_substituted(template, text, {})]
        case {"Fn::Sub": [str() as text, dict() as own]}:
            return [_substituted(template, text, own)]
        case {"Fn::Join": [str() as separator, [*parts]]}:
            texts = [[form.text for form in forms(template, part, ())] for part in parts]
            return [separator.join(chosen) for chosen, _ in zip(product(*texts), range(MOST_FORMS), strict=False)]
    return [UNKNOWN]


def _substituted(template: Mapping[str, Any], text: str, own: Mapping[str, Any]) -> str:
    def variable(match: re.Match[str]) -> str:
        name = match[0][2:-1].strip()
        if name in own:
            texts = _texts(template, own[name])
            return texts[0] if len(texts) == 1 else UNKNOWN
        return _variable(template, name)

    return GAP.sub(variable, text)


def _variable(template: Mapping[str, Any], name: str) -> str:
    if name in section(template, "Parameters") or name.startswith("AWS::"):
        return f"${{{name}}}"
    return UNKNOWN
