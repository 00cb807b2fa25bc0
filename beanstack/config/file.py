"""One configuration file on its way from a tree of nodes to an Application."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar, cast

from beanstack.config import names
from beanstack.config.document import Node, merged
from beanstack.config.errors import ConfigError, mistake, once
from beanstack.config.explain import checked
from beanstack.config.keys import needless_nulls, unknown_key, unknown_keys
from beanstack.config.model import Model
from beanstack.config.readable import concerned, judged, without
from beanstack.config.rules import RULES, WARNINGS
from beanstack.config.settings import Application, Environment, Identity, Settings
from beanstack.eb.findings import Finding, Place
from beanstack.eb.rules import CONFIG_WARNING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from beanstack.eb.findings import Path

    Judge = Callable[[Application, Environment], Iterable[Finding]]

Made = TypeVar("Made", bound=Model)

KEYS = ("application", "description", "versions", "defaults", "environments")


class File:
    """A parsed file; gathers what is wrong with it, per environment."""

    def __init__(self, name: str, root: Node) -> None:
        self.name = name
        self.root = root
        self.problems: list[tuple[str, Finding]] = []
        self.warnings: list[tuple[str, Finding]] = []
        self.merged: dict[str, Node] = {}

    def application(self, stem: str, judge: Judge | None = None) -> Application:
        """The whole application; `stem` is the file's name without its ending. Raises ConfigError.

        `judge` finds what is wrong with what becomes of an environment that is valid by itself.
        """
        if not isinstance(self.root.value, dict):
            raise ConfigError([mistake("expected a mapping of settings", self.name, *self.root.place)])
        self.only_known_keys()
        own = replace(self.root, value={key: node for key, node in self.root.value.items() if key in KEYS[:3]})
        _, identity, _ = self.validated(Identity, own)
        name = self.text("application")
        for message in names.application_problems(name, stem) if name is not None else ():
            self.report(self.root, Finding(("application",), message))
        made = self.environments(name or stem)
        application = Application.model_construct(**dict(identity), environments=made)
        if judge:
            self.judge(application, judge)
        if self.problems:
            raise ConfigError(once(self.problems))
        return application

    def judge(self, application: Application, judge: Judge) -> None:
        """Gathers what another finds in the environments that are sound by themselves."""
        for name, environment in application.environments.items():
            for finding in judge(application, environment):
                gathered = self.problems if finding.severity == "error" else self.warnings
                gathered.append((name, self.problem(self.merged[name], finding)))

    def only_known_keys(self) -> None:
        """Reports the file's unknown keys; a misspelt one is then read as what it resembles."""
        for key in [key for key in cast("dict[str, Node]", self.root.value) if key not in KEYS]:
            unknown = unknown_key((key,), KEYS)
            self.report(self.root, unknown.finding)
            self.root = self.root.corrected(unknown.path, unknown.meant, judged=unknown.alike)

    def text(self, key: str) -> str | None:
        node = self.root.child(key)
        return node.value if node and isinstance(node.value, str) and not node.told else None

    def mapping(self, key: str) -> Node | None:
        """The file's mapping under `key`, empty where it is bare or missing; None where it is something else."""
        node = self.root.child(key) or self.root
        if node.told:
            return None
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
        sound: dict[str, Node] = {}
        for name, override in overrides.items():
            if override.value is None or isinstance(override.value, dict):
                sound |= {} if override.told else {name: replace(override, value=override.value or {})}
            elif not override.told:
                self.report(self.root, Finding(("environments", name), "expected a mapping"))
        made: dict[str, Environment] = {}
        if defaults:  # else nobody knows what the environments take over
            defaults = _declared(defaults)
            for name, override in sound.items():
                environment = self.environment(name, merged(defaults, override) if defaults.value else override)
                made |= {name: environment} if environment else {}
            if not sound:
                self.validated(Settings, defaults, whole=False)
        return made

    def environment(self, name: str, node: Node) -> Environment | None:
        """One environment from its merged settings, None where they are wrong."""
        before = len(self.problems)
        node, settings, wrong = self.validated(Settings, node, name)
        given = settings.model_fields_set | {"name"}
        environment = Environment.model_construct(given, name=name, **dict(settings))
        for rule in RULES:
            for finding in judged(rule, environment, wrong):
                self.report(node, finding, name)
        if len(self.problems) > before:
            return None
        self.merged[name] = node
        for rule in WARNINGS:
            for finding in rule(environment):
                self.warnings.append((name, self.problem(node, replace(finding, rule=CONFIG_WARNING))))
        return environment

    def validated(
        self, model: type[Made], node: Node, environment: str = "", *, whole: bool = True
    ) -> tuple[Node, Made, set[Path]]:
        """Reports what is wrong with settings by the model alone.

        Returns them as they are meant, what the model makes of the sound ones, and the paths of those that are wrong.
        Where they are not `whole`, what is missing may still come.
        """
        node = self.known(model, node, environment)
        for finding in needless_nulls(model, node):
            self.report(node, finding, environment)
        values = cast("dict[str, Any]", node.plain())
        wrong: set[Path] = set()
        values = without(values, node.told_paths(), wrong)
        while True:
            settings, found = checked(model, values)
            if settings:
                return node, settings, wrong
            for finding in found:
                if not concerned(finding, wrong) and (whole or not node.nearest(finding.path)[1]):
                    self.report(node, finding, environment)
            values = without(values, [path for finding in found for path in (finding.path, *finding.also)], wrong)

    def known(self, model: type[Model], node: Node, environment: str) -> Node:
        """Reports unknown keys; returns the settings without them.

        A misspelt key is read as what it resembles, so that its value is judged as it is meant.
        """
        while unknown := list(unknown_keys(model, node)):
            for key in unknown:
                self.report(node, key.finding, environment)
            for key in unknown:
                node = node.corrected(key.path, key.meant, judged=key.alike)
        return node

    def report(self, node: Node, finding: Finding, environment: str = "") -> None:
        self.problems.append((environment, self.problem(node, finding)))

    def problem(self, node: Node, finding: Finding) -> Finding:
        """A finding below `node` with its place; what is missing is placed at the mapping that lacks it.

        Of several settings that do not go together the environment's own is to blame: `defaults` suits the others.
        """
        found = [node.nearest(path) for path in (finding.path, *finding.also)]
        given = [(guilty, rest) for guilty, rest in found if not rest]
        removed = [below for guilty, rest in found[1:] if not rest for _, below in guilty.children() if below.removes]
        own = [guilty for guilty in [*(guilty for guilty, _ in given), *removed] if guilty.path[0] == "environments"]
        nearest, rest = (own[0], ()) if own else (given or found)[0]
        place = nearest.key_place if finding.at_key and not rest else nearest.place
        return Finding((*nearest.path, *rest), finding.message, finding.rule, place=Place(self.name, *place))


def _declared(defaults: Node) -> Node:
    """`defaults` in which a bare volume is one without settings, as Compose declares it."""
    volumes = defaults.child("volumes")
    if not volumes or not isinstance(volumes.value, dict):
        return defaults
    bare = {name: replace(node, value={}) for name, node in volumes.value.items() if node.value is None}
    value = cast("dict[str, Node]", defaults.value)
    return replace(defaults, value={**value, "volumes": replace(volumes, value={**volumes.value, **bare})})
