"""An application's own CloudFormation resources: a file in config/<application>/ that joins the stacks of environments.

Short forms such as `!Ref` are those of CloudFormation. This module reports only what would make the whole stack fail,
and resources that Beanstack itself makes. cfn-lint checks the rest once the file is part of a template.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from beanstack.config.errors import mistake
from beanstack.eb.findings import Finding, nearest, shown, suggestion
from beanstack.eb.functions import LOGICAL_ID
from beanstack.text.document import Document, NotReadableError
from beanstack.text.jsontext import json_tree
from beanstack.text.yaml11 import yaml11_tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path as File

    from beanstack.eb.findings import Path
    from beanstack.text.document import Mistake, Node

SECTIONS = ("Resources", "Outputs")
IGNORED = ("AWSTemplateFormatVersion", "Description")
LACKING = "templates have neither parameters nor conditions: each environment may name a file of its own"
ATTRIBUTES = (
    *("Type", "Properties", "DependsOn", "Metadata", "CreationPolicy", "UpdatePolicy"),
    *("DeletionPolicy", "UpdateReplacePolicy"),
)
OF_BEANSTACK = "AWS::ElasticBeanstalk::"
SHORT_FORM = "yaml-tag"  # the mistake of EB's reader, which does not know them


class Source(NamedTuple):
    """The text of the file, and its tree."""

    document: Document
    root: Node

    def finding(self, path: Path, message: str) -> Finding:
        """Return a finding at the key of a path in the file."""
        node, _ = self.root.nearest(path)
        return Finding(path, message, place=self.document.place(node.key_start))


class Fragment(NamedTuple):
    """The file's resources and outputs as JSON, and its mistakes with their places."""

    resources: Mapping[str, Any] = {}
    outputs: Mapping[str, Any] = {}
    findings: tuple[Finding, ...] = ()
    source: Source | None = None

    def finding(self, path: Path, message: str) -> Finding:
        """Return a finding at the key of a path in the file, if there is one."""
        return self.source.finding(path, message) if self.source else Finding(path, message)


def read(file: File, name: str) -> Fragment:
    """Return the resources of a file, which messages call `name`."""
    try:
        text = file.read_text("utf-8")
    except OSError as error:
        return Fragment(findings=(Finding(("resources",), f"{name} cannot be read: {error.strerror}"),))
    except UnicodeDecodeError:
        return Fragment(findings=(mistake("not UTF-8", name),))
    document = Document(name, text)
    try:
        root, mistakes = json_tree(text) if file.suffix == ".json" else yaml11_tree(text)
    except NotReadableError as error:
        root, mistakes = None, [error.mistake]
    if root is None or not isinstance(root.value, dict):
        return Fragment(findings=tuple(_misread(document, mistakes)) or (mistake("expected `Resources`", name),))
    source = Source(document, root)
    findings = [*_misread(document, mistakes), *_judged(source)]
    if findings:
        return Fragment(findings=tuple(findings), source=source)
    resources, outputs = (_plain(root.entries()[key]) if key in root.entries() else {} for key in SECTIONS)
    return Fragment(resources, outputs, source=source)


def _misread(document: Document, mistakes: list[Mistake]) -> Iterator[Finding]:
    for one in mistakes:
        if one.kind != SHORT_FORM:
            yield Finding(one.path, one.message, place=document.place(one.start))


def _judged(source: Source) -> Iterator[Finding]:
    """Yield the mistakes in the sections of the file and in each of its resources."""
    root = source.root
    for key in root.entries():
        if key not in (*SECTIONS, *IGNORED):
            yield source.finding((key,), f"only `Resources` and `Outputs` join the stack; {LACKING}")
    if not root.entries("Resources"):
        yield source.finding(("Resources",), "expected a mapping of resources by logical ID")
    for name, resource in root.entries("Resources").items():
        path = ("Resources", name)
        if not re.fullmatch(LOGICAL_ID, name):
            yield source.finding(path, f"a logical ID has letters and digits alone, found {shown(name)}")
        kind = resource.text("Type")
        if not kind:
            yield source.finding(path, "needs a `Type`, such as AWS::SQS::Queue")
        elif kind.startswith(OF_BEANSTACK):
            yield source.finding((*path, "Type"), f"{kind} is made from config/ itself")
        for attribute in resource.entries():
            if attribute not in ATTRIBUTES:
                hint = suggestion(nearest(attribute, ATTRIBUTES))
                yield source.finding((*path, attribute), f"unknown attribute of a resource{hint}")
    for name, output in root.entries("Outputs").items():
        if "Value" not in output.entries():
            yield source.finding(("Outputs", name), "needs a `Value`")
    yield from _functions(source, root)


def _functions(source: Source, node: Node) -> Iterator[Finding]:
    """Yield functions that a template without conditions, parameters and macros cannot have."""
    function = _function(node)
    for key in (function, *node.entries()):
        if key in ("Fn::If", "Condition", "Fn::Transform", "Fn::FindInMap") and not _is_policy(node, key):
            yield source.finding(node.path, f"{key.removeprefix('Fn::')} cannot be used: {LACKING}")
    for _, below in node.children():
        yield from _functions(source, below)


def _is_policy(node: Node, key: str) -> bool:
    """Return whether a `Condition` belongs to an IAM statement and is not the name of a condition."""
    value = node.child(key)
    return key == "Condition" and value is not None and isinstance(value.value, dict)


def _function(node: Node) -> str:
    """Return the long name of the function whose short form a value has, empty without one."""
    name = node.tag.removeprefix("!")
    return name if name in ("", "Ref", "Condition") else f"Fn::{name}"


def _plain(node: Node) -> Any:
    """Return a value as JSON, with the long forms of functions."""
    value: Any = node.value
    if isinstance(value, dict):
        value = {key: _plain(below) for key, below in value.items()}
    elif isinstance(value, list):
        value = [_plain(below) for below in value]
    function = _function(node)
    if function == "Fn::GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {function: value} if function else value
