"""Adding an environment at the end of an application's configuration file, without changing the rest."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from beanstack.config import ConfigError, load
from beanstack.takeover.draft import TakeoverError
from beanstack.takeover.writing import ENVIRONMENTS
from beanstack.text.yaml12 import yaml12_tree

if TYPE_CHECKING:
    from beanstack.takeover.making import Names
    from beanstack.takeover.source import Source

NOTHING = "nothing was written"


def added(path: Path, made: str, names: Names, source: Source) -> str:
    """Return an application's file with an environment from a file of its own. Raise TakeoverError if that is not
    possible. `defaults` would apply to the environment, whose settings are complete without them.
    """
    text = path.read_text("utf-8")
    root, mistakes = yaml12_tree(text)
    if root is None or mistakes:
        raise TakeoverError(f"{path} has mistakes, which `beanstack generate` shows; {NOTHING}")
    if names.environment in root.entries("environments"):
        raise TakeoverError(f"{path} already has {names.environment}; {NOTHING}")
    if source.application not in ("", root.text("application_name") or root.text("application")):
        raise TakeoverError(f"{path} is of another application than {source.application}; {NOTHING}")
    if root.entries("defaults"):
        advice = "import into another folder, and move the environment by hand"
        raise TakeoverError(f"{path} has `defaults`, which would apply to the environment; {advice}")
    whole = text.rstrip("\n") + "\n" + made.partition(ENVIRONMENTS)[2]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, path.name)
        copy.write_text(whole, "utf-8")
        try:
            [application] = load([copy], shown=lambda _: str(path)).applications
        except ConfigError as error:
            raise TakeoverError(f"the environment cannot be added to the file; {NOTHING}:\n{error}") from None
    if set(application.environments) != {*root.entries("environments"), names.environment}:
        raise TakeoverError(f"{path}: `environments` must be the last key; {NOTHING}")
    return whole
