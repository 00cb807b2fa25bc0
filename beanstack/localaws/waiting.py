"""CloudFormation waits for an update of an environment that a test makes hang, and CancelUpdateStack ends the waiting.

ministack runs a resource's functions in its event loop, where nothing may wait. So those of an environment get a
thread, which hands the work back to the loop and waits for its end; only the loop ever touches an environment.
"""

from __future__ import annotations

import asyncio
import functools
import time
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final

from beanstack.localaws import cloudformation
from beanstack.localaws.cloudformation import ENVIRONMENT, ResourceError

if TYPE_CHECKING:
    from collections.abc import Callable

    from beanstack.localaws.beanstalk import Beanstalk
    from beanstack.localaws.modules import Modules

_SECONDS: Final = 0.05  # between two checks of an environment that is waited for
_SOON: Final = 1.0  # seconds within which an operation ends that nothing makes hang and that starts no containers
_CHANGING: Final = (b"Action=ExecuteChangeSet", b"Action=CreateStack", b"Action=UpdateStack", b"Action=DeleteStack")
_CANCEL: Final = "_cancel_requested"  # ministack's mark on a stack whose update is to be cancelled
_sends_back: ContextVar[bool] = ContextVar("sends_back", default=False)


def close_gaps(modules: Modules) -> None:
    """Make ministack run an environment's functions in a thread, and roll back an update that was cancelled."""
    stacks = modules.stacks
    needs_thread, sends_back, roll_back = (
        stacks._runs_on_worker_thread,
        stacks._sends_back_failed_update,
        stacks._roll_back_operation,
    )

    @functools.wraps(roll_back)
    async def roll_back_cancelled(name: str, stack_id: str, stack: Any, operation: Any, *rest: Any) -> None:
        # The environment may end its update after all, so it is updated back.
        is_cancelled = stack.pop(_CANCEL, False)
        if is_cancelled:
            operation["cancelled"] = True
        token = _sends_back.set(is_cancelled)
        try:
            await roll_back(name, stack_id, stack, operation, *rest)
        finally:
            _sends_back.reset(token)

    handlers = modules.app.SERVICE_HANDLERS
    handlers["cloudformation"] = functools.partial(_answer_when_settled, modules, handlers["cloudformation"])
    stacks._runs_on_worker_thread = lambda kind: kind == ENVIRONMENT or needs_thread(kind)
    stacks._sends_back_failed_update = lambda kind: (kind == ENVIRONMENT and _sends_back.get()) or sends_back(kind)
    stacks._roll_back_operation = roll_back_cancelled


async def _answer_when_settled(
    modules: Modules, handle: Any, method: str, path: str, headers: Any, body: Any, query: Any
) -> Any:
    """Answer a call that changes a stack once that has ended, if it ends soon.

    The aws client looks at once, and then not again for 30 seconds.
    """
    answer = await handle(method, path, headers, body, query)
    if body and any(action in body for action in _CHANGING):
        deadline = time.monotonic() + _SOON
        while time.monotonic() < deadline and any(map(_is_changing, modules.formation._stacks.values())):
            await asyncio.sleep(_SECONDS / 5)
    return answer


def _is_changing(stack: Any) -> bool:
    status = str(stack["StackStatus"])
    return status.endswith("_IN_PROGRESS") and not status.startswith("REVIEW")


class EnvironmentFunctions:
    """The functions with which CloudFormation makes, updates and deletes environments; each is called in a thread."""

    def __init__(self, modules: Modules, current_beanstalk: Callable[[], Beanstalk]) -> None:
        self._modules = modules
        self._current_beanstalk = current_beanstalk
        self._loop = asyncio.get_running_loop()

    def create(self, logical_id: str, properties: Any, stack: str) -> cloudformation.Created:
        async def created() -> cloudformation.Created:
            return cloudformation.create(self._current_beanstalk(), ENVIRONMENT, logical_id, properties, stack)

        return asyncio.run_coroutine_threadsafe(created(), self._loop).result()

    def delete(self, physical_id: str, properties: Any) -> None:
        async def deleted() -> None:
            cloudformation.delete(self._current_beanstalk(), ENVIRONMENT, physical_id, properties)

        asyncio.run_coroutine_threadsafe(deleted(), self._loop).result()

    def update(self, physical_id: str, old: Any, new: Any, stack: str) -> cloudformation.Created:
        updated = self._updated(physical_id, old, new, self._modules.formation._stacks[stack])
        return asyncio.run_coroutine_threadsafe(updated, self._loop).result()

    async def _updated(self, name: str, old: Any, new: Any, stack: Any) -> cloudformation.Created:
        beanstalk = self._current_beanstalk()
        environments = beanstalk.environments
        if stack["StackStatus"] == "UPDATE_ROLLBACK_IN_PROGRESS":
            while environments.exists(name) and environments.is_held(environments.environment(name)):
                await asyncio.sleep(_SECONDS)
        created = cloudformation.update(beanstalk, ENVIRONMENT, name, old, new)
        environment = environments.environment(name)
        while environments.is_held(environment):
            if stack.get(_CANCEL):
                raise ResourceError("Resource update cancelled")
            await asyncio.sleep(_SECONDS)
        if environments.environment(name) is not environment:
            raise ResourceError(f'Resource handler returned message: "The update of {name} was aborted."')
        return created
