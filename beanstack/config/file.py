"""One configuration file on its way from a tree of nodes to an Application."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from beanstack.config import names
from beanstack.config.document import Node, merged
from beanstack.config.errors import ConfigError, Finding, Problem, told_once, unknown_key
from beanstack.config.explain import findings
from beanstack.config.rules import RULES, WARNINGS
from beanstack.config.settings import ECS_BRANCH, Application, Environment, Identity, Settings

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
KEYS = ("application", "description", "versions", "defaults", "environments")


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
        self.only_known_keys()
        own = replace(self.root, value={key: node for key, node in self.root.value.items() if key in KEYS[:3]})
        self.validated(Identity, own)
        name = self.text("application")
        for message in names.application_problems(name, stem) if name is not None else ():
            self.report(self.root, Finding(("application",), message))
        made = self.environments(name or stem)
        if self.problems:
            raise ConfigError(told_once(self.problems))
        identity = Identity.model_validate(own.plain())
        return Application.model_construct(**dict(identity), environments=made)

    def only_known_keys(self) -> None:
        """Reports the file's unknown keys; a misspelt one is then read as what it resembles."""
        for key in [key for key in cast("dict[str, Node]", self.root.value) if key not in KEYS]:
            finding = unknown_key((key,), KEYS)
            self.report(self.root, finding)
            self.root = self.root.corrected(finding.path, finding.meant)

    def text(self, key: str) -> str | None:
        node = self.root.child(key)
        return node.value if node and isinstance(node.value, str) else None

    def mapping(self, key: str) -> Node | None:
        """The file's mapping under `key`, empty where it is bare or missing; None where it is something else."""
        node = self.root.child(key) or self.root
        if node is self.root or node.value is None:
            return Node({}, node.place, node.key_place, (key,))
        if isinstance(node.value, dict):
            return node
        self.report(self.root, Finding((key,), "expected a mapping"))
        return None

    def environments(self, application: str) -> dict[str, Environment]:
        """The environments that are right; what is wrong with the others is gathered."""
        defaults, environments = self.mapping("defaults"), self.mapping("environments")
        overrides = cast("Mapping[str, Node]", environments.value) if environments else {}
        if environments and not overrides:
            self.report(self.root, Finding(("environments",), "no environment; add one, such as `dev: {}`"))
        for name, message in names.environment_problems(application, overrides):
            self.report(self.root, Finding(("environments", name), message, at_key=True))
        made: dict[str, Environment] = {}
        for name, override in overrides.items():
            if override.value is not None and not isinstance(override.value, dict):
                self.report(self.root, Finding(("environments", name), "expected a mapping"))
            elif defaults:  # else nobody knows what the environment takes over
                given = replace(override, value=override.value or {})
                environment = self.environment(name, merged(defaults, given) if defaults.value else given)
                made |= {name: environment} if environment else {}
        return made

    def environment(self, name: str, node: Node) -> Environment | None:
        """One environment from its merged settings, None where they are wrong."""
        before = len(self.problems)
        node, wrong = self.validated(Settings, node, name)
        values = cast("dict[str, object]", node.plain())
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

    def validated(self, model: type[Model], node: Node, environment: str = "") -> tuple[Node, set[str]]:
        """Reports what is wrong with settings by the model alone; returns them and the top keys that cannot be read.

        A misspelt key is then read as what it resembles and another unknown one left out, so that the rest of its
        section is still judged, and judged as it is meant.
        """
        while True:
            found = list(findings(model, node.plain()))
            unknown = [finding for finding in found if finding.unknown]
            if not unknown:
                break
            for finding in unknown:
                self.report(node, finding, environment)
            for finding in unknown:
                node = node.corrected(finding.path, finding.meant)
        for finding in found:
            self.report(node, finding, environment)
        return node, {str(finding.path[0]) for finding in found}

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
        """A finding below `node` with its place; what is missing is placed at the mapping that lacks it.

        Of several settings that do not go together the environment's own is to blame: `defaults` suits the others.
        """
        found = [node.nearest(path) for path in (finding.path, *finding.also)]
        given = [(guilty, rest) for guilty, rest in found if not rest]
        own = [(guilty, rest) for guilty, rest in given if guilty.path[0] == "environments"]
        nearest, rest = (own or given or found)[0]
        place = nearest.key_place if (finding.at_key or finding.unknown) and not rest else nearest.place
        path = ".".join(map(str, (*nearest.path, *rest)))
        return Problem(self.name, *place, path, finding.message)
