"""A configuration whose templates AWS would refuse for their size is refused at the key that makes them so large."""

from __future__ import annotations

from textwrap import indent
from typing import TYPE_CHECKING

import pytest

from beanstack import sizes
from beanstack.bundle import shipped
from beanstack.config import ConfigError, load
from beanstack.generate import files, generate
from tests.conftest import MINIMAL, project_with_source

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Configured

ACCOUNT = 'account: "123456789012"\n'
ROLE = "execution_role_arn: arn:aws:iam::123456789012:role/reader\n"
SECRETS = "aws:elasticbeanstalk:application:environmentsecrets"
ARN = f"arn:aws:secretsmanager:eu-west-1:123456789012:secret:{'x' * 30}"


def refusals(folder: Path, settings: str) -> list[str]:
    path = folder / "shop.yaml"
    path.write_text(MINIMAL + indent(settings, "    "))
    try:
        load([path], shown=lambda found: found.name, judge=sizes.judged)
    except ConfigError as error:
        return [str(finding) for finding in error.findings]
    return []


def smoke_test(count: int) -> str:
    return "smoke_test:\n" + "".join(f"- {{path: /{index:0100}}}\n" for index in range(count))


def options(count: int) -> str:
    return "options:\n  aws:elasticbeanstalk:customoption:\n" + "".join(
        f"    A{i}: {'x' * 300}\n" for i in range(count)
    )


def secrets(count: int) -> str:
    return f"{ROLE}options:\n  {SECRETS}:\n" + "".join(f"    A{i}: {ARN}{i:03}\n" for i in range(count))


@pytest.mark.parametrize(
    ("settings", "place"),
    [
        (smoke_test(500), "9:5: environments.dev.smoke_test"),
        (options(200), "9:5: environments.dev.options"),
        ("tags: {}\n" + options(200), "10:5: environments.dev.options"),
    ],
)
def test_a_template_that_no_request_can_hold_is_refused_at_its_largest_key(
    settings: str, place: str, tmp_path: Path
) -> None:
    [message] = refusals(tmp_path, settings)
    assert message.startswith(f"shop.yaml:{place}: the template would have ")
    assert message.endswith(" bytes; a request to CloudFormation accepts at most 51200")


def test_secrets_that_no_policy_can_hold_are_refused_at_their_namespace(tmp_path: Path) -> None:
    [message] = refusals(tmp_path, secrets(140))
    assert message.startswith(f"shop.yaml:11:7: environments.dev.options.{SECRETS}: all inline policies of the role ")


def test_repositories_that_no_stack_can_hold_are_refused_at_a_source(tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    environments = [f"  e{i}: {{build: {{context: app, repository: {'r' * 100}{i:03}}}}}\n" for i in range(60)]
    path.write_text(
        MINIMAL.replace("defaults:\n", f"defaults:\n  {ACCOUNT}").replace("  dev:\n", "".join(environments))
    )
    with pytest.raises(ConfigError) as error:
        load([path], shown=lambda found: found.name, judge=sizes.judged)
    [message] = map(str, error.value.findings)
    assert message.startswith("shop.yaml:9:8: environments.e0.build: of the application's stack: the template would ")
    assert message.endswith("; keep images in fewer repositories")


def test_a_repository_whose_logical_id_would_be_too_long_is_refused(tmp_path: Path) -> None:
    [message] = refusals(tmp_path, f"{ACCOUNT}build: {{context: app, repository: {'r' * 250}}}\n")
    assert message.startswith("shop.yaml:10:5: environments.dev.build: of the application's stack: the logical ID ")


@pytest.mark.parametrize("settings", ["", smoke_test(200), options(100), secrets(80)])
def test_what_is_large_and_fits_is_accepted(settings: str, tmp_path: Path) -> None:
    assert refusals(tmp_path, settings) == []


def test_nothing_is_written_where_a_template_is_too_large(tmp_path: Path) -> None:
    project = project_with_source(tmp_path, MINIMAL + indent(options(200), "    "))
    with pytest.raises(ConfigError, match="the template would have"):
        generate([], project, project, check_only=False)
    assert not (project / "output").exists()


def test_a_stack_s_name_is_no_longer_than_cloudformation_accepts(tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text(MINIMAL.replace("  dev:\n", f"  {'x' * 124}:\n    environment_name: shop-dev\n"))
    with pytest.raises(ConfigError, match="the name of the stack would have 129 characters"):
        load([path])


def test_what_is_drafted_to_judge_sizes_is_what_is_generated(shop: Configured) -> None:
    application = shop("database: {engine: mysql}\nproperties: {GREETING: hello}\n")
    drafts: dict[str, sizes.Draft] = {}
    assert not list(sizes.judged(application, application.environments["dev"], drafts))
    assert drafts.keys() == {"shop-dev"}
    assert files(application, shipped(), drafts=drafts) == files(application, shipped())
