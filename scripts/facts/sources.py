"""The sources: botocore's models of AWS's APIs, and the schemas that cfn-lint collects and extends."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from botocore.session import Session
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

BOTOCORE, CFN_LINT = "botocore", "cfn-lint"
REGION = "us-east-1"  # which has all resource types
DATA = files("cfnlint.data.schemas")


def api(service: str) -> dict[str, Any]:
    """Return botocore's model of a service: its operations and shapes, with AWS's own documentation."""
    return dict(Session().get_component("data_loader").load_service_model(service, "service-2"))


def data(name: str) -> dict[str, Any]:
    """Return a file of botocore that belongs to no service."""
    return dict(Session().get_component("data_loader").load_data(name))


def extension(resource: str, name: str) -> dict[str, Any]:
    """Return what cfn-lint adds to the schema of a resource type, whose name it writes as aws_rds_dbinstance."""
    text = DATA.joinpath("extensions", resource, f"{name}.json").read_text("utf-8")
    return dict(json.loads(text))


def schema(resource_type: str) -> dict[str, Any]:
    """Return the schema of a resource type as cfn-lint has it."""
    found = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, resource_type).schema
    return dict(found)
