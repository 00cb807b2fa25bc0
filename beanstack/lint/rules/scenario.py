"""One way in which a template may be deployed, and what its values are then.

cfn-lint resolves the functions. A value that it cannot resolve is unknown and is not checked.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

from cfnlint.helpers import is_function
from cfnlint.jsonschema import CfnTemplateValidator

from beanstack.lint.rules.memory import Marks
from beanstack.lint.rules.references import (
    SCALARS,
    VARIABLE,
    Value,
    as_text,
    known_texts,
    look_up,
    lookup,
    references,
    section,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from cfnlint.template import Template

    from beanstack.eb.findings import Finding, Path
    from beanstack.lint.rules.memory import Memory, Result
    from beanstack.lint.rules.references import Parameters

MOST_VALUES = 50  # of a function
WHOLE = re.compile(r"\$\{[A-Za-z0-9]+(\.Arn)?\}")
NO_VALUE = {"Ref": "AWS::NoValue"}


class Scenario:
    """The values of some parameters, AWS::Region and the like, and the truth of the conditions.

    `undecided` are the conditions that the parameters do not decide: whoever makes one of them true may give the
    parameters other values as well.
    """

    def __init__(
        self,
        template: Template,
        parameters: Parameters,
        conditions: Mapping[str, bool],
        undecided: Sequence[str],
        memory: Memory,
    ) -> None:
        self.template = template.template
        self.parameters = parameters
        self.known = known_texts(parameters)
        self._template = template
        self._conditions = conditions
        self._undecided = undecided
        self.memory = memory
        given = {name: (tuple(given), path) for name, (given, path) in parameters.items()}
        decided = {name: (truth, name in undecided) for name, truth in conditions.items()}
        self._marks = Marks(memory, given, decided)
        # It raises Unsatisfiable for what cannot be true together.
        self._evolved = memory.recall(
            tuple(conditions.items()), lambda: template.context.conditions.evolve(dict(conditions))
        )

    @cached_property
    def _validator(self) -> Any:
        context, parameters = self._template.context, self.parameters
        # cfn-lint invents a name and an ID for the stack.
        pseudo_parameters = (context.pseudo_parameters - {"AWS::StackName", "AWS::StackId"}) | parameters.keys()
        return CfnTemplateValidator({}).evolve(
            cfn=self._template,
            context=context.evolve(
                parameters={},
                pseudo_parameters=pseudo_parameters,
                ref_values={name: given for name, (given, _) in parameters.items()},
                conditions=self._evolved,
            ),
        )

    def chosen(self, value: Any, path: Path, *, certain: bool) -> Node | None:
        """Return a value or the branch of it that the conditions choose; None for AWS::NoValue."""
        if not isinstance(value, dict):
            return Node(self, value, path, certain)
        function, argument = is_function(value)
        if function == "Fn::If" and isinstance(argument, list) and len(argument) == 3:
            name = argument[0]
            if isinstance(name, str) and name in self._conditions:
                branch = 1 if self._conditions[name] else 2
                certain = certain and name not in self._undecided
                return self.chosen(argument[branch], (*path, "Fn::If", branch), certain=certain)
        return None if value == NO_VALUE else Node(self, value, path, certain)

    def resource(self, name: str) -> Node:
        """Return a resource of the template."""
        value = self.template["Resources"][name]
        return Node(self, value, ("Resources", name), value.get("Condition") not in self._undecided)

    def resources(self, *types: str) -> Iterator[Node]:
        """Yield the template's resources of some types."""
        for name, type_ in self.memory.types.items():
            if type_ in types:
                yield self.resource(name)

    def substituted(self, text: str) -> str | None:
        """Return the text of an Fn::Sub if all of its variables are known; cfn-lint takes longer to say the same."""
        names = [name.strip() for name in VARIABLE.findall(text)]
        if "${!" in text or not names or not self.known.keys() >= set(names):
            return None
        return VARIABLE.sub(lambda variable: self.known[variable[1].strip()], text)

    def is_open(self, text: str) -> bool:
        """Return whether an Fn::Sub needs a parameter that is given no value, so that cfn-lint cannot resolve it."""
        open_parameters = section(self.template, "Parameters").keys() - self.parameters.keys()
        return any(name.strip() in open_parameters for name in VARIABLE.findall(text))

    def resolved(self, function: Any) -> Sequence[tuple[Any, Path]]:
        """Return what cfn-lint resolves a function to, up to MOST_VALUES, and the paths of these values."""
        key = ("resolved", self.memory.text(function), self._marks.of(function))
        return self.memory.recall(key, lambda: [*islice(self._resolved(function), MOST_VALUES)])

    def _resolved(self, function: Any) -> Iterator[tuple[Any, Path]]:
        try:
            for value, validator, error in self._validator.resolve_value(function):
                if error is None:
                    yield value, tuple(validator.context.path.value_path)
        except Exception:  # noqa: S110
            pass  # cfn-lint's resolvers raise anything on a malformed function, which its own rules report

    def once(self, node: Node, make: Callable[[Node], Result]) -> Result:
        """Return what is made of a value, once for all scenarios that decide the same of what it refers to.

        The result may hold no node, because that belongs to its scenario.
        """
        key = (make, node.path, node.certain, self._marks.of(node.value))
        return self.memory.recall(key, lambda: make(node))


