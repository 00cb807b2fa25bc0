"""The resources that a bundle adds to the stack of its environment or changes in it, and the names that it refers to.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environment-resources.html
"""

from __future__ import annotations

from string import digits
from typing import TYPE_CHECKING, Any, NamedTuple

from beanstack.eb.findings import hint, nearest, shown
from beanstack.eb.namespaces import PARAMETERS
from beanstack.eb.stackresources import PREFIX, misspelt, stack_resources
from beanstack.lint.bundles.functions import function_findings, lookup_findings, references
from beanstack.lint.bundles.kinds import Limit, common_kinds, limits_of_manifest, limits_of_settings
from beanstack.lint.bundles.merged import Merged

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from beanstack.eb.findings import Finding, Path
    from beanstack.eb.stackresources import StackResource
    from beanstack.lint.bundles.options import OptionSetting
    from beanstack.text.document import Document, Node

TEMPLATE = ("Resources", "Outputs", "Conditions")  # the sections for which cfn-lint is worth its time
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/pseudo-parameter-reference.html
PSEUDO_PARAMETERS = (
    *("AWS::AccountId", "AWS::NotificationARNs", "AWS::NoValue", "AWS::Partition", "AWS::Region"),
    *("AWS::StackId", "AWS::StackName", "AWS::URLSuffix"),
)
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html
ATTRIBUTES = (
    *("Type", "Properties", "Metadata", "DependsOn", "Condition"),
    *("CreationPolicy", "DeletionPolicy", "UpdatePolicy", "UpdateReplacePolicy"),
)


class Use(NamedTuple):
    """A name of the stack, and where a file refers to it or changes the resource of that name."""

    name: str
    document: Document
    node: Node
    is_reference: bool

    @property
    def start(self) -> int:
        return self.node.start if self.is_reference else self.node.key_start

    @property
    def is_in_template(self) -> bool:
        """Whether CloudFormation is known to refuse it; what becomes of functions elsewhere EB's guide leaves open."""
        return self.node.path[:1] in {(section,) for section in TEMPLATE}


class Found(NamedTuple):
    """Findings, and the paths at which cfn-lint would report the same mistakes."""

    findings: list[Finding]
    paths: list[Path]


def resource_findings(
    files: Sequence[tuple[Document, Node]],
    settings: Sequence[OptionSetting],
    manifest: tuple[Document, Node] | None,
    *,
    alone: bool,
) -> Iterator[Finding]:
    """Yield the problems with the resources and references of a bundle with these `.config` files and settings.

    A file that is `alone` may use names of others.
    """
    merged = Merged(files)
    names = Names(merged, [*limits_of_settings(settings), *limits_of_manifest(manifest)])
    found = Found([], [])
    for name in merged.section("Resources"):
        _check_resource(merged, name, found)
        if name in names.created and name in stack_resources():
            message = f"EB creates no {name} in this kind of environment, so the bundle creates one of that name"
            document, node = merged.part(("Resources", name))
            found.findings.append(document.finding("resource-doubtful", node.key_start, message))
    for path, finding in lookup_findings(merged):
        found.findings.append(finding)
        found.paths.append(path)
    for use in _uses(files, names):
        names.check(use, found, alone=alone)
    for document, root in files:
        for path, finding in function_findings(document, root):
            found.findings.append(finding)
            if finding.severity == "error":
                found.paths.append(path)
    yield from found.findings
    if any(merged.section(name) for name in TEMPLATE):
        # Imported here because cfn-lint takes a second, and most bundles have none of these sections.
        from beanstack.lint.bundles.schemas import schema_findings

        yield from schema_findings(merged, names.created, found.paths)


def _check_resource(merged: Merged, name: str, found: Found) -> None:
    """Report what is wrong with the keys of a resource, with its type if it is EB's, and with its condition."""
    path = ("Resources", name)
    resource = merged.section("Resources")[name]
    if not isinstance(resource, dict) or is_removed(resource):
        return
    strange = [key for key in resource if key not in ATTRIBUTES]
    if strange:
        _report(merged, found, "resource-refused", (*path, strange[0]), *_strange_keys(resource, strange))
        found.paths.append(path)
    own, type_ = stack_resources().get(name), resource.get("Type")
    if own and own.is_documented and isinstance(type_, str) and type_ != own.type:
        message = f"the type of EB's {name} is {own.type}"
        document, node = merged.part((*path, "Type"))
        found.findings.append(document.finding("resource-refused", node, message))
        found.paths.append(path)
    if resource.get("Condition") is not None:
        message = "EB refers to the resource, which CloudFormation refuses when the condition is false"
        _report(merged, found, "conditional-resource", (*path, "Condition"), message)


def _strange_keys(resource: Mapping[str, Any], strange: Sequence[str]) -> tuple[str, str]:
    """Return the message on keys that a resource cannot have, and what is allowed."""
    keys = ", ".join(map(shown, strange))
    if resource.get("Properties"):
        return f"a resource has no key {keys}", hint(strange[0], ATTRIBUTES)
    if nearest(strange[0], ["Properties"]):
        return f"a resource has no key {keys}", "did you mean 'Properties'?"
    return f"`Properties` is empty, and a resource has no key {keys}", "indent them below Properties"


