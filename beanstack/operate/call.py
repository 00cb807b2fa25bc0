"""One call of a verb: its options, and what they lead to when it is first used.

Modules that need botocore, rich or yaml are imported where they are used: a recipe that does not wait for AWS should
not wait for Python either.
"""

from __future__ import annotations

import os
import sys
from functools import cached_property
from typing import TYPE_CHECKING

from beanstack import loopback
from beanstack.eb.findings import printable_lines
from beanstack.operate import choice
from beanstack.operate.errors import DeploymentError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable
    from pathlib import Path

    from beanstack.deployment import Deployment, Stack
    from beanstack.operate.follow import News
    from beanstack.operate.restored import Restored
    from beanstack.operate.session import Clients

LOCAL_STATE = "build/localaws"  # in the project's folder


class Call:
    """The options of a verb, the deployment that they name, and the clients for it."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        # Of the make that called, whose process lives as long as its recipe; the Makefile exports it.
        make = os.environ.get("MAKE_PID", "")
        self.process = int(make) if make.isdigit() else os.getpid()

    @cached_property
    def application(self) -> str:
        """The application that is meant."""
        return choice.application(self.options.project, self.options.app)

    @cached_property
    def environment(self) -> str:
        """The environment that is meant."""
        return choice.environment(self.options.project, self.application, self.options.env)

    @property
    def source(self) -> Path:
        """The folder whose bundle/ and output/ are deployed: the project, or in a rollback a copy of a commit's."""
        project: Path = self.options.project
        return self.folder / "rollback" if self.options.rollback else project

    @property
    def restored(self) -> Restored | None:
        """What a rollback deploys; None in any other call."""
        from beanstack.operate.restored import read

        return read(self.source) if self.options.rollback else None

    @property
    def template(self) -> Path:
        """The environment's committed template."""
        return self.source / f"output/{self.application}/{self.environment}.yaml"

    @property
    def folder(self) -> Path:
        """The folder for what operation makes of this environment."""
        project: Path = self.options.project
        return project / f"build/{self.application}/{self.environment}"

    @property
    def zip(self) -> Path:
        """The path of the zipped bundle, which is named after its bytes."""
        return self.folder / self.deployment.bundle_key

    @cached_property
    def deployment(self) -> Deployment:
        """The deployment that the committed template describes.

        Of an environment that is no longer in config/, its deployed stack still does, which some verbs go by.
        """
        if self.options.without_config and not self.template.is_file():
            from beanstack.operate.deployed import of_stack

            return of_stack(self.options.project, self.application, self.environment, self.endpoint)
        from beanstack.operate.committed import deployment

        return deployment(self.template)

    @cached_property
    def endpoint(self) -> str | None:
        """The URL of the local AWS in a local run, otherwise None."""
        if not self.options.local:
            return None
        try:
            return loopback.endpoint(self.options.project / LOCAL_STATE)
        except ValueError as error:
            raise DeploymentError(str(error)) from None

    @cached_property
    def clients(self) -> Clients:
        """AWS, or the local one."""
        from beanstack.operate.session import Clients

        return Clients(self.deployment, self.endpoint, loopback.authority(self.options.project / LOCAL_STATE))

    @property
    def stacks(self) -> tuple[Stack, ...]:
        """The stacks that are meant: those of the environment alone, or those that the application shares."""
        return self.deployment.shared if self.options.shared else self.deployment.own

    @property
    def stack(self) -> str:
        """The name that an operator types for these stacks: the environment's, or the application's."""
        return self.deployment.application if self.options.shared else self.deployment.stack

    def path(self, stack: Stack) -> Path:
        """Return the path of a stack's committed template."""
        return self.template.with_name(stack.template)

    def refuse_foreign(self) -> None:
        """Raise DeploymentError if a stack of this deployment's names was made for something else."""
        from beanstack.operate.comparison.identity import refuse_foreign

        refuse_foreign(self.clients)

    def refuse_absent(self) -> None:
        """Raise DeploymentError unless the environment is there, and ours."""
        from beanstack.operate.health import environment
        from beanstack.operate.stack import stack
        from beanstack.operate.why import TERMINATED

        self.refuse_foreign()
        if not stack(self.clients.cloudformation, self.stack):
            raise DeploymentError(self.no_stack)
        if environment(self.clients) is None:
            raise DeploymentError(TERMINATED.format(make=self.make))

    def refuse_other_account(self) -> None:
        """Raise DeploymentError if the template pins another account than the credentials'."""
        if not self.options.local and self.deployment.account:
            _ = self.clients  # which look when they are made

    def child_environment(self) -> dict[str, str]:
        """Return the environment of an aws command; in a local run this process's own is clean, too."""
        # Throttling must not end the wait for a deployment; and version 2 of the aws CLI would wait in a pager.
        found = {"AWS_RETRY_MODE": "standard", "AWS_MAX_ATTEMPTS": "10", **os.environ, "AWS_PAGER": ""}
        if self.options.local:
            found |= loopback.credentials(self.deployment.account)
        return found

    def aws_words(self, words: Iterable[str]) -> list[str]:
        """Return an aws command with the region and, in a local run, the endpoint, whatever the Makefile says."""
        local = ["--endpoint-url", self.endpoint] if self.endpoint else []
        return [*words, *local, "--region", self.deployment.region]

    @property
    def make(self) -> str:
        """How the user calls make for this environment, for advice."""
        return f"APP={self.application} ENV={self.environment}{' LOCAL=1' if self.options.local else ''}"

    @property
    def again(self) -> str:
        """How the user deploys the same again, for advice; nothing changes then, and make waits for the health."""
        if self.restored:
            return f"make rollback {self.make} TO={self.restored.commit[:12]}"
        return f"make stack {self.make}"

    @property
    def no_stack(self) -> str:
        """What to say if the stack does not exist."""
        return f"there is no stack {self.stack} in {self.deployment.region}; `make stack {self.make}` makes it"

    def news(self, stack: Stack) -> News:
        """Return what reports a stack's events from now on, and at EB's first error what the containers printed.

        CloudFormation's rollback, which follows, deletes a new environment, or replaces the containers of another.
        """
        from beanstack.operate.events import BEANSTALK, Event
        from beanstack.operate.follow import News

        def latest() -> Iterable[Event]:
            from botocore.exceptions import BotoCoreError, ClientError

            from beanstack.operate.events import events

            try:
                return events(self.clients, [stack])
            except (BotoCoreError, ClientError):
                return ()  # the operation goes on, and the next look may succeed

        read = list[Event]()  # the event because of which the containers' logs were read

        def show(event: Event) -> None:
            from beanstack.operate.logs import printed

            print(f"  {event.source}: {event}", flush=True)
            if event.source == BEANSTALK and event.severity in ("ERROR", "FATAL") and not read:
                read.append(event)
                for line in printed(self.clients):
                    print(f"  {printable_lines(line)}", flush=True)

        return News(latest, show)

    def complain(self, stack: str) -> None:
        """Print why the last operation of a stack failed and what to do next."""
        from beanstack.operate.why import why

        print(*map(printable_lines, why(self.clients, stack, self.make)), sep="\n", file=sys.stderr)
