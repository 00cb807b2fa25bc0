"""What CloudFormation's resource schemas say of a type: what replaces a resource, and whether it holds data.

cfn-lint includes the schemas, as
https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
describes them, and AWS's list of stateful types. The list lacks many types, among them ECR's repositories, and no
schema says whether a type holds data: its properties show it. A type counts as having no content unless the list or its
schema shows that it has.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

REGION = "us-east-1"  # has every type; schemas of other Regions differ in allowed values alone
# Properties of resources with content of their own: protected, copied, kept for a time, or encrypted with a key that
# cannot change once it is there.
CONTENT = re.compile(
    r"(Deletion|Termination)Protection(Enabled)?|(Final)?Snapshot(Id|Identifier|Arn|Name)s?|Backup(Id|Retention.*)"
    r"|PointInTimeRecovery.*|(Data|Message)?Retention(Period|PeriodHours|Properties|Days|InDays|InHours)?"
    r"|Lifecycle(Policy|Configuration)|EmptyOnDelete"
)
ENCRYPTED = re.compile(r"(?!.*(Transit|Context|Control|Endpoint)).*(Encrypt|K[Mm][Ss]Key|SSE|Sse).*")
EMPTY_ON_DELETE = "EmptyOnDelete"  # without it, only an empty resource can be deleted


class Schema(NamedTuple):
    """A resource type. `create_only` are the paths of properties whose change replaces a resource.

    `keeps_content` says that only an empty resource can be deleted. `is_known` is False for a type without a schema,
    such as a custom resource.
    """

    create_only: frozenset[tuple[str, ...]]
    is_stateful: bool
    keeps_content: bool
    is_known: bool = True


@cache
def schema(type_name: str) -> Schema:
    """Return what the schema of a type says."""
    listed = _read("AdditionalSpecs/StatefulResources.json")["ResourceTypes"].get(type_name)
    keeps_content = bool(listed and listed.get("DeleteRequiresEmptyResource"))
    file = _read(f"schemas/providers/{REGION}.json").get(type_name)
    if file is None:
        return Schema(frozenset(), listed is not None, keeps_content, is_known=False)
    content = _read(f"schemas/resources/{file}.json")
    paths = [*content.get("createOnlyProperties", []), *content.get("conditionalCreateOnlyProperties", [])]
    create_only = frozenset(tuple(path.removeprefix("/properties/").split("/")) for path in paths)
    names = content["properties"]
    has_content = any(map(CONTENT.fullmatch, names)) or any(ENCRYPTED.fullmatch(path[0]) for path in create_only)
    return Schema(create_only, listed is not None or has_content, keeps_content or EMPTY_ON_DELETE in names)


@cache
def _read(path: str) -> dict[str, Any]:
    found = find_spec("cfnlint")  # importing it takes as long as a call to AWS
    if found is None or found.origin is None:
        raise ModuleNotFoundError("the package is not installed", name="cfnlint")
    content: dict[str, Any] = json.loads((Path(found.origin).parent / "data" / path).read_text("utf-8"))
    return content
