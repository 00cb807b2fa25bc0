"""What a rollback has taken from git, in a folder of build/: a note that its later steps read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from beanstack.operate.errors import DeploymentError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NAME = "rollback.json"


class Restored(NamedTuple):
    """The commit that a rollback deploys, and the one that it replaces, which is empty if it is not known.

    `images` are the digests of the images that were deployed then.
    """

    commit: str
    replaced: str
    images: Mapping[str, str] = {}

    def write(self, folder: Path) -> None:
        """Leave the note in a folder."""
        (folder / NAME).write_text(json.dumps(self._asdict()), "utf-8")


def read(folder: Path) -> Restored:
    """Return the note of a folder. Raises DeploymentError if there is none."""
    try:
        return Restored(**json.loads((folder / NAME).read_text("utf-8")))
    except FileNotFoundError:
        raise DeploymentError(f"there is no {folder / NAME}; `make rollback` makes it") from None
    except (ValueError, TypeError):
        raise DeploymentError(f"{folder / NAME} is damaged; `make rollback` makes it anew") from None
