"""Facts on what AWS accepts, taken from the packages in which AWS and cfn-lint keep them; `make facts` writes them.

`beanstack/eb/facts/kept/` holds what this package returns, so that Beanstack itself needs none of its sources.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.facts import ecs, rds
from scripts.facts.sources import versions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

KEPT = Path(__file__).parents[2] / "beanstack/eb/facts/kept"
MAKERS: Mapping[str, Callable[[], dict[str, Any]]] = {
    "ecs": ecs.facts,
    "rds": rds.facts,
}


def files() -> dict[str, str]:
    """Return the text of each file by its name."""
    texts = {}
    for name, maker in MAKERS.items():
        content = {"sources": versions(), **maker()}
        texts[f"{name}.json"] = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    return texts
