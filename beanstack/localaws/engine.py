"""The engine, ministack, which emulates every service but Elastic Beanstalk, with our Elastic Beanstalk plugged in.

Modules with a function `close_gaps` replace some of its names, to restore behaviour of AWS that Beanstack relies on.
"""

from __future__ import annotations

import contextvars
import os
from functools import partial
from typing import TYPE_CHECKING, Any, Final, cast
from uuid import uuid4

from beanstack.localaws import (
    certificates,
    cloudformation,
    dnsgaps,
    generictypes,
    networks,
    objectgaps,
    protection,
    registrygaps,
    resourcegaps,
    stackgaps,
    templategaps,
    waiting,
)
from beanstack.localaws.api import Record, ServiceError, request_id
from beanstack.localaws.beanstalk import Beanstalk
from beanstack.localaws.context import Context
from beanstack.localaws.given import give
from beanstack.localaws.modules import Modules
from beanstack.localaws.ownstack import stacks as ownstacks
from beanstack.localaws.query import QueryProtocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from beanstack.localaws.containers import Containers

SERVICE: Final = "elasticbeanstalk"

# ministack reads these when it is imported. They keep it from listening elsewhere and from using Docker.
_SETTINGS: Final = {
    "BIND_HOST": "127.0.0.1",
    "MINISTACK_HOST": "127.0.0.1",
    "SFTP_ENABLED": "0",
    "IOT_MTLS_ENABLED": "0",
    "DOCKER_HOST": "unix:///nonexistent",
    "LOG_LEVEL": "WARNING",
}


GAPS: Final = (
    stackgaps,
    templategaps,
    waiting,
    protection,
    generictypes,
    resourcegaps,
    networks,
    objectgaps,
    registrygaps,
    dnsgaps,
    ownstacks,
)


