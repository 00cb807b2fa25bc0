"""What a file of an application's own resources, and what names them, must be in the template that they become."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Any

from beanstack.eb.findings import Finding, nearest, shown, suggestion
from beanstack.eb.functions import PSEUDO_PARAMETERS, Function, named
from beanstack.resources.beanstalk import ENVIRONMENT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beanstack.config import Environment
    from beanstack.eb.findings import Path


def judged(environment: Environment, template: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield names that the template has twice or not at all; those of the file at their place in it."""
    yield from _taken(environment, template)
    known = {*template["Resources"], *PSEUDO_PARAMETERS}
    fragment = environment.fragment
    for section, entries in (("Resources", fragment.resources), ("Outputs", fragment.outputs)):
        for name, entry in entries.items():
            for other in dict.fromkeys((*named(entry), *_needed(entry))):
                if other not in known:
                    yield fragment.finding((section, name), _unknown(other, known))
    yield from _circles(environment, template)
    for path, function in _functions(environment):
        for other in function.names:
            if other == ENVIRONMENT:
                yield Finding(path, f"{function} is the environment itself, which cannot wait for itself")
            elif other not in known:
                yield Finding(path, _unknown(other, known))


def _taken(environment: Environment, template: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield names of the file that Beanstack gives to resources and outputs of its own."""
    fragment = environment.fragment
    for section, entries in (("Resources", fragment.resources), ("Outputs", fragment.outputs)):
        for name, entry in entries.items():
            if template[section][name] is not entry and template[section][name] != entry:
                yield fragment.finding((section, name), f"the stack has {shown(name)} already; choose another name")


def _circles(environment: Environment, template: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield a resource of the file that waits for itself by way of others, such as one that needs the environment.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html
    """
    fragment = environment.fragment
    if not fragment.resources:
        return
    needs = {name: {*named(made), *_needed(made)} for name, made in template["Resources"].items()}
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        way = error.args[1]
        own = next((name for name in way if name in fragment.resources), "")
        if own and way != [ENVIRONMENT, ENVIRONMENT]:
            message = f"CloudFormation cannot make this, which waits for itself: {' -> '.join(reversed(way))}"
            yield fragment.finding(("Resources", own), message)


def _needed(resource: Any) -> list[str]:
    """Return the resources that a resource says it depends on."""
    needed = resource.get("DependsOn", [])
    return [needed] if isinstance(needed, str) else [name for name in needed if isinstance(name, str)]


def _functions(environment: Environment) -> Iterator[tuple[Path, Function]]:
    """Yield the functions of the configuration, with their paths."""
    yield from environment.functions.items()
    for index, statement in enumerate(environment.instance_role.statements):
        for place, resource in enumerate(statement.resources):
            if isinstance(resource, Function):
                yield ("instance_role", "statements", index, "resources", place), resource


def _unknown(name: str, known: set[str]) -> str:
    hint = suggestion(nearest(name, sorted(known)))
    return f"the environment's stack has no {shown(name)}; the file of `resources` may add it{hint}"
