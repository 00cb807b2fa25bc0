"""Environment properties that hold a secret, as far as name and value show it.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/AWSHowTo.secrets.html
"""

from __future__ import annotations

import re

PROPERTIES = "aws:elasticbeanstalk:application:environment"
NAME = re.compile(
    r"(^|[_.-])(PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|(API|ACCESS|SECRET|PRIVATE|SIGNING|ENCRYPTION|MASTER)[_-]?KEY"
    r"|SECRET_KEY_BASE)$",
    re.IGNORECASE,
)
# What a secret's name may hold without being one: where it is, whether there is one, how long it lasts.
HARMLESS = re.compile(r"arn:.*|true|false|none|null|[0-9]+|https?://[^@]*|/.*", re.IGNORECASE | re.DOTALL)
CREDENTIALS = re.compile(r"^[a-z][a-z0-9+.-]{0,30}://[^/?#@:\s]{0,200}:[^/?#@\s]{1,200}@", re.IGNORECASE)


def is_secret(namespace: str, name: str, value: str) -> bool:
    """Whether a property seems to hold a secret."""
    if namespace != PROPERTIES:
        return False
    named = NAME.search(name) is not None and not HARMLESS.fullmatch(value.strip())
    return named or CREDENTIALS.search(value) is not None