class Engine:
    """ministack with our Elastic Beanstalk plugged in. `folder` is the server's, for what must outlive it."""

    def __init__(
        self, port: int, publish: Callable[[str, str], str], folder: Path, containers: Containers | None = None
    ) -> None:
        os.environ.update(_SETTINGS, GATEWAY_PORT=str(port))
        self._modules = Modules.load()
        self._publish = publish
        self._containers = containers
        self._protocol = QueryProtocol(SERVICE)
        self._beanstalks: dict[tuple[str, str], Beanstalk] = {}
        self.application = cast("Callable[..., Any]", self._modules.app.app)
        self._modules.app.SERVICE_HANDLERS[SERVICE] = self._handle
        # Without an entry, the router looks the service up in botocore: the first request would load the models of
        # all services, which takes four seconds and 400 MB. The entry can be empty: the signature names the service.
        self._modules.router.SERVICE_PATTERNS[SERVICE] = {}
        for resource_type in cloudformation.REPLACING:
            self._add_resource_type(resource_type)
        for gaps in GAPS:
            gaps.close_gaps(self._modules)
        self._certificates = certificates.close_gaps(self._modules, folder)

    def beanstalk(self, account: str, region: str) -> Beanstalk:
        """Return the Elastic Beanstalk of an account and region."""
        key = (account, region)
        if key not in self._beanstalks:
            services = (
                self._bundle,
                self._instance_profile_roles,
                self._publish,
                ownstacks.OwnStacks(self._modules),
                networks.Networks(self._modules),
                partial(self._certificates.find, account, region),
                self._containers,
            )
            self._beanstalks[key] = Beanstalk(Context(account, region, *services))
        return self._beanstalks[key]

    def _current_beanstalk(self) -> Beanstalk:
        """Return the Elastic Beanstalk of the request that is being served."""
        responses = self._modules.responses
        return self.beanstalk(responses.get_account_id(), responses.get_region())

    async def _handle(
        self, _method: str, _path: str, _headers: Any, body: bytes | None, _query: Any
    ) -> tuple[int, dict[str, str], bytes]:
        """Answer one request to the API, with the signature that ministack expects of a service."""
        kind = {"Content-Type": "text/xml"}
        token = request_id.set(str(uuid4()))
        try:
            action, request = self._protocol.request((body or b"").decode())
            perform = self._current_beanstalk().actions.get(action)
            if perform is None:
                raise ServiceError("InvalidAction", f"The local AWS has no Elastic Beanstalk action {action}.")
            return 200, kind, self._protocol.response(action, perform(request))
        except ServiceError as error:
            return 400, kind, self._protocol.error(error)
        finally:
            request_id.reset(token)

    def _add_resource_type(self, resource_type: str) -> None:
        """Register a type of ours in ministack's tables: how to make it, and which changes replace it."""

        def create(logical_id: str, properties: Any, stack: str) -> cloudformation.Created:
            return cloudformation.create(self._current_beanstalk(), resource_type, logical_id, properties, stack)

        def update(physical_id: str, old: Any, new: Any, _stack: str) -> cloudformation.Created:
            return cloudformation.update(self._current_beanstalk(), resource_type, physical_id, old, new)

        def delete(physical_id: str, properties: Any) -> None:
            cloudformation.delete(self._current_beanstalk(), resource_type, physical_id, properties)

        functions: dict[str, Callable[..., Any]] = {"create": create, "update": update, "delete": delete}
        if resource_type == cloudformation.ENVIRONMENT:
            own = waiting.EnvironmentFunctions(self._modules, self._current_beanstalk)
            functions = {"create": own.create, "update": own.update, "delete": own.delete}
        provisioners = self._modules.provisioners
        provisioners._RESOURCE_HANDLERS[resource_type] = functions
        if resource_type in cloudformation.CUSTOM_NAME:
            self._add_import(resource_type, functions)
        provisioners._REPLACING_PROPERTIES[resource_type] = cloudformation.REPLACING[resource_type]
        if resource_type in cloudformation.CUSTOM_NAME:
            name = {"name": cloudformation.CUSTOM_NAME[resource_type]}
            provisioners._CUSTOM_NAME_REPLACEMENT[resource_type] = name
        if resource_type == cloudformation.ENVIRONMENT:
            provisioners._STACK_TAG_PROPERTY[resource_type] = ("Tags", "list")

    def _add_import(self, resource_type: str, functions: dict[str, Callable[..., Any]]) -> None:
        """Let stacks import resources of a type of ours, by their names.

        https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-import-supported-resources.html
        """
        key, changesets = cloudformation.CUSTOM_NAME[resource_type], self._modules.changesets

        def problem(name: str) -> str | None:
            if cloudformation.exists(self._current_beanstalk(), resource_type, name):
                return None
            missing: str = changesets._IMPORT_NOT_FOUND.format(type=resource_type, value=name)
            return missing

        def imported(identifier: dict[str, str]) -> cloudformation.Created:
            return cloudformation.imported(self._current_beanstalk(), resource_type, identifier[key])

        functions["import"] = imported
        changesets._IMPORT_LOOKUPS[resource_type] = ((key,), problem)

    def give(self, given: Record) -> None:
        """Make what an account already has, with the IDs that it gives."""
        contextvars.copy_context().run(give, self._modules, given)

    def handle_report(self, report: Record) -> None:
        """Pass a report of the containers on to the environment that it is about."""
        for beanstalk in self._beanstalks.values():
            beanstalk.operations.handle_report(report)

    def _bundle(self, bucket: str, key: str) -> bytes | None:
        data = self._modules.s3._get_object_data(bucket, key)
        return None if data is None else bytes(data)

    def _instance_profile_roles(self, name: str) -> Sequence[str] | None:
        # The option accepts a name or an ARN.
        profile = self._modules.iam._instance_profiles.get(name.rpartition("/")[2])
        return None if profile is None else cast("Sequence[str]", profile["Roles"])
