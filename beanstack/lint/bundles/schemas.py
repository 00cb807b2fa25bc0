"""What CloudFormation's schemas refuse in the resources of a bundle: cfn-lint checks the template that EB would make.

EB's own resources are in it by name and type only. What a bundle says of them is merged into what EB sets itself, so
that nothing is missing there. https://github.com/aws-cloudformation/cfn-lint
"""

from __future__ import annotations

import json
import os
import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from beanstack.eb.findings import hint, nearest, shown
from beanstack.eb.stackresources import misspelt, stack_resources
from beanstack.lint.bundles.functions import GET_OPTION
from beanstack.lint.bundles.merged import SECTIONS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from beanstack.eb.findings import Finding, Path
    from beanstack.lint.bundles.merged import Merged

REGION = "us-east-1"  # which has nearly everything; what a region lacks is not judged
UNKNOWN = {"Fn::Transform": {"Name": "OptionSetting"}}  # cfn-lint takes any value for what a macro makes
# Rules by which cfn-lint applies CloudFormation's own schemas and the syntax of its functions. Its other rules rest on
# documentation and experience. https://github.com/aws-cloudformation/cfn-lint/blob/main/docs/rules.md
STRUCTURE = ("E3001", "E3002", "E3012")
VALUES = ("E3030", "E3031", "E3032", "E3033", "E3034", "E3037")
MISSING = ("E3003", "E3014", "E3017", "E3018", "E3021", "E3058")
ELSEWHERE = ("E3004", "E3006", "E3007", "E4002", "E6", "E7", "E8")
FUNCTIONS = re.compile(r"E10\d\d")
REFUSED = (*STRUCTURE, *VALUES, *MISSING, *ELSEWHERE)
# Names are resolved before; the rest is about what is no mistake here: a failure of cfn-lint, parameters, sections.
# A Ref to a group is its name or its ID, as the network decides, so E1040 and E1041 compare in vain.
IGNORED = ("E0", "E1001", "E1011", "E1040", "E1041", "E2", "E3005", "W", "I")
# Texts that a later step replaces, as in beanstack.eb.shape; CloudFormation itself resolves {{resolve:...}}.
LATER = re.compile(r"<[^<>]+>|\$\{?\w|\{\{(?!resolve:)|%\w+%|__\w+__|@\w+@|`\s*\{")
EXTRA = re.compile(r"Additional properties are not allowed \('(?P<key>[^']+)' was unexpected")
NONE_OF = re.compile(r"'(?P<key>[^']+)' is not one of \[(?P<known>.*?)\]")
REQUIRED = re.compile(r"'(?P<key>[^']+)' is a required property")


LARGEST = 1_000_000  # characters; CloudFormation refuses a template of more bytes than that


class Match(NamedTuple):
    """A match of cfn-lint."""

    rule: str
    path: Path
    message: str


def schema_findings(merged: Merged, created: Collection[str], reported: Sequence[Path]) -> Iterator[Finding]:
    """Yield what the schemas refuse in merged sections.

    `created` are the resources that the bundle creates; `reported` are the paths at which something is wrong already.
    """
    template, opaque = _template(merged)
    text = json.dumps(template)
    if len(text) > LARGEST:
        return
    try:
        matches = [*_matches(text)]
    except ImportError:
        document, node = merged.part(())
        message = "cfn-lint is not installed, so properties are not checked"
        yield document.finding("schemas-missing", node.key_start, message)
        return
    new = [match for match in matches if _is_new(match, [*reported, *opaque]) and _is_certain(match, created)]
    for match in new:
        if not _is_misspelt(match, new):
            yield _finding(merged, match)


def _template(merged: Merged) -> tuple[dict[str, Any], list[Path]]:
    """Return a template of EB's resources and of the bundle's, and the paths of values that only EB knows."""
    opaque: list[Path] = []
    template: dict[str, Any] = {"AWSTemplateFormatVersion": "2010-09-09"}
    for name in SECTIONS:
        if merged.section(name):
            template[name] = _without_options(merged.section(name), (name,), opaque)
    resources = template.setdefault("Resources", {})
    for name, own in stack_resources().items():
        resource = resources.setdefault(name, {})
        if isinstance(resource, dict):
            resource.setdefault("Type", own.type)
    for name in [*resources]:
        if not isinstance(resources[name], dict) or any("Fn::" in key for key in resources[name]):
            del resources[name]
    return template, opaque


def _without_options(value: Any, path: Path, opaque: list[Path]) -> Any:
    """Return a value with UNKNOWN for each Fn::GetOptionSetting and each text that is not final."""
    if _is_later(value):
        opaque.append(path)
        return UNKNOWN
    if isinstance(value, dict):
        known = {}
        for key, item in value.items():
            known[key] = item if key == "Fn::Sub" else _without_options(item, (*path, key), opaque)
        return known
    if isinstance(value, list):
        return [_without_options(item, (*path, index), opaque) for index, item in enumerate(value)]
    return value


