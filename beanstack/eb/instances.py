"""Memory, CPUs and GPUs of EC2 instance types, where a family's sizes follow a rule, and their processors.

https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-types.html
"""

from __future__ import annotations

import re

GIB = 1024
BURSTABLE = {"nano": 0.5, "micro": 1, "small": 2, "medium": 4, "large": 8, "xlarge": 16, "2xlarge": 32}
LARGE = {"c": 4, "m": 8, "r": 16}  # GiB of a family's `large`; each size up doubles it
FIXED = re.compile(r"(?P<family>[cmr])(5|5a|5d|6i|6a|6g|6gd|6id|7i|7i-flex|7a|7g|7gd|8g|8i|8a)")
GRAVITON = re.compile(r"a1|[a-z]+\d+[a-z]*g[a-z]*")  # a g after the family's digit means Graviton
CPUS_OF_T2 = {"nano": 1, "micro": 1, "small": 1, "medium": 2, "large": 2, "xlarge": 4, "2xlarge": 8}
CPUS_OF_T3 = {**CPUS_OF_T2, "nano": 2, "micro": 2, "small": 2}  # and its relatives
UNITS = 1024  # CPU units of ECS to a virtual CPU
# Families in which an xlarge has 4 virtual CPUs and each further size a multiple of them.
BY_FOURS = re.compile(r"[cmr][3-8][a-z-]*|a1|d[23][a-z]*|i[2-8][a-z]*|z1d|x[12][a-z]+|g4dn|g5g?|g6e?")
ODD_SIZES = {"c4.8xlarge": 36, "d2.8xlarge": 36}
# Families without an accelerator, and the GPUs of those whose sizes follow one rule.
# https://docs.aws.amazon.com/ec2/latest/instancetypes/ac.html
GENERAL = re.compile(r"t[234][a-z]*|[cmr][3-8][a-z-]*|a1|d[23][a-z]*|i[2-8][a-z]*|z1d|x[12][a-z]+")
WITH_GPUS = re.compile(r"g4dn|g5|g6e?")
GPUS = {"": 1, "2": 1, "4": 1, "8": 1, "16": 1, "12": 4, "24": 4, "48": 8}  # by the multiple of xlarge
SIZE = re.compile(r"(?P<times>\d*)xlarge")
# What kernel and platform leave: 7985 of an m4.large's 8192 MiB, 7817 of an m6i.large's.
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/memory-management.html
# https://github.com/aws/amazon-ecs-ami/issues/597
USABLE = 0.95


def usable_memory(instance_type: str) -> int | None:
    """Return the most MiB that ECS has for containers on an instance type, or None if Beanstack does not know it."""
    memory = _memory(instance_type)
    return None if memory is None else int(memory * USABLE)


def cpu_units(instance_type: str) -> int | None:
    """Return the CPU units that ECS has for containers on an instance type, or None if Beanstack does not know it."""
    family, _, size = instance_type.partition(".")
    cpus = ODD_SIZES.get(instance_type)
    multiple = SIZE.fullmatch(size)
    if family == "t2":
        cpus = CPUS_OF_T2.get(size)
    elif family in ("t3", "t3a", "t4g"):
        cpus = CPUS_OF_T3.get(size)
    elif cpus is None and BY_FOURS.fullmatch(family):
        cpus = 4 * int(multiple["times"] or 1) if multiple else {"medium": 1, "large": 2}.get(size)
    return None if cpus is None else cpus * UNITS


def accelerators(instance_type: str, kind: str) -> int | None:
    """Return how many GPUs or Neuron devices an instance type has, or None if Beanstack does not know it."""
    family, _, size = instance_type.partition(".")
    if GENERAL.fullmatch(family):
        return 0
    multiple = SIZE.fullmatch(size)
    if not WITH_GPUS.fullmatch(family) or not multiple:
        return None
    return GPUS.get(multiple["times"]) if kind == "GPU" else 0


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


def is_burstable(instance_type: str) -> bool:
    """Return whether an instance type saves CPU credits while it is idle.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-performance-instances.html
    """
    return instance_type.partition(".")[0] in ("t2", "t3", "t3a", "t4g")


def architecture_of(instance_type: str) -> str:
    """Return the processor of an instance type as EB names it: `arm64` or `x86_64`.

    https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html
    """
    family = instance_type.partition(".")[0]
    return "arm64" if GRAVITON.fullmatch(family) else "x86_64"
