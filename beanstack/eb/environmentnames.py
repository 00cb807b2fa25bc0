"""The names of applications and environments, and the prefix of an environment's CNAME.

https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_CreateEnvironment.html
https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_CreateApplication.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class Naming(NamedTuple):
    """What a name may consist of. `least` and `most` are numbers of characters."""

    least: int
    most: int
    is_label: bool  # of letters, digits and hyphens, none of the latter at an end


NAMES = {
    "ApplicationName": Naming(1, 100, is_label=False),
    "EnvironmentName": Naming(4, 40, is_label=True),
    "CNAMEPrefix": Naming(4, 63, is_label=True),
}
NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?")  # of an environment, and of its CNAME
LABEL = "must consist of letters, digits and hyphens, and not begin or end with a hyphen"


def name_mistake(kind: str, parts: Sequence[str]) -> str:
    """Return the problem with a name, or an empty text if none is certain.

    `parts` are the texts between the parts that are not known; a name that is known has one.
    """
    naming = NAMES[kind]
    length = sum(map(len, parts))
    if naming.is_label and re.search(r"[^A-Za-z0-9-]", "".join(parts)):
        return LABEL
    if naming.is_label and (parts[0].startswith("-") or parts[-1].endswith("-")):
        return LABEL
    if length > naming.most:
        return f"must have at most {naming.most} characters"
    return ""
