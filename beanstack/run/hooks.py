"""The platform hooks of a bundle: programs that EB runs as root, in the order of their names.

They get the environment's properties, HOME and PATH. `hooks` run when a version is deployed, `confighooks` when only
the configuration changes.
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/platforms-linux-extend.hooks.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from beanstack.eb.layout import is_hook
from beanstack.run.errors import RunError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Kind = Literal["hooks", "confighooks"]
Stage = Literal["prebuild", "predeploy", "postdeploy"]
PROGRAM = (b"#!", b"\x7fELF")  # what Linux starts; a shell would start other text, too, but EB does not use one


class Hooks(NamedTuple):
    """The hooks that run in a deployment, by their paths in the bundle, sorted."""

    paths: tuple[str, ...]

    def of(self, stage: Stage) -> list[str]:
        """Return the hooks of one stage."""
        return [path for path in self.paths if path.split("/")[2] == stage]


def hooks(bundle: Mapping[str, bytes], kind: Kind) -> Hooks:
    """Return a bundle's hooks of a kind; raise RunError if one of them cannot be started."""
    found = sorted(path for path in bundle if is_hook(path) and path.startswith(f".platform/{kind}/"))
    for path in found:
        if not bundle[path].startswith(PROGRAM):
            raise RunError(
                f"{path}: exec format error; a hook is a program, or a script whose first line begins with #!"
            )
    return Hooks(tuple(found))


def not_here(bundle: Mapping[str, bytes], found: Hooks) -> Iterator[str]:
    """Yield what hooks get on an instance and not here."""
    for path in found.paths:
        if b"RDS_" in bundle[path]:
            yield f"{path} gets no RDS_ variables here: the stand-in for the instance does not reach the database"
