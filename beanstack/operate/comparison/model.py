"""What a comparison returns: dangers, changes, and what could not be checked."""

from __future__ import annotations

from typing import NamedTuple


class Kind(NamedTuple):
    """What `make stack` does about a kind of danger.

    `action` is `refuse`, `allow` (refuse unless ALLOW names the danger), `wait` or `report`.
    """

    action: str
    title: str


KINDS = {
    "foreign": Kind("refuse", "a stack of this name belongs to something else"),
    "taken": Kind("refuse", "EB has something of this name that is in no stack of ours"),
    "gone": Kind("refuse", "the environment or its stack takes no update"),
    "stale": Kind("refuse", "bundle/ and output/ are not what config/ says"),
    "missing": Kind("refuse", "something that the deployment needs is not there"),
    "protected": Kind("refuse", "deletion_protection forbids it"),
    "data-loss": Kind("allow", "data would be lost"),
    "replacement": Kind("allow", "a resource would be replaced"),
    "create-only": Kind("allow", "EB cannot change this after creation"),
    "platform-downgrade": Kind("allow", "the platform that runs is newer"),
    "behind": Kind("allow", "the commit that runs is not part of this one"),
    "uncommitted": Kind("allow", "files differ from the commit"),
    "busy": Kind("wait", "another operation is under way"),
    "leftover": Kind("report", "EB keeps what the template no longer sets"),
    "drift": Kind("report", "settings were changed beside the stack"),
}


class Danger(NamedTuple):
    """Something that a deployment would lose, break or overwrite, or that it cannot do.

    `subject` says what of, such as `database`; it is empty where a deployment has only one. `todo` is what an operator
    does about it.
    """

    kind: str
    subject: str
    reason: str
    todo: str

    @property
    def key(self) -> str:
        """How ALLOW names the danger, as in `data-loss:database`."""
        return f"{self.kind}:{self.subject}" if self.subject else self.kind

    @property
    def action(self) -> str:
        """What `make stack` does about it, see `Kind`."""
        return KINDS[self.kind].action

    def __str__(self) -> str:
        return f"{self.key}: {self.reason}. {self.todo}"


class Change(NamedTuple):
    """A resource that a deployment would change.

    `action` is `Add`, `Modify`, `Replace` or `Remove`; `interruption` is one of `interruptions.ORDER`; `details` name what
    differs, a line each.
    """

    stack: str
    action: str
    resource: str
    type: str
    interruption: str
    details: tuple[str, ...] = ()


class Comparison(NamedTuple):
    """All that a deployment would do. `unchecked` says what was not compared, and why; `notes` are advice."""

    dangers: tuple[Danger, ...] = ()
    changes: tuple[Change, ...] = ()
    bundle: tuple[str, ...] = ()
    permissions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()

    def of_kind(self, *kinds: str) -> list[Danger]:
        """Return the dangers of some kinds."""
        return [danger for danger in self.dangers if danger.kind in kinds]
