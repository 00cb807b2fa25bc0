"""Secrets that a template takes from parameters which CloudFormation shows, or that its outputs show.

CloudFormation masks the values of parameters with NoEcho alone, and shows those of outputs to everyone who may describe
the stack.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/security-best-practices.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from beanstack.eb.findings import report
from beanstack.eb.namespaces import PROPERTIES
from beanstack.eb.options.catalogue import facts
from beanstack.eb.rules import Kind
from beanstack.eb.secrets import is_secret
from beanstack.lint.rules.references import as_text, references, section

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.eb.findings import Finding, Path
    from beanstack.lint.rules.options import Settings, TemplateSetting
    from beanstack.lint.rules.scenario import Node

SAMPLE = "x-Sample-1"  # a value of which nothing says whether it is a secret, but the name that it has
INSTEAD = "take it from a dynamic reference such as {{resolve:secretsmanager:...}}, or give the parameter NoEcho"


def parameter_findings(settings: Settings) -> Iterator[Finding]:
    """Yield the settings whose secret comes from a parameter that is shown, and the outputs that show one."""
    secrets: dict[str, TemplateSetting] = {}
    for setting in settings.readable:
        node = setting.item.child("Value")
        for name in _secret_parameters(setting, node) if node else ():
            secrets.setdefault(name, setting)
            if node and not _is_masked(node, name) and not _has_plain_default(setting, node, name):
                message = (
                    f"{setting.setting.option} comes from the parameter '{name}', which CloudFormation shows; {INSTEAD}"
                )
                yield report("warning", Kind.SECRET, message, node.path, also=(node.path,))
    for name, setting in secrets.items():
        yield from _outputs(setting.item, name)


def _secret_parameters(setting: TemplateSetting, node: Node) -> list[str]:
    """Return the parameters in a value that hold a secret: all of a secret option, of others those with such a name."""
    if not isinstance(node.value, dict):
        return []
    parameters = section(node.scenario.template, "Parameters")
    named = [name for name in node.references() if name in parameters]
    if not named or _is_secret(setting):
        return named
    return [name for name in named if setting.setting.namespace == PROPERTIES and is_secret(name, SAMPLE)]


def _is_secret(setting: TemplateSetting) -> bool:
    namespace, option = setting.setting.namespace, setting.setting.option
    fact = facts().find_option(namespace, option)
    if fact and fact.sensitive:
        return True
    return namespace.lower() == PROPERTIES and is_secret(option, SAMPLE)


def _parameter(node: Node, name: str) -> dict[str, Any]:
    found = section(node.scenario.template, "Parameters").get(name)
    return found if isinstance(found, dict) else {}


def _is_masked(node: Node, name: str) -> bool:
    return as_text(_parameter(node, name).get("NoEcho", False)).lower() == "true"


def _has_plain_default(setting: TemplateSetting, node: Node, name: str) -> bool:
    """Return whether the default is itself reported as a secret in plain text."""
    default = as_text(_parameter(node, name).get("Default", ""))
    fact = facts().find_option(setting.setting.namespace, setting.setting.option)
    if fact and fact.sensitive:
        return bool(default.strip())
    return is_secret(setting.setting.option, default)


def _outputs(node: Node, name: str) -> Iterator[Finding]:
    """Yield the outputs that contain a parameter."""
    for output, fact in section(node.scenario.template, "Outputs").items():
        if isinstance(fact, dict) and name in references(fact.get("Value")):
            path: Path = ("Outputs", output, "Value")
            message = f"this output shows the secret of the parameter '{name}'"
            yield report("warning", Kind.SECRET, message, path, also=(path,))
