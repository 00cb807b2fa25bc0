"""Variables and texts that are valid, but of which something else decides."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from beanstack.config import load
from beanstack.resources import accepted
from tests.config.conftest import SETTINGS, edited, shared

if TYPE_CHECKING:
    from tests.config.conftest import Loaded

SECRETS = "aws:elasticbeanstalk:application:environmentsecrets"
ARN = "arn:aws:ssm:eu-west-1:123456789012:parameter/x"
ROLE = "execution_role_arn: arn:aws:iam::123456789012:role/reader\n"
OF_DATABASE = "EB sets {} of all containers itself, from the coupled database"
OF_ECS = "ECS sets {} in each container itself"
REPLACES = "replaces {} in every image, and where EB's own scripts run; set it in one container"
SHELL = "the shell that starts 'web' sets {} itself, so that this value may be lost"
LITERAL = "nothing substitutes '{}': what is written here arrives as it is"


def warnings(folder: Path, *edits: tuple[str, str], more: str = "", head: str = "") -> list[str]:
    """Return the warnings on SETTINGS with some edits, without places and environments."""
    (folder / "shop.yaml").write_text(shared(edited(SETTINGS, *edits) + more) + head)
    found = load([Path("shop.yaml")], judge=accepted.judged).warnings
    return [str(warning).partition(" ")[2].removesuffix(" (in dev, prod)") for warning in found]


def environment(variables: str) -> tuple[str, str]:
    return "{MODE: fast}", variables


def properties(variables: str) -> tuple[str, str]:
    return "{LEVEL: info}", variables


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("RDS_HOSTNAME", "pool", OF_DATABASE.format("RDS_HOSTNAME")),
        ("RDS_PORT", "6432", OF_DATABASE.format("RDS_PORT")),
        ("AWS_EXECUTION_ENV", "x", OF_ECS.format("AWS_EXECUTION_ENV")),
        ("ECS_AGENT_URI", "x", OF_ECS.format("ECS_AGENT_URI")),
        ("PATH", "/app", "replaces the image's PATH, and has neither /bin nor /usr/bin"),
        ("PATH", "/app:$PATH", "ECS substitutes nothing in a value: name the image's own folders instead of $PATH"),
        ("IFS", "x", SHELL.format("IFS")),
    ],
)
def test_a_container_s_variable_that_something_else_decides_on_warns(
    folder: Path, name: str, value: str, message: str
) -> None:
    edit = environment(f"{{{name}: '{value}'}}")
    assert warnings(folder, edit) == [f"defaults.containers.web.environment.{name}: {message}"]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("UID", "1", SHELL.format("UID")),
        ("PATH", "/app:/bin", REPLACES.format("PATH")),
        ("LD_PRELOAD", "/lib/x.so", REPLACES.format("LD_PRELOAD")),
        ("A", "${AWS::AccountId}", LITERAL.format("${AWS::AccountId}")),
        ("A", "x-${AWS::Region}", LITERAL.format("${AWS::Region}")),
    ],
)
def test_a_property_that_something_else_decides_on_warns(folder: Path, name: str, value: str, message: str) -> None:
    assert warnings(folder, properties(f"{{{name}: '{value}'}}")) == [f"defaults.properties.{name}: {message}"]


def test_an_own_variable_of_ecs_among_the_properties_warns(folder: Path) -> None:
    [found] = warnings(folder, properties("{AWS_EXECUTION_ENV: x}"))
    assert found.startswith("defaults.properties.AWS_EXECUTION_ENV: ECS sets ")


def test_a_secret_of_the_database_s_own_name_warns_in_one_container(folder: Path) -> None:
    edit = environment(f"{{MODE: fast}}\n    secrets: {{RDS_PASSWORD: '{ARN}'}}")
    assert warnings(folder, edit, more=ROLE) == [
        f"defaults.containers.web.secrets.RDS_PASSWORD: {OF_DATABASE.format('RDS_PASSWORD')}"
    ]


def test_a_variable_that_is_a_property_and_a_secret_warns(folder: Path) -> None:
    more = f"{ROLE}options: {{{SECRETS}: {{LEVEL: '{ARN}'}}}}\n"
    assert warnings(folder, more=more) == [f"defaults.options.{SECRETS}.LEVEL: `properties` sets this variable, too"]


def test_what_nothing_substitutes_in_the_application_s_own_description_warns(folder: Path) -> None:
    assert warnings(folder, head="description: in ${AWS::Region}\n") == [
        f"description: {LITERAL.format('${AWS::Region}')}"
    ]


@pytest.mark.parametrize(
    ("edit", "more"),
    [
        (environment("{PATH: '/app/bin:/usr/bin'}"), ""),
        (environment("{AWS_REGION: eu-west-1, AWS_DEFAULT_REGION: eu-west-1}"), ""),
        (environment("{LD_PRELOAD: /lib/x.so}"), ""),
        (properties("{RDS_HOST: x, MY_RDS_HOSTNAME: y, Rds_Port: z}"), ""),
        (properties("{A: '${NAME} $NAME ${AWS} $${x}'}"), ""),
        (properties("{A: '{{resolve:ssm:/a/b.c-d_e:12}}', B: 'x{{resolve:ssm:a}}y'}"), ""),
        (properties("{A: '{{resolve:secretsmanager:a/b:SecretString:key::}}', B: '{{resolve:secretsmanager:a}}'}"), ""),
        (properties("{A: '{{resolve:secretsmanager:arn:aws:secretsmanager:eu-west-1:1:secret:x:SecretString}}'}"), ""),
        (properties("{A: '{{ template }} {{resolve}} {{resolve'}"), ""),
        (properties(f"{{{128 * 'A'}: x}}"), ""),
        (("variables: {DB_HOST: RDS_HOSTNAME}", "variables: {RDS_HOSTNAME: RDS_HOSTNAME, HOME_DB: RDS_PORT}"), ""),
    ],
)  # fmt: skip
def test_what_is_usual_neither_warns_nor_is_refused(folder: Path, edit: tuple[str, str], more: str) -> None:
    assert warnings(folder, edit, more=more) == []


def test_the_database_s_names_are_free_where_there_is_none(loaded: Loaded) -> None:
    database = SETTINGS[SETTINGS.index("database:") :]
    text = edited(SETTINGS, (database, ""), properties("{RDS_HOSTNAME: db.example.org, RDS_PORT: '3306'}"))
    assert set(loaded(shared(text)).environments["dev"].properties) == {"RDS_HOSTNAME", "RDS_PORT"}
