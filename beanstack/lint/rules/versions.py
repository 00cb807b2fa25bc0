"""Application versions: a new bundle must have a new key, or CloudFormation sees no change and deploys nothing.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticbeanstalk-applicationversion.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from beanstack.eb.findings import shown
from beanstack.eb.rules import Kind
from beanstack.lint.rules.found import found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.eb.findings import Finding
    from beanstack.lint.rules.worlds import Node, World

# A version, a date, a build's number or a hash has digits; names of services and regions in a path have them too.
MARKED = re.compile(r"[0-9]")
STACKS = re.compile(r"\$\{AWS::[A-Za-z]+\}")  # of one stack each has but one value
NAMED = re.compile(r"\b(s3|ec2|[a-z]{2}(-[a-z]+)+-[0-9])\b")


def version_findings(world: World, _: Node, resource: Node) -> Iterator[Finding]:
    """A key that no release, date or hash makes another one with the next bundle."""
    key = world.child(world.child(world.child(resource, "Properties"), "SourceBundle"), "S3Key")
    text = (key.value if isinstance(key.value, str) else world.sketch(key)) if key else ""
    rest = NAMED.sub("", STACKS.sub("", text))
    if key and text and not ("${" in rest or "{{resolve:" in rest or MARKED.search(rest)):
        message = (
            f"the key {shown(text)} stays the same when the bundle changes, so that an update deploys nothing;"
            " put a release or a hash of its content into it"
        )
        yield found("warning", Kind.BUNDLE_KEY, message, key.path, key.path)
