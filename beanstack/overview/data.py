"""The resources that hold data, and their fate when a stack is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from beanstack.eb.databases import NAME
from beanstack.eb.namespaces import DATABASE
from beanstack.overview.markdown import code
from beanstack.resources import access_logs, storage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beanstack.overview.view import View

HEAD = ("Data", "When its stack is deleted")
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
STACK_POLICIES = {
    "Delete": "deleted",
    "Retain": "stays",
    "RetainExceptOnCreate": "stays",
    "Snapshot": "deleted; a snapshot stays",
}
# https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.managing.db.html
DATABASE_POLICIES = {
    "Delete": "**deleted with all data**",
    "Snapshot": "deleted; a snapshot stays",
    "Retain": "stays, decoupled from the environment",
}
BUCKETS = {storage.BUCKET: "source bundles", access_logs.BUCKET: "access logs of load balancers"}
WORDS = {
    "AWS::ECR::Repository": "images",
    "AWS::SecretsManager::Secret": "generated password",
    "AWS::ElasticBeanstalk::ApplicationVersion": "application version",
}


def of_environment(view: View, resources: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the data of an environment: database, volumes, and what its own stack keeps."""
    if view.engine:
        words = f"database `{NAME}`, {view.engine}, {view.option(DATABASE, 'DBAllocatedStorage')} GiB"
        yield words, DATABASE_POLICIES[view.option(DATABASE, "DBDeletionPolicy")]
    for name, volume in view.environment.volumes.items():
        path = volume.host_path or view.host.path(name)
        yield f"volume {code(name)}, {code(path)} of each instance", "deleted, as whenever an instance is replaced"
    own = view.environment.fragment.resources
    yield from of_stack({name: resource for name, resource in resources.items() if name not in own})
    for name, resource in own.items():
        policy = str(resource.get("DeletionPolicy", "Delete"))
        yield f"{code(name)}, {code(resource['Type'])}", STACK_POLICIES.get(policy, policy)


def of_stack(resources: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the resources of a stack that hold data."""
    for name, resource in resources.items():
        words = BUCKETS.get(name) if resource["Type"] == "AWS::S3::Bucket" else WORDS.get(resource["Type"])
        if words:
            yield f"{words}, {code(name)}", STACK_POLICIES[resource.get("DeletionPolicy", "Delete")]
