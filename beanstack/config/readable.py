"""What can be read of an environment that has mistakes, so that rules judge the rest of it.

Reading a setting that is wrong in itself ends the rule that asked: none speaks of what the user did not write.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from beanstack.config.model import Model
from beanstack.config.rules.containers import task
from beanstack.config.settings import PLATFORM

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from beanstack.config.rules import Rule
    from beanstack.config.settings import Environment
    from beanstack.eb.findings import Finding, Path

# Sound values in the place of wrong ones that have no default; no rule ever reads them.
STAND_INS: Mapping[Path, object] = {
    ("application",): "stand-in",
    ("region",): "us-east-1",
    ("platform",): PLATFORM,
    ("containers",): {"stand-in": {"memory": 6}},
    ("database", "engine"): "mysql",
}


def without(values: dict[str, Any], paths: Iterable[Path], wrong: set[Path]) -> dict[str, Any]:
    """Plain settings without those at some paths, which are added to `wrong`.

    Of a list all goes, because places in it count. Where one that has gone is missed, the mapping around it goes.
    """
    whole = {
        path[: next((index for index, step in enumerate(path) if isinstance(step, int)), len(path))] for path in paths
    }
    guilty = {path[:-1] if path in wrong and path not in STAND_INS else path for path in whole}
    wrong |= guilty
    for path in guilty:
        values = _replaced(values, path, STAND_INS[path]) if path in STAND_INS else _removed(values, path)
    return values


def _removed(values: dict[str, Any], path: Path) -> dict[str, Any]:
    around: Any = values
    for step in path[:-1]:
        around = around.get(str(step), {}) if isinstance(around, dict) else {}
    if path[-1] not in around:
        return values
    return _replaced(values, path[:-1], {key: value for key, value in around.items() if key != path[-1]})


def _replaced(values: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    for index in range(len(path), 0, -1):
        around = values
        for step in path[: index - 1]:
            around = around[str(step)]
        value = {**around, str(path[index - 1]): value}
    return cast("dict[str, Any]", value)


def concerned(finding: Finding, wrong: Collection[Path]) -> bool:
    """Whether a finding speaks of a setting that is among the wrong ones, or holds one, or lies in one."""
    paths = (finding.path, *finding.also)
    return any(path[: len(other)] == other[: len(path)] for path in paths for other in wrong)


class UnreadableError(Exception):
    """A rule asked for the setting at `path`, which is wrong in itself."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.path = path


def judged(rule: Rule, environment: Environment, wrong: Collection[Path]) -> list[Finding]:
    """What a rule finds in an environment whose settings at some paths are wrong.

    A container that ends the rule comes last when it is asked again, so that it hides nothing in the others.
    """
    if wrong and rule is task:
        return []  # it judges what the settings become, and they must be whole for that
    last: list[Path] = []
    while True:
        found: list[Finding] = []
        try:
            for finding in rule(cast("Environment", _readable(environment, wrong, last, ()))):
                found.append(finding)
        except UnreadableError as error:
            container = error.path[:2]
            if container[0] == "containers" and container not in last:
                last.append(container)
                continue
        return [finding for finding in found if not any(finding.path[: len(path)] == path for path in wrong)]


def _readable(value: object, wrong: Collection[Path], last: Collection[Path], path: Path) -> object:
    if any(below[: len(path)] == path for below in wrong):
        if path in wrong:
            raise UnreadableError(path)
        if isinstance(value, Model):
            return _Section(value, wrong, last, path)
        if isinstance(value, Mapping):
            return _Entries(value, wrong, last, path)
    return value


class _Section:
    """Settings of which some cannot be read; what a model computes is computed from these."""

    def __init__(self, settings: Model, wrong: Collection[Path], last: Collection[Path], path: Path) -> None:
        self._settings = settings
        self._context = (wrong, last)
        self._path = path

    def __getattr__(self, name: str) -> object:
        computed = type(self._settings).__dict__.get(name)
        if computed:
            return computed.__get__(self)
        # A wrong setting may be none that its model has.
        return _readable(getattr(self._settings, name, None), *self._context, (*self._path, name))


class _Entries(Mapping[str, Any]):
    """A mapping of which some entries cannot be read; the sound ones come first."""

    def __init__(self, entries: Mapping[str, object], wrong: Collection[Path], last: Collection[Path], path: Path):
        self._entries = entries
        self._context = (wrong, last)
        self._path = path
        unread = [str(other[len(path)]) for other in wrong if other[: len(path)] == path]
        self._keys = sorted(dict.fromkeys([*entries, *unread]), key=lambda key: ((*path, key) in last, key in unread))

    def __getitem__(self, key: str) -> object:
        if key not in self._keys:
            raise KeyError(key)
        return _readable(self._entries.get(key), *self._context, (*self._path, key))

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)
