"""What identifies an option of an environment, however it is written."""

from __future__ import annotations

from typing import NamedTuple

from beanstack.eb.options.catalogue import facts


class Key(NamedTuple):
    """A namespace and an option in EB's own case, and a resource name where it is part of the identity."""

    namespace: str
    option: str
    resource: str = ""

    def __str__(self) -> str:
        return f"{self.resource + '.' if self.resource else ''}{self.namespace} {self.option}"


def key(namespace: str, option: str, resource: str = "") -> Key:
    """Return the key of an option: EB ignores case, except in free names, and gives most options a resource itself.

    Only scheduled actions differ by resource; AWSEBAutoScalingGroup and the like say nothing new.
    https://github.com/hashicorp/terraform/pull/7398
    """
    match = facts().find(namespace)
    if not match:
        return Key(namespace, option, resource)
    known = match.namespace.options.get(option.lower())
    kept = resource if match.namespace.resource_name is True else ""
    return Key(match.name, known.name if known else option, kept)
