"""Behaviour of the registries of ECR that Beanstack relies on and that ministack lacks.

tests/localaws/test_registry.py and test_images.py have contract tests for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beanstack.localaws.modules import Modules


def close_gaps(modules: Modules) -> None:
    """Make ministack's ECR behave as AWS's does."""
    _scopes(modules)
    _missing_images(modules)


def _scopes(modules: Modules) -> None:
    """Find a repository in whichever account and Region has it.

    AWS has a registry for each, with a host name of its own; here they share an address, and a push to it is unsigned.
    """
    select = modules.ecr._select_registry_request_scope

    def selected(name: str, headers: Mapping[str, str], query: Mapping[str, list[str]]) -> None:
        select(name, headers, query)
        if not name or name in modules.ecr._repositories:
            return
        for (account, region, stored), _ in modules.ecr._repositories.all_items():
            if stored == name:
                modules.responses.set_request_account_id(account)
                modules.responses.set_request_region(region)
                return

    modules.ecr._select_registry_request_scope = selected


def _missing_images(modules: Modules) -> None:
    """Refuse to describe images that do not exist; ministack leaves them out.

    https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImages.html
    """
    describe_images = modules.ecr._describe_images

    def described(data: Mapping[str, Any]) -> Any:
        name, wanted = data.get("repositoryName", ""), data.get("imageIds", ())
        answer = describe_images(data)  # an error if there is no such repository
        if answer[0] < 400 and not all(modules.ecr._find_image(name, one) for one in wanted):
            message = f"An image requested does not exist in the repository {name}."
            return modules.ecr.error_response_json("ImageNotFoundException", message, 400)
        return answer

    modules.ecr._describe_images = described
