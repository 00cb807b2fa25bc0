"""Template -> YAML for reviewers: Type first, values quoted, short intrinsic functions, one order.

PyYAML's C emitter, because troposphere's own `to_yaml` is eight times as slow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troposphere import Template

TEMPLATE_ORDER = ("AWSTemplateFormatVersion", "Description", "Metadata", "Resources", "Outputs")
RESOURCE_ORDER = ("Type", "DeletionPolicy", "UpdateReplacePolicy", "DependsOn", "Metadata", "Properties")
STRING = "tag:yaml.org,2002:str"
UNFOLDED = 1 << 20  # columns: a long value stays on its line, where a diff can show it


class Dumper(yaml.CSafeDumper):
    """Writes keys plain and other strings in quotes, so that no value can be read as another type."""

    def ignore_aliases(self, _: object) -> bool:
        return True

    def represent_string(self, data: str) -> yaml.Node:
        return self.represent_scalar(STRING, data, style="'")

    def represent_mapping_or_function(self, data: Mapping[str, Any]) -> yaml.Node:
        if len(data) == 1:
            ((key, value),) = data.items()
            function = self.short_function(key, value)
            if function:
                return function
        pairs = [(self.represent_scalar(STRING, key), self.represent_data(value)) for key, value in data.items()]
        return yaml.MappingNode("tag:yaml.org,2002:map", pairs, flow_style=False)

    def short_function(self, key: str, value: Any) -> yaml.Node | None:
        """`{"Ref": x}` as `!Ref x` and the like; None where it is no function or has no short form."""
        tag = "!Ref" if key == "Ref" else f"!{key.removeprefix('Fn::')}" if key.startswith("Fn::") else None
        if not tag:
            return None
        if isinstance(value, str):
            plain = key in ("Ref", "Fn::ImportValue")
            return self.represent_scalar(tag, value, style=None if plain else "'")
        if key == "Fn::GetAtt" and all(isinstance(part, str) for part in value):
            return self.represent_scalar(tag, ".".join(value))
        # A function as the whole argument stays long: YAML cannot put two tags on one node.
        return self.represent_sequence(tag, value, flow_style=False) if isinstance(value, list) else None


Dumper.add_representer(str, Dumper.represent_string)
Dumper.add_representer(dict, Dumper.represent_mapping_or_function)


def text(template: Template, source: str) -> str:
    """Return a template as it is committed; `source` is the file that it was made from."""
    return text_of(template.to_dict(), source)


def text_of(content: Mapping[str, Any], source: str) -> str:
    """Return the same for a template as a mapping."""
    resources = {name: _ordered(resource, RESOURCE_ORDER) for name, resource in content["Resources"].items()}
    version = {"AWSTemplateFormatVersion": "2010-09-09"}
    ordered = _ordered({**version, **content, "Resources": resources}, TEMPLATE_ORDER)
    body = yaml.dump(ordered, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=UNFOLDED)
    return f"# Generated from {source} by generate.py; do not edit.\n{body}"


def _ordered(mapping: dict[str, Any], order: tuple[str, ...]) -> dict[str, Any]:
    """Return the mapping with the keys of `order` first; the others keep their places behind them."""
    return {key: mapping[key] for key in dict.fromkeys((*order, *mapping)) if key in mapping}
