"""What a comparison returns: dangers, changes, and what could not be checked."""

from __future__ import annotations

from typing import NamedTuple

# What `make stack` does about each kind of danger: refuse it, refuse it unless ALLOW names it, wait, or report it.
ACTIONS = {
    "foreign": "refuse",
    "taken": "refuse",
    "gone": "refuse",
    "stale": "refuse",
    "missing": "refuse",
    "not-built": "refuse",
    "in-use": "refuse",
    "protected": "refuse",
    "data-loss": "allow",
    "replacement": "allow",
    "create-only": "allow",
    "platform-downgrade": "allow",
    "behind": "allow",
    "uncommitted": "allow",
    "busy": "wait",
    "leftover": "report",
    "drift": "report",
}


class Danger(NamedTuple):
    """Something that a deployment would lose, break or overwrite, or that it cannot do.

    `subject` names what is affected, such as `database`; it is empty if there can be only one. `todo` advises the
    operator. `public` is the reason without the values of settings, which may be secrets, for pages that others
    than operators read; it is empty where the reason names none.
    """

    kind: str
    subject: str
    reason: str
    todo: str
    public: str = ""

    @property
    def key(self) -> str:
        """How ALLOW names the danger, as in `data-loss:database`."""
        return f"{self.kind}:{self.subject}" if self.subject else self.kind

    @property
    def action(self) -> str:
        """What `make stack` does about it, see `ACTIONS`."""
        return ACTIONS[self.kind]

    def __str__(self) -> str:
        return f"{self.key}: {self.reason}. {self.todo}"


class Change(NamedTuple):
    """A resource that a deployment would change.

    `action` is `Add`, `Modify`, `Replace` or `Remove`; `interruption` is what users notice; `details` name what
    differs, a line each.
    """

    stack: str
    action: str
    resource: str
    type: str
    interruption: str
    details: tuple[str, ...] = ()


class Comparison(NamedTuple):
    """All that a deployment would do.

    `stacks` are the names of all that were compared, in their order; `bundle` and `permissions` are lines on what
    differs; `notes` are advice; `unchecked` says what was not compared, and why.
    """

    stacks: tuple[str, ...] = ()
    dangers: tuple[Danger, ...] = ()
    changes: tuple[Change, ...] = ()
    bundle: tuple[str, ...] = ()
    permissions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()

    def of_kind(self, *kinds: str) -> list[Danger]:
        """Return the dangers of some kinds."""
        return [danger for danger in self.dangers if danger.kind in kinds]
