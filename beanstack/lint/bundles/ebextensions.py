"""`.ebextensions/*.config`: keys, option settings, files and resources; commands are judged in commands.py.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/ebextensions.html
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from beanstack.lint.bundles.commands import command_findings, text_traps
from beanstack.lint.bundles.document import nearest, shown
from beanstack.lint.bundles.rules import FACTS
from beanstack.lint.bundles.shape import shape_findings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from beanstack.lint.bundles.document import Document, Node
    from beanstack.lint.bundles.rules import Finding

ABSOLUTE = re.compile(r"/|[A-Za-z]:[\\/]")  # the latter on Windows
OLD_HOOKS = "/opt/elasticbeanstalk/hooks/"  # of the Amazon Linux AMI


@dataclass(frozen=True, slots=True)
class Setting:
    """An option setting of a file; `at` is where its option is named."""

    resource: str
    namespace: str
    option: str
    value: Node
    at: Node


@cache
def facts() -> Mapping[str, Any]:
    """facts/ebextensions.json."""
    return dict(json.loads((FACTS / "ebextensions.json").read_text("utf-8")))


def extension_findings(document: Document, root: Node, names: Collection[str], *, ecs: bool) -> Iterator[Finding]:
    """What is wrong with a file of a bundle whose files are `names`; `ecs`: of the ECS managed Docker platform."""
    if not isinstance(root.value, dict):
        yield document.finding("no-sections", root, f"expected sections such as `commands`, not {shown(root.value)}")
        return
    yield from shape_findings(document, root, facts()["file"], lenient=True, top="unknown-section")
    yield from _options(document, root, ecs=ecs)
    yield from _files(document, root)
    yield from command_findings(document, root, names)
    for name, resource in root.entries("Resources").items():
        own = name in facts()["environment_resources"]
        if name.startswith("AWSEB") and not own and not resource.child("Type") and resource.key:
            message = f"{shown(name)} is no resource of an environment, and has no Type"
            yield document.finding(
                "unknown-resource", resource.key, message, nearest(name, facts()["environment_resources"])
            )


def settings(root: Node) -> Iterator[Setting]:
    """The option settings of a file, in either form, as far as they can be read."""
    given = root.child("option_settings")
    for item in given.items() if given else ():
        option, value = item.child("option_name"), item.child("value")
        if option and value and isinstance(option.value, str):
            namespace = item.text("namespace") or str(facts()["default_namespace"])
            yield Setting(item.text("resource_name") or "", namespace, option.value, value, option)
    for name, options in given.entries().items() if given else ():
        resource, _, rest = name.partition(".")
        resource, namespace = (resource, rest) if rest.startswith("aws:") else ("", name)
        for key, node in options.entries().items():
            yield Setting(resource, namespace, key, node, node)


def _options(document: Document, root: Node, *, ecs: bool) -> Iterator[Finding]:
    seen: dict[tuple[str, str, str], Setting] = {}
    for setting in settings(root):
        at = setting.at.key or setting.at if setting.at is setting.value else setting.at
        same = (setting.resource, setting.namespace, setting.option)
        if same in seen:
            message = f"{setting.namespace} {shown(setting.option)} is set in this file already"
            yield document.finding("option-twice", at, message)
        seen.setdefault(same, setting)
        if [setting.namespace, setting.option] in facts()["not_settable_here"]:
            message = f"{setting.option} is set when an environment is made, not in .ebextensions"
            yield document.finding("not-settable-here", at, message)
        is_function = isinstance(setting.value.value, str) and setting.value.value.startswith("`")
        if ecs and is_function and setting.namespace == facts()["default_namespace"]:
            message = "on the ECS platform an environment property cannot be a CloudFormation function"
            yield document.finding("function-in-property", setting.value, message)


def _files(document: Document, root: Node) -> Iterator[Finding]:
    for path, file in root.entries("files").items():
        at = file.key or file
        if not ABSOLUTE.match(path):
            yield document.finding("relative-path", at, f"{shown(path)} is no absolute path")
        if path.startswith(OLD_HOOKS):
            message = "hooks of the Amazon Linux AMI, which later platforms do not run"
            yield document.finding("old-hooks", at, message, ".platform/hooks/ in the bundle")
        content, source = file.child("content"), file.child("source")
        if content and source and source.key:
            yield document.finding(
                "content-and-source", source.key, "both `content` and `source` are given", "one of them"
            )
        if not content and not source and isinstance(file.value, dict):
            yield document.finding("no-content", at, f"{shown(path)} has neither `content` nor `source`", "one of them")
        if content:
            yield from text_traps(document, content)
