"""The option settings of environments and configuration templates.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticbeanstalk-environment.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticbeanstalk-configurationtemplate.html
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from beanstack.eb.options.catalogue import facts
from beanstack.eb.options.check import check_options
from beanstack.eb.options.together import MISPLACED
from beanstack.eb.settings import Setting, concerned, culprit
from beanstack.lint.rules.references import Value
from beanstack.lint.rules.scenario import moved

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from beanstack.eb.findings import Finding, Path
    from beanstack.eb.settings import Context
    from beanstack.lint.rules.scenario import Node

CHECKED = 1000  # sets of settings whose findings are kept
KEYS = {"namespace": "Namespace", "option": "OptionName", "value": "Value", "resource": "ResourceName"}


class TemplateSetting(NamedTuple):
    """An option setting of a template, and the values that it may have.

    `setting` has a value if there is only one. The setting is `certain` if it does not depend on undecided conditions.
    """

    item: Node
    setting: Setting
    values: Sequence[Value]
    certain: bool

    @property
    def identity(self) -> tuple[str, str, str]:
        """What distinguishes it from other settings."""
        return self.setting.namespace.lower(), self.setting.option.lower(), self.setting.resource

    def path(self, part: str) -> Path:
        """Return the path of a part as a finding names it, or of the whole item if it has no such part."""
        node = self.item.child(KEYS.get(part, part))
        return (node or self.item).path


class Settings(NamedTuple):
    """The option settings of a resource that could be read; not `complete` if some could not."""

    readable: list[TemplateSetting]
    complete: bool = True

    def find(self, namespace: str, option: str) -> Node | None:
        """Return the value of an option."""
        for setting in self.readable:
            if setting.identity[:2] == (namespace, option.lower()):
                return setting.item.child("Value")
        return None

    def text(self, namespace: str, option: str) -> str | None:
        """Return the value of an option if it is known."""
        node = self.find(namespace, option)
        return node.text() if node else None


def read_settings(properties: Node) -> Settings:
    """Return the option settings of an Environment or a ConfigurationTemplate."""
    node = properties.child("OptionSettings")
    if node is None:
        return Settings([])
    complete = isinstance(node.value, list)
    readable: list[TemplateSetting] = []
    for item in node.items():
        setting = _read_setting(item)
        if setting:
            readable.append(setting)
        else:
            complete = False
    return Settings(readable, complete)


def _read_setting(item: Node) -> TemplateSetting | None:
    """Return a setting, or None if it is unknown which option it sets, or if its value is AWS::NoValue."""
    read = item.scenario.once(item, _read)
    return TemplateSetting(item, *read) if read else None


def _read(item: Node) -> tuple[Setting, Sequence[Value], bool] | None:
    """Return the parts of a setting but for its node."""
    namespace, option = item.text("Namespace"), item.text("OptionName")
    resource = item.text("ResourceName") if item.child("ResourceName") else ""
    if namespace is None or option is None or resource is None:
        return None
    value = item.child("Value")
    if value:
        return Setting(namespace, option, value.text(), resource, sketch=value.sketch()), value.values(), value.certain
    if "Value" in item.value:
        return None
    return Setting(namespace, option, None, resource), [Value(None, item.path)], True


def overlaid(base: Settings, over: Settings) -> Settings:
    """Return the settings of a configuration template with those of the environment that uses it on top."""
    set_again = {setting.identity for setting in over.readable}
    kept = [setting for setting in base.readable if setting.identity not in set_again]
    return Settings([*kept, *over.readable], base.complete and over.complete)


def option_findings(settings: Settings, context: Context) -> Iterator[Finding]:
    """Yield the problems with option settings."""
    readable = settings.readable
    for finding in _findings(tuple(one.setting for one in readable), context):
        certain = all(readable[index].certain for index in concerned(finding))
        # Undecided conditions may come with other values of the settings than those of this scenario.
        if not certain and not _is_alone(finding):
            continue
        if finding.path:
            yield _in_template(finding, readable[culprit(finding)])
        else:
            yield moved(finding, ())
    for one in readable:
        if len(one.values) > 1:
            yield from _value_findings(one, context)


def _value_findings(one: TemplateSetting, context: Context) -> Iterator[Finding]:
    """Yield the problems with each of several values; which other settings come with it is unknown."""
    for value in one.values:
        setting = one.setting._replace(value=value.text)
        for finding in _checked((setting,), context):
            if _is_alone(finding):
                yield _in_template(finding, one._replace(values=[value]))


@lru_cache(maxsize=CHECKED)
def _checked(settings: tuple[Setting, ...], context: Context) -> Sequence[Finding]:
    """Return the findings on settings, which many scenarios and environments have in common."""
    return check_options(settings, facts(), context)


def _findings(settings: tuple[Setting, ...], context: Context) -> list[Finding]:
    """Return findings, as errors only those that no other setting would prevent: it may come from elsewhere."""
    found = [*_checked(settings, context)]
    if all(finding.severity != "error" for finding in found):
        return found
    certain = [_identity(finding) for finding in _checked(settings, context._replace(complete=False))]
    for index, finding in enumerate(found):
        if _identity(finding) not in certain:
            found[index] = finding.as_warning()
    return found


def _identity(finding: Finding) -> tuple[str, Path, str]:
    return finding.id, finding.path[:1], finding.constraint


def _is_alone(finding: Finding) -> bool:
    """Return whether a finding is about one setting only, in whatever environment."""
    return not finding.also and not finding.constraint and finding.kind not in MISPLACED


def _in_template(finding: Finding, setting: TemplateSetting) -> Finding:
    part = str(finding.path[1])
    path = setting.path(part)
    if part == "value" and len(setting.values) == 1:
        return moved(finding, path, setting.values[0].path)
    return moved(finding, path, path)
