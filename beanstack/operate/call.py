"""One call of a command: its options, and what they lead to when it is first used.

Modules that need botocore, rich or yaml are imported where they are used: a recipe that does not wait for AWS should
not wait for Python either.
"""

from __future__ import annotations

import sys
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable
    from pathlib import Path

    from beanstack.deployment import Deployment, Stack
    from beanstack.operate.events import Event
    from beanstack.operate.follow import News
    from beanstack.operate.session import Clients


class Call:
    """The options of a command, the deployment that they name, and the clients for it."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options

    @cached_property
    def deployment(self) -> Deployment:
        """The deployment that the committed template describes."""
        from beanstack.operate.committed import deployment

        return deployment(self.options.template)

    @cached_property
    def clients(self) -> Clients:
        """AWS, or the local one."""
        from beanstack.operate.session import Clients

        return Clients(self.deployment, self.options.endpoint_url)

    @property
    def stacks(self) -> tuple[Stack, ...]:
        """The stacks that are meant: those of the environment alone, or those that the application shares."""
        return self.deployment.shared if self.options.shared else self.deployment.own

    @property
    def stack(self) -> str:
        """The name that stands for these stacks: the environment's, or the application's."""
        return self.deployment.application if self.options.shared else self.deployment.stack

    def path(self, stack: Stack) -> Path:
        """Return the path of a stack's committed template."""
        path: Path = self.options.template
        return path.with_name(stack.template)

    def refuse_other_account(self) -> None:
        """Raise DeploymentError if the template pins another account than the credentials'."""
        if not self.options.endpoint_url and self.deployment.account:
            _ = self.clients  # which look when they are made

    @property
    def make(self) -> str:
        """How the user calls make for this environment."""
        return str(self.options.make)

    @property
    def no_stack(self) -> str:
        """What to say if the stack does not exist."""
        return f"there is no stack {self.stack} in {self.deployment.region}; `make stack {self.make}` makes it"

    def news(self, stack: Stack) -> News:
        """Return what reports a stack's events from now on."""
        from beanstack.operate.follow import News

        def latest() -> Iterable[Event]:
            from botocore.exceptions import BotoCoreError, ClientError

            from beanstack.operate.events import events

            try:
                return events(self.clients, [stack])
            except (BotoCoreError, ClientError):
                return ()  # the operation goes on, and the next look may succeed

        return News(latest, lambda event: print(f"  {event.source}: {event}", flush=True))

    def complain(self, stack: str) -> None:
        """Print why the last operation of a stack failed and what to do next."""
        from beanstack.operate.why import why

        print(*why(self.clients, stack, self.make), sep="\n", file=sys.stderr)
