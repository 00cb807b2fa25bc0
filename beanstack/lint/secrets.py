"""Variables that hold a secret, as far as name and value show it.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/AWSHowTo.secrets.html
"""

from __future__ import annotations

import re

PROPERTIES = "aws:elasticbeanstalk:application:environment"
PASSWORD = re.compile(r"(PASSWORD|PASSWD|PASSPHRASE|[_.-]PWD|[_.-]PASS)$", re.IGNORECASE)
KEY = re.compile(
    r"(^|[_.-])(SECRET|TOKEN|(API|ACCESS|SECRET|PRIVATE|SIGNING|ENCRYPTION|MASTER)[_-]?KEY|SECRET_KEY_BASE)$",
    re.IGNORECASE,
)
CAMEL = re.compile(r"[a-z0-9](Secret|Token|(Api|Access|Secret|Private|Signing|Encryption|Master)Key)$")
# What a secret's name may hold without being one: where it is, whether there is one, how long it lasts.
HARMLESS = re.compile(r"arn:.*|true|false|none|null|https?://[^@]*|/.*", re.IGNORECASE | re.DOTALL)
CREDENTIALS = re.compile(r"^[a-z][a-z0-9+.-]{0,30}://[^/?#@:\s]{0,200}:[^/?#@\s]{1,200}@", re.IGNORECASE)


def is_secret(name: str, value: str) -> bool:
    """Whether a variable seems to hold a secret: by its name, or as a URL with a password in it."""
    value = value.strip()
    harmless = not value or HARMLESS.fullmatch(value)
    if PASSWORD.search(name) and not harmless:
        return True
    named = KEY.search(name) or CAMEL.search(name)
    return bool(named and not harmless and not value.isdecimal()) or CREDENTIALS.search(value) is not None
