"""What is refused before anything happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.operate.errors import DeploymentError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html: a larger template must
# be in a bucket. The aws client finds out too, but after the first stack is deployed.
MOST_BYTES = 51200


def refuse_call_of_make(environment: Mapping[str, str]) -> None:
    """Raise DeploymentError for a call of make that would pass over a refusal, or deploy what nobody has reviewed.

    make exports MAKEFLAGS, whose first word has the letters of the options; the Makefile exports GOALS.
    """
    letters = environment.get("MAKEFLAGS", "").split(" ")[0]
    if "i" in letters and not letters.startswith("-") and "=" not in letters:
        raise DeploymentError("make -i would ignore failed safety checks; run it without -i")
    goals = environment.get("GOALS", "").split()
    if "generate" in goals:
        others = " ".join(goal for goal in goals if goal != "generate")
        raise DeploymentError(f"`make generate` comes first and alone: look at `git diff`, then `make {others}`")


def refuse_large(templates: Iterable[Path]) -> None:
    """Raise DeploymentError for a template that CloudFormation would not accept for its size."""
    for path in templates:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise DeploymentError(
                f"{path} has {size} bytes, CloudFormation takes {MOST_BYTES}; nothing was done\n"
                "Each entry of options and properties is a part of it; split it into several environments"
            )
