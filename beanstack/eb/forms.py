"""Forms of single values: the table `forms` of facts/dockerrun.json, which names the page of each.

`pattern` is what ECS, Docker or the kernel accepts, `usual` what is known to work; a value that is merely unusual only
warns. What a pattern cannot say is a function here.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import TYPE_CHECKING

from beanstack.eb.ecs.dockerrun import facts
from beanstack.eb.findings import bundle_finding, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from beanstack.eb.findings import Finding, Path

GATEWAY = "host-gateway"  # Docker's word for the instance
LAST_PORT = 65535


def form_finding(value: str, name: str, path: Path) -> Finding | None:
    """Return a finding if a value does not have the form that the table has under a name."""
    form = facts()["forms"][name]
    check = CHECKS.get(form.get("check", ""))
    if (check and not check(value)) or not matches(form.get("pattern", ""), value):
        rule = "wrong-form"
    elif not matches(form.get("usual", ""), value):
        rule = "doubtful-form"
    else:
        return None
    return bundle_finding(rule, path, f"expected {form['meaning']}, not {shown(value)}", form=name)


def matches(pattern: str, value: str) -> bool:
    """Return whether a value has a form; a line end behind it, which `$` would accept, belongs to none."""
    return re.search(pattern, value) is not None and not value.endswith("\n")


def is_address(value: str) -> bool:
    """Return whether a text is an IP address, of version 4 or 6."""
    try:
        ip_address(value)
    except ValueError:
        return False
    return True


def is_address_or_gateway(value: str) -> bool:
    """Return whether Docker takes a text for the address of an additional host."""
    return value == GATEWAY or is_address(value)


def ports_of(text: str) -> range | None:
    """Return the ports of a `containerPortRange`, None if it is none."""
    found = re.fullmatch(r"([0-9]{1,5})-([0-9]{1,5})", text)
    if not found:
        return None
    first, last = int(found[1]), int(found[2])
    return range(first, last + 1) if 1 <= first < last <= LAST_PORT else None


CHECKS: Mapping[str, Callable[[str], object]] = {
    "address": is_address,
    "address_or_gateway": is_address_or_gateway,
    "port_range": ports_of,
}
