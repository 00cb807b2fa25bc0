"""What a template may come to: its parameters at a default or an allowed value, its conditions true or false.

cfn-lint resolves the functions; what it cannot resolve is not known, hence not judged.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import re
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from cfnlint.helpers import is_function
from cfnlint.jsonschema import CfnTemplateValidator

from beanstack.lint.rules import mappings
from beanstack.lint.rules.references import references

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    from cfnlint.template import Template

    from beanstack.eb.findings import Path

VALUES = 50  # of a function
SCALARS = (str, int, float, date)  # a time without quotes is one to YAML too; CloudFormation hands it on as a text
WHOLE = re.compile(r"\$\{[A-Za-z0-9]+(\.Arn)?\}")
NO_VALUE = {"Ref": "AWS::NoValue"}


class Node(NamedTuple):
    """A value of a template and its path in there."""

    value: Any
    path: Path

    def child(self, key: str) -> Node | None:
        """The value of a key, None where there is none."""
        return Node(self.value[key], (*self.path, key)) if isinstance(self.value, dict) and key in self.value else None


class Text(NamedTuple):
    """What a value may come to, None where that cannot be known, and the path of what says so."""

    text: str | None
    path: Path


class World:
    """One way in which a template may be deployed.

    `parameters`: those whose value is known, a text or a list of texts, with the path of what gives it; AWS::Region and
    the like may be among them. `known`: the texts. `free`: conditions that hang on other parameters; whoever makes one
    true may well give the known ones another value, too.
    """

    def __init__(
        self,
        template: Template,
        parameters: Mapping[str, tuple[Any, Path]],
        conditions: Mapping[str, bool],
        free: Container[str] = (),
    ) -> None:
        self.parameters = parameters
        self._conditions = conditions
        self._free = free
        self.known = {name: value for name, (value, _) in parameters.items() if isinstance(value, str)}
        context = template.context
        # cfn-lint makes up a name and an id for the stack, which say nothing.
        pseudo = (context.pseudo_parameters - {"AWS::StackName", "AWS::StackId"}) | parameters.keys()
        self._validator: Any = CfnTemplateValidator({}).evolve(
            cfn=template,
            context=context.evolve(
                parameters={},
                pseudo_parameters=pseudo,
                ref_values={name: value for name, (value, _) in parameters.items()},
                conditions=context.conditions.evolve(dict(conditions)),
            ),
        )

    def chosen(self, node: Node | None) -> Node | None:
        """The branch of a value that the conditions choose, None for AWS::NoValue."""
        while node and (index := self._branch(node.value)):
            node = Node(node.value["Fn::If"][index], (*node.path, "Fn::If", index))
        return None if node is None or node.value == NO_VALUE else node

    def _branch(self, value: Any) -> int:
        given = value["Fn::If"] if isinstance(value, dict) and [*value] == ["Fn::If"] else None
        if not isinstance(given, list) or len(given) != 3 or not isinstance(given[0], str):
            return 0
        return {True: 1, False: 2, None: 0}[self._conditions.get(given[0])]

    def is_sure(self, path: Path) -> bool:
        """Whether what stands at a path is there in this world, whoever gives it what parameters."""
        value = self._validator.cfn.template
        for key in path:
            needed = value.get("Condition") if isinstance(value, dict) else None
            for name in (needed, value[key][0] if key == "Fn::If" else None):
                if isinstance(name, str) and name in self._free:
                    return False
            value = value[key]
        return True

    def child(self, node: Node | None, key: str) -> Node | None:
        """The value of a key, as the conditions choose it."""
        return self.chosen(node.child(key)) if node else None

    def items(self, node: Node | None) -> Iterator[Node]:
        """The items of a list, as the conditions choose them."""
        if node and isinstance(node.value, list):
            for index, value in enumerate(node.value):
                if item := self.chosen(Node(value, (*node.path, index))):
                    yield item

    def referred(self, root: Node, node: Node | None, kind: str) -> Node | None:
        """The properties of the resource of some type that a Ref, Fn::GetAtt or Fn::Sub names; `root`: the template."""
        node = self.chosen(node)
        name = next(references(node.value), "").partition(".")[0] if node and _refers(node.value) else ""
        resources = root.child("Resources")
        resource = resources.child(name) if resources else None
        if not resource or not isinstance(resource.value, dict) or resource.value.get("Type") != kind:
            return None
        return self.child(resource, "Properties")

    def texts(self, node: Node) -> list[Text]:
        """What a value may come to; more than one where it hangs on a mapping or a region."""
        if isinstance(node.value, SCALARS):
            return [Text(written(node.value), node.path)]
        if not isinstance(node.value, dict) or len(node.value) != 1:
            return [Text(None, node.path)]
        name = node.value.get("Ref")
        if isinstance(name, str) and name in self.parameters:
            value, path = self.parameters[name]
            return [Text(value if isinstance(value, str) else None, path)]
        if lookup := mappings.lookup(node.value):
            return self._looked_up(lookup, node)
        found: dict[str, Path] = {}
        for value, context in islice(self._resolved(node.value), VALUES):
            if isinstance(value, SCALARS):
                path = tuple(context.path.value_path)
                found.setdefault(written(value), path if path[:1] == ("Mappings",) else node.path)
        return [Text(*item) for item in found.items()] or [Text(None, node.path)]

    def _looked_up(self, lookup: mappings.Lookup, node: Node) -> list[Text]:
        """What a mapping has; its keys are tried one by one, each in a world that has it, see scenario.py."""
        if found := mappings.value(self._validator.cfn.template, lookup, self.known):
            value, path = found
            return [Text(written(value), path) if isinstance(value, SCALARS) else Text(None, path)]
        return [Text(None, node.path)]

    def text(self, node: Node | None) -> str | None:
        """What a value comes to, if that is known and only one."""
        found = self.texts(node) if node else []
        return found[0].text if len(found) == 1 else None

    def sketch(self, node: Node) -> str:
        """What is written of a text that Fn::Sub or Fn::Join make, with ${...} for the rest; empty for other values."""
        function, given = is_function(node.value)
        match function, given:
            case "Fn::Sub", str() as text:
                return text
            case "Fn::Sub", [str() as text, _]:
                return text
            case "Fn::Join", [str() as between, list()]:
                path = (*node.path, "Fn::Join", 1)
                parts = [Node(part, (*path, index)) for index, part in enumerate(given[1])]
                return between.join(self.text(part) or self.sketch(part) or "${...}" for part in parts)
        return ""

    def plain(self, node: Node | None) -> Any:
        """A whole value, None in it where one cannot be known."""
        node = self.chosen(node)
        if node is None or node.value is None:
            return None
        if isinstance(node.value, list):
            return [self.plain(item) for item in self.items(node)]
        if (
            not isinstance(node.value, dict)
            or "Ref" in node.value
            or any(str(key).startswith("Fn::") for key in node.value)
        ):
            return self.text(node)
        children = {key: self.chosen(node.child(key)) for key in node.value}
        return {key: self.plain(child) for key, child in children.items() if child}

    def _resolved(self, function: Mapping[str, Any]) -> Iterator[tuple[Any, Any]]:
        try:
            for value, validator, error in self._validator.resolve_value(function):
                if error is None:
                    yield value, validator.context
        except Exception:  # noqa: S110
            pass  # cfn-lint's resolvers raise what they like on a malformed function, which rules of its own report


def _refers(value: Any) -> bool:
    """Whether a value is that of another resource, and nothing besides."""
    function, given = is_function(value)
    return function in ("Ref", "Fn::GetAtt") or (function == "Fn::Sub" and bool(WHOLE.fullmatch(str(given))))


def written(value: object) -> str:
    """A value as CloudFormation hands it on; times come as ISO 8601 writes them."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value).lower() if isinstance(value, bool) else str(value)
