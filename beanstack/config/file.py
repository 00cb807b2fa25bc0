"""One configuration file on its way from a tree of nodes to an Application."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from beanstack.config import names
from beanstack.config.errors import ConfigError, misread, once
from beanstack.config.fragment import Fragment
from beanstack.config.merge import merged, with_bare_volumes, without_functions
from beanstack.config.model import Model
from beanstack.config.rules import RULES, WARNINGS, findings, references
from beanstack.config.schema import checked
from beanstack.config.settings import Application, Environment, Identity, Settings
from beanstack.eb.findings import NOWHERE, Finding
from beanstack.eb.rules import CONFIG_WARNING
from beanstack.text.document import Node

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from beanstack.eb.findings import Path, Place
    from beanstack.eb.functions import Function
    from beanstack.text.document import Document, Mistake

    Judge = Callable[[Application, Environment], Iterable[Finding]]


class TopLevel(Identity):
    """The keys of a file; its settings are validated environment by environment, laid over `defaults`."""

    defaults: Any = None
    environments: Any = None


KEYS = {"application", "application_name", "description", "versions", "defaults", "environments"}
Made = TypeVar("Made", bound=Model)


class File:
    """A parsed file; gathers what is wrong with it, per environment."""

    def __init__(
        self, document: Document, root: Node, mistakes: Sequence[Mistake], fragments: Callable[[str], Fragment]
    ) -> None:
        self.document = document
        self.fragments = fragments
        self.root = root
        self.misread = {document.place(mistake.start) for mistake in mistakes}
        self.problems = [("", finding) for finding in misread(document, mistakes)]
        self.warnings: list[tuple[str, Finding]] = []
        self.merged: dict[str, Node] = {}

    def application(self, stem: str, judge: Judge | None = None) -> Application:
        """Return the whole application; `stem` is the file's name without its suffix. Raise ConfigError.

        `judge` finds what is wrong with what becomes of an environment that is valid by itself.
        """
        if not isinstance(self.root.value, dict):
            self.report(self.root, Finding((), "expected a mapping of settings"))
            raise ConfigError(once(self.problems))
        top = self.validated(TopLevel, self.root)
        name = self.root.text("application")
        if name is not None:
            for message in names.application_problems(name, stem):
                self.report(self.root, Finding(("application",), message))
        if top:
            self.references(top)
        environments = self.environments(name or stem)
        if not top:
            raise ConfigError(once(self.problems))
        own = {key: getattr(top, key) for key in Identity.model_fields}
        application = Application.model_construct(**own, environments=environments)
        if judge and not self.misread:
            self.judge(application, judge)
        if self.problems:
            raise ConfigError(once(self.problems))
        return application

    def references(self, top: TopLevel) -> None:
        """Gather what CloudFormation would put in the place of the application's own texts, or would not."""
        texts = top.model_copy(update={"defaults": None, "environments": None})
        for finding in references.resolved(texts):
            self.report(self.root, finding)
        for finding in references.substituted(texts):
            self.warnings.append(("", self.placed(self.root, replace(finding, rule=CONFIG_WARNING))))

    def judge(self, application: Application, judge: Judge) -> None:
        """Gather what another finds in the environments that are valid by themselves."""
        for name, environment in application.environments.items():
            for finding in judge(application, environment):
                gathered = self.problems if finding.severity == "error" else self.warnings
                gathered.append((name, self.placed(self.merged[name], finding)))

    def mapping(self, key: str) -> Node | None:
        """Return the file's mapping under `key`, empty if it is bare or missing; None if it is something else."""
        node = self.root.entries().get(key)
        if node is None:
            return Node({}, self.root.start, self.root.end, (key,))
        if node.value is None:
            return _emptied(node)
        if isinstance(node.value, dict):
            return node
        self.report(self.root, Finding((key,), "expected a mapping"))
        return None

    def environments(self, application: str) -> dict[str, Environment]:
        """Return the environments that are valid; gather what is wrong with the others."""
        defaults, environments = self.mapping("defaults"), self.mapping("environments")
        keys = self.root.entries().keys()
        may_be_misspelt = bool(keys - KEYS) and not {"defaults", "environments"} <= keys
        if defaults is None or may_be_misspelt:
            return {}  # what an environment would take over is not known
        overrides = environments.entries() if environments else {}
        if environments and not overrides:
            self.report(self.root, Finding(("environments",), "no environment; add one, such as `dev: {}`"))
        eb_names = {
            name: merged(defaults, node).text("environment_name") if isinstance(node.value, dict) else None
            for name, node in overrides.items()
        }
        for name, message in names.environment_problems(application, eb_names):
            self.report(self.root, Finding(("environments", name), message, at_key=True))
        defaults = with_bare_volumes(defaults)
        made: dict[str, Environment] = {}
        valid = 0
        for name, given in overrides.items():
            override = given
            if given.value is None:
                override = _emptied(given)
            if not isinstance(override.value, dict):
                self.report(self.root, Finding(("environments", name), "expected a mapping"))
                continue
            valid += 1
            environment = self.environment(name, defaults, override)
            if environment:
                made[name] = environment
        if not valid:
            self.defaults_alone(defaults)
        return made

    def environment(self, name: str, defaults: Node, override: Node) -> Environment | None:
        """Return one environment, None if its settings have mistakes."""
        before = len(self.problems)
        node = merged(defaults, override) if defaults.value else override
        known, functions = without_functions(node)
        settings = self.validated(Settings, known, name, without_functions(defaults)[0])
        if not settings or self.misread:
            return None
        fragment = self.fragments(settings.resources) if settings.resources else Fragment()
        for finding in fragment.findings:
            self.report(node, finding, name)
        environment = assembled(name, settings, functions, fragment)
        for finding in findings(RULES, environment):
            self.report(node, finding, name)
        if len(self.problems) > before:
            return None
        self.merged[name] = node
        for finding in findings(WARNINGS, environment):
            self.warnings.append((name, self.placed(node, replace(finding, rule=CONFIG_WARNING))))
        return environment

    def defaults_alone(self, defaults: Node) -> None:
        """Report what is wrong with `defaults` where no environment is; what is missing may still come."""
        for finding in checked(Settings, without_functions(defaults)[0])[1]:
            if not defaults.nearest(finding.path)[1]:
                self.report(defaults, finding)

    def validated(
        self, model: type[Made], node: Node, environment: str = "", defaults: Node | None = None
    ) -> Made | None:
        """Return what a model makes of settings, None if they have mistakes, which are reported."""
        made, findings = checked(model, node, defaults)
        for finding in findings:
            self.report(node, finding, environment)
        return made

    def report(self, node: Node, finding: Finding, environment: str = "") -> None:
        """Gather a finding below `node`, unless the YAML is wrong at its place or at a key that leads to it.

        Then another value was meant, and the reader's message is enough.
        """
        problem = self.placed(node, finding)
        places = {problem.place, *self.keys(problem.path)}
        if self.misread.isdisjoint(places):
            self.problems.append((environment, problem))

    def keys(self, path: Path) -> Iterator[Place]:
        """Yield the places of the keys that lead to a path, as far as they are in the file."""
        node: Node | None = self.root
        for step in path:
            node = node.below(step) if node else None
            if node and node.key:
                yield self.document.place(node.key.start)

    def placed(self, node: Node, finding: Finding) -> Finding:
        """Return a finding below `node` with its place; what is missing is placed at the mapping that lacks it."""
        if finding.place != NOWHERE:  # in another file
            return finding
        culprit, missing = _culprit(node, finding)
        at_key = culprit.value is None or (finding.at_key and not missing)
        place = self.document.place(culprit.key_start if at_key else culprit.start)
        return Finding((*culprit.path, *missing), finding.message, finding.rule, place=place, page=finding.page)


