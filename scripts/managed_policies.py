"""Write what AWS's managed policies allow of the actions that roles need, from a copy of all of them.

`python -m scripts.managed_policies moto-VERSION-py3-none-any.whl`: moto, which imitates AWS, has that copy in its wheel
and updates it with each release. Only the actions in `needs` of facts/managed_policies.json matter here. Conditions and
resources are left out, as are denied actions, so that a policy seems to allow more rather than less.
https://github.com/getmoto/moto/blob/master/moto/iam/aws_managed_policies.py
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from beanstack.eb import FACTS
from beanstack.eb.policies import managed_policies, matches, statements, strings

if TYPE_CHECKING:
    from collections.abc import Mapping

TARGET = FACTS / "from_moto/known_policies.json"
SOURCE = "moto/iam/aws_managed_policies.py"
DATA = re.compile(r'aws_managed_policies_data = """(.*)"""', re.DOTALL)


def policies(wheel: Path) -> dict[str, Any]:
    """Return the documents of all policies in a wheel of moto, by path and name as in service-role/NAME."""
    with ZipFile(wheel) as archive:
        found = DATA.search(archive.read(SOURCE).decode("utf-8"))
    if found is None:
        raise ValueError(f"{wheel} does not have the policies where they were")
    data = json.loads(found[1])
    return {policy["Path"].removeprefix("/") + name: policy["Document"] for name, policy in data.items()}


def needed() -> list[str]:
    """Return the actions that roles need for something."""
    return sorted({action for need in managed_policies().needs for action in need.actions})


def granted(document: object, actions: list[str]) -> list[str]:
    """Return which of some actions a policy allows on some resource."""
    found: set[str] = set()
    for _, statement in statements(document):
        if statement is None or statement["Effect"] != "Allow":
            continue
        if "NotAction" in statement:
            excluded = strings(statement["NotAction"]) or []
            found.update(action for action in actions if not matches(action, excluded))
        else:
            allowed = strings(statement["Action"]) or []
            found.update(action for action in actions if matches(action, allowed))
    return sorted(found)


def facts(wheel: Path) -> dict[str, Any]:
    """Return the policies by the needed actions that they allow."""
    actions = needed()
    groups: dict[tuple[str, ...], list[str]] = {}
    for name, document in sorted(policies(wheel).items()):
        groups.setdefault(tuple(granted(document, actions)), []).append(name)
    source = {"file": wheel.name, "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(), "in it": SOURCE}
    listed = [{"allows": list(allowed), "policies": names} for allowed, names in sorted(groups.items())]
    return {"source": source, "actions": actions, "groups": listed}


def text(content: Mapping[str, Any]) -> str:
    """Return the facts with a line for each group."""
    lines = [f' "{key}": {json.dumps(content[key])},' for key in ("source", "actions")]
    groups = ",\n".join(f"  {json.dumps(group)}" for group in content["groups"])
    return "\n".join(["{", *lines, ' "groups": [', groups, " ]", "}"]) + "\n"


if __name__ == "__main__":
    TARGET.write_text(text(facts(Path(sys.argv[1]))), "utf-8")
