"""Whether EC2 has the instance types of an environment. One that is unknown may be newer than the facts.

https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-types.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.eb.findings import listed, nearest, report, shown, suggestion
from beanstack.eb.kept import kept
from beanstack.eb.namespaces import INSTANCES, LAUNCH
from beanstack.eb.options.values import items
from beanstack.eb.rules import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.eb.findings import Finding
    from beanstack.eb.options.table import Table

OPTIONS = (f"{INSTANCES}::InstanceTypes", f"{LAUNCH}::InstanceType")


def instance_type_findings(table: Table) -> Iterator[Finding]:
    """Yield the instance types that EC2 does not list; the patterns of the options report those of another form."""
    for reference in OPTIONS:
        entry = table.last(reference, {})
        if not entry or entry.value is None:
            continue
        for name in dict.fromkeys(items(table.option(reference), entry.value)):
            message = instance_type_fault(name)
            if message:
                yield report("warning", Kind.INSTANCE_TYPE, message, (entry.setting, "value"))


def instance_type_fault(name: str) -> str:
    """Return that the family or the size of an instance type is unknown, if it is."""
    families = kept("ec2")["sizes"]
    family, dot, size = name.partition(".")
    if not dot or size in families.get(family, ()):
        return ""
    if family in families:
        return f"unknown size in the instance type {shown(name)}; {family} has {listed(families[family])}"
    meant = nearest(family, [known for known in families if size in families[known]])
    return f"unknown instance type {shown(name)}{suggestion(f'{meant}.{size}' if meant else None)}"
