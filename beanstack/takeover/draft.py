"""The configuration that an import writes: settings by key, remarks for the file, and what was left out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from beanstack.eb.findings import Path


class TakeoverError(Exception):
    """An environment cannot be imported; the message is for users."""


class Left(NamedTuple):
    """Something that the configuration omits or changes: its place and the reason, never its value."""

    file: str
    place: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}: {self.place}: {self.reason}"


@dataclass
class Draft:
    """An environment's settings, as its mapping in the configuration file.

    `remarks` are comments by the path of the key that they belong to. A value that the user has to fill in has a
    remark, too.
    """

    settings: dict[str, Any] = field(default_factory=dict)
    remarks: dict[Path, str] = field(default_factory=dict)
    left: list[Left] = field(default_factory=list)
    to_fill_in: list[Left] = field(default_factory=list)

    def set(self, path: Path, value: Any) -> None:
        """Set the value at a path of keys, with the mappings on the way."""
        *above, last = path
        at = self.settings
        for key in above:
            at = at.setdefault(str(key), {})
        at[str(last)] = value

    def add_section(self, path: Path) -> None:
        """Add an empty section, unless it is there."""
        if self.get(path) is None:
            self.set(path, {})

    def fill_in(self, path: Path, left: Left, remark: str) -> None:
        """Note a value that the user has to fill in, and the remark that asks for it."""
        self.to_fill_in.append(left)
        self.remarks[path] = f"FILL IN: {remark}"

    def get(self, path: Path) -> Any:
        """Return the value at a path, None if there is none."""
        at: Any = self.settings
        for step in path:
            entries = dict(enumerate(at)) if isinstance(at, list) else at
            at = entries.get(step) if isinstance(entries, dict) else None
        return at

    def drop(self, path: Path) -> bool:
        """Remove what is at a path; return whether something was."""
        above = self.get(path[:-1])
        if self.get(path) is None or above is None:
            return False
        del above[path[-1]]
        if not above and len(path) > 1:
            self.drop(path[:-1])
        return True
