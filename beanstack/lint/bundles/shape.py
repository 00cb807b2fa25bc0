"""Keys, types and ranges of a tree against a description of them in facts/, for JSON and YAML alike.

Where EB may be lenient (a number as text, a key that it may know), the finding is a warning.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from beanstack.eb.findings import shown
from beanstack.lint.bundles.document import hint

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beanstack.eb.findings import Finding
    from beanstack.lint.bundles.document import Document, Node

    Spec = Mapping[str, Any]

# What stands for a value that a later step puts there: <TAG>, ${IMAGE}, {{ image }}, %IMAGE%, __IMAGE__, `{"Ref": …}`.
PLACEHOLDER = re.compile(r"<[^<>]+>|\$\{?\w|\{\{|%\w+%|__\w+__|@\w+@|^`")
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


def shape_findings(document: Document, node: Node, spec: Spec, *, lenient: bool, top: str) -> Iterator[Finding]:
    """What is wrong with a node's keys and values. `lenient`: YAML, where a bare number may stand for a text; `top`:
    the rule for an unknown key of the node itself, those below are `unknown-key`."""
    wanted = spec["type"] if isinstance(spec["type"], list) else [spec["type"]]
    if node.value is None or "any" in wanted or (lenient and is_function(node)):
        return
    kind = _kind(node, wanted)
    if kind is None:
        yield from _wrong_type(document, node, wanted, lenient=lenient)
        return
    if lenient and node.reading and kind in ("string", "scalar"):
        message = f"{document.text[node.start : node.end].strip()} is read as {node.reading}"
        yield document.finding("yaml11-value", node, message, "write it in quotes if it is a text")
    elif kind == "string" and not isinstance(node.value, str) and not lenient:
        yield document.finding(
            "lenient-type", node, f"expected a text, not {shown(node.value)}", f'"{shown(node.value)}"'
        )
    if isinstance(node.value, dict):
        yield from _entries(document, node, spec, lenient=lenient, top=top)
    elif isinstance(node.value, list):
        for item in node.value:
            yield from shape_findings(
                document, item, spec.get("items", {"type": "any"}), lenient=lenient, top="unknown-key"
            )
    else:
        yield from _value(document, node, spec)


def is_function(node: Node) -> bool:
    """Return whether a value is a CloudFormation function, which EB resolves before it checks."""
    names = [*node.entries()]
    return len(names) == 1 and (names[0] == "Ref" or names[0].startswith("Fn::"))


def _kind(node: Node, wanted: list[str]) -> str | None:
    """Return which of the expected types a value has; a number may also be a string."""
    value = node.value
    if isinstance(value, dict | list):
        own = "object" if isinstance(value, dict) else "array"
        return own if own in wanted else None
    if "integer" in wanted and isinstance(value, int | float) and not isinstance(value, bool) and value == value // 1:
        return "integer"
    if "boolean" in wanted and isinstance(value, bool):
        return "boolean"
    return next((kind for kind in ("string", "scalar") if kind in wanted), None)


def _wrong_type(document: Document, node: Node, wanted: list[str], *, lenient: bool) -> Iterator[Finding]:
    words = " or ".join(WORDS.get(kind, "a plain value") for kind in wanted)
    text = node.value if isinstance(node.value, str) else ""
    number = "integer" in wanted and re.fullmatch(r"-?\d+", text)
    boolean = "boolean" in wanted and text.lower() in ("true", "false")
    if PLACEHOLDER.search(text) or (boolean and lenient):
        return
    rule = "lenient-type" if number or boolean or "scalar" in wanted else "wrong-type"
    yield document.finding(rule, node, f"expected {words}, not {shown(node.value)}", text if number or boolean else "")


def _entries(document: Document, node: Node, spec: Spec, *, lenient: bool, top: str) -> Iterator[Finding]:
    known, free = spec.get("keys", {}), spec.get("entries")
    for name, child in node.entries().items():
        at = child.key or child
        if child.key and child.key.reading and (known or free):
            message = f"the key {name} is read as {child.key.reading}"
            yield document.finding("yaml11-key", at, message, "write it in quotes if it is a text")
        if name in known:
            note = NOTES.get(known[name].get("support", ""))
            if note:
                yield document.finding("unsure-key", at, f"`{name}`: {note}")
            yield from shape_findings(document, child, known[name], lenient=lenient, top="unknown-key")
        elif free:
            yield from shape_findings(document, child, free, lenient=lenient, top="unknown-key")
        elif known:
            yield document.finding(top, at, f"unknown key {shown(name)}", hint(name, known))
    for name, wanted in known.items():
        given = node.entries().get(name)
        if wanted.get("required") and (given is None or (given.value is None and not wanted.get("null"))):
            yield document.finding("missing-key", node, f"`{name}` is missing")


def _value(document: Document, node: Node, spec: Spec) -> Iterator[Finding]:
    value = node.value
    text = str(value)
    if isinstance(value, str) and PLACEHOLDER.search(value):
        return
    if "values" in spec and text not in map(str, spec["values"]):
        yield document.finding(
            "not-allowed", node, f"{shown(value)} is not allowed", f"one of {', '.join(spec['values'])}"
        )
    if isinstance(value, int | float) and not isinstance(value, bool):
        least, most = spec.get("min"), spec.get("max")
        if (least is not None and value < least) or (most is not None and value > most):
            limits = f"{least} to {most}" if most is not None else f"at least {least}"
            yield document.finding("out-of-range", node, f"{shown(value)} is out of range", limits)
    if isinstance(value, str) and "pattern" in spec and not re.search(spec["pattern"], value):
        rule = "doubtful-form" if spec.get("doubtful") else "wrong-form"
        yield document.finding(rule, node, f"{shown(value)} does not match the expected pattern", spec["pattern"])
