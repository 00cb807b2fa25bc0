"""Domain names, as certificates and DNS records have them.

https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html
https://docs.aws.amazon.com/acm/latest/userguide/acm-certificate-characteristics.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

WILDCARD = "*."
LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
DOMAIN = rf"^(?=.{{3,253}}$)({LABEL}\.)+{LABEL}$"
NAME = rf"^(?=.{{3,253}}$)(\*\.)?({LABEL}\.)+{LABEL}$"
ZONE_ID = "^Z[A-Z0-9]{1,31}$"


def is_within(name: str, domain: str) -> bool:
    """Return whether a name is a domain or below it: `shop.example.com` is in `example.com`, `myexample.com` is not."""
    return name == domain or name.endswith(f".{domain}")


def closest(name: str, domains: Iterable[str]) -> str | None:
    """Return the longest of some domains that a name is in, None if it is in none of them."""
    return max((domain for domain in domains if is_within(name, domain)), key=len, default=None)


def covers(certified: str, name: str) -> bool:
    """Return whether a name of a certificate covers a name: `*.example.com` covers one more label, not two."""
    if certified == name:
        return True
    return certified.startswith(WILDCARD) and name.partition(".")[2] == certified.removeprefix(WILDCARD)
