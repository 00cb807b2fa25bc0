"""Ports on which Dockerrun.aws.json and the option settings of `.ebextensions` must agree.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-alb.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from beanstack.eb.task import mapped_ports

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from beanstack.eb.findings import Finding
    from beanstack.lint.bundles.option import OptionSetting
    from beanstack.text.document import Node

PROCESS = re.compile(r"aws:elasticbeanstalk:environment:process:[^:]+")


def port_findings(dockerrun: Node, settings: Sequence[OptionSetting]) -> Iterator[Finding]:
    """Yield the ports of processes that no container maps."""
    ports = sorted({*mapped_ports(dockerrun.plain())})
    given = [setting for setting in settings if PROCESS.fullmatch(setting.namespace) and setting.option == "Port"]
    for setting in {setting.namespace: setting for setting in given}.values():  # a later file overrides
        value = setting.value.value
        number = int(value) if isinstance(value, int) or (isinstance(value, str) and value.isdecimal()) else None
        if ports and number is not None and number not in ports:
            message = f"no container maps the instance's port {number}"
            mapped = f"one of {', '.join(map(str, ports))}"
            yield setting.document.finding("process-port-mapped", setting.value, message, mapped)
