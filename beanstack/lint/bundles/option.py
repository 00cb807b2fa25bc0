"""Option settings of `.ebextensions`: those of a file with their places, and what is wrong with those of a bundle.

Settings can also come from the environment itself or a saved configuration, both of which go before these, so nothing
is concluded from an option that is not here. https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from beanstack.eb.namespaces import PROPERTIES
from beanstack.eb.settings import parts
from beanstack.eb.shape import PLACEHOLDER, is_function

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from beanstack.eb.findings import Finding
    from beanstack.text.document import Document, Node

CUSTOM = "aws:elasticbeanstalk:customoption"
# https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/health-enhanced-cloudwatch.html
MAPPING = ("aws:elasticbeanstalk:healthreporting:system", "ConfigDocument")  # the one option that may be a mapping
SHOWN = 3  # other settings that take part


@dataclass(frozen=True, slots=True)
class OptionSetting:
    """An option setting of a file; `places` are the indices of its parts in the text. `value` is its whole item where
    that gives none."""

    document: Document
    resource: str
    namespace: str
    option: str
    value: Node
    places: Mapping[str, int]


def settings(document: Document, root: Node) -> Iterator[OptionSetting]:
    """Return the option settings of a file, in either form, as far as they can be read."""
    given = root.child("option_settings")
    for item in given.items() if given else ():
        option = item.child("option_name")
        if option is None or not isinstance(option.value, str):
            continue
        namespace, resource = item.text("namespace"), item.text("resource_name")
        value = item.entries().get("value", item)
        nodes: Mapping[str, Node | None] = {
            "namespace": item.child("namespace") if namespace else None,
            "option": option,
            "resource": item.child("resource_name"),
            "value": value,
        }
        places: dict[str, int] = {part: (node or option).start for part, node in nodes.items()}
        yield OptionSetting(document, resource or "", namespace or PROPERTIES, option.value, value, places)
    for node in given.entries().values() if given else ():
        yield from _mapped(document, node)


def _mapped(document: Document, options: Node) -> Iterator[OptionSetting]:
    """Yield the settings below a namespace, or below `resource.namespace`."""
    written = options.key
    if written is None:
        return
    resource, namespace = parts(written.name)
    quoted = document.text[written.start : written.start + 1] in ("'", '"')
    behind = written.start + quoted + len(resource) + 1 if resource else written.start
    for option, value in options.entries().items():
        at = value.key.start if value.key else value.start
        places: dict[str, int] = {
            "namespace": behind,
            "option": at,
            "resource": written.start,
            "value": value.start,
        }
        yield OptionSetting(document, resource, namespace, option, value, places)


def option_findings(
    found: Sequence[OptionSetting], *, ecs: bool, files: Mapping[str, Collection[str]] | None
) -> Iterator[Finding]:
    """What is wrong with all settings of a bundle, in the order in which EB reads them.

    `ecs`: of the ECS managed Docker platform; `files`: the top-level keys of its files by name.
    """
    # Only here, because most bundles have no settings, and the facts take time to read.
    from beanstack.eb.catalogue import facts
    from beanstack.eb.check import check_options
    from beanstack.eb.settings import Context, Setting, concerned

    given: list[Setting] = []
    for one in found:
        option = facts().find_option(one.namespace, one.option)
        separator = option.list_separator if option and option.type == "list" else None
        if isinstance(one.value.value, list) and option and not separator and one.namespace != CUSTOM:
            yield one.document.finding("lenient-type", one.value, "expected a plain value, not a list")
        is_mapping = isinstance(one.value.value, dict) and one.value.key and not is_function(one.value.value)
        if is_mapping and (one.namespace, one.option) != MAPPING:
            yield one.document.finding("lenient-type", one.value, "expected a plain value or a list, not a mapping")
        given.append(Setting(one.namespace, one.option, text(one.value, separator), one.resource, one.document.file))
    keys = None if files is None else {name: frozenset(there) for name, there in files.items()}
    context = Context(None, "ecs-*" if ecs else None, complete=False, files=keys)
    for finding in check_options(given, facts(), context):
        index, *also = concerned(finding) or [0]
        culprit = found[index]
        others = ", ".join(_place(found[other], culprit) for other in also[:SHOWN])
        message = f"{finding.message}; see {others}" if others else finding.message
        part = str(finding.path[1]) if finding.path else "value"
        at = culprit.places["option" if part == "setting" else part]
        yield culprit.document.finding(finding.rule, at, message, finding.allowed)


def text(node: Node, separator: str | None = None) -> str | None:
    """A value as EB takes it, a list as its items with a separator between them, where there is one.

    None where a function of CloudFormation or a later step has yet to give it, and where YAML 1.1 reads a text as
    something else, of which another rule speaks.
    """
    value = node.value
    if isinstance(value, list) and separator:
        items = [text(item) for item in value]
        return None if None in items else separator.join(item for item in items if item)
    if isinstance(value, dict | list) or node.reading:
        return None
    if isinstance(value, bool) or value is None:
        return "" if value is None else str(value).lower()
    return None if PLACEHOLDER.search(str(value)) else str(value)


def _place(setting: OptionSetting, culprit: OptionSetting) -> str:
    file, line, _ = setting.document.place(setting.places["option"])
    return f"line {line}" if setting.document is culprit.document else f"{file}:{line}"