def assembled(name: str, settings: Settings, functions: Mapping[Path, Function], fragment: Fragment) -> Environment:
    """Return an environment of settings, in which functions are kept apart from values that are known."""
    values = dict(settings)
    values["properties"] = {
        key: value for key, value in settings.properties.items() if ("properties", key) not in functions
    }
    values["options"] = {
        namespace: {key: value for key, value in given.items() if ("options", namespace, key) not in functions}
        for namespace, given in settings.options.items()
    }
    given = settings.model_fields_set | {"name"}
    return Environment.model_construct(given, name=name, functions=functions, fragment=fragment, **values)


def _culprit(node: Node, finding: Finding) -> tuple[Node, Path]:
    """Return the node below `node` that a finding points at, and what of the finding's path is missing there.

    Of several settings that do not go together the environment's own is to blame, even if it is a null that removes a
    value: `defaults` suits the other environments.
    """
    found = [node.nearest(path) for path in (finding.path, *finding.also)]
    given = [other for other, missing in found if not missing]
    removed: list[Node] = []
    for other, missing in found[1:]:
        if not missing:
            removed += [below for _, below in other.children() if below.value is None]
    for other in (*given, *removed):
        if other.path[:1] == ("environments",):
            return other, ()
    if given:
        return given[0], ()
    return found[0]


def _emptied(bare: Node) -> Node:
    """Return an empty mapping in the place of a key without a value."""
    return replace(bare, value={}, start=bare.key_start)
