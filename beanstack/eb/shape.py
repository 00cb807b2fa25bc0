"""Keys, types and ranges of data against a description of them in facts/, for JSON and YAML alike.

Where EB may be lenient (a number as a string, a key that it may know), the finding is a warning.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from beanstack.eb.findings import bundle_finding, hint, shown
from beanstack.eb.forms import form_finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beanstack.eb.findings import Finding, Path

    Spec = Mapping[str, Any]

# Placeholders for a value that a later step fills in: <TAG>, ${IMAGE}, {{ image }}, %IMAGE%, __IMAGE__, `{"Ref": …}`.
PLACEHOLDER = re.compile(r"<[^<>]+>|\$\{?\w|\{\{|%\w+%|__\w+__|@\w+@|^`")
ANY: Spec = {"type": "any"}
WORDS = {
    "array": "a list",
    "object": "a mapping",
    "string": "a text",
    "integer": "a whole number",
    "boolean": "true or false",
}
NOTES = {
    "unknown": "a key of ECS that EB's guide does not mention",
    "cloudformation": "a key of CloudFormation that EB's guide does not mention",
    "windows": "has an effect on Windows alone",
    "local": "has an effect on `eb local run` alone",
}
BOOLEANS = {"true": True, "false": False}
NUMBER = re.compile(r"-?[0-9]{1,9}")


def shape_findings(
    value: Any, spec: Spec, path: Path = (), *, lenient: bool = False, top: str = "unknown-key"
) -> Iterator[Finding]:
    """Yield the problems with the keys, types and ranges of a value.

    `lenient`: YAML, where a bare number may stand for a string. `top`: the rule for an unknown key of the value itself;
    those below are `unknown-key`.
    """
    wanted = types(spec)
    if value is None or "any" in wanted or (lenient and is_function(value)):
        return
    kind = type_of(value, wanted)
    if kind is None:
        yield from _wrong_type(value, spec, path, lenient=lenient)
        return
    if kind == "string" and not isinstance(value, str) and not lenient:
        message = f"expected a text, not {shown(value)}"
        yield bundle_finding("lenient-type", path, message, f'"{shown(value)}"')
    if isinstance(value, dict):
        yield from _entries(value, spec, path, lenient=lenient, top=top)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from shape_findings(item, spec.get("items", ANY), (*path, index), lenient=lenient)
    else:
        yield from _value(value, spec, path)


def read(value: Any, spec: Spec) -> Any:
    """Return data as ECS reads it: numbers and booleans out of strings, keys without the null ones.

    A value of another type than the facts describe becomes None, so that a key is there though it says nothing.
    """
    wanted = types(spec)
    if value is None or "any" in wanted:
        return value
    kind = type_of(value, wanted)
    if kind == "object":
        known, others = spec.get("keys", {}), spec.get("entries", ANY)
        return {name: read(item, known.get(name, others)) for name, item in value.items() if item is not None}
    if kind == "array":
        return [read(item, spec.get("items", ANY)) for item in value]
    if kind == "integer":
        return int(value)
    if kind == "string" and not isinstance(value, str):
        return shown(value)
    if kind:
        return value
    if "boolean" in wanted and isinstance(value, str):
        return BOOLEANS.get(value)
    if "integer" in wanted and isinstance(value, str) and NUMBER.fullmatch(value):
        return int(value)
    return None


def types(spec: Spec) -> list[str]:
    """Return the types that the facts allow."""
    given = spec["type"]
    return given if isinstance(given, list) else [given]


def type_of(value: Any, wanted: list[str]) -> str | None:
    """Return which of the allowed types a value has; a number may also be a string."""
    if isinstance(value, dict | list):
        own = "object" if isinstance(value, dict) else "array"
        return own if own in wanted else None
    if "integer" in wanted and isinstance(value, int | float) and not isinstance(value, bool) and value == value // 1:
        return "integer"
    if "boolean" in wanted and isinstance(value, bool):
        return "boolean"
    return next((kind for kind in ("string", "scalar") if kind in wanted), None)


def is_function(value: Any) -> bool:
    """Return whether a value is a CloudFormation function, which EB resolves before it checks."""
    if not isinstance(value, dict) or len(value) != 1:
        return False
    [name] = value
    return name == "Ref" or str(name).startswith("Fn::")


def _wrong_type(value: Any, spec: Spec, path: Path, *, lenient: bool) -> Iterator[Finding]:
    wanted = types(spec)
    words = " or ".join(WORDS.get(kind, "a plain value") for kind in wanted)
    text = value if isinstance(value, str) else ""
    number = "integer" in wanted and re.fullmatch(r"-?\d+", text)
    boolean = "boolean" in wanted and text.lower() in BOOLEANS
    if PLACEHOLDER.search(text) or (boolean and lenient):
        return
    single = lenient and spec.get("single") and isinstance(value, str)
    rule = "lenient-type" if number or boolean or single or "scalar" in wanted else "wrong-type"
    yield bundle_finding(rule, path, f"expected {words}, not {shown(value)}", text if number or boolean else "")


def _entries(value: Mapping[str, Any], spec: Spec, path: Path, *, lenient: bool, top: str) -> Iterator[Finding]:
    known, free = spec.get("keys", {}), spec.get("entries")
    for name, item in value.items():
        below = (*path, name)
        if name in known:
            note = NOTES.get(known[name].get("support", ""))
            if note:
                yield bundle_finding("unsure-key", below, f"`{name}`: {note}", at_key=True)
            yield from shape_findings(item, known[name], below, lenient=lenient)
        elif free:
            yield from shape_findings(item, free, below, lenient=lenient)
        elif known:
            yield bundle_finding(top, below, f"unknown key {shown(name)}", hint(name, known), at_key=True)
    for name, wanted in known.items():
        missing = name not in value or (value[name] is None and not wanted.get("null"))
        if wanted.get("required") and missing:
            yield bundle_finding("missing-key", path, f"`{name}` is missing")


def _value(value: Any, spec: Spec, path: Path) -> Iterator[Finding]:
    checked = "values" in spec or "pattern" in spec or "form" in spec
    if isinstance(value, str) and (not checked or PLACEHOLDER.search(value)):
        return
    if "values" in spec and str(value) not in map(str, spec["values"]):
        yield bundle_finding(
            "not-allowed", path, f"{shown(value)} is not allowed", f"one of {', '.join(spec['values'])}"
        )
    if isinstance(value, int | float) and not isinstance(value, bool):
        least, most = spec.get("min"), spec.get("max")
        if (least is not None and value < least) or (most is not None and value > most):
            limits = f"at least {least}" if most is None else f"{least} to {most}"
            yield bundle_finding("out-of-range", path, f"{shown(value)} is out of range", limits)
    if isinstance(value, str) and "pattern" in spec and not re.search(spec["pattern"], value):
        rule = "doubtful-form" if spec.get("doubtful") else "wrong-form"
        yield bundle_finding(rule, path, f"{shown(value)} does not match the expected pattern", spec["pattern"])
    found = form_finding(value, spec["form"], path) if isinstance(value, str) and "form" in spec else None
    if found:
        yield found
