"""`.ebextensions/*.config`: keys and files. commands.py, options.py and resources.py check the other sections.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/ebextensions.html
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from beanstack.eb import FACTS
from beanstack.eb.findings import shown
from beanstack.eb.namespaces import PROPERTIES
from beanstack.eb.shape import shape_findings
from beanstack.eb.unreplaced import is_variable
from beanstack.lint.bundles.commands import command_findings
from beanstack.lint.bundles.deployed import file_findings
from beanstack.lint.bundles.interpreters import content_findings
from beanstack.lint.bundles.shape import placed, reading_findings
from beanstack.lint.bundles.shell import text_traps

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from beanstack.eb.findings import Finding
    from beanstack.lint.bundles.options import OptionSetting
    from beanstack.text.document import Document, Node

ABSOLUTE = re.compile(r"/|[A-Za-z]:[\\/]")  # the latter on Windows
OLD_HOOKS = "/opt/elasticbeanstalk/hooks/"  # of the Amazon Linux AMI


@cache
def facts() -> Mapping[str, Any]:
    """Return what EB knows in these files: facts/ebextensions.json."""
    return dict(json.loads((FACTS / "ebextensions.json").read_text("utf-8")))


def extension_findings(
    document: Document, root: Node, names: Collection[str], options: Sequence[OptionSetting], *, ecs: bool
) -> Iterator[Finding]:
    """Yield the problems with a file that has these option settings, in a bundle whose files are `names`.

    `ecs`: the bundle is for the ECS managed Docker platform.
    """
    if not isinstance(root.value, dict):
        yield document.finding("no-sections", root, f"expected sections such as `commands`, not {shown(root.value)}")
        return
    found = shape_findings(root.plain(), facts()["file"], lenient=True, top="unknown-section")
    yield from placed(document, root, found)
    yield from reading_findings(document, root, facts()["file"])
    yield from _options(document, options, ecs=ecs)
    yield from _files(document, root)
    yield from command_findings(document, root, names)


def _options(document: Document, options: Sequence[OptionSetting], *, ecs: bool) -> Iterator[Finding]:
    for setting in options:
        if [setting.namespace, setting.option] in facts()["not_settable_here"]:
            message = f"{setting.option} is set when an environment is created, not in .ebextensions"
            yield document.finding("not-settable-here", setting.places["option"], message)
        if not setting.value.reading and is_variable(setting.value.value):
            message = "EB replaces no variables in the values of options; it stays as it is"
            yield document.finding("not-replaced", setting.value, message)
        is_function = isinstance(setting.value.value, str) and setting.value.value.startswith("`")
        if ecs and is_function and setting.namespace == PROPERTIES:
            message = "on the ECS platform an environment property cannot be a CloudFormation function"
            yield document.finding("function-in-property", setting.value, message)


def _files(document: Document, root: Node) -> Iterator[Finding]:
    for path, file in root.entries("files").items():
        at = file.key or file
        if not ABSOLUTE.match(path):
            yield document.finding("relative-path", at, f"{shown(path)} is not an absolute path")
        if path.startswith(OLD_HOOKS):
            message = "a hook of the Amazon Linux AMI, which later platforms do not run"
            yield document.finding("old-hooks", at, message, ".platform/hooks/ in the bundle")
        content, source = file.child("content"), file.child("source")
        if content and source and source.key:
            message = "both `content` and `source` are given"
            yield document.finding("content-and-source", source.key, message, "one of them")
        if not content and not source and isinstance(file.value, dict):
            yield document.finding("no-content", at, f"{shown(path)} has neither `content` nor `source`", "one of them")
        if content:
            yield from text_traps(document, content)
            yield from content_findings(document, content)
    yield from file_findings(document, root)
