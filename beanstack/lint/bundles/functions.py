"""CloudFormation's functions in `.config` files, and EB's own Fn::GetOptionSetting.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/ebextensions-functions.html
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from beanstack.eb.findings import hint, nearest, shown
from beanstack.eb.stackresources import misspelt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.eb.findings import Finding, Path
    from beanstack.lint.bundles.merged import Merged
    from beanstack.text.document import Document, Node

GET_OPTION = "Fn::GetOptionSetting"
GET_OPTION_KEYS = ("Namespace", "OptionName", "DefaultValue")
# Those of EB's guide, and those that AWS's samples and the EB CLI's own files (ebcli/labs) use besides.
KNOWN = (
    *("Ref", "Fn::GetAtt", "Fn::Join", GET_OPTION),
    *("Fn::FindInMap", "Fn::Select", "Fn::GetAZs", "Fn::Base64", "Fn::If"),
)
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
OTHERS = (
    *("Fn::Cidr", "Fn::GetStackOutput", "Fn::ImportValue", "Fn::Length", "Fn::Split", "Fn::Sub"),
    *("Fn::ToJsonString", "Fn::Transform", "Fn::ForEach"),
)
OF_CONDITIONS = ("Fn::And", "Fn::Equals", "Fn::Not", "Fn::Or")
EB_MAPPINGS = ("AWSEBOptions", "ContainerMeta")  # of EB's own template, which its guide does not mention
IN_TEXT = re.compile(r"`\s*(\{[^`]{1,2000}\})\s*`")
VARIABLE = re.compile(r"\$\{([A-Za-z0-9:.]+)\}")


class Reference(NamedTuple):
    """A name that a function refers to, and where it is written."""

    name: str
    node: Node


def references(node: Node) -> Iterator[Reference]:
    """Yield the names that a value and everything in it refers to, functions in texts included."""
    if isinstance(node.value, str):
        for function in _in_text(node.value):
            for name in _names_in(function):
                yield Reference(name, node)
    entries = node.entries()
    if len(entries) == 1:
        for name, argument in entries.items():
            for found in _named(name, argument.plain()):
                first = argument.items()[0] if argument.items() else argument
                yield Reference(found, first)
    for _, child in node.children():
        yield from references(child)


def function_findings(document: Document, node: Node) -> Iterator[tuple[Path, Finding]]:
    """Yield the problems with the functions in a value, and the path of each function."""
    entries = node.entries()
    for name, argument in entries.items():
        if len(entries) == 1 and name.startswith("Fn::"):
            for finding in _function_findings(document, name, argument):
                yield node.path, finding
    for _, child in node.children():
        yield from function_findings(document, child)


def lookup_findings(merged: Merged) -> Iterator[tuple[Path, Finding]]:
    """Yield the lookups in mappings, or in rows of them, that no file has; a key that is a function may be any."""
    mappings = merged.section("Mappings")
    for section in ("Resources", "Outputs"):
        for path, argument in _lookups(merged.section(section), (section,)):
            match argument:
                case [str() as name, *_] if name not in mappings:
                    rule = "unresolved-name" if misspelt(name, mappings) else "resource-doubtful"
                    if name not in EB_MAPPINGS:
                        document, node = merged.part((*path, 0))
                        message = f"no file has the mapping {shown(name)}"
                        yield path, document.finding(rule, node, message, hint(name, mappings))
                case [str() as name, str() as row, _] if isinstance(mappings[name], dict) and row not in mappings[name]:
                    document, node = merged.part((*path, 1))
                    message = f"the mapping {name} has no key {shown(row)}"
                    yield path, document.finding("unresolved-name", node, message, hint(row, mappings[name]))


def _lookups(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """Yield the argument of each Fn::FindInMap in plain data, and its path."""
    children: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        children = [*value.items()]
    elif isinstance(value, list):
        children = [*enumerate(value)]
    for key, child in children:
        if key == "Fn::FindInMap":
            yield (*path, key), child
        yield from _lookups(child, (*path, key))


def _function_findings(document: Document, name: str, argument: Node) -> Iterator[Finding]:
    at = argument.key or argument
    if name == GET_OPTION:
        yield from _option_findings(document, argument)
    elif name in OTHERS:
        message = f"EB's guide does not name {name} among the functions that it supports"
        yield document.finding("doubtful-function", at, message, "Ref, Fn::GetAtt, Fn::Join or Fn::GetOptionSetting")
    elif name not in (*KNOWN, *OF_CONDITIONS) and not name.startswith("Fn::ForEach::"):
        known = (*KNOWN, *OTHERS, *OF_CONDITIONS)
        yield document.finding("wrong-function", at, f"unknown function {shown(name)}", hint(name, known))


def _option_findings(document: Document, argument: Node) -> Iterator[Finding]:
    """Yield the problems with the argument of Fn::GetOptionSetting."""
    if argument.child("OptionName") is None:
        message = "Fn::GetOptionSetting needs a mapping with an OptionName"
        yield document.finding("wrong-function", argument, message, ", ".join(GET_OPTION_KEYS))
        return
    for key, child in argument.entries().items():
        if key not in GET_OPTION_KEYS:
            message = f"Fn::GetOptionSetting has no key {shown(key)}"
            yield document.finding("doubtful-function", child.key or child, message, hint(key, GET_OPTION_KEYS))
    namespace, option = argument.child("Namespace"), argument.child("OptionName")
    if namespace and option and isinstance(namespace.value, str) and isinstance(option.value, str):
        yield from _name_findings(document, namespace, option)


def _name_findings(document: Document, namespace: Node, option: Node) -> Iterator[Finding]:
    """Yield whether a namespace or an option is misspelt: EB then finds nothing but the default."""
    # Imported here because most bundles read no options, and the facts take time to read.
    from beanstack.eb.options.catalogue import facts

    name, space = str(option.value), str(namespace.value)
    match = facts().find(space)
    if match is None:
        if not facts().unchecked(space):
            meant = facts().resembled(space)
            allowed = f"did you mean {meant!r}?" if meant else ""
            yield document.finding("doubtful-function", namespace, f"unknown namespace {shown(space)}", allowed)
    elif match.namespace.option(name) is None:
        near = nearest(name, [known.name for known in match.namespace.options.values()])
        allowed = f"did you mean {near!r}?" if near else ""
        yield document.finding("doubtful-function", option, f"{match.name} has no option {shown(name)}", allowed)


def _in_text(text: str) -> Iterator[Any]:
    """Yield the functions that a text contains between backquotes."""
    for written in IN_TEXT.findall(text):
        try:
            yield json.loads(written)
        except ValueError:
            continue


def _names_in(value: Any) -> Iterator[str]:
    """Yield the names that plain data refers to."""
    if isinstance(value, dict):
        if len(value) == 1:
            [(name, argument)] = value.items()
            yield from _named(name, argument)
        value = [*value.values()]
    if isinstance(value, list):
        for item in value:
            yield from _names_in(item)


def _named(function: str, argument: Any) -> Iterator[str]:
    """Yield the names that a function with a plain argument refers to, but for those inside the argument."""
    match function, argument:
        case "Ref", str():
            yield argument
        case "Fn::GetAtt", (str() as name) | [str() as name, *_]:
            yield name.partition(".")[0]
        case "Fn::Sub", str() as text:
            yield from _variables(text, ())
        case "Fn::Sub", [str() as text, dict() as own]:
            yield from _variables(text, own)


def _variables(text: str, own: Any) -> Iterator[str]:
    for name in VARIABLE.findall(text):
        if name not in own:
            yield name if name.startswith("AWS::") else name.partition(".")[0]
