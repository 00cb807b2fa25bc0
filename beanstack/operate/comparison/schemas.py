"""What CloudFormation's resource schemas say of a type: what replaces a resource, and whether it holds data.

cfn-lint brings the schemas, as https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
describes them, and AWS's list of stateful types.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

REGION = "us-east-1"  # has every type; schemas of other Regions differ in allowed values alone
# Properties that only a resource with content of its own has: a type that the list lacks is known by them.
STATEFUL = re.compile(r"DeletionProtection(Enabled)?|(Final)?Snapshot(Id|Identifier|Arn|Name)s?|BackupRetention.*")


class Schema(NamedTuple):
    """A resource type. `create_only` are the paths of properties whose change replaces a resource.

    `is_known` is False for a type without a schema, such as a custom resource.
    """

    create_only: frozenset[tuple[str, ...]]
    is_stateful: bool
    keeps_content: bool
    is_known: bool = True


@cache
def schema(type_name: str) -> Schema:
    """Return what the schema of a type says."""
    stateful = _read("AdditionalSpecs/StatefulResources.json")["ResourceTypes"]
    listed = stateful.get(type_name)
    keeps_content = bool(listed and listed.get("DeleteRequiresEmptyResource"))
    file = _read(f"schemas/providers/{REGION}.json").get(type_name)
    if file is None:
        return Schema(frozenset(), listed is not None, keeps_content, is_known=False)
    content = _read(f"schemas/resources/{file}.json")
    paths = [*content.get("createOnlyProperties", []), *content.get("conditionalCreateOnlyProperties", [])]
    create_only = frozenset(tuple(path.removeprefix("/properties/").split("/")) for path in paths)
    is_stateful = listed is not None or any(STATEFUL.fullmatch(name) for name in content.get("properties", {}))
    return Schema(create_only, is_stateful, keeps_content)


@cache
def _read(path: str) -> dict[str, Any]:
    found = find_spec("cfnlint")  # importing it takes as long as a call to AWS
    if found is None or found.origin is None:
        raise ModuleNotFoundError("the package is not installed", name="cfnlint")
    content: dict[str, Any] = json.loads((Path(found.origin).parent / "data" / path).read_text("utf-8"))
    return content
