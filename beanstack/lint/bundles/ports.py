"""What Dockerrun.aws.json and the option settings of `.ebextensions` must agree on.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-alb.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from beanstack.lint.bundles.document import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from beanstack.lint.bundles.document import Document, Node
    from beanstack.lint.bundles.ebextensions import Setting
    from beanstack.lint.bundles.rules import Finding

PROCESS = re.compile(r"aws:elasticbeanstalk:environment:process:[^:]+")
SECRETS = "aws:elasticbeanstalk:application:environmentsecrets"


def port_findings(
    dockerrun: Document, root: Node, files: Sequence[tuple[Document, Sequence[Setting]]]
) -> Iterator[Finding]:
    """Ports of processes that no container has; secrets that no role may read."""
    definitions = root.child("containerDefinitions")
    mappings = [m for container in root.items("containerDefinitions") for m in container.items("portMappings")]
    ports = {m.number("hostPort") for m in mappings} - {None, 0}
    if definitions and definitions.key and definitions.items() and not mappings:
        message = "no container maps a port, so nothing answers the load balancer"
        yield dockerrun.finding(
            "process-port-mapped", definitions.key, message, "hostPort 80, or the Port of the process"
        )
    for document, settings in files:
        for setting in settings:
            value = setting.value.value
            number = int(value) if isinstance(value, int) or (isinstance(value, str) and value.isdecimal()) else None
            is_port = PROCESS.fullmatch(setting.namespace) and setting.option == "Port"
            if is_port and ports and number is not None and number not in ports:
                message = f"no container maps the instance's port {number}"
                mapped = ", ".join(f"{port:.0f}" for port in sorted(port for port in ports if port))
                yield document.finding("process-port-mapped", setting.value, message, f"one of {mapped}")
            if setting.namespace == SECRETS and not root.child("executionRoleArn"):
                at = setting.at.key if setting.at is setting.value and setting.at.key else setting.at
                message = f"{shown(setting.option)} needs an executionRoleArn in Dockerrun.aws.json"
                yield document.finding("secrets-need-role", at, message)
