"""Mistakes in templates that CloudFormation refuses before it makes anything, and that ministack lets pass.

tests/localaws/test_engine.py has a contract test for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from beanstack.localaws.modules import Modules


def close_gaps(modules: Modules) -> None:
    """Refuse references to names that a template does not have; ministack resolves such a reference to the name."""
    expressions = modules.expressions
    original = expressions._validate_template_statics

    def validate(template: dict[str, Any]) -> None:
        original(template)
        if template.get("Transform"):  # a macro may add resources
            return
        names = {*template.get("Resources", ()), *template.get("Parameters", ())}
        for block in ("Resources", "Outputs"):
            found = {name for name, _ in expressions._intrinsic_references(template.get(block) or {})}
            missing = sorted(name for name in found if name not in names and not name.startswith("AWS::"))
            if missing:
                about = f"Unresolved resource dependencies [{', '.join(missing)}] in the {block} block of the template"
                raise ValueError(f"Template format error: {about}")

    expressions._validate_template_statics = validate
