"""What a wrong name or value probably means, from `facts/synonyms.json` and the names in other namespaces.

Other interfaces of AWS have other words for the same: what is `internet-facing` to Elastic Load Balancing
is `public` to Elastic Beanstalk. Nothing here is a reason to report something; it only makes a message helpful.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from beanstack.eb import FACTS
from beanstack.eb.findings import nearest
from beanstack.eb.namespaces import PROCESS, PROPERTIES
from beanstack.eb.options.measures import BOOLEANS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from beanstack.eb.options.catalogue import Namespace, Option
    from beanstack.eb.options.table import Table

BLANKS = re.compile(r"[\s_'\"-]+")
VARIABLE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+|[A-Z]{3,}")
AMOUNT = re.compile(r"([0-9]{1,9})\s*([A-Za-z%]+)")
SECONDS = {"s": 1, "m": 60, "h": 3600}
LISTED = 3  # namespaces that a message names
UNLISTED = ("internal", "legacy")  # what they contain is not meant where another namespace has it


@cache
def _synonyms() -> Mapping[str, Any]:
    """Return the facts, read once, with their keys in plain form."""
    facts = json.loads((FACTS / "synonyms.json").read_text(encoding="utf-8"))
    values = {name: _by_plain(fact["means"]) for name, fact in facts["values"].items()}
    return {
        "values": values,
        "booleans": _by_plain(facts["booleans"]),
        "options": _by_plain(facts["options"]),
        "missing": facts["missing"],
    }


def _by_plain(means: Mapping[str, str]) -> dict[str, str]:
    return {_plain(word): meant for word, meant in means.items()}


def _plain(word: str) -> str:
    """Return a word without quotes and what other names separate words with."""
    return BLANKS.sub("", word).lower()


def value_meant(option: Option, value: str) -> str | None:
    """Return the value of an option that a wrong one means."""
    meant = _synonyms()["values"].get(option.name, {}).get(_plain(value))
    allowed = option.values or option.known_values
    if option.type == "boolean":
        named = _plain(value) if _plain(value) in BOOLEANS else _synonyms()["booleans"].get(_plain(value))
        return meant or named
    if meant in allowed:
        return str(meant)
    for one in allowed:
        if _plain(one) == _plain(value):
            return one
    return None


def word_meant(word: str, allowed: Sequence[str]) -> str | None:
    """Return one of a few allowed words that a wrong one means, in whatever option it is a value."""
    for one in allowed:
        if _plain(one) == _plain(word):
            return one
    for means in _synonyms()["values"].values():
        meant = means.get(_plain(word))
        if meant in allowed:
            return str(meant)
    return nearest(word, allowed)


def amount_meant(option: Option, value: str) -> str | None:
    """Return a number without its unit, in that of the option, or a duration as ISO 8601 writes it."""
    match = AMOUNT.fullmatch(value + ("s" if value.isdecimal() and option.type == "duration" else ""))
    if match is None:
        return None
    amount, unit = int(match[1]), match[2][0].lower()
    seconds = SECONDS.get(unit)
    if option.type == "duration":
        return _iso(amount * seconds) if seconds else None
    if option.type not in ("integer", "number"):
        return None
    if seconds and option.unit == "seconds":
        return str(amount * seconds)
    return str(amount) if unit in ("%", option.unit[:1].lower()) else None


def _iso(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    parts = [f"{amount}{unit}" for amount, unit in ((hours, "H"), (minutes, "M"), (rest, "S")) if amount]
    return f"PT{''.join(parts) or '0S'}"


def option_missing(namespace: str, name: str) -> str:
    """Return what to do about an option that Elastic Beanstalk has nowhere; empty if that is not known."""
    return str(_synonyms()["missing"].get(f"{namespace}::{name}", ""))


def option_meant(space: Namespace | None, name: str, table: Table) -> list[tuple[str, str]]:
    """Return the namespaces and options that a name means which its namespace, if that exists, does not have.

    The same name in another namespace is meant rather than one that resembles it in its own.
    """
    found = [*_named(name, table)]
    if found:
        return found
    known = _synonyms()["options"].get(_plain(name))
    if known:
        namespace, _, option = known.rpartition("::")
        return [(namespace, option)]
    if space and nearest(name, [option.name for option in space.options.values()]):
        return []
    if VARIABLE.fullmatch(name):
        return [(PROPERTIES, name)]
    names: set[str] = set()
    for namespace in table.facts.namespaces:
        if namespace.status not in UNLISTED:
            names.update(option.name for option in namespace.options.values())
    near = nearest(name, names, cutoff=0.85)
    return [*_named(near, table)] if near else []


def option_elsewhere(name: str, table: Table) -> list[tuple[str, str]]:
    """Return where an option is whose exact name somebody gave a variable."""
    return [(namespace, option) for namespace, option in _named(name, table) if option == name]


def _named(name: str, table: Table) -> Iterator[tuple[str, str]]:
    """Yield where an option of a name is: in namespaces of this environment, otherwise in any."""
    everywhere: list[tuple[Namespace, Option]] = []
    for namespace in table.facts.namespaces:
        option = namespace.options.get(name.lower())
        is_inherited = namespace.like and name.lower() in namespace.like.options
        if option and namespace.status not in UNLISTED and not is_inherited:
            everywhere.append((namespace, option))
    here = [found for found in everywhere if _is_here(*found, table)]
    for namespace, option in here or everywhere:
        if option.replaced_by:
            successor, _, meant = option.replaced_by.partition("::")
            yield successor, meant or option.name
        else:
            yield namespace.name, option.name


def _is_here(namespace: Namespace, option: Option, table: Table) -> bool:
    """Return whether an environment of this kind may have an option."""
    facts = table.facts
    for fact, allowed in (
        (table.fact("platform"), option.platforms or namespace.platforms),
        (table.fact("tier"), namespace.applies_to),
        (table.balancer, option.load_balancer_types or namespace.load_balancer_types),
    ):
        if allowed and facts.fit(fact, allowed) is False:
            return False
    return not option.obsolete or bool(option.replaced_by)


def written(found: Sequence[tuple[str, str]], space: Namespace | None, name: str, subject: str) -> str:
    """Return where an option is that a namespace does not have, in words."""
    if found[0] == (PROPERTIES, name):
        return f"environment variables belong in {PROPERTIES}"
    spaces = dict.fromkeys(filled(namespace) for namespace, _ in found)
    options = dict.fromkeys(option for _, option in found)
    meant = f"did you mean {' or '.join(map(repr, options))}"
    if space and found[0][0] == space.name:
        return f"{meant}?"
    where = " or ".join([*spaces][:LISTED])
    if len(spaces) > LISTED:
        where += " and others"
    if [*options] == [name]:
        return f"{subject} is an option of {where}"
    return f"{meant} of {where}?"


def filled(reference: str) -> str:
    """Return a namespace, or a reference to an option, with a word for the placeholder of its family.

    That is the process which every environment has, or PORT, or NAME.
    """
    prefix, brace, rest = reference.partition("{")
    placeholder, _, option = rest.partition("}")
    if not brace:
        return reference
    if f"{prefix}default" == PROCESS:
        return PROCESS + option
    return prefix + placeholder.rpartition("_")[2].upper() + option
