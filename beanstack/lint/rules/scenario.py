"""One way in which a template may be deployed, and what its values are then.

cfn-lint resolves the functions. A value that it cannot resolve is unknown and is not checked.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from cfnlint.helpers import is_function
from cfnlint.jsonschema import CfnTemplateValidator

from beanstack.lint.rules.references import SCALARS, Lookup, Value, as_text, look_up, lookup, references, section

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from cfnlint.template import Template

    from beanstack.eb.findings import Finding, Path

VALUES = 50  # that one function may have
WHOLE = re.compile(r"\$\{[A-Za-z0-9]+(\.Arn)?\}")
NO_VALUE = {"Ref": "AWS::NoValue"}


class Node(NamedTuple):
    """A value of a template and its path there."""

    value: Any
    path: Path

    def child(self, key: str) -> Node | None:
        """Return the value of a key, or None if it is missing."""
        if isinstance(self.value, dict) and key in self.value:
            return Node(self.value[key], (*self.path, key))
        return None


class Scenario:
    """The values of some parameters, AWS::Region and the like, and the truth of the conditions.

    `parameters` maps a name to the text or the list of texts that it is given and to the path of these. `known` are the
    texts. `undecided` are the conditions that the parameters do not decide: whoever makes one of them true may give the
    parameters other values as well.
    """

    def __init__(
        self,
        template: Template,
        parameters: Mapping[str, tuple[str | list[str], Path]],
        conditions: Mapping[str, bool],
        undecided: Collection[str] = (),
    ) -> None:
        self.template = Node(template.template, ())
        self.parameters = parameters
        self.known = {name: given for name, (given, _) in parameters.items() if isinstance(given, str)}
        self._conditions = conditions
        self._undecided = undecided
        context = template.context
        # cfn-lint invents a name and an ID for the stack.
        pseudo_parameters = (context.pseudo_parameters - {"AWS::StackName", "AWS::StackId"}) | parameters.keys()
        self._validator: Any = CfnTemplateValidator({}).evolve(
            cfn=template,
            context=context.evolve(
                parameters={},
                pseudo_parameters=pseudo_parameters,
                ref_values={name: given for name, (given, _) in parameters.items()},
                conditions=context.conditions.evolve(dict(conditions)),
            ),
        )

    def chosen(self, node: Node | None) -> Node | None:
        """Return the branch of a value that the conditions choose, or None for AWS::NoValue."""
        while node:
            branch = self._branch(node.value)
            if branch is None:
                break
            node = Node(node.value["Fn::If"][branch], (*node.path, "Fn::If", branch))
        if node and node.value == NO_VALUE:
            return None
        return node

    def _branch(self, value: Any) -> int | None:
        function, argument = is_function(value)
        if function == "Fn::If" and isinstance(argument, list) and len(argument) == 3:
            name = argument[0]
            if isinstance(name, str) and name in self._conditions:
                return 1 if self._conditions[name] else 2
        return None

    def is_certain(self, path: Path) -> bool:
        """Return whether the value at a path exists whatever the undecided conditions are."""
        value = self.template.value
        for key in path:
            names = []
            if isinstance(value, dict):
                names.append(value.get("Condition"))
            if key == "Fn::If":
                names.append(value[key][0])
            if any(name in self._undecided for name in names if isinstance(name, str)):
                return False
            value = value[key]
        return True

    def child(self, node: Node | None, key: str) -> Node | None:
        """Return the value of a key."""
        if node is None:
            return None
        return self.chosen(node.child(key))

    def items(self, node: Node | None) -> Iterator[Node]:
        """Yield the items of a list."""
        if node and isinstance(node.value, list):
            for index, value in enumerate(node.value):
                item = self.chosen(Node(value, (*node.path, index)))
                if item:
                    yield item

    def resources(self, *types: str) -> Iterator[tuple[str, Node]]:
        """Yield the types and properties of the template's resources of some types."""
        for name, resource in section(self.template.value, "Resources").items():
            properties = self._properties(name, resource, types)
            if properties:
                yield resource["Type"], properties

    def resource(self, node: Node | None, type_: str) -> Node | None:
        """Return the properties of the resource of a type that a Ref, Fn::GetAtt or Fn::Sub names."""
        node = self.chosen(node)
        if node is None or not _is_reference(node.value):
            return None
        name = next(references(node.value), "")
        return self._properties(name, section(self.template.value, "Resources").get(name), (type_,))

    def _properties(self, name: str, resource: Any, types: Collection[str]) -> Node | None:
        if isinstance(resource, dict) and isinstance(resource.get("Type"), str) and resource["Type"] in types:
            return self.child(Node(resource, ("Resources", name)), "Properties")
        return None

    def values(self, node: Node | None) -> list[Value]:
        """Return what a value may be; more than one if it depends on a mapping or a region."""
        if node is None:
            return []
        if isinstance(node.value, SCALARS):
            return [Value(as_text(node.value), node.path)]
        unknown = Value(None, node.path)
        function, argument = is_function(node.value)
        if function == "Ref" and argument in self.parameters:
            given, path = self.parameters[argument]
            return [Value(given if isinstance(given, str) else None, path)]
        found = lookup(node.value)
        if found:
            return [self._looked_up(found) or unknown]
        values: dict[str, Value] = {}
        for value, path in islice(self._resolved(node.value), VALUES):
            if isinstance(value, SCALARS):
                text = as_text(value)
                values.setdefault(text, Value(text, path if path[:1] == ("Mappings",) else node.path))
        return [*values.values()] or [unknown]

    def _looked_up(self, found: Lookup) -> Value | None:
        cell = look_up(self.template.value, found, self.known)
        if cell is None:
            return None
        value, path = cell
        return Value(as_text(value) if isinstance(value, SCALARS) else None, path)

    def text(self, node: Node | None) -> str | None:
        """Return a value if it is known and there is only one."""
        values = self.values(node)
        if len(values) == 1:
            return values[0].text
        return None

    def sketch(self, node: Node) -> str:
        """Return the text of an Fn::Sub or Fn::Join with ${...} for its unknown parts; empty for other values."""
        function, argument = is_function(node.value)
        match function, argument:
            case "Fn::Sub", (str() as text) | [str() as text, _]:
                return text
            case "Fn::Join", [str() as separator, [*items]]:
                path = (*node.path, "Fn::Join", 1)
                parts = [Node(item, (*path, index)) for index, item in enumerate(items)]
                return separator.join(self.text(part) or self.sketch(part) or "${...}" for part in parts)
        return ""

    def plain(self, node: Node | None) -> Any:
        """Return a whole value, with None for everything unknown in it."""
        node = self.chosen(node)
        if node is None or node.value is None:
            return None
        if isinstance(node.value, list):
            return [self.plain(item) for item in self.items(node)]
        if not isinstance(node.value, dict) or any(key == "Ref" or str(key).startswith("Fn::") for key in node.value):
            return self.text(node)
        plain = {}
        for key in node.value:
            child = self.child(node, key)
            if child:
                plain[key] = self.plain(child)
        return plain

    def _resolved(self, function: Any) -> Iterator[tuple[Any, Path]]:
        """Yield what cfn-lint resolves a function to."""
        try:
            for value, validator, error in self._validator.resolve_value(function):
                if error is None:
                    yield value, tuple(validator.context.path.value_path)
        except Exception:  # noqa: S110
            pass  # cfn-lint's resolvers raise anything on a malformed function, which its own rules report


def moved(finding: Finding, path: Path, source: Path = ()) -> Finding:
    """Return a finding about plain data at its path in a template; `source` leads to the value that determines it."""
    return replace(finding, path=path, also=(source,) if source else (), allowed="", value="", constraint="")


def _is_reference(value: Any) -> bool:
    """Return whether a value is that of another resource and nothing besides."""
    function, argument = is_function(value)
    if function == "Fn::Sub":
        return isinstance(argument, str) and WHOLE.fullmatch(argument) is not None
    return function in ("Ref", "Fn::GetAtt")
