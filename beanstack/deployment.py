"""What an environment's template says of its own deployment: where it goes, as which stack, with which bundle.

Generation writes it into the template's metadata and operation reads it from there (`operate/committed.py`), never
from config, so that what is deployed is what was reviewed.
"""

from __future__ import annotations

from typing import NamedTuple

METADATA = "Beanstack"
PATTERNS = {
    "Application": r"[A-Za-z][A-Za-z0-9-]*",
    "Environment": r"[A-Za-z0-9-]+",
    "Stack": r"[A-Za-z][A-Za-z0-9-]*",
    "Region": r"[a-z]{2,4}(-[a-z]+)+-\d",
    "Account": r"(\d{12})?",
    "BundleKey": r"[0-9a-f]{64}\.zip",
    "Migrates": r"(true)?",
}


class Deployment(NamedTuple):
    """An environment's stack, its application's, and where both belong; `account` is empty where none is pinned.

    `migrates`: `true` where the bundle brings a migration, which a leader has to run; else empty.
    """

    application: str
    environment: str
    stack: str
    region: str
    account: str
    bundle_key: str
    migrates: str = ""

    @property
    def application_stack(self) -> str:
        """The stack of the application bears the application's name."""
        return self.application

    def metadata(self) -> dict[str, dict[str, str]]:
        """The deployment as a template's metadata."""
        return {METADATA: {key: value for key, value in zip(PATTERNS, self, strict=True) if value}}

    def makefile(self) -> str:
        """The deployment as variables of make; each value has been matched against its pattern."""
        return (
            f"STACK := {self.stack}\nAPPLICATION_STACK := {self.application_stack}\nREGION := {self.region}\n"
            f"ACCOUNT := {self.account}\nBUNDLE_KEY := {self.bundle_key}\n"
        )
