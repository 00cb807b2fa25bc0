"""Tags of Elastic Beanstalk's resources, by ARN.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.tagging.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from beanstack.localaws.api import Record, Request


class Tags:
    """The tags of an account and region."""

    def __init__(self) -> None:
        self._tags: dict[str, dict[str, str]] = {}

    def keep(self, arn: str, tags: Mapping[str, str]) -> None:
        """Replace the tags of a resource."""
        self._tags[arn] = dict(tags)

    def remove(self, arn: str) -> None:
        """Delete the tags of a resource, which need not have any."""
        self._tags.pop(arn, None)

    def tagged(self, create: Callable[[Request], Record], member: str, arn: str) -> Callable[[Request], Record]:
        """Return the action, extended to keep the tags of the resource that it creates."""

        def created(request: Request) -> Record:
            result = create(request)
            self.keep(result[member][arn], given_tags(request))
            return result

        return created

    def list_tags(self, request: Request) -> Record:
        """ListTagsForResource."""
        arn = request["ResourceArn"]
        tags = [{"Key": key, "Value": value} for key, value in sorted(self._tags.get(arn, {}).items())]
        return {"ResourceArn": arn, "ResourceTags": tags}

    def update(self, request: Request) -> Record:
        """UpdateTagsForResource."""
        tags = self._tags.setdefault(request["ResourceArn"], {})
        tags.update({tag["Key"]: tag["Value"] for tag in request.get("TagsToAdd") or ()})
        for key in request.get("TagsToRemove") or ():
            tags.pop(key, None)
        return {}


def own_tags(environment_id: str, name: str) -> dict[str, str]:
    """Return the tags that EB itself gives an environment and its resources."""
    return {"elasticbeanstalk:environment-id": environment_id, "elasticbeanstalk:environment-name": name, "Name": name}


def given_tags(request: Request) -> dict[str, str]:
    """Return the tags of a request that creates a resource."""
    return {tag["Key"]: tag["Value"] for tag in request.get("Tags") or ()}
