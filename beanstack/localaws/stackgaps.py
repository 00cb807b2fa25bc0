"""Behaviour of AWS CloudFormation that Beanstack relies on and that ministack lacks.

Each function replaces private names in ministack's modules; tests/localaws/test_engine.py has a contract test for it.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from beanstack.localaws.modules import Modules

_UPDATABLE: Final = {
    "CREATE_COMPLETE",
    "CREATE_FAILED",
    "IMPORT_COMPLETE",
    "IMPORT_ROLLBACK_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_FAILED",
    "UPDATE_ROLLBACK_COMPLETE",
}
_NO_CHANGES: Final = "The submitted information didn't contain changes."


def close_gaps(modules: Modules) -> None:
    """Make ministack's stacks behave as CloudFormation's do."""
    for gap in (
        _capabilities,
        _stack_states,
        _missing_imports,
        _exports_in_use,
        _output_changes,
        _change_set_names,
        _unchanged_resources,
    ):
        gap(modules)


def _capabilities(modules: Modules) -> None:
    """Check capabilities in every call, as AWS does; ministack checks them only if it checks signatures."""
    modules.handlers._capabilities_enforced = lambda: True


def _stack_states(modules: Modules) -> None:
    """Refuse to update a stack that is ROLLBACK_COMPLETE or in progress, by change set too.

    ministack refuses only UpdateStack, with another message, and lets a stack in such a state be created again.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
    """
    handlers, helpers = modules.handlers, modules.helpers

    def refusal(action: str, params: Any) -> Any:
        stack = handlers._resolve_stack(helpers._p(params, "StackName"))
        status = stack["StackStatus"] if stack else "DELETE_COMPLETE"
        creates = action == "CreateStack" or helpers._p(params, "ChangeSetType", "UPDATE") == "CREATE"
        if status == "DELETE_COMPLETE" or (creates and status == "REVIEW_IN_PROGRESS"):
            return None
        if creates:
            return helpers._error("AlreadyExistsException", f"Stack [{stack['StackName']}] already exists")
        if status in _UPDATABLE:
            return None
        message = f"Stack:{stack['StackId']} is in {status} state and can not be updated."
        return helpers._error("ValidationError", message)

    def checked(action: str, proceed: Callable[[Any], Any], params: Any) -> Any:
        return refusal(action, params) or proceed(params)

    for action in ("CreateStack", "UpdateStack", "CreateChangeSet"):
        wrap_action(modules, action, functools.partial(checked, action))


def _missing_imports(modules: Modules) -> None:
    """Fail a change set that imports an export that does not exist, and use AWS's message."""
    original = modules.expressions._resolve_refs
    exports = modules.formation._exports

    def resolve_refs(value: Any, *context: Any) -> Any:
        if isinstance(value, dict) and "Fn::ImportValue" in value:
            name = str(resolve_refs(value["Fn::ImportValue"], *context))
            if name not in exports:
                raise ValueError(f"No export named {name} found.")
        return original(value, *context)

    for module in (modules.expressions, modules.stacks, modules.changesets, modules.handlers):
        module._resolve_refs = resolve_refs

    def create_change_set(proceed: Callable[[Any], Any], params: Any) -> Any:
        answer = proceed(params)
        change_set = change_set_of(modules, params)
        if answer[0] == 200 and change_set and change_set["Status"] == "CREATE_COMPLETE":
            names = modules.handlers._imported_export_names(change_set, change_set["StackName"])
            missing = sorted(name for name in names if name not in exports)
            if missing:
                reason = f"No export named {missing[0]} found."
                change_set.update(Status="FAILED", ExecutionStatus="UNAVAILABLE", StatusReason=reason)
        return answer

    wrap_action(modules, "CreateChangeSet", create_change_set)


