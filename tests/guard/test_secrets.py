"""What may be a secret is hidden in whatever a comparison prints, in each format."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from beanstack.operate.comparison import compare
from beanstack.operate.comparison.bundles import bundle_changes
from beanstack.operate.comparison.fates import Fate
from beanstack.operate.comparison.losses import lost
from beanstack.operate.comparison.observed import Option
from beanstack.operate.comparison.report import as_json, as_markdown, lines
from beanstack.operate.comparison.settings import create_only
from beanstack.operate.hidden import HIDDEN
from tests.guard.edits import DEPLOYED
from tests.guard.situations import observed, texts

if TYPE_CHECKING:
    from beanstack.operate.comparison.model import Comparison

HUNTER = "hunter"  # begins every secret of these tests
PROPERTY = "aws:elasticbeanstalk:application:environment"
HARMLESS = texts(DEPLOYED)
SECRET = {**HARMLESS, "shop-dev": HARMLESS["shop-dev"].replace("COLOUR", "API_TOKEN").replace("blue", "hunter2")}
CHANGED = {**SECRET, "shop-dev": SECRET["shop-dev"].replace("hunter2", "hunter3")}


@pytest.mark.parametrize(("before", "after"), [(SECRET, CHANGED), (SECRET, HARMLESS), (HARMLESS, SECRET)])
def test_a_property_that_resembles_a_secret_is_named_and_its_value_hidden(
    before: dict[str, str], after: dict[str, str]
) -> None:
    assert before != after
    for shown in formats(compare(observed(before, after), "ENV=dev")):
        assert f"{PROPERTY} API_TOKEN" in shown
        assert HIDDEN in shown
        assert HUNTER not in shown


def formats(found: Comparison) -> tuple[str, ...]:
    """Return a comparison as text, JSON and Markdown."""
    return "\n".join(line for _, line in lines(found)), as_json(found), as_markdown("shop-dev", found)


def dockerrun(secret: str) -> bytes:
    container = {
        "name": "web",
        "environment": [{"name": "API_TOKEN", "value": secret}, {"name": "LEVEL", "value": f"level-{len(secret)}"}],
        "command": ["serve", f"--password={secret}", "--db", f"mysql://shop:{secret}@db/shop", "--token", secret],
        "dockerLabels": {"db-password": secret},
    }
    return json.dumps({"containerDefinitions": [container]}).encode()


def bundle(secret: str) -> dict[str, bytes]:
    """Return a bundle with a secret wherever people have put one."""
    texts = {
        ".ebextensions/a.config": f"option_settings:\n  - option_name: API_TOKEN\n    value: {secret}\n",
        ".ebextensions/b.config": f"option_settings:\n  {PROPERTY}:\n    DB_PASSWORD: {secret}\n",
        "bin/key.sh": f"cat <<END\n-----BEGIN RSA PRIVATE KEY-----\n{secret}\nEND\n",
        "bin/run.sh": f"export DB_PASSWORD='{secret} 2'\ncurl https://a:{secret}@example.com/\nlogin --token {secret}",
    }
    return {"Dockerrun.aws.json": dockerrun(secret), **{path: text.encode() for path, text in texts.items()}}


@pytest.mark.parametrize(
    ("before", "after"), [(bundle("hunter2"), bundle("hunter42")), ({}, bundle("hunter2")), (bundle("hunter2"), {})]
)
def test_a_secret_in_a_bundle_that_differs_is_hidden(before: dict[str, bytes], after: dict[str, bytes]) -> None:
    found = compare(observed(HARMLESS, HARMLESS)._replace(bundle_before=before, bundle_after=after), "ENV=dev")
    for shown in formats(found):
        assert HUNTER not in shown
        for name in ("containerDefinitions.web.", "a.config", "b.config", "key.sh", "run.sh"):
            assert name in shown


def test_of_a_container_each_value_that_differs_is_shown_unless_it_may_be_a_secret() -> None:
    before, after = ({"Dockerrun.aws.json": dockerrun(secret)} for secret in ("hunter2", "hunter42"))
    command = f'["serve", "--password={HIDDEN}", "--db", "{HIDDEN}", "--token", "{HIDDEN}"]'
    assert list(bundle_changes(before, after)) == [
        f"containerDefinitions.web.command: {command} -> {command}",
        f'containerDefinitions.web.dockerLabels.db-password: "{HIDDEN}" -> "{HIDDEN}"',
        f'containerDefinitions.web.environment.API_TOKEN: "{HIDDEN}" -> "{HIDDEN}"',
        'containerDefinitions.web.environment.LEVEL: "level-7" -> "level-8"',
    ]


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ({"MasterUserPassword": "hunter2"}, {"MasterUserPassword": "hunter3"}, f"{HIDDEN} -> {HIDDEN}"),
        ({"Tokens": [{"AuthToken": "hunter2"}]}, {}, f'[{{"AuthToken": "{HIDDEN}"}}] -> unset'),
        (
            {"Url": "https://shop:hunter2@example.com"},
            {"Url": "https://example.com"},
            f"{HIDDEN} -> https://example.com",
        ),
        ({"Name": "a"}, {"Name": "b"}, "a -> b"),
    ],
)
def test_a_property_that_replaces_a_resource_hides_a_secret(
    before: dict[str, Any], after: dict[str, Any], shown: str
) -> None:
    [name] = before
    fate = Fate(
        "One", "AWS::RDS::DBInstance", "Replace", {"Properties": before}, {"Properties": after}, (name,), (name,)
    )
    [danger] = lost([fate])
    assert danger.reason.endswith(f": {name} {shown}")


def test_a_property_that_no_longer_is_set_is_left_over_without_its_value() -> None:
    [danger] = compare(observed(SECRET, HARMLESS), "ENV=dev").of_kind("leftover")
    assert danger.reason == f"EB keeps {PROPERTY} API_TOKEN = {HIDDEN!r}, which the template no longer sets"


def test_an_option_that_eb_cannot_change_hides_a_url_with_a_password() -> None:
    option = Option("aws:elasticbeanstalk:environment", "LoadBalancerType")
    [danger] = create_only({option: "https://user:hunter2@example.com"}, {}, {option: "application"})
    assert "hunter2" not in danger.reason
    assert HIDDEN in danger.reason


def test_other_properties_are_shown() -> None:
    after = {**HARMLESS, "shop-dev": HARMLESS["shop-dev"].replace("blue", "green")}
    text = "\n".join(line for _, line in lines(compare(observed(HARMLESS, after), "ENV=dev")))
    assert "COLOUR: blue -> green" in text
