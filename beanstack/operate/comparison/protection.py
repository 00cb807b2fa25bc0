"""Deletion protection: what `deletion_protection` covers, in our comparison and in CloudFormation.

The stack policy denies no more than the comparison refuses: a deployment that the comparison accepts never fails by it.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/protect-stack-resources.html

The policy itself shows that a stack is protected. The metadata of the deployed template would not: CloudFormation
updates them only together with a resource, so a deployment that takes nothing but the key out leaves them as they are.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/metadata-section-structure.html
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from beanstack.eb.databases import COUPLED
from beanstack.eb.layout import EXTENSIONS
from beanstack.extensions import ExtensionsError, section
from beanstack.operate.comparison import database
from beanstack.operate.comparison.model import Change, Danger
from beanstack.operate.comparison.observed import APPLICATION, ENVIRONMENT, metadata, options, resources
from beanstack.operate.comparison.schemas import schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beanstack.operate.comparison.fates import Fate
    from beanstack.operate.comparison.observed import Body, Observed, StackState

PROTECTED = ("data-loss", "replacement")
DENIED = ("Replace", "Remove")  # the actions of fates that the policy denies
SWITCH_OFF = "Write `deletion_protection: false` in config/, deploy that, then make this change"
# A policy cannot be removed; this one allows what no policy allows as well.
EVERYTHING = {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}
OPEN = {"Statement": [EVERYTHING]}


def asks(body: Body) -> bool:
    """Return whether an environment's template asks for deletion protection."""
    return bool(metadata(body).get("DeletionProtection"))


def own_stacks(observed: Observed) -> list[StackState]:
    """Return the environment's own stacks that exist."""
    return [state for state in observed.stacks if state.exists and not state.stack.is_shared]


def is_protected(observed: Observed) -> bool:
    """Return whether the environment is protected: by a stack policy of ours, or by two templates that ask for it.

    If the policy was removed by hand, the key still counts until it is taken out.
    """
    own = observed.own
    return any(is_ours(state.policy) for state in own_stacks(observed)) or (asks(own.deployed) and asks(own.planned))


def covers(type_name: str) -> bool:
    """Return whether deletion protection covers the resources of a type: EB's own, and those with content."""
    return type_name in (APPLICATION, ENVIRONMENT) or schema(type_name).is_stateful


def policy(body: Body) -> dict[str, Any]:
    """Return the stack policy of a stack with this template; `OPEN` if it has nothing to protect."""
    return denying(sorted(name for name, resource in resources(body).items() if covers(resource["Type"])))


def denying(names: list[str]) -> dict[str, Any]:
    """Return the policy that denies replacing and deleting resources, by their logical IDs."""
    if not names:
        return OPEN
    deny = {
        "Effect": "Deny",
        "Action": ["Update:Replace", "Update:Delete"],
        "Principal": "*",
        "Resource": [f"LogicalResourceId/{name}" for name in names],
    }
    return {"Statement": [EVERYTHING, deny]}


def is_ours(found: Any) -> bool:
    """Return whether a stack policy is one that `policy` made, of whatever resources, rather than somebody's own."""
    try:
        listed = found["Statement"][1]["Resource"]
        return bool(found == denying([name.removeprefix("LogicalResourceId/") for name in listed]))
    except (AttributeError, IndexError, KeyError, TypeError):
        return False


def protected(observed: Observed, risks: list[Danger], changed: Mapping[str, list[Fate]]) -> list[Danger]:
    """Return the risks, without a way to allow those that the protection forbids, and what else it forbids."""
    if not is_protected(observed):
        return risks
    forbidden = [forbid(risk) if risk.kind in PROTECTED else risk for risk in risks]
    known = {risk.subject for risk in forbidden if risk.kind == "protected"}
    for state in own_stacks(observed):
        for fate in changed[state.stack.name]:
            if fate.action in DENIED and covers(fate.before["Type"]) and fate.name not in known:
                becomes = "replaced" if fate.action == "Replace" else "removed from its stack"
                forbidden.append(forbid(Danger("", fate.name, f"{fate.name} ({fate.type}) would be {becomes}", "")))
    return forbidden


def forbid(risk: Danger) -> Danger:
    """Return a risk as one that nothing can allow."""
    return risk._replace(kind="protected", todo=SWITCH_OFF)


def switched(observed: Observed) -> Iterator[Change]:
    """Yield the stacks whose protection the deployment would switch on or off."""
    is_asked = asks(observed.own.planned)
    for state in own_stacks(observed):
        is_on = is_ours(state.policy)
        if is_on != is_asked:
            detail = "off -> on" if is_asked else "on -> off"
            yield Change(state.stack.name, "Modify", "deletion_protection", "stack policy", "none", (detail,))


def still_protected(observed: Observed) -> Iterator[Danger]:
    """Yield a coupled database that RDS goes on protecting, though the new bundle no longer mentions it."""
    protects, says = (_of_database(files) for files in (observed.bundle_before, observed.bundle_after))
    if protects and says is None and database.is_coupled(options(observed.own.planned)):
        reason = "RDS keeps the deletion protection of the coupled database, which config/ no longer mentions"
        yield Danger("leftover", "deletion_protection", reason, "Write `deletion_protection: false` to switch it off")


def _of_database(files: Mapping[str, bytes]) -> bool | None:
    """Return what a bundle says of the deletion protection of a coupled database, None if it says nothing."""
    extensions = [path for path in sorted(files) if path.startswith(EXTENSIONS) and path.endswith(".config")]
    found: bool | None = None
    with suppress(ExtensionsError):
        for _, given in section({path: files[path] for path in extensions}, "Resources"):
            resource = given.get(COUPLED) if isinstance(given, dict) else None
            properties = resource.get("Properties") if isinstance(resource, dict) else None
            if isinstance(properties, dict) and "DeletionProtection" in properties:
                found = str(properties["DeletionProtection"]).lower() == "true"
    return found


def unprotected(observed: Observed) -> Iterator[Danger]:
    """Yield the stacks whose termination protection somebody has switched off."""
    for state in own_stacks(observed):
        if is_ours(state.policy) and not state.has_termination_protection:
            reason = f"the termination protection of the stack {state.stack.name} was switched off beside us"
            yield Danger("drift", "deletion_protection", reason, "`make stack` switches it on")
