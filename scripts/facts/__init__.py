"""Facts on what AWS accepts, taken from the packages in which AWS and cfn-lint keep them; `make facts` writes them.

`beanstack/eb/facts/kept/` holds what this package returns, so that Beanstack itself needs none of its sources.
"""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.facts import ecs, elb, iam, rds, regions
from scripts.facts.sources import BOTOCORE, CFN_LINT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

KEPT = Path(__file__).parents[2] / "beanstack/eb/facts/kept"
MAKERS: Mapping[str, tuple[Callable[[], dict[str, Any]], tuple[str, ...]]] = {
    "ecs": (ecs.facts, (BOTOCORE, CFN_LINT)),
    "elb": (elb.facts, (BOTOCORE,)),
    "iam": (iam.facts, (BOTOCORE,)),
    "rds": (rds.facts, (CFN_LINT,)),
    "regions": (regions.facts, (BOTOCORE,)),
}


def files() -> dict[str, str]:
    """Return the text of each file by its name."""
    texts = {}
    for name, (facts, sources) in MAKERS.items():
        content = {"sources": {source: version(source) for source in sources}, **facts()}
        texts[f"{name}.json"] = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    return texts