def _exports_in_use(modules: Modules) -> None:
    """Keep an export unchanged while another stack imports it, and let only one stack own it.

    ministack checks only DeleteStack, and refuses the request. AWS accepts the request, and the stack stays as it is,
    with an event (serverless issue 3589, aws-cft-tools issue 27).
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
    """
    formation, handlers, stacks = modules.formation, modules.handlers, modules.stacks
    original = stacks._resolve_stack_outputs

    def importer(name: str, owner: str) -> str:
        for other, stack in formation._stacks.items():
            imports = other != owner and stack["StackStatus"] != "DELETE_COMPLETE"
            if imports and name in handlers._imported_export_names(stack, other):
                return str(other)
        return ""

    def resolve_stack_outputs(*arguments: Any) -> Any:
        outputs, fresh = original(*arguments)
        *_, stack_name, stack_id = arguments
        for name in fresh:
            owner = formation._exports.get(name)
            if owner and owner["StackId"] != stack_id:
                other = owner["StackId"].split("/")[1]
                raise ValueError(f"Export with name {name} is already exported by stack {other}.")
        for name, export in list(formation._exports.items()):
            if export["StackId"] == stack_id and fresh.get(name) != export:
                user = importer(name, stack_name)
                if user:
                    verb = "updated" if name in fresh else "deleted"
                    raise ValueError(f"Export {name} cannot be {verb} as it is in use by {user}")
                if name not in fresh:
                    del formation._exports[name]
        return outputs, fresh

    def delete_stack(proceed: Callable[[Any], Any], params: Any) -> Any:
        stack = handlers._resolve_stack(modules.helpers._p(params, "StackName"))
        for output in stack["Outputs"] if stack and not stack.get("EnableTerminationProtection") else ():
            user = importer(output.get("ExportName", ""), stack["StackName"])
            if user:
                reason = f"Export {output['ExportName']} cannot be deleted as it is in use by {user}"
                stack["StackStatusReason"] = reason
                about = (
                    stack["StackId"],
                    stack["StackName"],
                    stack["StackName"],
                    "AWS::CloudFormation::Stack",
                )
                stacks._add_event(*about, stack["StackStatus"], reason, stack["StackId"])
                return modules.helpers._xml(200, "DeleteStackResponse", "")
        return proceed(params)

    stacks._resolve_stack_outputs = resolve_stack_outputs
    wrap_action(modules, "DeleteStack", delete_stack)


def _output_changes(modules: Modules) -> None:
    """Let a change set that changes only outputs be executed; ministack looks at resources only."""

    def create_change_set(proceed: Callable[[Any], Any], params: Any) -> Any:
        answer = proceed(params)
        change_set = change_set_of(modules, params)
        if answer[0] == 200 and change_set and change_set["StatusReason"].startswith(_NO_CHANGES):
            stack = modules.handlers._resolve_stack(change_set["StackName"])
            if change_set["_template"].get("Outputs") != stack["_template"].get("Outputs"):
                change_set.update(Status="CREATE_COMPLETE", ExecutionStatus="AVAILABLE", StatusReason="")
        return answer

    wrap_action(modules, "CreateChangeSet", create_change_set)


def _change_set_names(modules: Modules) -> None:
    """Let the name of a change set that was executed or failed be used again.

    `aws cloudformation deploy` names a change set by the second, and two local deployments may fit into one second.
    """

    def create_change_set(proceed: Callable[[Any], Any], params: Any) -> Any:
        former = change_set_of(modules, params)
        if former and former["ExecutionStatus"] in ("EXECUTE_COMPLETE", "EXECUTE_FAILED", "UNAVAILABLE"):
            del modules.formation._change_sets[former["ChangeSetId"]]
        return proceed(params)

    wrap_action(modules, "CreateChangeSet", create_change_set)


def _unchanged_resources(modules: Modules) -> None:
    """Add events only for the resources that an update changes; ministack adds them for all of the stack."""
    stacks, events = modules.stacks, modules.formation._stack_events
    update_resource, add_event = stacks._update_resource, stacks._add_event
    unchanged: set[tuple[str, str]] = set()

    @functools.wraps(update_resource)
    def noticing_update(resource_type: str, physical_id: str, old: Any, new: Any, *rest: Any) -> Any:
        stack_name, logical_id = rest[0], rest[1]
        if old == new:
            log = events.get(modules.handlers._resolve_stack(stack_name)["StackId"], [])
            # ministack has just added the event that announces this update, so it is the last one.
            if log and (log[-1]["LogicalResourceId"], log[-1]["ResourceStatus"]) == (
                logical_id,
                "UPDATE_IN_PROGRESS",
            ):
                log.pop()
                unchanged.add((stack_name, logical_id))
        return update_resource(resource_type, physical_id, old, new, *rest)

    @functools.wraps(add_event)
    def noticing_event(stack_id: str, stack_name: str, logical_id: str, *rest: Any, **named: Any) -> None:
        if (stack_name, logical_id) in unchanged:
            unchanged.remove((stack_name, logical_id))
            if "UPDATE_COMPLETE" in rest:
                return
        add_event(stack_id, stack_name, logical_id, *rest, **named)

    stacks._update_resource, stacks._add_event = noticing_update, noticing_event


def wrap_action(modules: Modules, action: str, wrapper: Callable[[Callable[[Any], Any], Any], Any]) -> None:
    """Wrap `wrapper(proceed, params)` around an action of CloudFormation's API."""
    handlers = modules.handlers._ACTION_HANDLERS
    handlers[action] = functools.partial(wrapper, handlers[action])


def change_set_of(modules: Modules, params: Any) -> Any:
    """Return the change set that a request names."""
    names = (modules.helpers._p(params, key) for key in ("ChangeSetName", "StackName"))
    return modules.changesets._find_change_set(*names)[1]
