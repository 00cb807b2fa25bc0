"""Memory of EC2 instance types, where a family's sizes follow a rule, and their processors.

https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-types.html
"""

from __future__ import annotations

import re

GIB = 1024
BURSTABLE = {"nano": 0.5, "micro": 1, "small": 2, "medium": 4, "large": 8, "xlarge": 16, "2xlarge": 32}
LARGE = {"c": 4, "m": 8, "r": 16}  # GiB of a family's `large`; each size up doubles it
FIXED = re.compile(r"(?P<family>[cmr])(5|5a|5d|6i|6a|6g|6gd|6id|7i|7i-flex|7a|7g|7gd|8g|8i|8a)")
GRAVITON = re.compile(r"a1|[a-z]+\d+[a-z]*g[a-z]*")  # a g after the family's digit means Graviton
SIZE = re.compile(r"(?P<times>\d*)xlarge")
# What kernel and platform leave: 7985 of an m4.large's 8192 MiB, 7817 of an m6i.large's.
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/memory-management.html
# https://github.com/aws/amazon-ecs-ami/issues/597
USABLE = 0.95


def usable_memory(instance_type: str) -> int | None:
    """Return the most MiB that ECS has for containers on an instance type, or None if Beanstack does not know it."""
    memory = _memory(instance_type)
    return None if memory is None else int(memory * USABLE)


def _memory(instance_type: str) -> int | None:
    """Return the MiB of an instance type, as EC2 states them."""
    family, _, size = instance_type.partition(".")
    if family in ("t2", "t3", "t3a", "t4g") and size in BURSTABLE:
        return int(BURSTABLE[size] * GIB)
    fixed = FIXED.fullmatch(family)
    if not fixed:
        return None
    large = LARGE[fixed["family"]] * GIB
    multiple = SIZE.fullmatch(size)
    if multiple:
        return large * 2 * int(multiple["times"] or 1)
    return {"medium": large // 2, "large": large}.get(size)


def architecture_of(instance_type: str) -> str:
    """Return the processor of an instance type as EB names it: `arm64` or `x86_64`.

    https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html
    """
    family = instance_type.partition(".")[0]
    return "arm64" if GRAVITON.fullmatch(family) else "x86_64"
