"""The reference of the tool, from what its code reads: the configuration, and the rules of the linters.

`python -m beanstack.reference docs/reference` writes it. It belongs to the tool's repository, not to a project.
"""

from __future__ import annotations

import json

from beanstack.reference.cloudposse import cloudposse_page
from beanstack.reference.configuration import configuration_page, configuration_schema
from beanstack.reference.options import with_options
from beanstack.reference.rules import bundle_rules_page, template_rules_page


def files() -> dict[str, bytes]:
    """Return the generated pages by file name."""
    schema = configuration_schema()
    return {
        "configuration.schema.json": (json.dumps(with_options(schema), indent=2, ensure_ascii=False) + "\n").encode(),
        "cloudposse.md": "".join(cloudposse_page(schema)).encode(),
        "configuration.md": "".join(configuration_page(schema)).encode(),
        "bundle-rules.md": "".join(bundle_rules_page()).encode(),
        "rules.md": "".join(template_rules_page()).encode(),
    }
