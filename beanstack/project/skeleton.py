"""The files of a new project: those in skeleton/, two of which have placeholders, and the generated ones."""

from __future__ import annotations

from pathlib import Path
from string import Template
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from beanstack import generate
from beanstack.bundle import shipped
from beanstack.config import load
from beanstack.config.basics import PLATFORM
from beanstack.config.names import application_problems
from beanstack.eb.namespaces import SECRETS
from beanstack.eb.partitions import partition_of
from beanstack.pin import ProjectError
from beanstack.resources import accepted
from beanstack.takeover import writing
from beanstack.takeover.draft import Draft

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.project.answers import Answers

SKELETON = Path(__file__).parent / "skeleton"
CONFIG, README = "config/application.yaml", "README.md"
EXAMPLE_ACCOUNT = "123456789012"
ACCOUNT = f"""\
  # Where it is set, credentials of another account are refused. Keep the quotes.
  # account: "{EXAMPLE_ACCOUNT}"\
"""


def one_container(answers: Answers) -> Draft:
    """Return the container of an application without a file that describes it."""
    web = {"image": answers.image, "memory_reservation": 256, "ports": [f"80:{answers.port}"]}
    return Draft({"containers": {"web": web}})


def files(folder: Path = SKELETON) -> dict[str, bytes]:
    """Return the files that are the same in every project, by path, from the folder of a version of Beanstack."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and "__pycache__" not in path.parts]
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    return {path: content for path, content in found.items() if path not in (CONFIG, README)}


def application_files(answers: Answers, containers: Draft) -> dict[str, bytes]:
    """Return the files of a first application, by path. Raise ConfigError or ProjectError for a wrong answer."""
    for problem in application_problems(answers.application, answers.application):
        raise ProjectError(f"'{answers.application}' cannot be the application's name: {problem}")
    config = config_path(answers.application)
    made = {
        config: config_text(answers, containers).encode(),
        README: readme(answers.application),
    }
    with TemporaryDirectory() as folder:
        path = Path(folder, config)
        path.parent.mkdir()
        path.write_bytes(made[config])
        [application] = load([path], shown=lambda _: config, judge=accepted.judged).applications
    return made | generate.files(application, shipped())


def readme(application: str) -> bytes:
    """Return the README of a project with an application."""
    return filled_in(README, application=application).encode()


def config_path(application: str) -> str:
    return f"config/{application}.yaml"


def config_text(answers: Answers, containers: Draft) -> str:
    """Return the text of the configuration file."""
    return filled_in(
        CONFIG,
        application=answers.application,
        region=answers.region,
        account=f'  account: "{answers.account}"' if answers.account else ACCOUNT,
        platform=PLATFORM,
        settings="\n".join(writing.settings(containers, "  ")),
        health_path=writing.scalar(answers.health_path),
        certificate=certificate(answers),
        secret_lines="\n".join(secret_lines(answers)),
    )


def certificate(answers: Answers) -> str:
    """Return the ARN of a certificate as it may look."""
    partition, account = partition_of(answers.region).id, answers.account or EXAMPLE_ACCOUNT
    return f"arn:{partition}:acm:{answers.region}:{account}:certificate/12345678-1234-1234-1234-123456789012"


def secret_lines(answers: Answers) -> Iterator[str]:
    """Yield commented-out lines that set a variable from a secret by its ARN."""
    partition, account = partition_of(answers.region).id, answers.account or EXAMPLE_ACCOUNT
    yield f"  # execution_role_arn: arn:{partition}:iam::{account}:role/{answers.application}-execution"
    yield "  # options:"
    yield f"  #   {SECRETS}:"
    arn = f"arn:{partition}:secretsmanager:{answers.region}:{account}:secret:{answers.application}/key-AbCdEf"
    yield f"  #     SECRET_KEY: {arn}"


def filled_in(path: str, **words: str) -> str:
    return Template((SKELETON / path).read_text("utf-8")).substitute(words)
