"""env.yaml, saved configurations and cron.yaml; beanstack.eb knows what EB accepts in them.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environment-cfg-manifest.html
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features-managing-env-tiers.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.eb.cron import cron_findings
from beanstack.eb.manifests import context_of, facts, is_manifest, manifest_findings
from beanstack.eb.tiers import WEB
from beanstack.lint.bundles.options import option_findings, read_settings
from beanstack.lint.bundles.shape import placed, reading_findings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.eb.findings import Finding
    from beanstack.text.document import Document, Node


def environment_findings(document: Document, root: Node, *, ecs: bool, saved: bool) -> Iterator[Finding]:
    """Yield the problems with an env.yaml or a saved configuration, whose settings are judged by themselves.

    `ecs`: the bundle is for the ECS managed Docker platform. `saved`: the file is a saved configuration by its name.
    """
    content = root.plain()
    if not saved and not is_manifest(content):
        message = "has no key of an environment manifest, but the EB CLI makes EB read it as one"
        yield document.finding("not-a-manifest", root, message)
        return
    if not isinstance(content, dict):
        yield document.finding("wrong-type", root, "expected a mapping")
        return
    yield from placed(document, root, manifest_findings(content, ecs=ecs))
    yield from reading_findings(document, root, facts()["manifest"])
    settings = [*read_settings(document, root, "OptionSettings")]
    if settings:
        yield from option_findings(settings, context_of(content))


def task_findings(document: Document, root: Node | None, manifest: Node | None) -> Iterator[Finding]:
    """Yield the problems with a cron.yaml, whose root is None if it is empty, beside the bundle's manifest."""
    if root is None:
        for finding in cron_findings(None):
            yield document.finding(finding.rule, 0, finding.message, finding.allowed)
        return
    yield from placed(document, root, cron_findings(root.plain()))
    if manifest and context_of(manifest.plain()).tier == WEB.id:
        message = "env.yaml makes this a web server environment, and only workers run periodic tasks"
        yield document.finding("cron-elsewhere", root, message)
