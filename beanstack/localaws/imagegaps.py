"""Behaviour of ECR that Beanstack relies on and that ministack lacks.

tests/localaws/test_images.py has a contract test for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beanstack.localaws.modules import Modules


def close_gaps(modules: Modules) -> None:
    """Make ministack's DescribeImages refuse images that do not exist; it leaves them out.

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
