"""The option settings of environments and configuration templates.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticbeanstalk-environment.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticbeanstalk-configurationtemplate.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from beanstack.eb.catalogue import facts
from beanstack.eb.check import check_options
from beanstack.eb.settings import Setting, concerned, culprit
from beanstack.lint.rules.references import Value
from beanstack.lint.rules.scenario import moved

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from beanstack.eb.findings import Finding, Path
    from beanstack.eb.settings import Context
    from beanstack.lint.rules.scenario import Node, Scenario

PARTS = {"namespace": "Namespace", "option": "OptionName", "value": "Value", "resource": "ResourceName"}


class TemplateSetting(NamedTuple):
    """An option setting of a template: its item and the item's parts, and the values that it may have.

    `setting` has a value if there is only one. The setting is `certain` if it does not depend on undecided conditions.
    """

    item: Node
    parts: Mapping[str, Node | None]
    setting: Setting
    values: Sequence[Value]
    certain: bool

    @property
    def identity(self) -> tuple[str, str, str]:
        """What distinguishes it from other settings."""
        return self.setting.namespace.lower(), self.setting.option.lower(), self.setting.resource

    def path(self, part: str) -> Path:
        """Return the path of a part, or of the whole item if it has no such part."""
        node = self.parts.get(part)
        return node.path if node else self.item.path


class Settings(NamedTuple):
    """The option settings of a resource that could be read; not `complete` if some could not."""

    readable: list[TemplateSetting]
    complete: bool = True

    def find(self, namespace: str, option: str) -> Node | None:
        """Return the value of an option."""
        for setting in self.readable:
            if setting.identity[:2] == (namespace, option.lower()):
                return setting.parts["value"]
        return None


def read_settings(scenario: Scenario, properties: Node | None) -> Settings:
    """Return the option settings of an Environment or a ConfigurationTemplate."""
    node = scenario.child(properties, "OptionSettings")
    if node is None:
        return Settings([])
    complete = isinstance(node.value, list)
    readable: list[TemplateSetting] = []
    for item in scenario.items(node):
        setting = _read_setting(scenario, item)
        if setting:
            readable.append(setting)
        else:
            complete = False
    return Settings(readable, complete)


def _read_setting(scenario: Scenario, item: Node) -> TemplateSetting | None:
    """Return None if the option is unknown or its value is AWS::NoValue."""
    parts = {part: scenario.child(item, key) for part, key in PARTS.items()}
    namespace, option, value = scenario.text(parts["namespace"]), scenario.text(parts["option"]), parts["value"]
    resource = scenario.text(parts["resource"]) if parts["resource"] else ""
    if namespace is None or option is None or resource is None:
        return None
    if value is None:
        if item.child(PARTS["value"]):
            return None
        setting = Setting(namespace, option, None, resource)
        return TemplateSetting(item, parts, setting, [Value(None, item.path)], certain=True)
    setting = Setting(namespace, option, scenario.text(value), resource, sketch=scenario.sketch(value))
    return TemplateSetting(item, parts, setting, scenario.values(value), scenario.is_certain(value.path))


def overlaid(base: Settings, over: Settings) -> Settings:
    """Return the settings of a configuration template with those of the environment that uses it on top."""
    set_again = {setting.identity for setting in over.readable}
    kept = [setting for setting in base.readable if setting.identity not in set_again]
    return Settings([*kept, *over.readable], base.complete and over.complete)


def option_findings(settings: Settings, context: Context) -> Iterator[Finding]:
    """Yield what is wrong with option settings."""
    readable = settings.readable
    for finding in _findings([one.setting for one in readable], context):
        # Undecided conditions may come with other values of the settings than those of this scenario.
        if _is_alone(finding) or all(readable[index].certain for index in concerned(finding)):
            if finding.path:
                yield _in_template(finding, readable[culprit(finding)])
            else:
                yield moved(finding, ())
    for one in readable:
        if len(one.values) > 1:
            yield from _value_findings(one, context)


def _value_findings(one: TemplateSetting, context: Context) -> Iterator[Finding]:
    """Yield what is wrong with each of several values, of which it is unknown what other settings come with them."""
    for value in one.values:
        setting = one.setting._replace(value=value.text)
        for finding in check_options([setting], facts(), context):
            if _is_alone(finding):
                yield _in_template(finding, one._replace(values=[value]))


def _findings(settings: Sequence[Setting], context: Context) -> Iterator[Finding]:
    """Yield findings, as errors only those that no other setting would prevent: it may come from elsewhere."""
    certain = {_identity(finding) for finding in check_options(settings, facts(), context._replace(complete=False))}
    for finding in check_options(settings, facts(), context):
        yield finding if _identity(finding) in certain else finding.as_warning()


def _identity(finding: Finding) -> tuple[str, Path, str]:
    return finding.id, finding.path[:1], finding.constraint


def _is_alone(finding: Finding) -> bool:
    """Return whether a finding is about one setting only."""
    return not finding.also and not finding.constraint


def _in_template(finding: Finding, setting: TemplateSetting) -> Finding:
    part = str(finding.path[1])
    path = setting.path(part)
    if part == "value" and len(setting.values) == 1:
        return moved(finding, path, setting.values[0].path)
    return moved(finding, path, path)
