"""Ports on which Dockerrun.aws.json and the option settings of `.ebextensions` must agree.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-alb.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from beanstack.eb.findings import Finding
    from beanstack.lint.bundles.document import Document, Node
    from beanstack.lint.bundles.option import OptionSetting

PROCESS = re.compile(r"aws:elasticbeanstalk:environment:process:[^:]+")


def port_findings(dockerrun: Document, root: Node, settings: Sequence[OptionSetting]) -> Iterator[Finding]:
    """Ports of processes that no container has."""
    definitions = root.child("containerDefinitions")
    mappings = [m for container in root.items("containerDefinitions") for m in container.items("portMappings")]
    ports = {m.number("hostPort") for m in mappings} - {None, 0}
    if definitions and definitions.key and definitions.items() and not mappings:
        message = "no container maps a port, so nothing answers the load balancer"
        yield dockerrun.finding(
            "process-port-mapped", definitions.key, message, "hostPort 80, or the Port of the process"
        )
    given = [setting for setting in settings if PROCESS.fullmatch(setting.namespace) and setting.option == "Port"]
    for setting in {setting.namespace: setting for setting in given}.values():  # a later file overrides
        value = setting.value.value
        number = int(value) if isinstance(value, int) or (isinstance(value, str) and value.isdecimal()) else None
        if ports and number is not None and number not in ports:
            message = f"no container maps the instance's port {number}"
            mapped = ", ".join(f"{port:.0f}" for port in sorted(port for port in ports if port))
            yield setting.document.finding("process-port-mapped", setting.value, message, f"one of {mapped}")