@dataclass(frozen=True, slots=True)
class Node:
    """A value of a template in a scenario, and its path in the template.

    It is `certain` if it exists whatever the undecided conditions are.
    """

    scenario: Scenario = field(repr=False, compare=False)
    value: Any = field(compare=False)
    path: Path
    certain: bool = field(compare=False)

    def child(self, *keys: str) -> Node | None:
        """Return the value below one key, or below several in turn, or None if it is missing."""
        node: Node | None = self
        for key in keys:
            if node is None or not isinstance(node.value, dict) or key not in node.value:
                return None
            node = self.scenario.chosen(node.value[key], (*node.path, key), certain=node.certain)
        return node

    def items(self, *keys: str) -> Iterator[Node]:
        """Yield the items of this list or of one below it."""
        node = self.child(*keys)
        if node and isinstance(node.value, list):
            for index, value in enumerate(node.value):
                item = self.scenario.chosen(value, (*node.path, index), certain=node.certain)
                if item:
                    yield item

    def values(self, *keys: str) -> list[Value]:
        """Return what this value or one below it may be; more than one if it depends on a mapping or a region."""
        node = self.child(*keys)
        if node is None:
            return []
        if isinstance(node.value, SCALARS):
            return [Value(as_text(node.value), node.path)]
        function, argument = is_function(node.value)
        if function == "Ref" and isinstance(argument, str) and argument in self.scenario.parameters:
            _, path = self.scenario.parameters[argument]
            return [Value(self.scenario.known.get(argument), path)]
        if function == "Fn::Sub" and isinstance(argument, str):
            text = self.scenario.substituted(argument)
            if text is not None:
                return [Value(text, node.path)]
            if self.scenario.is_open(argument):
                return [Value(None, node.path)]
        cell = lookup(node.value)
        if cell:
            # Unknown keys are tried in scenarios of their own.
            return [look_up(self.scenario.template, cell, self.scenario.known) or Value(None, node.path)]
        found: dict[str, Value] = {}
        for value, path in self.scenario.resolved(node.value):
            if isinstance(value, SCALARS):
                text = as_text(value)
                source = path if path[:1] == ("Mappings",) else node.path
                found.setdefault(text, Value(text, source))
        return [*found.values()] or [Value(None, node.path)]

    def references(self) -> Sequence[str]:
        """Return the names that this value refers to, each once."""
        return self.scenario.memory.names(self.value)

    def text(self, *keys: str) -> str | None:
        """Return this value or one below it if it is known and there is only one."""
        values = self.values(*keys)
        return values[0].text if len(values) == 1 else None

    def sketch(self) -> str:
        """Return the text of an Fn::Sub or Fn::Join with ${...} for its unknown parts; empty for other values."""
        match is_function(self.value):
            case "Fn::Sub", (str() as text) | [str() as text, _]:
                return text
            case "Fn::Join", [str() as separator, [*items]]:
                path = (*self.path, "Fn::Join", 1)
                parts = [replace(self, value=item, path=(*path, index)) for index, item in enumerate(items)]
                return separator.join(part.text() or part.sketch() or "${...}" for part in parts)
        return ""

    def plain(self) -> Any:
        """Return a whole value, with None for everything unknown in it."""
        if isinstance(self.value, list):
            return [item.plain() for item in self.items()]
        if not isinstance(self.value, dict) or any(key == "Ref" or str(key).startswith("Fn::") for key in self.value):
            return self.text()
        plain = {}
        for key in self.value:
            child = self.child(key)
            if child:
                plain[key] = child.plain()
        return plain

    def resource(self, type_: str) -> Node | None:
        """Return the properties of the resource of a type that a Ref, Fn::GetAtt or Fn::Sub names."""
        match is_function(self.value):
            case "Ref" | "Fn::GetAtt", _:
                is_reference = True
            case "Fn::Sub", str() as text:
                is_reference = WHOLE.fullmatch(text) is not None
            case _:
                is_reference = False
        if is_reference:
            for resource in self.scenario.resources(type_):
                if resource.path[1] == next(references(self.value), ""):
                    return resource.child("Properties")
        return None


def moved(finding: Finding, path: Path, source: Path = ()) -> Finding:
    """Return a finding about plain data at its path in a template; `source` leads to the value that determines it."""
    also = (source,) if source else ()
    return replace(finding, path=path, also=also, allowed="", value="", constraint="")
