"""The name of an environment, of which cfn-lint knows the length alone.

https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_CreateEnvironment.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from beanstack.eb.findings import shown
from beanstack.eb.rules import Kind
from beanstack.eb.settings import known
from beanstack.lint.rules.found import found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.eb.findings import Finding
    from beanstack.lint.rules.worlds import Node, World

FORM = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?")


def name_findings(world: World, properties: Node | None) -> Iterator[Finding]:
    """An EnvironmentName with other characters than letters, digits and hyphens, or a hyphen at an end."""
    node = world.child(properties, "EnvironmentName")
    for text in world.texts(node) if node else ():
        name = known(text.text)
        if node and name and not FORM.fullmatch(name):
            message = f"the name {shown(name)} is not of letters, digits and hyphens, without a hyphen at an end"
            yield found("error", Kind.ENVIRONMENT_NAME, message, node.path, text.path)
