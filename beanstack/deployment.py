"""An environment's deployment, as its template describes it: where it goes, as which stacks, with which bundle.

Generation writes it into the template's metadata and operation reads it from there (`operate/committed.py`), never
from config, so that what is deployed is what was reviewed.
"""

from __future__ import annotations

from typing import Any, NamedTuple

METADATA = "Beanstack"
RECORD = "DnsRecord"  # an output, a number behind it from the second on: name, type and target of a record by hand
PATTERNS = {
    "Application": r"[A-Za-z][A-Za-z0-9-]*",
    "Environment": r"[A-Za-z0-9-]+",
    "Stack": r"[A-Za-z][A-Za-z0-9-]*",
    "Region": r"[a-z]{2,4}(-[a-z]+)+-\d",
    "Account": r"(\d{12})?",
    "BundleKey": r"[0-9a-f]{64}\.zip",
    "Migrates": r"(true)?",
    "DeletionProtection": r"(true)?",
    "AcceptedHealth": r"(Info|Warning)?",
}
# EB's own names, where Beanstack would choose others; both may be absent.
NAME_PATTERNS = {"ApplicationName": r"([^/\r\n]{1,100})?", "EnvironmentName": r"([A-Za-z0-9-]{4,40})?"}
# The keys of an entry of `Stacks`; the last two may be absent.
STACK_PATTERNS = {
    "Name": PATTERNS["Stack"],
    "Template": r"[A-Za-z0-9-]+\.yaml",
    "Shared": r"(true)?",
    "Capabilities": r"(CAPABILITY_[A-Z_]+( CAPABILITY_[A-Z_]+)*)?",
}
# The keys of an entry of `SmokeTest`; the last may be absent.
CHECK_PATTERNS = {"Path": r"/[!-~]*", "Status": r"[1-5]\d\d", "Text": r"[^\r\n]*"}
# The keys of an entry of `Builds`.
BUILD_PATTERNS = {"Image": r"\S+", "Repository": r"[a-z0-9./_-]+", "Context": r"[A-Za-z0-9._][A-Za-z0-9._/-]*"}
IAM = ("CAPABILITY_IAM",)


class Stack(NamedTuple):
    """A stack: its name, the name of its template's file in output/<application>/, and what it may make.

    A shared stack belongs to the application: each environment deploys it, and none deletes it.
    """

    name: str
    template: str
    is_shared: bool = False
    capabilities: tuple[str, ...] = IAM

    def metadata(self) -> dict[str, str]:
        """Return the stack as an entry of the metadata's `Stacks`."""
        found = {"Name": self.name, "Template": self.template}
        if self.is_shared:
            found["Shared"] = "true"
        if self.capabilities != IAM:
            found["Capabilities"] = " ".join(self.capabilities)
        return found


class Check(NamedTuple):
    """A path of the environment, and the status and the text that its answer must have; any text if it is empty."""

    path: str
    status: str
    text: str

    def metadata(self) -> dict[str, str]:
        """Return the check as an entry of the metadata's `SmokeTest`."""
        return {key: value for key, value in zip(CHECK_PATTERNS, self, strict=True) if value}


class Build(NamedTuple):
    """An image that is built from a folder of the project and kept in a repository, which is named with its registry.

    `image` is what the bundle names: a digest, or until there is one the repository's `not-built`.
    """

    image: str
    repository: str
    context: str

    def metadata(self) -> dict[str, str]:
        """Return the build as an entry of the metadata's `Builds`."""
        return dict(zip(BUILD_PATTERNS, self, strict=True))


def usual_stacks(application: str, environment: str, stack: str) -> tuple[Stack, ...]:
    """Return the stacks of an environment whose metadata list none: its application's and its own."""
    return Stack(application, "application.yaml", is_shared=True), Stack(stack, f"{environment}.yaml")


class Deployment(NamedTuple):
    """An environment and where it belongs; `account` is empty if none is pinned.

    `stack` is the name of the stack that holds the EB environment, and of that environment unless `environment_name`
    is another, as `application_name` may be for the EB application. `stacks` are all that it
    needs, in the order of their needs, so the shared ones come first. `migrates`: `true` if the bundle brings a
    migration, which a leader has to run; otherwise empty. `deletion_protection`: `true` if CloudFormation must neither
    delete the own stacks nor replace what holds data; otherwise empty. `accepted_health` is the worst health of a
    successful deployment; empty for `Ok`. Then the `smoke_test` decides. `builds` are the images that are made from the
    project's own source.
    """

    application: str
    environment: str
    stack: str
    region: str
    account: str
    bundle_key: str
    migrates: str
    deletion_protection: str
    accepted_health: str
    stacks: tuple[Stack, ...]
    smoke_test: tuple[Check, ...] = ()
    builds: tuple[Build, ...] = ()
    application_name: str = ""
    environment_name: str = ""

    @property
    def eb_application(self) -> str:
        """EB's name of the application."""
        return self.application_name or self.application

    @property
    def eb_environment(self) -> str:
        """EB's name of the environment."""
        return self.environment_name or self.stack

    @property
    def shared(self) -> tuple[Stack, ...]:
        """The stacks that the application's environments share."""
        return tuple(stack for stack in self.stacks if stack.is_shared)

    @property
    def own(self) -> tuple[Stack, ...]:
        """The stacks of this environment alone."""
        return tuple(stack for stack in self.stacks if not stack.is_shared)

    def metadata(self) -> dict[str, dict[str, Any]]:
        """Return the deployment as a template's metadata. The usual stacks are not listed."""
        values = dict(zip(PATTERNS, self[: len(PATTERNS)], strict=True))
        found: dict[str, Any] = {key: value for key, value in values.items() if value}
        for key, name in zip(NAME_PATTERNS, (self.application_name, self.environment_name), strict=True):
            if name:
                found[key] = name
        if self.stacks != usual_stacks(self.application, self.environment, self.stack):
            found["Stacks"] = [stack.metadata() for stack in self.stacks]
        if self.smoke_test:
            found["SmokeTest"] = [check.metadata() for check in self.smoke_test]
        if self.builds:
            found["Builds"] = [build.metadata() for build in self.builds]
        return {METADATA: found}
