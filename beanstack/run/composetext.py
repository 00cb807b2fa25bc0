"""A Compose file as text, for engineers to read and for a Compose that reads YAML 1.2."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

# YAML 1.2 reads these as numbers and PyYAML does not, such as a commit's 7e10; a text like this needs quotes.
NUMBER = re.compile(r"[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?|0o[0-7]+")


def text(composed: Mapping[str, Any], source: str) -> str:
    """Return the text of a Compose file, which begins with a comment that names its source."""
    body = yaml.dump(composed, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
    return f"# Made from {source} and written anew at every start.\n{body}"


class _Dumper(yaml.CSafeDumper):
    """A writer of YAML without anchors, and with nothing where a variable has no value."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's own signature
        return True


_Dumper.add_implicit_resolver("tag:yaml.org,2002:float", NUMBER, list("-+.0123456789"))
_Dumper.add_representer(type(None), lambda dumper, _: dumper.represent_scalar("tag:yaml.org,2002:null", ""))
