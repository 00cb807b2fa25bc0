"""The engine, ministack, which emulates every service but Elastic Beanstalk, with our Elastic Beanstalk plugged in.

This is the only module that imports ministack. It uses private names there, so the version is pinned exactly and
`Modules.load` checks that each name exists. `stackgaps.py` and `resourcegaps.py` replace some of these names, to
restore behaviour of AWS that Beanstack relies on.
"""

from __future__ import annotations

import importlib
import os
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final, cast
from uuid import uuid4

from beanstack.localaws import cloudformation, resourcegaps, stackgaps
from beanstack.localaws.beanstalk import Beanstalk
from beanstack.localaws.context import Context, Record, ServiceError, request_id
from beanstack.localaws.query import QueryProtocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from beanstack.localaws.containers import Containers

VERSION: Final = "1.5.33"
SERVICE: Final = "elasticbeanstalk"

# The names of ministack that this module and the two modules of gaps use.
NAMES: Final = {
    "app": ("ministack.app", "app SERVICE_HANDLERS"),
    "router": ("ministack.core.router", "SERVICE_PATTERNS"),
    "responses": ("ministack.core.responses", "get_account_id get_region"),
    "iam": ("ministack.services.iam", "_instance_profiles"),
    "s3": ("ministack.services.s3", "_buckets _bucket_has_versions _get_object_data"),
    "secretsmanager": ("ministack.services.secretsmanager", "_secrets _get_random_password"),
    "formation": ("ministack.services.cloudformation", "_stacks _stack_events _exports _change_sets"),
    "expressions": ("ministack.services.cloudformation.engine", "_resolve_refs"),
    "handlers": (
        "ministack.services.cloudformation.handlers",
        "_ACTION_HANDLERS _capabilities_enforced _imported_export_names _resolve_refs _resolve_stack",
    ),
    "changesets": ("ministack.services.cloudformation.changesets", "_find_change_set _resolve_refs"),
    "stacks": (
        "ministack.services.cloudformation.stacks",
        "_add_event _provision_resource _resolve_refs _resolve_stack_outputs _update_resource",
    ),
    "provisioners": (
        "ministack.services.cloudformation.provisioners",
        "_CUSTOM_NAME_REPLACEMENT _NAME_SEED _REPLACING_PROPERTIES _RESOURCE_HANDLERS _STACK_TAG_PROPERTY "
        "_sm_secret_string",
    ),
    "drift": ("ministack.services.cloudformation.drift", "_DRIFT_READERS"),
    "helpers": ("ministack.services.cloudformation.helpers", "_error _p _xml"),
}

# ministack reads these when it is imported. They keep it from listening elsewhere and from using Docker.
_SETTINGS: Final = {
    "BIND_HOST": "127.0.0.1",
    "MINISTACK_HOST": "127.0.0.1",
    "SFTP_ENABLED": "0",
    "IOT_MTLS_ENABLED": "0",
    "DOCKER_HOST": "unix:///nonexistent",
    "LOG_LEVEL": "WARNING",
}


class EngineError(Exception):
    """The installed ministack is not the one that this code was written for."""


@dataclass(frozen=True)
class Modules:
    """The modules of ministack, by the keys of NAMES. They are Any because ministack has no types."""

    app: Any
    router: Any
    responses: Any
    iam: Any
    s3: Any
    secretsmanager: Any
    formation: Any
    expressions: Any
    handlers: Any
    changesets: Any
    stacks: Any
    provisioners: Any
    drift: Any
    helpers: Any

    @classmethod
    def load(cls) -> Modules:
        """Import the modules; raise EngineError with everything that is missing."""
        modules: dict[str, Any] = {}
        problems = []
        if version("ministack") != VERSION:
            problems.append(f"version {version('ministack')}")
        for key, (path, names) in NAMES.items():
            try:
                modules[key] = importlib.import_module(path)
            except ImportError as error:
                problems.append(str(error))
                continue
            problems += [f"no {path}.{name}" for name in names.split() if not hasattr(modules[key], name)]
        if problems:
            raise EngineError(f"ministack {VERSION} is expected (beanstack/locks/localaws.txt): {'; '.join(problems)}")
        return cls(**modules)


class Engine:
    """ministack with our Elastic Beanstalk plugged in."""

    def __init__(self, port: int, publish: Callable[[str, str], str], containers: Containers | None = None) -> None:
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
        stackgaps.close_gaps(self._modules)
        resourcegaps.close_gaps(self._modules)

    def beanstalk(self, account: str, region: str) -> Beanstalk:
        """Return the Elastic Beanstalk of an account and region."""
        key = (account, region)
        if key not in self._beanstalks:
            services = (self._bundle, self._instance_profile_roles, self._publish, self._containers)
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

        provisioners = self._modules.provisioners
        provisioners._RESOURCE_HANDLERS[resource_type] = {
            "create": create,
            "update": update,
            "delete": delete,
        }
        provisioners._REPLACING_PROPERTIES[resource_type] = cloudformation.REPLACING[resource_type]
        if resource_type in cloudformation.CUSTOM_NAME:
            name = {"name": cloudformation.CUSTOM_NAME[resource_type]}
            provisioners._CUSTOM_NAME_REPLACEMENT[resource_type] = name
        if resource_type == cloudformation.ENVIRONMENT:
            provisioners._STACK_TAG_PROPERTY[resource_type] = ("Tags", "list")

    def handle_report(self, report: Record) -> None:
        """Pass a report of the containers on to the environment that it is about."""
        for beanstalk in self._beanstalks.values():
            beanstalk.environments.handle_report(report)

    def _bundle(self, bucket: str, key: str) -> bytes | None:
        data = self._modules.s3._get_object_data(bucket, key)
        return None if data is None else bytes(data)

    def _instance_profile_roles(self, name: str) -> Sequence[str] | None:
        # The option accepts a name or an ARN.
        profile = self._modules.iam._instance_profiles.get(name.rpartition("/")[2])
        return None if profile is None else cast("Sequence[str]", profile["Roles"])
