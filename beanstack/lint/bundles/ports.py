"""Ports on which Dockerrun.aws.json and the option settings of `.ebextensions` must agree.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-alb.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from beanstack.eb.task import process_port_finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from beanstack.eb.findings import Finding
    from beanstack.lint.bundles.option import OptionSetting
    from beanstack.text.document import Node

PROCESS = re.compile(r"aws:elasticbeanstalk:environment:process:[^:]+")


def port_findings(dockerrun: Node, settings: Sequence[OptionSetting]) -> Iterator[Finding]:
    """Yield the ports of processes that no container maps."""
    content = dockerrun.plain()
    given = [setting for setting in settings if PROCESS.fullmatch(setting.namespace) and setting.option == "Port"]
    for setting in {setting.namespace: setting for setting in given}.values():  # a later file overrides
        port = setting.value.value
        if not str(port).isdecimal():
            continue
        found = process_port_finding(content, int(str(port)))
        if found:
            yield setting.document.finding(found.rule, setting.value, found.message, found.allowed)
