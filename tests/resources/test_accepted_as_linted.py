"""What cfn-lint's rules find in a generated template, generation has already said at a key of the configuration."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import yaml
from cfnlint.template import Template

from beanstack import stacks
from beanstack.archive import key
from beanstack.config import ConfigError, load
from beanstack.eb.rules import CONFIG_WARNING, Kind, template_rules
from beanstack.lint.rules.template import template_findings
from beanstack.resources import accepted
from tests.conftest import MINIMAL, PROJECT

if TYPE_CHECKING:
    from pathlib import Path

    from beanstack.config import Application
    from beanstack.eb.findings import Finding

LONG = "x" * 5000
CONSTRAINTS = yaml.safe_load((PROJECT / "tests/eb/options/constraints.yaml").read_text("utf-8"))


def examples() -> dict[str, list[list[str]]]:
    """Return the settings of each example that a configuration can have below `options`, by the rule's name."""
    found: dict[str, list[list[str]]] = {}
    for rule in template_rules().values():
        given = yaml.safe_load(rule.example.replace("<5,000 characters>", LONG).replace("!", ""))
        settings = given.get("OptionSettings", [])
        parts = [
            [one[key] for key in ("Namespace", "OptionName", "Value", "ResourceName") if key in one] for one in settings
        ]
        if parts and all(isinstance(part, str) for setting in parts for part in setting):
            found[rule.id] = parts
    for name, case in CONSTRAINTS.items():
        found[name] = [[*one[:2], LONG if one[2] == "LONG" else one[2], *one[3:]] for one in case["fires"]]
    return {name: settings for name, settings in found.items() if settings and not twice(settings)}


def twice(settings: list[list[str]]) -> bool:
    """Return whether an option is there twice, which no mapping can have."""
    names = [(namespace, option.lower(), *resource) for namespace, option, _, *resource in settings]
    return len({*names}) < len(names)


def configured(settings: list[list[str]]) -> str:
    options: dict[str, dict[str, str]] = {}
    for namespace, option, value, *resource in settings:
        options.setdefault(".".join([*resource, namespace]), {})[option] = value
    return f"{MINIMAL}    options: {json.dumps(options)}\n"


def judged(application: Application) -> list[Finding]:
    """Return what generation says of options, without what it says of configurations alone."""
    found = accepted.judged(application, application.environments["dev"])
    return [finding for finding in found if finding.rule is not CONFIG_WARNING]


def linted(application: Application) -> list[Finding]:
    template = stacks.environment_stack(application, application.environments["dev"], key(b"")).to_dict()
    found = template_findings(Template(None, template, [application.environments["dev"].region]))
    return [finding for finding in found if finding.severity != "informational" and finding.kind is not Kind.SECRET]


@pytest.mark.parametrize("name", EXAMPLES := examples())
def test_generation_says_what_cfn_lint_would(name: str, tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text(configured(EXAMPLES[name]))
    try:
        [application] = load([path]).applications
    except ConfigError:
        return  # refused by a rule of config's own
    said = {finding.kind for finding in judged(application)}
    found = linted(application)
    assert {finding.kind for finding in found} <= said
    errors = {finding.kind for finding in judged(application) if finding.severity == "error"}
    assert {finding.kind for finding in found if finding.severity == "error"} <= errors


@pytest.mark.parametrize("name", EXAMPLES)
def test_generation_says_it_once_with_a_place(name: str, tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text(configured(EXAMPLES[name]))
    try:
        found = load([path], judge=accepted.judged).warnings
    except ConfigError as error:
        found = error.findings
    assert all(finding.place.line for finding in found)
    assert "dev, dev" not in "".join(map(str, found))
