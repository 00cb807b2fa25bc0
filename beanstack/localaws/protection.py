"""Stack policies and termination protection, which ministack stores; here CloudFormation enforces them.

tests/localaws/test_protection.py has the contract tests.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final

from beanstack.localaws import stackpolicy
from beanstack.localaws.stackgaps import change_set_of, wrap_action

if TYPE_CHECKING:
    from collections.abc import Callable

    from beanstack.localaws.modules import Modules

_GOVERNING: Final = "_governing_policy"  # the policy of the update in progress, in ministack's record of the stack


def close_gaps(modules: Modules) -> None:
    """Make stack policies and termination protection refuse what they refuse on AWS."""
    _deletions(modules)
    _valid_policies(modules)
    _governing_policies(modules)
    _changed_resources(modules)
    _removed_resources(modules)


def _deletions(modules: Modules) -> None:
    """Refuse to delete a stack that is protected, as ministack does with other words, or that is being updated.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-protect-stacks.html
    """

    def delete_stack(proceed: Callable[[Any], Any], params: Any) -> Any:
        name = modules.helpers._p(params, "StackName")
        stack = modules.handlers._resolve_stack(name)
        status = stack["StackStatus"] if stack else ""
        reason = ""
        if stack and stack.get("EnableTerminationProtection") and status != "DELETE_COMPLETE":
            reason = "TerminationProtection is enabled"
        elif status.startswith("UPDATE_") and status.endswith("IN_PROGRESS"):
            reason = f"in status {status}"
        if reason:
            return modules.helpers._error("ValidationError", f"Stack [{name}] cannot be deleted while {reason}")
        return proceed(params)

    wrap_action(modules, "DeleteStack", delete_stack)


def _valid_policies(modules: Modules) -> None:
    """Refuse a policy that is not written in the language of stack policies; ministack only parses it."""

    def checked(proceed: Callable[[Any], Any], params: Any) -> Any:
        for kind in ("StackPolicy", "StackPolicyDuringUpdate"):
            policy = _policy(modules, params, kind)
            if policy and not stackpolicy.is_valid(policy):
                message = "Error validating stack policy: Invalid stack policy"
                return modules.helpers._error("ValidationError", message)
        return proceed(params)

    for action in ("CreateStack", "SetStackPolicy", "UpdateStack"):
        wrap_action(modules, action, checked)


def _governing_policies(modules: Modules) -> None:
    """Remember which policy governs an update: one for this update alone, or the one that the stack had before.

    A change set has no policy of its own.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateStack.html
    """

    def update_stack(proceed: Callable[[Any], Any], params: Any) -> Any:
        stack = modules.handlers._resolve_stack(modules.helpers._p(params, "StackName"))
        if stack:
            only_now = _policy(modules, params, "StackPolicyDuringUpdate")
            stack[_GOVERNING] = only_now or stack.get("_stack_policy")
        return proceed(params)

    def execute_change_set(proceed: Callable[[Any], Any], params: Any) -> Any:
        change_set = change_set_of(modules, params)
        stack = modules.handlers._resolve_stack(change_set["StackName"]) if change_set else None
        if stack:
            stack[_GOVERNING] = stack.get("_stack_policy")
        return proceed(params)

    wrap_action(modules, "UpdateStack", update_stack)
    wrap_action(modules, "ExecuteChangeSet", execute_change_set)


def _changed_resources(modules: Modules) -> None:
    """Fail a resource whose modification or replacement the policy refuses, before anything of it changes."""
    stacks, provisioners = modules.stacks, modules.provisioners
    update_resource = stacks._update_resource

    @functools.wraps(update_resource)
    def guarded_update(resource_type: str, physical_id: str, old: Any, new: Any, *rest: Any) -> Any:
        stack, logical_id = modules.handlers._resolve_stack(rest[0]), rest[1]
        # A rollback is not an update of the user's.
        if old != new and stack and stack["StackStatus"] == "UPDATE_IN_PROGRESS":
            is_replaced = provisioners._replacing_change(resource_type, old, new)
            action = stackpolicy.REPLACE if is_replaced else stackpolicy.MODIFY
            reason = _refusal(stack, action, logical_id, resource_type)
            if reason:
                _forget_announcements(modules, stack, logical_id)
                raise ValueError(reason)
        return update_resource(resource_type, physical_id, old, new, *rest)

    stacks._update_resource = guarded_update


def _removed_resources(modules: Modules) -> None:
    """Fail an update that removes a resource that the policy keeps, before anything changes.

    ministack deletes removed resources after all others are updated, when an update cannot fail any more.
    """
    stacks = modules.stacks
    deploy_stack = stacks._deploy_stack_async

    @functools.wraps(deploy_stack)
    async def guarded_deploy(
        name: str, stack_id: str, template: Any, parameters: Any, disable_rollback: bool, *rest: Any, **more: Any
    ) -> None:
        stack, previous = modules.formation._stacks[name], more.get("previous_stack") or {}
        kept = {
            logical_id
            for logical_id, resource in template.get("Resources", {}).items()
            if stack["_conditions"].get(resource.get("Condition"), True)
        }
        for logical_id, resource in previous.get("_resources", {}).items():
            about = (logical_id, resource["ResourceType"])
            reason = "" if logical_id in kept else _refusal(stack, stackpolicy.DELETE, *about)
            if reason:
                physical_id = resource["PhysicalResourceId"]
                stacks._add_event(stack_id, name, *about, "UPDATE_FAILED", reason, physical_id)
                tags = (stack.get("Tags"), previous.get("Tags"))
                failed = (*about, physical_id, None, None, None)
                operation = stacks._failed_operation(
                    True, previous, [], failed, logical_id, [], False, template, parameters, False, *tags
                )
                if disable_rollback:
                    stack.update(StackStatus="UPDATE_FAILED", _failed_operation=operation)
                else:
                    await stacks._roll_back_operation(name, stack_id, stack, operation)
                return
        await deploy_stack(name, stack_id, template, parameters, disable_rollback, *rest, **more)

    modules.handlers._deploy_stack_async = modules.changesets._deploy_stack_async = guarded_deploy


def _refusal(stack: Any, action: str, logical_id: str, resource_type: str) -> str:
    """Return why the policy of the update in progress refuses an action, or an empty string."""
    policy = stack.get(_GOVERNING)
    return stackpolicy.refusal(policy, action, logical_id, resource_type) if policy else ""


def _policy(modules: Modules, params: Any, kind: str) -> str:
    """Return the policy that a request has as text or as a URL, or an empty string."""
    body, _ = modules.helpers._resolve_document(params, f"{kind}Body", f"{kind}URL", "Stack policy")
    return body or ""


def _forget_announcements(modules: Modules, stack: Any, logical_id: str) -> None:
    """Remove the events that announce an update that does not begin; they are the last ones."""
    log = modules.formation._stack_events.get(stack["StackId"], [])
    while log and (log[-1]["LogicalResourceId"], log[-1]["ResourceStatus"]) == (logical_id, "UPDATE_IN_PROGRESS"):
        log.pop()
