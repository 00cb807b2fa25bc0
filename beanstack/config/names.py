"""Names that EB, CloudFormation and the generated files all accept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from beanstack.eb.findings import Finding
from beanstack.eb.limits import STACK_NAME, problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from beanstack.text.document import Document, Node

# Patterns without anchors; the JSON Schema shows them to editors.
APPLICATION = r"[A-Za-z]([A-Za-z0-9-]{0,98}[A-Za-z0-9])?"
KEY = r"[A-Za-z0-9][A-Za-z0-9-]*"
ENVIRONMENT = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{2,38})[A-Za-z0-9]")
ENVIRONMENT_FORM = "4 to 40 letters, digits and hyphens, with no hyphen at either end"
RESERVED = ("application", "network")


def stack_name(application: str, environment: str | None = None) -> str:
    """Return the name of an application's stack, or of an environment's, which is also EB's name of the environment."""
    return f"{application}-{environment}" if environment else application


def application_problems(name: str, stem: str) -> Iterator[str]:
    """Yield the problems with an application's name; `stem` is its file's name without the ending."""
    if not 1 <= len(name) <= 100:
        yield f"an EB application's name has 1 to 100 characters, this one {len(name)}"
    elif not re.fullmatch(APPLICATION, name):
        yield "also names a stack and folders: letters, digits and hyphens, a letter first and no hyphen last"
    elif name != stem:
        yield f"'{name}' must be the file's own name, {name}.yaml; the file is {stem}.yaml"


def environment_problems(application: str, environments: Mapping[str, str | None]) -> Iterator[tuple[str, str]]:
    """Yield an environment and the problem with its name; the values are EB's names where config sets them."""
    seen: dict[str, str] = {}
    taken: dict[str, str] = {}
    for name, given in environments.items():
        full = given or stack_name(application, name)
        other = taken.setdefault(full.lower(), name)
        if name.lower() in RESERVED:
            yield name, f"'{name}' is taken: output/{application}/{name.lower()}.yaml is another stack's"
        elif not re.fullmatch(KEY, name):
            yield name, "an environment's name has letters, digits and hyphens, and no hyphen first"
        elif too_long := problem(STACK_NAME, len(stack_name(application, name))):
            yield name, too_long
        elif not given and not ENVIRONMENT.fullmatch(full):
            yield name, f"EB's name of the environment, '{full}' ({len(full)} characters), must have {ENVIRONMENT_FORM}"
        elif other != name and name.lower() not in seen:
            yield name, f"EB's name of the environment, '{full}', is that of '{other}' already"
        elif name.lower() in seen:
            yield name, f"differs from '{seen[name.lower()]}' only in upper and lower case"
        seen.setdefault(name.lower(), name)


def made_twice(trees: Sequence[tuple[Document, Node]], judged: int) -> Iterator[Finding]:
    """Return the stacks and repositories that two files would both make, reported for the last `judged` files."""
    taken: dict[str, str] = {}
    for left, (document, root) in enumerate(trees, judged - len(trees)):
        for what, node in (*_stacks(root), *_repositories(root)):
            first = taken.setdefault(what.lower(), document.file)
            if first != document.file and left >= 0:
                message = f"the {what} is made from {first} already"
                yield Finding(node.path, message, place=document.place(node.key_start))


def _stacks(root: Node) -> Iterator[tuple[str, Node]]:
    """Yield the stacks that a file makes, even if it has mistakes; each with the node that names it."""
    application = root.child("application")
    if application and isinstance(application.value, str):
        yield f"stack '{stack_name(application.value)}'", application
        for name, node in root.entries("environments").items():
            yield f"stack '{stack_name(application.value, name)}'", node


def _repositories(root: Node) -> Iterator[tuple[str, Node]]:
    """Yield the repositories of images in the same way."""
    for settings in (root.entries().get("defaults"), *root.entries("environments").values()):
        for holder in (settings, *settings.entries("containers").values()) if settings else ():
            name = holder.entries("build").get("repository")
            if name and isinstance(name.value, str):
                yield f"repository '{name.value}'", name
