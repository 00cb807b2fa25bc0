"""Dockerrun.aws.json of the ECS managed Docker platform; beanstack.eb knows what EB accepts in it.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/create_deploy_docker_v2config.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from beanstack.eb.ecs import task
from beanstack.eb.ecs.placement import placement_findings
from beanstack.eb.namespaces import INSTANCES, LAUNCH
from beanstack.lint.bundles.shape import placed
from beanstack.lint.bundles.shell import scripts_of_shells, text_traps

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from beanstack.eb.findings import Finding
    from beanstack.lint.bundles.options import OptionSetting
    from beanstack.text.document import Document, Node

TYPES = ((INSTANCES, "InstanceTypes"), (LAUNCH, "InstanceType"))
PROCESS = re.compile(r"aws:elasticbeanstalk:environment:process:[^:]+")


def is_for_ecs(root: Node, *, for_docker: bool) -> bool:
    """Return whether a file describes containers of ECS; `for_docker`: its bundle is for another platform."""
    content = root.plain()
    return root.child("containerDefinitions") is not None and not task.is_for_docker(content, for_docker=for_docker)


def dockerrun_findings(document: Document, root: Node, *, for_docker: bool) -> Iterator[Finding]:
    """Yield the problems with the file by itself; `for_docker`: its bundle is for another platform than ECS."""
    yield from placed(document, root, task.dockerrun_findings(root.plain(), for_docker=for_docker))
    for container in root.items("containerDefinitions"):
        # A file that grows in a container is gone with the container, so appends are not checked.
        for script in scripts_of_shells([*container.items("entryPoint"), *container.items("command")]):
            yield from text_traps(document, script)


def port_findings(root: Node, settings: Sequence[OptionSetting]) -> Iterator[Finding]:
    """Yield the ports of processes in `.ebextensions` that no container maps.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-alb.html
    """
    ports: dict[str, OptionSetting] = {}
    for setting in settings:
        if PROCESS.fullmatch(setting.namespace) and setting.option == "Port":
            ports[setting.namespace] = setting  # a later file overrides
    content = root.plain()
    for setting in ports.values():
        port = str(setting.value.value)
        found = task.process_port_finding(content, int(port)) if port.isdecimal() else None
        if found:
            yield setting.document.finding(found.rule, setting.value, found.message, found.allowed)


def fit_findings(document: Document, root: Node, settings: Sequence[OptionSetting]) -> Iterator[Finding]:
    """Yield what containers reserve beyond what the instance types of `.ebextensions` have."""
    types: list[str] = []
    for setting in settings:
        if (setting.namespace, setting.option) in TYPES and isinstance(setting.value.value, str):
            types = [name.strip() for name in setting.value.value.split(",")]  # a later file overrides
    yield from placed(document, root, placement_findings(root.plain(), types))
