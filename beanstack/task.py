"""The task that ECS runs on every instance, as Dockerrun.aws.json describes it.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/create_deploy_docker_v2config.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from beanstack.config.ecs import Pairs
from beanstack.host import Host

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beanstack.config import Application, Environment
    from beanstack.config.container import Container


@dataclass(frozen=True)
class Task:
    """The containers and volumes of an environment, with what Beanstack adds to them."""

    application: Application
    environment: Environment

    @property
    def containers(self) -> Mapping[str, Container]:
        """The containers as ECS gets them: with an image, a limit of their output, and Beanstack's entry point."""
        host = Host(self.application, self.environment)
        limit = self.environment.output_limit
        made = {}
        for name, container in self.environment.containers.items():
            changes = {
                "image": self.environment.image_of(name),
                "entry_point": tuple(host.entry_point(container)),
                "mounts": tuple(host.mounts(container)),
                "log_configuration": container.log_configuration or (limit.configuration if limit else None),
            }
            made[name] = container.model_copy(update=changes)
        return made

    @property
    def definitions(self) -> list[dict[str, Any]]:
        """The container definitions, field by field as config declares them."""
        return [without_empty(definition) for definition in Pairs("name").encode(self.containers)]


def without_empty(value: Any) -> Any:
    """Return a value without its nulls and empty lists and mappings, which mean nothing to ECS."""
    if isinstance(value, dict):
        cleaned = {key: without_empty(item) for key, item in value.items()}
        return {key: item for key, item in cleaned.items() if item not in (None, [], {})}
    if isinstance(value, list):
        return [without_empty(item) for item in value]
    return value
