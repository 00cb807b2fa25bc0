"""`${NAME}` where nothing replaces it: EB, ECS and Docker take such a text as it is.

Only a shell, Docker Compose or the application itself would replace it.
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-softwaresettings.html
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from beanstack.eb.findings import bundle_finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from beanstack.eb.findings import Finding, Path

VARIABLE = re.compile(r"\$\{(?:AWS::)?[A-Za-z_][A-Za-z0-9_]*\}")
SHELL = re.compile(r"(?:.*/)?(?:ba|da|a|k|z)?sh|.*\.sh")
# What others than ECS and Docker read: labels, and the options of Fluent Bit, which replaces variables itself.
# https://docs.fluentbit.io/manual/administration/configuring-fluent-bit/classic-mode/variables
READ_BY_OTHERS = ("dockerLabels", "firelensConfiguration")
FLUENT_BIT = "awsfirelens"
COMMANDS = ("command", "entryPoint")


def is_variable(value: Any) -> bool:
    """Return whether a value is a text with such a variable, and not a function in backticks, as EB writes them."""
    return isinstance(value, str) and not value.startswith("`") and VARIABLE.search(value) is not None


def variable_findings(content: Any, path: Path = ()) -> Iterator[Finding]:
    """Yield each variable in the values of a tree."""
    if isinstance(content, dict):
        for key, value in content.items():
            yield from variable_findings(value, (*path, key))
    elif isinstance(content, list):
        for index, item in enumerate(content):
            yield from variable_findings(item, (*path, index))
    elif is_variable(content):
        match = VARIABLE.search(content)
        name = match[0] if match else ""
        yield bundle_finding("not-replaced", path, f"nothing replaces {name} here; it stays as it is")


def container_variables(container: Mapping[str, Any], path: Path) -> Iterator[Finding]:
    """Yield the variables in a container definition, but for those that a shell or another program replaces."""
    for key, value in container.items():
        at = (*path, key)
        if key in READ_BY_OTHERS or (key == "logConfiguration" and _is_fluent_bit(value)):
            continue
        if key in COMMANDS and _is_shell([*_words(container, "entryPoint"), *_words(container, "command")]):
            continue
        if key == "healthCheck" and isinstance(value, dict) and _is_shell(_words(value, "command")):
            continue
        yield from variable_findings(value, at)


def _words(owner: Mapping[str, Any], key: str) -> Sequence[Any]:
    words = owner.get(key)
    return words if isinstance(words, list) else ()


def _is_shell(words: Sequence[Any]) -> bool:
    return any(word == "CMD-SHELL" or SHELL.fullmatch(str(word)) for word in words)


def _is_fluent_bit(configuration: Any) -> bool:
    return isinstance(configuration, dict) and configuration.get("logDriver") == FLUENT_BIT
