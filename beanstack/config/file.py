"""One configuration file on its way from a tree of nodes to an Application."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from pydantic import ValidationError

from beanstack.config import names
from beanstack.config.document import Node, merged
from beanstack.config.errors import ConfigError, Finding, Problem, told_once
from beanstack.config.explain import findings
from beanstack.config.rules import RULES, WARNINGS
from beanstack.config.settings import ECS_BRANCH, Application, Environment, Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from beanstack.config.model import Model
    from beanstack.config.rules import Rule

# Sound values in the place of wrong ones that have no default; no rule ever reads them.
STAND_INS: Mapping[str, object] = {
    "region": "us-east-1",
    "platform": f"{ECS_BRANCH}/4.7.7",
    "containers": {"stand-in": {"memory": 6}},
}


class _UnreadableError(Exception):
    """A rule asked for a setting that is wrong in itself."""


class _Readable:
    """The settings of an environment that has mistakes: reading a wrong one ends the rule that asked.

    So that every rule that can be judged is judged, and none speaks of what the user did not write.
    """

    def __init__(self, environment: Environment, wrong: set[str]) -> None:
        self._environment = environment
        self._wrong = wrong

    def __getattr__(self, name: str) -> object:
        if name in self._wrong:
            raise _UnreadableError
        attribute = Environment.__dict__.get(name)
        return attribute.__get__(self) if attribute else getattr(self._environment, name)


class File:
    """A parsed file; gathers what is wrong with it, per environment."""

    def __init__(self, name: str, root: Node) -> None:
        self.name = name
        self.root = root
        self.problems: list[tuple[str, Problem]] = []
        self.warnings: list[tuple[str, Problem]] = []

    def application(self, stem: str) -> Application:
        """The whole application; `stem` is the file's name without its ending. Raises ConfigError."""
        if not isinstance(self.root.value, dict):
            raise ConfigError([Problem(self.name, *self.root.place, "", "expected a mapping of settings")])
        own = cast("dict[str, object]", self.root.plain())
        defaults = self.mapping("defaults", own.pop("defaults", None))
        environments = self.mapping("environments", own.pop("environments", None))
        self.validated(Application, {**own, "environments": {}}, self.root)
        for message in names.application_problems(own.get("application"), stem):
            self.report(self.root, Finding(("application",), message))
        if not environments.value:
            self.report(self.root, Finding(("environments",), "no environment; add one, such as `dev: {}`"))
        made = self.environments(str(own.get("application")), defaults, environments)
        if self.problems:
            raise ConfigError(told_once(self.problems))
        application = Application.model_validate({**own, "environments": {}})
        return application.model_copy(update={"environments": made})

    def mapping(self, key: str, value: object) -> Node:
        """The file's mapping under `key`, empty where it is bare or missing; anything else is reported."""
        node = cast("Mapping[str, Node]", self.root.value).get(key, self.root)
        if value is not None and not isinstance(value, dict):
            self.report(self.root, Finding((key,), "expected a mapping"))
        return node if isinstance(value, dict) else Node({}, node.place, node.key_place, (key,))

    def environments(self, application: str, defaults: Node, given: Node) -> dict[str, Environment]:
        """The environments that are right; what is wrong with the others is gathered."""
        overrides = cast("Mapping[str, Node]", given.value)
        for name, message in names.environment_problems(application, overrides):
            self.report(self.root, Finding(("environments", name), message, at_key=True))
        made = {}
        for name, override in overrides.items():
            if override.value is None:  # a bare `dev:`
                node = defaults
            elif isinstance(override.value, dict):
                node = merged(defaults, override)
            else:
                self.report(self.root, Finding(("environments", name), "expected a mapping"))
                continue
            environment = self.environment(name, node)
            if environment:
                made[name] = environment
        return made

    def environment(self, name: str, node: Node) -> Environment | None:
        """One environment from its merged settings, None where they are wrong."""
        values = cast("dict[str, object]", node.plain())
        before = len(self.problems)
        wrong = self.validated(Settings, values, node, name)
        sound = {key: value for key, value in values.items() if key not in wrong}
        settings = Settings.model_validate({**{key: STAND_INS[key] for key in wrong & STAND_INS.keys()}, **sound})
        given = settings.model_fields_set | {"name"}
        environment = Environment.model_construct(given, name=name, **dict(settings))
        readable = cast("Environment", _Readable(environment, wrong)) if wrong else environment
        self.problems += [(name, problem) for problem in self.broken(RULES, readable, node)]
        if len(self.problems) > before:
            return None
        self.warnings += [(name, problem) for problem in self.broken(WARNINGS, environment, node)]
        return environment

    def validated(self, model: type[Model], values: object, node: Node, environment: str = "") -> set[str]:
        """Reports what is wrong with `values` by the model alone; returns the top keys that cannot be read.

        A key that is only unknown is taken out instead, so that the rest of its section is still judged.
        """
        try:
            model.model_validate(values)
        except ValidationError as error:
            found = list(findings(model, error))
            for finding in found:
                self.report(node, finding, environment)
                if finding.unknown:
                    _take_out(values, finding.path)
            return {str(finding.path[0]) for finding in found if not finding.unknown}
        return set()

    def broken(self, rules: Iterable[Rule], environment: Environment, node: Node) -> Iterator[Problem]:
        """What some rules find in an environment."""
        for rule in rules:
            try:
                for finding in rule(environment):
                    yield self.problem(node, finding)
            except _UnreadableError:
                continue

    def report(self, node: Node, finding: Finding, environment: str = "") -> None:
        self.problems.append((environment, self.problem(node, finding)))

    def problem(self, node: Node, finding: Finding) -> Problem:
        """A finding below `node` with its place; what is missing is placed at the mapping that lacks it."""
        nearest, rest = node.nearest(finding.path)
        place = nearest.key_place if (finding.at_key or finding.unknown) and not rest else nearest.place
        path = ".".join(map(str, (*nearest.path, *rest)))
        return Problem(self.name, *place, path, finding.message)


def _take_out(values: Any, path: tuple[str | int, ...]) -> None:
    for step in path[:-1]:
        values = values[step]
    del values[path[-1]]