def _report(merged: Merged, found: Found, rule: str, path: Path, message: str, allowed: str = "") -> None:
    document, node = merged.part(path)
    found.findings.append(document.finding(rule, node.key_start, message, allowed))
    found.paths.append(path)


def is_removed(resource: Mapping[str, Any]) -> bool:
    """Return whether a resource is a function, such as the one by which an AWS sample removes a resource of EB's."""
    return any("Fn::" in key for key in resource)


def _uses(files: Sequence[tuple[Document, Node]], names: Names) -> Iterator[Use]:
    """Yield the names that the files use, file by file."""
    for document, root in files:
        for name, resource in root.entries("Resources").items():
            if name in names.changed:
                yield Use(name, document, resource, is_reference=False)
            for node in [*resource.items("DependsOn"), resource.child("DependsOn")]:
                if node and isinstance(node.value, str):
                    yield Use(node.value, document, node, is_reference=True)
        for name, node in references(root):
            yield Use(name, document, node, is_reference=True)


class Names:
    """The names in a bundle's stack: its own and EB's.

    `created` are the resources that the bundle creates. Those that it only changes have no type here.
    """

    def __init__(self, merged: Merged, limits: list[Limit]) -> None:
        self._limits = limits
        kinds = common_kinds(limits)
        resources = {name: value for name, value in merged.section("Resources").items() if isinstance(value, dict)}
        typed = {name for name, value in resources.items() if "Type" in value}
        self.changed = {name for name, value in resources.items() if name not in typed and not is_removed(value)}
        # EB does not create these in this environment.
        absent = {name for name, own in stack_resources().items() if not own.kinds & kinds}
        self.created = {name for name in typed if name in absent or name not in stack_resources()}
        self._own = {*resources, *merged.section("Parameters")}
        self._typed = typed
        self._reported: set[str] = set()

    def check(self, use: Use, found: Found, *, alone: bool) -> None:
        """Report a name that the stack does not have, once, or that only other environments have."""
        name = use.name
        own = stack_resources().get(name)
        if own and name not in self._typed:
            finding = self._of_environment(use, own)
        elif own or self._is_there(use):
            return
        elif name.startswith(PREFIX):
            finding = self._resembling_eb(use)
        else:
            finding = None if name in _parameters() else self._unknown(use)
        if finding or not own:
            found.paths.append(use.node.path)
        hidden = alone and finding and finding.rule.name.startswith("unresolved")
        if finding and not hidden and name not in self._reported:
            found.findings.append(finding)
            self._reported.add(name)

    def _is_there(self, use: Use) -> bool:
        """Return whether a name is in the stack. cfn-lint reports a resource without a type, unless it may be EB's."""
        if use.name in self.created or use.name in PSEUDO_PARAMETERS:
            return True
        return use.name in self._own and (use.is_reference or not use.name.startswith(PREFIX))

    def _of_environment(self, use: Use, own: StackResource) -> Finding | None:
        """Return what is wrong with the use of a resource that only some environments have."""
        if own.kinds & common_kinds(self._limits):
            self._limits.append(Limit(own.name, own.kinds, use.document, use.node.key_start))
            return None
        against = next((limit for limit in self._limits if not limit.kinds & own.kinds), self._limits[-1])
        file, line, _ = against.document.place(against.start)
        where = f"line {line}" if against.document is use.document else f"{file}:{line}"
        message = f"no environment has {own.name} with {against.what} ({where})"
        return use.document.finding("absent-resource", use.start, message, f"only {own.where} have it")

    def _unknown(self, use: Use) -> Finding:
        near = nearest(use.name, [*self._own, *stack_resources()])
        rule = "unresolved-name" if use.is_in_template else "unresolved-outside"
        message = f"the stack has no resource or parameter {shown(use.name)}"
        return use.document.finding(rule, use.start, message, f"did you mean {near!r}?" if near else "")

    def _resembling_eb(self, use: Use) -> Finding | None:
        """Return the finding on a name that begins as EB's do."""
        known = [*stack_resources()]
        if use.name.rstrip(digits) in known and use.is_reference:
            return None  # EB names the listener of port 443 AWSEBV2LoadBalancerListener443
        # EB's stack has more resources than its guide names: what only continues a known name is no misspelling.
        meant = None if use.name.startswith(tuple(known)) else misspelt(use.name, known)
        if meant:
            message = f"the stack has no resource {shown(use.name)}"
            return use.document.finding("unresolved-name", use.start, message, f"did you mean {meant!r}?")
        message = f"{shown(use.name)} is not a resource of an environment in EB's guide, and no file gives it a Type"
        return use.document.finding("unknown-resource", use.start, message, hint(use.name, known))


def _parameters() -> set[str]:
    """Return the parameters of EB's own template."""
    # Imported here because few names are no resources, and the facts take time to read.
    from beanstack.eb.options.catalogue import facts

    match = facts().find(PARAMETERS)
    return {option.name for option in match.namespace.options.values()} if match else set()
