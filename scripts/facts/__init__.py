"""Facts on what AWS accepts, taken from the packages in which AWS and cfn-lint keep them; `make facts` writes them.

`beanstack/eb/facts/kept/` holds what this package returns, so that Beanstack itself needs none of its sources.
"""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from scripts.facts import ec2, ecs, elb, iam, rds, regions, resourcetypes
from scripts.facts.sources import BOTOCORE, CFN_LINT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

WIDTH = 100
KEPT = Path(__file__).parents[2] / "beanstack/eb/facts/kept"
MAKERS: Mapping[str, tuple[Callable[[], dict[str, Any]], tuple[str, ...]]] = {
    "ec2": (ec2.facts, (BOTOCORE,)),
    "ecs": (ecs.facts, (BOTOCORE, CFN_LINT)),
    "elb": (elb.facts, (BOTOCORE,)),
    "iam": (iam.facts, (BOTOCORE,)),
    "rds": (rds.facts, (CFN_LINT,)),
    "regions": (regions.facts, (BOTOCORE,)),
    "resourcetypes": (resourcetypes.facts, (CFN_LINT,)),
}


def files() -> dict[str, str]:
    """Return the text of each file by its name."""
    texts = {}
    for name, (facts, sources) in MAKERS.items():
        content = {"sources": {source: version(source) for source in sources}, **facts()}
        texts[f"{name}.json"] = _text(content) + "\n"
    return texts


def _text(value: Any, margin: str = "") -> str:
    """Return JSON with a line for each entry of a mapping, and as few lines as a list needs."""
    below = margin + " "
    if isinstance(value, dict):
        entries = [f"{below}{json.dumps(key)}: {_text(item, below)}" for key, item in value.items()]
        return "{\n" + ",\n".join(entries) + f"\n{margin}}}"
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, list) or len(margin + line) <= WIDTH:
        return line
    words = ", ".join(json.dumps(item, ensure_ascii=False) for item in value)
    lines = wrap(words, WIDTH, initial_indent=below, subsequent_indent=below, break_on_hyphens=False)
    return "[\n" + "\n".join(lines) + f"\n{margin}]"
