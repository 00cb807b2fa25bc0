"""The patterns of listener rules: `*` matches any characters, `?` exactly one.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
"""

from __future__ import annotations

import re
from functools import cache


def matches_host(pattern: str, host: str) -> bool:
    """Return whether a host name matches a pattern; case does not matter."""
    return bool(_compiled(pattern.lower()).fullmatch(host.lower()))


def matches_path(pattern: str, path: str) -> bool:
    """Return whether a path, without its query, matches a pattern; case matters."""
    return bool(_compiled(pattern).fullmatch(path))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = {"*": ".*", "?": "."}
    return re.compile("".join(parts.get(char, re.escape(char)) for char in pattern), re.DOTALL)
