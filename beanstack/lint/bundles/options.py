"""Option settings of `.ebextensions`.

Settings can also come from the environment itself or a saved configuration, and both override these. So nothing is
concluded from an option that is missing. https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options.html
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from beanstack.eb.layout import DOCKERRUN
from beanstack.eb.namespaces import CUSTOM, PROPERTIES
from beanstack.eb.rules import Kind
from beanstack.eb.settings import Context, parts
from beanstack.eb.shape import PLACEHOLDER, is_function

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from beanstack.eb.findings import Finding
    from beanstack.eb.options.catalogue import Option
    from beanstack.text.document import Document, Node

# https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/health-enhanced-cloudwatch.html
MAPPING = ("aws:elasticbeanstalk:healthreporting:system", "ConfigDocument")  # the one option that may be a mapping
# https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/single-container-docker-configuration.html
VERSION = "AWSEBDockerrunVersion"
VERSIONS_OF_DOCKER = ("1", "3")  # of Dockerrun.aws.json on the Docker platform
LISTED = 3  # other settings that a message names


@dataclass(frozen=True, slots=True)
class OptionSetting:
    """An option setting of a file; `places` are the indices of its parts in the text.

    `value` is the whole item if that has no value.
    """

    document: Document
    resource: str
    namespace: str
    option: str
    value: Node
    places: Mapping[str, int]


def read_settings(document: Document, root: Node, section: str = "option_settings") -> Iterator[OptionSetting]:
    """Yield the option settings of a file, in either form, that can be read."""
    for item in root.items(section):
        yield from _of_item(document, item)
    for options in root.entries(section).values():
        yield from _of_namespace(document, options)


def _of_item(document: Document, item: Node) -> Iterator[OptionSetting]:
    """Yield the setting in an item of a list."""
    name, resource = item.child("option_name"), item.child("resource_name")
    if name is None or not isinstance(name.value, str):
        return
    value = item.entries().get("value", item)
    places = {"namespace": name.start, "option": name.start, "resource": name.start, "value": value.start}
    if item.text("namespace"):
        places["namespace"] = item.entries()["namespace"].start
    if resource:
        places["resource"] = resource.start
    namespace = item.text("namespace") or PROPERTIES
    yield OptionSetting(document, item.text("resource_name") or "", namespace, name.value, value, places)


def _of_namespace(document: Document, options: Node) -> Iterator[OptionSetting]:
    """Yield the settings below a namespace, or below `resource.namespace`."""
    key = options.key
    if key is None:
        return
    resource, namespace = parts(key.name)
    at = key.start
    if resource:
        is_quoted = document.text[key.start] in ("'", '"')
        at += is_quoted + len(resource) + 1
    for option, value in options.entries().items():
        places = {"namespace": at, "option": value.key_start, "resource": key.start, "value": value.start}
        yield OptionSetting(document, resource, namespace, option, value, places)


def bundle_context(dockerrun: Node | None, *, ecs: bool) -> Context:
    """Return what a bundle says of its environment; `ecs`: it is for the ECS managed Docker platform."""
    context = Context(complete=False, platform="ecs-*" if ecs else None)
    if dockerrun:
        keys = frozenset(key for key in dockerrun.entries() if dockerrun.child(key))
        context = context._replace(files={DOCKERRUN: keys})
    if not ecs and dockerrun and str(dockerrun.entries().get(VERSION, dockerrun).value) in VERSIONS_OF_DOCKER:
        context = context._replace(platform="docker-*")
    return context


def option_findings(settings: Sequence[OptionSetting], context: Context, hint: str = "") -> Iterator[Finding]:
    """Yield the problems with settings that count together, in the order in which EB reads them.

    `hint` is a file that suggests the Docker platform, where nothing names the platform.
    """
    # Imported here because most bundles have no settings, and the facts take time to read.
    from beanstack.eb.options.catalogue import facts
    from beanstack.eb.options.check import check_options
    from beanstack.eb.settings import Setting, concerned

    checked: list[Setting] = []
    for one in settings:
        option = facts().find_option(one.namespace, one.option)
        separator = option.list_separator if option and option.type == "list" else None
        yield from _type_findings(one, option, separator)
        text = _text(one.value, separator)
        checked.append(Setting(one.namespace, one.option, text, one.resource, one.document.file))
    found = check_options(checked, facts(), context)
    if hint and context.platform is None:
        found += _hinted(found, check_options(checked, facts(), context._replace(platform="docker-*")), hint)
    for finding in found:
        yield _in_files(finding, [settings[index] for index in concerned(finding)] or settings)


def _hinted(found: Sequence[Finding], on_docker: Sequence[Finding], hint: str) -> Iterator[Finding]:
    """Yield as warnings what Elastic Beanstalk refuses on Docker, which a file of the bundle suggests."""
    known = {(finding.kind, finding.path[:1]) for finding in found}
    for finding in on_docker:
        if finding.kind is Kind.PLATFORM and (finding.kind, finding.path[:1]) not in known:
            yield replace(finding.as_warning(), message=f"{finding.message}, for which {hint} is")


def _in_files(finding: Finding, concerned: Sequence[OptionSetting]) -> Finding:
    """Return a finding at the first of the settings that it concerns."""
    culprit, *others = concerned
    message = finding.message
    if finding.also:
        message += f"; see {', '.join(_place(other, culprit) for other in others[:LISTED])}"
    part = str(finding.path[1]) if finding.path else "value"
    if part == "setting":
        part = "option"
    return culprit.document.finding(finding.rule, culprit.places[part], message, finding.allowed)


def _type_findings(one: OptionSetting, option: Option | None, separator: str | None) -> Iterator[Finding]:
    value = one.value.value
    if isinstance(value, list) and option and not separator and one.namespace != CUSTOM:
        yield one.document.finding("lenient-type", one.value, "expected a plain value, not a list")
    has_value = one.value.key is not None
    if isinstance(value, dict) and has_value and not is_function(value) and (one.namespace, one.option) != MAPPING:
        yield one.document.finding("lenient-type", one.value, "expected a plain value or a list, not a mapping")


def _text(node: Node, separator: str | None) -> str | None:
    """Return a value as EB takes it, a list as its items with a separator between them.

    None if CloudFormation or a later step has yet to provide it, or if YAML 1.1 reads it as something else, which
    another rule reports.
    """
    value = node.value
    if isinstance(value, list) and separator:
        return _joined([_text(item, None) for item in value], separator)
    if isinstance(value, dict | list) or node.reading or PLACEHOLDER.search(str(value)):
        return None
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def _joined(items: Sequence[str | None], separator: str) -> str | None:
    if None in items:
        return None
    return separator.join(item for item in items if item)


def _place(setting: OptionSetting, culprit: OptionSetting) -> str:
    file, line, _ = setting.document.place(setting.places["option"])
    return f"line {line}" if setting.document is culprit.document else f"{file}:{line}"
