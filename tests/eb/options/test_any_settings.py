"""No settings make the check crash or slow, and valid ones have no errors."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from beanstack.eb import FACTS
from beanstack.eb.options.catalogue import facts
from beanstack.eb.options.check import check_options
from beanstack.eb.rules import TITLES, Kind
from beanstack.eb.settings import Context, Setting, concerned
from tests.conftest import fixture_files

if TYPE_CHECKING:
    from beanstack.eb.findings import Finding

PLACEHOLDERS = {"process_name": "admin", "port": "443", "rule_name": "api", "policy_name": "sticky"}
RAW: dict[str, Any] = json.loads((FACTS / "options.json").read_text())

namespaces = st.sampled_from([namespace.name for namespace in facts().namespaces])
options = st.sampled_from(sorted({option.name for name in facts().namespaces for option in name.options.values()}))
values = st.sampled_from(
    ["", "true", "0", "-1", "1e9", "PT5M", "{}", "a,b", "arn:", "9" * 5000, "{{resolve:x}}", "\ud800"]
)
anything = st.text(max_size=40)
pairs = st.sampled_from(
    [(name.name.format(**PLACEHOLDERS), option.name) for name in facts().namespaces for option in name.options.values()]
)
any_values = st.one_of(st.none(), values, anything)
resources = st.one_of(st.just(""), anything)
some_settings = st.lists(
    st.one_of(
        st.builds(lambda pair, value: Setting(pair[0], pair[1], value), pairs, any_values),
        st.builds(Setting, st.one_of(namespaces, anything), st.one_of(options, anything), any_values, resources),
    ),
    max_size=12,
)
MANY = settings(max_examples=500)
contexts = st.builds(
    Context,
    st.sampled_from([None, "web", "worker"]),
    st.sampled_from([None, "ecs-al2023", "windows-2022", "python-al1"]),
    st.booleans(),
    st.sampled_from([None, {}, {"Dockerrun.aws.json": frozenset({"executionRoleArn"})}]),
)


@given(some_settings, contexts)
@MANY
def test_no_settings_break_the_check(given: list[Setting], context: Context) -> None:
    for finding in check_options(given, facts(), context):
        well_formed(finding, len(given))


def well_formed(finding: Finding, count: int) -> None:
    assert finding.id == f"{finding.severity[0].upper()}{finding.kind.value}"
    assert finding.message
    assert all(0 <= index < count for index in concerned(finding))


def is_of_today(fact: dict[str, Any]) -> bool:
    """Return whether a platform that is not retired has a namespace or an option."""
    return not all(platform.endswith("-al1") for platform in fact.get("platforms") or ["*"])


@given(st.sampled_from([name for name in RAW["namespaces"] if name["options"] and is_of_today(name)]), st.data())
@MANY
def test_a_default_is_never_an_error(namespace: dict[str, Any], data: st.DataObject) -> None:
    option = data.draw(st.sampled_from([*filter(is_of_today, namespace["options"])]))
    default = option["default"]
    name = namespace["namespace"].format(**PLACEHOLDERS)
    setting = Setting(name, option["name"], default, "a" if namespace["resource_name"] else "")
    findings = check_options([setting], facts(), Context(None, None, complete=False))
    assert [finding for finding in findings if finding.severity == "error"] == []


def settings_of(template: str) -> list[Setting]:
    class Loader(yaml.SafeLoader):
        """Intrinsics are what cannot be known."""

    Loader.add_multi_constructor("!", lambda *_: None)
    resources = yaml.load(template, Loader)["Resources"].values()
    found = [r["Properties"]["OptionSettings"] for r in resources if r["Type"] == "AWS::ElasticBeanstalk::Environment"]
    return [Setting(one["Namespace"], one["OptionName"], one["Value"]) for all_of in found for one in all_of]


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_generated_templates_have_no_findings(environment: str) -> None:
    template = fixture_files()[f"output/todobackend/{environment}.yaml"].decode()
    assert check_options(settings_of(template), facts(), Context("web", "ecs-al2023", complete=True)) == []


def test_every_kind_has_a_meaning_and_every_constraint_a_kind() -> None:
    assert list(TITLES) == list(Kind)
    assert {Kind[constraint["kind"].upper()] for constraint in RAW["constraints"]} <= set(Kind)


def test_every_pattern_namespace_and_option_of_the_facts_is_found_again() -> None:
    for namespace in facts().namespaces:
        name = namespace.name.format(**PLACEHOLDERS)
        place = facts().find(name)
        assert place
        assert (place.namespace, place.name) == (namespace, name)
        for option in namespace.options.values():
            assert place.namespace.option(option.name.upper()) is option


def test_what_replaces_an_option_exists() -> None:
    for namespace in facts().namespaces:
        for option in namespace.options.values():
            if option.replaced_by:
                name, _, successor = option.replaced_by.partition("::")
                found = facts().families.get(name) or facts().named[name]
                assert found.option(successor)
        if namespace.replaced_by:
            assert namespace.replaced_by in facts().named
