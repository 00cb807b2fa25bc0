"""docs/reference/: the configuration and the rules of the linters, generated from what the code itself reads."""

from __future__ import annotations

import json

from beanstack.reference.configuration import configuration_page, configuration_schema
from beanstack.reference.rules import bundle_rules_page, template_rules_page

FOLDER = "docs/reference"


def files() -> dict[str, bytes]:
    """The generated reference by path."""
    schema = configuration_schema()
    return {
        f"{FOLDER}/configuration.schema.json": (json.dumps(schema, indent=2, ensure_ascii=False) + "\n").encode(),
        f"{FOLDER}/configuration.md": "".join(configuration_page(schema)).encode(),
        f"{FOLDER}/bundle-rules.md": "".join(bundle_rules_page()).encode(),
        f"{FOLDER}/rules.md": "".join(template_rules_page()).encode(),
    }
