"""EB's own stacks in the engine's CloudFormation: created, updated and deleted with their environments.

A stack ends within the call that begins it, so an environment never waits for one. Types for which the engine
would have to wait are refused.
"""

from __future__ import annotations

import contextvars
import html
import json
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final

from beanstack.eb.namespaces import LOAD_BALANCER
from beanstack.localaws.api import OperationError
from beanstack.localaws.networks import Networks
from beanstack.localaws.ownstack.merging import merged
from beanstack.localaws.ownstack.options import Options
from beanstack.localaws.ownstack.parts import Asked, stack_name
from beanstack.localaws.ownstack.template import own_resources

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator, Mapping

    from beanstack.localaws.api import Record
    from beanstack.localaws.environment import Environment
    from beanstack.localaws.modules import Modules
    from beanstack.localaws.ownstack.parts import Resources

_AT_ONCE: Final = ("AWS::ElastiCache::CacheCluster", "AWS::ElastiCache::ReplicationGroup")
_in_place: ContextVar[bool] = ContextVar("in_place", default=False)


class OwnStacks:
    """EB's own stacks of an account and region."""

    def __init__(self, modules: Modules) -> None:
        self._modules = modules

    def deploy(self, environment: Environment, bundle: bytes | None) -> None:
        """Create or update the stack of an environment, and give the environment its resources.

        Raise OperationError, with a line for each event of EB, if that fails; an update then has changed nothing.
        """
        name, template = stack_name(environment), self._template(environment, bundle)
        before = self._modules.formation._stacks.get(name)
        if before is None:
            self._create(name, template, environment.tags)
        elif before["_template"] != template:
            self._update(name, template)
        environment.resources = self._resources(name)

    def end(self, environment: Environment) -> None:
        """Delete the stack of an environment; raise OperationError if something in it cannot be deleted."""
        name = stack_name(environment)
        if name not in self._modules.formation._stacks:
            return
        self._call("DeleteStack", name)
        stack = self._modules.formation._stacks[name]
        if stack["StackStatus"] != "DELETE_COMPLETE":
            raise OperationError(self._failure(name, "DELETE_FAILED", "delete"))

    def _template(self, environment: Environment, bundle: bytes | None) -> Record:
        """Return the template of an environment's stack."""
        options = Options(environment, bundle)
        networks = Networks(self._modules)
        asked = Asked(environment, options, networks.default_vpc, networks.default_subnets, self._listeners(options))
        resources = merged(own_resources(asked), options, bundle)
        self._check_types(resources)
        # As JSON has it, so that it can be compared with the engine's own copy.
        template: Record = json.loads(json.dumps({"Resources": resources}, default=str))
        return template

    def _listeners(self, options: Options) -> dict[str, str]:
        """Return the ARNs of the listeners of the load balancer that an environment shares, by port."""
        arn = options.value(LOAD_BALANCER, "SharedLoadBalancer")
        listeners = self._modules.alb._listeners.values()
        return {str(one["Port"]): one["ListenerArn"] for one in listeners if arn and one["LoadBalancerArn"] == arn}

    def _check_types(self, resources: Resources) -> None:
        for name, resource in resources.items():
            kind = resource["Type"]
            if kind not in _AT_ONCE and self._modules.stacks._runs_on_worker_thread(kind):
                raise OperationError(f"{name}: the local AWS cannot create {kind} in the stack of an environment.")

    def _create(self, name: str, template: Record, tags: Mapping[str, str]) -> None:
        given = {"DisableRollback": "true"}
        own = {key: value for key, value in tags.items() if not key.startswith("aws:")}  # those of AWS cannot be given
        for index, (key, value) in enumerate(own.items(), start=1):
            given |= {f"Tags.member.{index}.Key": key, f"Tags.member.{index}.Value": value}
        self._call("CreateStack", name, template, given)
        if self._modules.formation._stacks[name]["StackStatus"] != "CREATE_COMPLETE":
            reason = self._failure(name, "CREATE_FAILED", "create")
            self._call("DeleteStack", name)
            raise OperationError(reason)

    def _update(self, name: str, template: Record) -> None:
        self._call("UpdateStack", name, template)
        if self._modules.formation._stacks[name]["StackStatus"] != "UPDATE_COMPLETE":
            raise OperationError(self._failure(name, "UPDATE_ROLLBACK_IN_PROGRESS", "update"))

    def _call(
        self, action: str, name: str, template: Record | None = None, more: Mapping[str, str] | None = None
    ) -> None:
        """Perform an action of CloudFormation to its end; raise OperationError if it refuses the request."""
        params = {"StackName": [name], "Capabilities.member.1": ["CAPABILITY_NAMED_IAM"]}
        params |= {key: [value] for key, value in (more or {}).items()}
        if template is not None:
            params["TemplateBody"] = [json.dumps(template)]
        token = _in_place.set(True)
        try:
            status, _, body = self._modules.handlers._ACTION_HANDLERS[action](params)
        finally:
            _in_place.reset(token)
        if status != 200:
            text = html.unescape(body.decode() if isinstance(body, bytes) else str(body))
            message = text.partition("<Message>")[2].partition("</Message>")[0]
            raise OperationError(f"Service:AmazonCloudFormation, Message:{message or text}")

    def _failure(self, name: str, state: str, verb: str) -> str:
        """Return what EB's events say of a stack that failed: the stack and then each resource.

        The words are EB's own: https://github.com/aws-samples/eb-php-wordpress/issues/1
        """
        failed = {event["LogicalResourceId"]: event["ResourceStatusReason"] for event in self._failed(name)}
        reason = f"The following resource(s) failed to {verb}: [{', '.join(failed)}]."
        if not failed:
            reason = self._modules.formation._stacks[name]["StackStatusReason"]
        lines = [f"Stack named '{name}' aborted operation. Current state: '{state}'  Reason: {reason}"]
        doing = {"create": "Creating", "update": "Updating", "delete": "Deleting"}[verb]
        lines += [f"{doing} {logical} failed Reason: {why}" for logical, why in failed.items()]
        return "\n".join(f"Service:AmazonCloudFormation, Message:{line}" for line in lines)

    def _failed(self, name: str) -> Iterator[Mapping[str, str]]:
        """Yield the events of failed resources of the last operation on a stack."""
        stack = self._modules.formation._stacks[name]
        events = self._modules.formation._stack_events[stack["StackId"]]
        begins = [index for index, event in enumerate(events) if _begins(event, name)]
        for event in events[begins[-1] :]:
            if event["ResourceStatus"].endswith("_FAILED") and event["LogicalResourceId"] != name:
                yield event

    def _resources(self, name: str) -> dict[str, Record]:
        """Return the type, the physical ID, the attributes and the properties of each resource of a stack."""
        found = {
            logical: {
                "Type": resource["ResourceType"],
                "PhysicalId": resource["PhysicalResourceId"],
                "Attributes": resource["Attributes"],
                "Properties": resource["Properties"],
            }
            for logical, resource in self._modules.formation._stacks[name]["_resources"].items()
        }
        copied: dict[str, Record] = json.loads(json.dumps(found, default=str))
        return copied


def _begins(event: Mapping[str, str], name: str) -> bool:
    """Return whether an event begins an operation on a stack."""
    states = ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS")
    return event["LogicalResourceId"] == name and event["ResourceStatus"] in states


def close_gaps(modules: Modules) -> None:
    """Let the engine's CloudFormation end an operation within the call, for the stacks of EB only."""
    handlers, stacks = modules.handlers, modules.stacks
    begin, needs_thread = handlers._create_stack_task_in_region, stacks._runs_on_worker_thread

    def begun(operation: Coroutine[Any, Any, None], stack: Any, stack_id: str | None = None) -> None:
        if _in_place.get():
            contextvars.copy_context().run(_end, operation)
        else:
            begin(operation, stack, stack_id)

    handlers._create_stack_task_in_region = begun
    stacks._runs_on_worker_thread = lambda kind: not _in_place.get() and needs_thread(kind)


def _end(operation: Coroutine[Any, Any, None]) -> None:
    """Run an operation of the engine to its end; without a thread it never waits for anything."""
    try:
        while True:
            operation.send(None)
    except StopIteration:
        pass