def _is_later(value: Any) -> bool:
    """Return whether only EB or a later step knows a value. A tag is a mistake by itself, which is reported already."""
    if isinstance(value, dict):
        return GET_OPTION in value or any(key.startswith("!") for key in value)
    return isinstance(value, str) and LATER.search(value) is not None


def _matches(template: str) -> Iterator[Match]:
    from cfnlint.api import lint
    from cfnlint.config import ManualArgs

    try:
        # Without a configuration file of the folder in which this is run.
        found = lint(template, _rules(), [REGION], ManualArgs(regions=[REGION], config_file=os.devnull))
    except Exception:
        return  # some of its rules raise anything on a malformed section, which shape_findings reports
    for match in found:
        yield Match(match.rule.id, tuple(getattr(match, "path", None) or ()), match.message)


@cache
def _rules() -> Any:
    """Return cfn-lint's rules for errors: reading them takes longer than applying them."""
    from cfnlint.core import get_rules

    return get_rules([], ["I", "W"], [])


def _is_new(match: Match, reported: Sequence[Path]) -> bool:
    """Return whether a match is neither at nor below what is reported already, nor about the function around it."""
    if match.rule.startswith(IGNORED):
        return False
    for path in reported:
        if match.path[: len(path)] == path:
            return False
        if match.path and path[: len(match.path)] == match.path and str(path[len(match.path)]) in ("Ref", "Fn::GetAtt"):
            return False
    return True


def _is_certain(match: Match, created: Collection[str]) -> bool:
    """Return whether EB's own part of a resource cannot make a match untrue."""
    if match.path[:1] != ("Resources",) or len(match.path) < 2 or match.path[1] in created:
        return True
    if match.path[1] not in stack_resources():
        return True
    if match.rule in MISSING:
        return any(isinstance(key, int) for key in match.path)
    return match.rule in (*STRUCTURE, *VALUES) or FUNCTIONS.fullmatch(match.rule) is not None


def _is_misspelt(match: Match, matches: Sequence[Match]) -> bool:
    """Return whether a missing key is there under a misspelt name, which is reported itself."""
    missing = REQUIRED.match(match.message)
    if missing is None:
        return False
    for other in matches:
        extra = EXTRA.match(other.message)
        if extra and other.path[:-1] == match.path and nearest(extra["key"], [missing["key"]]):
            return True
    return False


def _finding(merged: Merged, match: Match) -> Finding:
    document, node = merged.part(match.path)
    at = node.key_start if isinstance(node.value, dict | list) else node.start
    if match.rule == "E3006":
        near = misspelt(str(node.value), _types())
        rule = "resource-refused" if near else "resource-doubtful"  # a type may be newer than the schemas
        message = f"unknown resource type {shown(node.value)}"
        return document.finding(rule, at, message, f"did you mean {near!r}?" if near else "")
    rule = "resource-doubtful"
    if match.rule.startswith(REFUSED) or FUNCTIONS.fullmatch(match.rule):
        rule = "resource-refused"
    if match.rule in VALUES and re.search(r"\d", str(node.value)):
        rule = "resource-doubtful"  # a version or a class may be newer as well
    if "does not match any of the regexes" in match.message and len(match.path) == len(("Resources", "One")):
        message = f"{shown(match.path[-1])} is not a valid name here"
        return document.finding(rule, node.key_start, message, "letters and digits")
    extra, missing, none_of = (form.match(match.message) for form in (EXTRA, REQUIRED, NONE_OF))
    if extra:
        return document.finding(rule, node.key_start, *_unknown_property(merged, match, extra["key"]))
    if missing:
        return document.finding(rule, at, f"{shown(missing['key'])} is missing")
    if none_of and FUNCTIONS.fullmatch(match.rule):
        known = re.findall(r"'([^']+)'", none_of["known"])
        return document.finding(rule, at, f"unknown name {shown(none_of['key'])}", hint(none_of["key"], known))
    return document.finding(rule, at, f"{match.message} (cfn-lint {match.rule})")


def _unknown_property(merged: Merged, match: Match, key: str) -> tuple[str, str]:
    """Return the message on a property that a schema does not have, and what is allowed."""
    if match.path[0] != "Resources" or match.path[2:3] != ("Properties",):
        return f"unknown key {shown(key)}", ""
    name = str(match.path[1])
    type_ = merged.section("Resources")[name].get("Type")
    own = stack_resources().get(name)
    type_ = type_ or (own.type if own else "")
    if len(match.path) > len(("Resources", name, "Properties", key)):
        return f"unknown key {shown(key)} in a property of {type_}", ""
    near = nearest(key, _properties(type_))
    return f"{type_} has no property {shown(key)}", f"did you mean {near!r}?" if near else ""


def _types() -> list[str]:
    from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

    return [*PROVIDER_SCHEMA_MANAGER.get_resource_types(REGION)]


def _properties(type_: str) -> list[str]:
    from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

    return [*PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, type_).schema.get("properties", {})]
