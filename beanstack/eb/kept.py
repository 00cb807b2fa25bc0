"""The facts of `facts/kept/`, which `make facts` takes from AWS's API models and from cfn-lint's schemas."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from beanstack.eb import FACTS

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def kept(name: str) -> Mapping[str, Any]:
    """Return the facts of a file, read once and only when something asks for them."""
    return dict(json.loads((FACTS / "kept" / f"{name}.json").read_text("utf-8")))
