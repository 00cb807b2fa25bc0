"""Recognition of secrets by the name and value of a variable.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/AWSHowTo.secrets.html
"""

from __future__ import annotations

import re

PASSWORD = re.compile(
    r"(PASSWORD|PASSWD|PASSPHRASE|[_.-]PWD|([_.-]|db|user|root|admin|smtp|mail|mysql|redis)PASS)$", re.IGNORECASE
)
KEY = re.compile(
    r"(^|[_.-])(SECRET|TOKEN|(API|ACCESS|SECRET|PRIVATE|SIGNING|ENCRYPTION|MASTER)[_-]?KEY|SECRET_KEY_BASE)$",
    re.IGNORECASE,
)
CAMEL = re.compile(r"[a-z0-9](Secret|Token|(Api|Access|Secret|Private|Signing|Encryption|Master)Key)$")
RESEMBLING = re.compile(r"PASSWORD|SECRET|TOKEN|_KEY$", re.IGNORECASE)
# What a secret's name may hold without being one: where it is, whether there is one, how long it lasts, a placeholder.
HARMLESS = re.compile(
    r"arn:.*|true|false|none|null|https?://[^@]*|/.*|\$\{[^}]*\}|\$\([^)]*\)|<[^>]*>", re.IGNORECASE | re.DOTALL
)
CREDENTIALS = re.compile(
    r"^[a-z][a-z0-9+.-]{0,30}://[^/?#@:\s]{0,200}:(?!\$[{(]|\{\{|<)[^/?#@\s]{1,200}@"  # a URL's
    r"|(^|;)\s*(Password|Pwd)\s*=\s*['\"]?(?!['\"]|\$[{(]|\{\{|<)[^;\s]"  # a connection string's, and JDBC's
    r"|^[a-z][a-z0-9+.:-]{0,30}://[^?\s]{0,400}\?([^\s]{0,400}&)?(password|passwd|pwd)=(?!\$[{(]|\{\{|<|&)[^&\s]"
    r"|^[^\s:/@]{1,64}:(?!\$[{(]|\{\{|<)[^\s@/]{1,200}@(tcp|unix)\(",  # of Go's driver for MySQL
    re.IGNORECASE,
)
RESOLVED = re.compile(r"\{\{[^}]*\}\}|\$\{[^}]*\}")  # whose colons are their own
# What issuers begin their secrets with, so that they are found: GitHub, GitLab, Slack, Stripe, SendGrid, npm, Google.
# https://docs.github.com/en/code-security/secret-scanning/introduction/supported-secret-scanning-patterns
ISSUED = re.compile(
    r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----"
    r"|\b(gh[opsur]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{22}|glpat-[A-Za-z0-9_-]{20}|xox[abeprs]-[A-Za-z0-9-]{10}"
    r"|[sr]k_live_[A-Za-z0-9]{16}|SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{16}|npm_[A-Za-z0-9]{36}"
    r"|AIza[A-Za-z0-9_-]{35})"
    r"|\bhooks\.slack\.com/services/T[A-Z0-9]{6,}/B[A-Z0-9]{6,}/[A-Za-z0-9]{20}"
)


def is_secret(name: str, value: str) -> bool:
    """Return whether a variable seems to hold a secret, by its name or its value."""
    value = value.strip()
    harmless = not value or HARMLESS.fullmatch(value)
    if PASSWORD.search(name) and not harmless:
        return True
    named = KEY.search(name) or CAMEL.search(name)
    return bool(named and not harmless and not value.isdecimal()) or says_secret(value)


def resembles_secret(name: str, value: str) -> bool:
    """Return whether a variable may hold a secret; more than `is_secret` for settings that can be declared harmless."""
    return is_secret(name, value) or bool(value and RESEMBLING.search(name))


def says_secret(value: str) -> bool:
    """Return whether a text contains a secret: a URL with a password, or a key of a known issuer."""
    return bool(CREDENTIALS.search(RESOLVED.sub("${}", value.strip())) or ISSUED.search(value))
