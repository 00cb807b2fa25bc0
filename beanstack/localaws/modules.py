"""The modules of the engine, ministack; nothing else imports it.

Its private names are used, so the version is pinned exactly, and `Modules.load` checks that each name exists.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Final

VERSION: Final = "1.5.33"

# The names of ministack that the engine and the modules of gaps use.
NAMES: Final = {
    "app": ("ministack.app", "app SERVICE_HANDLERS"),
    "router": ("ministack.core.router", "SERVICE_PATTERNS"),
    "responses": ("ministack.core.responses", "get_account_id get_region set_request_account_id set_request_region"),
    "acm": ("ministack.services.acm", "_certificates _get_certificate _get_local_certificate _request_certificate"),
    "alb": (
        "ministack.services.alb",
        "_default_certificate _error _listeners _target_group_full_name_from_arn",
    ),
    "iam": ("ministack.services.iam", "_instance_profiles"),
    "waf": ("ministack.services.waf", "_associations"),
    "s3": ("ministack.services.s3", "_buckets _bucket_has_versions _error _get_object_data _put_object"),
    "ecr": (
        "ministack.services.ecr",
        "_describe_images _find_image _repositories _select_registry_request_scope error_response_json",
    ),
    "ec2": ("ministack.services.ec2", "_ensure_defaults_initialized _security_groups _subnets _vpcs"),
    "rds": ("ministack.services.rds", "_instances"),
    "route53": ("ministack.services.route53", "_default_records _normalise_name _records _zones"),
    "secretsmanager": ("ministack.services.secretsmanager", "_secrets _get_random_password"),
    "formation": ("ministack.services.cloudformation", "_stacks _stack_events _exports _change_sets"),
    "expressions": (
        "ministack.services.cloudformation.engine",
        "_intrinsic_references _resolve_refs _validate_template_statics",
    ),
    "handlers": (
        "ministack.services.cloudformation.handlers",
        "_ACTION_HANDLERS _capabilities_enforced _create_stack_task_in_region _deploy_stack_async "
        "_imported_export_names _resolve_refs _resolve_stack",
    ),
    "changesets": (
        "ministack.services.cloudformation.changesets",
        "_IMPORT_LOOKUPS _IMPORT_NOT_FOUND _deploy_stack_async _find_change_set _resolve_refs",
    ),
    "stacks": (
        "ministack.services.cloudformation.stacks",
        "_add_event _deploy_stack_async _failed_operation _provision_resource _resolve_refs _resolve_stack_outputs "
        "_roll_back_operation _runs_on_worker_thread _sends_back_failed_update _update_resource",
    ),
    "provisioners": (
        "ministack.services.cloudformation.provisioners",
        "_CUSTOM_NAME_REPLACEMENT _NAME_SEED _REPLACING_PROPERTIES _RESOURCE_HANDLERS _STACK_TAG_PROPERTY "
        "_ec2_sg_permissions _elbv2_listener_tls _replacing_change _sm_secret_string",
    ),
    "drift": ("ministack.services.cloudformation.drift", "_DRIFT_READERS"),
    "helpers": ("ministack.services.cloudformation.helpers", "_error _p _resolve_document _xml"),
}


class EngineError(Exception):
    """The installed ministack is not the one that this code was written for."""


@dataclass(frozen=True)
class Modules:
    """The modules of ministack, by the keys of NAMES. They are Any because ministack has no types."""

    app: Any
    router: Any
    responses: Any
    acm: Any
    alb: Any
    iam: Any
    waf: Any
    s3: Any
    ecr: Any
    ec2: Any
    rds: Any
    route53: Any
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
