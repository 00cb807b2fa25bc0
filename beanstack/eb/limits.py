"""What CloudFormation, IAM and S3 accept of a template and of the policies in it, by size."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from beanstack.eb.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beanstack.eb.findings import Path

CLOUDFORMATION = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"
IAM = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"
BUCKET_POLICIES = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html"


class Limit(NamedTuple):
    """What may be at most so large, in which unit, who says so, and on which page."""

    what: str
    most: int
    unit: str
    service: str
    page: str


# A request holds a template up to this size; a larger one would have to be uploaded to S3 first.
BODY = Limit("the template", 51_200, "bytes", "a request to CloudFormation", CLOUDFORMATION)
DESCRIPTION = Limit("the template's description", 1_024, "bytes", "CloudFormation", CLOUDFORMATION)
RESOURCES = Limit("the template", 500, "resources", "CloudFormation", CLOUDFORMATION)
OUTPUTS = Limit("the template", 200, "outputs", "CloudFormation", CLOUDFORMATION)
LOGICAL_ID = Limit("the logical ID of a resource", 255, "characters", "CloudFormation", CLOUDFORMATION)
STACK_NAME = Limit("the name of the stack", 128, "characters", "CloudFormation", CLOUDFORMATION)
# Without white space, all inline policies of a role together.
INLINE_POLICIES = Limit("all inline policies of the role together", 10_240, "characters", "IAM", IAM)
TRUST_POLICY = Limit("the trust policy of the role", 2_048, "characters", "IAM", IAM)
BUCKET_POLICY = Limit("the policy of the bucket", 20_480, "bytes", "S3", BUCKET_POLICIES)

VARIABLE = re.compile(r"\$\{[^}]*\}")
UNKNOWN = "aws"  # no value that a function returns in our policies is shorter: a partition, an ARN, a bucket's name


def problem(limit: Limit, found: int) -> str | None:
    """Return a message if a size exceeds the limit, otherwise None."""
    if found <= limit.most:
        return None
    return f"{limit.what} would have {found} {limit.unit}; {limit.service} accepts at most {limit.most}"


def template_findings(template: Mapping[str, Any], text: str) -> Iterator[Finding]:
    """Yield each part of a template, given as a mapping and as its text, that exceeds a limit, at its path."""
    resources = template["Resources"]
    sizes: list[tuple[Limit, int, Path]] = [
        (BODY, len(text.encode()), ()),
        (DESCRIPTION, len(template.get("Description", "").encode()), ("Description",)),
        (RESOURCES, len(resources), ("Resources",)),
        (OUTPUTS, len(template.get("Outputs", ())), ("Outputs",)),
    ]
    for name, resource in resources.items():
        path: Path = ("Resources", name)
        sizes.append((LOGICAL_ID, len(name), path))
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::IAM::Role":
            policies = [policy["PolicyDocument"] for policy in properties.get("Policies", ())]
            sizes.append((INLINE_POLICIES, sum(map(_size, policies)), (*path, "Policies")))
            sizes.append((TRUST_POLICY, _size(properties["AssumeRolePolicyDocument"]), path))
        elif resource["Type"] == "AWS::S3::BucketPolicy":
            sizes.append((BUCKET_POLICY, _size(properties["PolicyDocument"]), path))
    for limit, size, path in sizes:
        message = problem(limit, size)
        if message:
            yield Finding(path, message)


def _size(document: Any) -> int:
    """Return the least size that a policy has, in characters without white space."""
    written = json.dumps(_resolved(document), separators=(",", ":"), ensure_ascii=False)
    return len("".join(written.split()))


def _resolved(value: Any) -> Any:
    """Return a document with a short text in the place of each function."""
    if isinstance(value, list):
        return [_resolved(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "Fn::Sub" in value:
        text = value["Fn::Sub"]
        return VARIABLE.sub(UNKNOWN, text if isinstance(text, str) else text[0])
    if any(key == "Ref" or key.startswith("Fn::") for key in value):
        return UNKNOWN
    return {key: _resolved(item) for key, item in value.items()}
