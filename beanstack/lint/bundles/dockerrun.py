"""Dockerrun.aws.json of the ECS managed Docker platform: beanstack.eb judges it, this module its commands.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/create_deploy_docker_v2config.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.eb.task import dockerrun_findings as findings_of
from beanstack.lint.bundles.shape import placed
from beanstack.lint.bundles.shell import by_shell, text_traps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.eb.findings import Finding
    from beanstack.text.document import Document, Node


def dockerrun_findings(document: Document, root: Node) -> Iterator[Finding]:
    """Yield what is wrong with the file by itself."""
    yield from placed(document, root, findings_of(root.plain()))
    for container in root.items("containerDefinitions"):
        for script in by_shell([*container.items("entryPoint"), *container.items("command")]):
            yield from text_traps(document, script)  # a file that grows is gone with the container
