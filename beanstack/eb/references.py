"""What CloudFormation accepts of dynamic references in the properties of an environment's resources.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from beanstack.eb.findings import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

BEGINNING = "{{resolve:"
REFERENCE = re.compile(r"\{\{resolve:([^{}]*)\}\}")
RESOLVED = r"\{\{resolve:ssm:[^{}]+\}\}"  # in place of a text that is no secret, such as an ARN
PARAMETER = re.compile(r"[A-Za-z0-9_./-]+(:[0-9]+)?")
# The values of CloudFormation itself, which only Fn::Sub puts in place of such words.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
PSEUDO_PARAMETER = re.compile(r"\$\{AWS::[A-Za-z]+\}")


def problems(text: str) -> Iterator[str]:
    """Yield what CloudFormation refuses of the dynamic references in a text."""
    for found in REFERENCE.finditer(text):
        service, _, key = found[1].partition(":")
        match service:
            case "ssm-secure":
                yield "CloudFormation resolves ssm-secure for the passwords of a few services only, none of them EB's"
            case "ssm":
                # That of another account is named by its ARN.
                if not PARAMETER.fullmatch(key) and not key.startswith("arn:"):
                    yield f"expected {{{{resolve:ssm:NAME}}}}, with :VERSION if needed, found {shown(found[0])}"
            case "secretsmanager":
                yield from _secret(found[0], key)
            case _:
                yield f"CloudFormation resolves ssm and secretsmanager, not {shown(service)}"


def _secret(reference: str, key: str) -> Iterator[str]:
    """Yield the problems with a reference to a secret: its name or ARN, then SecretString, a JSON key and a version.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html
    """
    parts = key.split(":")
    name, rest = parts[:1], parts[1:]
    if parts[0] == "arn":
        name, rest = parts[:7], parts[7:]
    if not all(name) or (name[0] == "arn" and len(name) < 7):
        yield f"names no secret: {shown(reference)}"
    elif rest and rest[0] not in ("", "SecretString"):
        yield f"what follows the secret is SecretString or nothing, not {shown(rest[0])}"
