"""The environments of a project in a commit: their templates and bundles."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

import yaml

from beanstack.operate import git
from beanstack.operate.choice import APPLICATION
from beanstack.operate.committed import described_by, template
from beanstack.operate.comparison.observed import Body, metadata, options
from beanstack.operate.errors import DeploymentError
from beanstack.operate.stack import as_returned

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from beanstack.deployment import Deployment
    from beanstack.operate.comparison.observed import Option


class Environment(NamedTuple):
    """An environment; `templates` are those of its application, parsed, by the names of their files."""

    deployment: Deployment
    templates: Mapping[str, Body]
    bundle: Mapping[str, bytes]

    @property
    def place(self) -> tuple[str, str, str]:
        """The identity of the environment on AWS: Region, account and stack."""
        return self.deployment.region, self.deployment.account, self.deployment.stack

    @property
    def body(self) -> Body:
        """The template of the stack that holds the environment."""
        return self.templates[f"{self.deployment.environment}.yaml"]

    @property
    def options(self) -> dict[Option, str]:
        """The environment's EB options."""
        return options(self.body)


def read(project: Path, commit: str, only: str = "") -> dict[str, dict[str, Environment]]:
    """Return the environments by application and name; `only` those of one application. Raises DeploymentError."""
    folders: dict[str, dict[str, Body]] = {}
    for path, content in git.files(project, commit, f"output/{only}".rstrip("/")).items():
        parts = PurePosixPath(path).parts
        if len(parts) == 3 and path.endswith(".yaml"):
            folders.setdefault(parts[1], {})[parts[2]] = parsed(path, commit, content)
    return {name: dict(environments(project, commit, name, found)) for name, found in folders.items()}


def parsed(path: str, commit: str, content: bytes) -> Body:
    """Return a template as CloudFormation would return it. Raises DeploymentError."""
    try:
        body: Body = as_returned(template(content.decode("utf-8")))
        _ = [resource["Type"] for resource in body.get("Resources", {}).values()]
        return body
    except (yaml.YAMLError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise DeploymentError(f"{path} of {commit[:12]} is not a template; `make generate` writes it again") from None


def environments(project: Path, commit: str, application: str, templates: Mapping[str, Body]) -> dict[str, Environment]:
    """Return an application's environments: the templates that say so in their metadata."""
    found = {}
    for file, body in sorted(templates.items()):
        name = file.removesuffix(".yaml")
        if name == APPLICATION or metadata(body).get("Environment") != name:
            continue
        deployment = described_by(PurePosixPath(f"output/{application}/{file}"), body)
        folder = f"bundle/{application}/{name}"
        bundle = {path.removeprefix(f"{folder}/"): text for path, text in git.files(project, commit, folder).items()}
        found[name] = Environment(deployment, templates, bundle)
    return found
