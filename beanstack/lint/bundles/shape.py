"""The places of findings on plain data, and findings that only the text of a file shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.eb.shape import ANY, type_of, types

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from beanstack.eb.findings import Finding
    from beanstack.eb.shape import Spec
    from beanstack.text.document import Document, Node


def placed(document: Document, root: Node, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield findings on plain data at their places; a missing value is reported at the one that lacks it."""
    for finding in findings:
        node, _ = root.nearest(finding.path)
        at = node.key_start if finding.at_key else node.start
        yield document.finding(finding.rule, at, finding.message, finding.allowed)


def reading_findings(document: Document, node: Node, spec: Spec) -> Iterator[Finding]:
    """Yield texts that YAML 1.1 reads as something else, such as `no` or `0644`."""
    allowed = types(spec)
    kind = type_of(node.value, allowed)
    if node.value is None or "any" in allowed or kind is None:
        return
    if node.reading and kind in ("string", "scalar"):
        message = f"{document.text[node.start : node.end].strip()} is read as {node.reading}"
        yield document.finding("yaml11-value", node, message, "write it in quotes if it is a text")
    known, free = spec.get("keys", {}), spec.get("entries")
    for name, child in node.entries().items():
        if child.key and child.key.reading and (known or free):
            message = f"the key {name} is read as {child.key.reading}"
            yield document.finding("yaml11-key", child.key, message, "write it in quotes if it is a text")
        yield from reading_findings(document, child, known.get(name) or free or ANY)
    for item in node.items():
        yield from reading_findings(document, item, spec.get("items", ANY))
