"""The files of a new project: those in skeleton/, of which two have words to fill in, and what is generated."""

from __future__ import annotations

from pathlib import Path
from string import Template
from tempfile import TemporaryDirectory
from textwrap import indent
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from beanstack import generate
from beanstack.bundle import shipped
from beanstack.config import load
from beanstack.config.names import application_problems
from beanstack.config.settings import PLATFORM
from beanstack.eb.namespaces import SECRETS
from beanstack.eb.partitions import partition_of
from beanstack.project.errors import ProjectError
from beanstack.resources import accepted

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
EXAMPLE_SECRET = "SECRET_KEY"  # noqa: S105 - a variable's name
WIDTH = 110


class Containers(NamedTuple):
    """What runs: keys of `defaults`, variables whose values are secrets, and what no key expresses, with its reason."""

    settings: dict[str, Any]
    secrets: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def one_container(answers: Answers) -> Containers:
    """Return the container of an application that no file describes."""
    web = {"image": answers.image, "memory_reservation": 256, "ports": [f"80:{answers.port}"]}
    return Containers({"containers": {"web": web}})


def files(folder: Path = SKELETON) -> dict[str, bytes]:
    """Return the files that are the same in every project, by path; another Beanstack has them in another folder."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and "__pycache__" not in path.parts]
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    return {path: content for path, content in found.items() if path not in (CONFIG, README)}


def application_files(answers: Answers, containers: Containers) -> dict[str, bytes]:
    """Return the files of a first application, by path. Raise ConfigError or ProjectError for a wrong answer."""
    for problem in application_problems(answers.application, answers.application):
        raise ProjectError(f"'{answers.application}' cannot be the application's name: {problem}")
    config = config_path(answers.application)
    made = {
        config: config_text(answers, containers).encode(),
        README: filled_in(README, application=answers.application).encode(),
    }
    with TemporaryDirectory() as folder:
        path = Path(folder, config)
        path.parent.mkdir()
        path.write_bytes(made[config])
        [application] = load([path], shown=lambda _: config, judge=accepted.judged).applications
    return made | generate.files(application, shipped())


def config_path(application: str) -> str:
    return f"config/{application}.yaml"


def config_text(answers: Answers, containers: Containers) -> str:
    """Return the text of the configuration file."""
    settings = yaml.safe_dump(containers.settings, sort_keys=False, default_flow_style=None, width=WIDTH)
    return filled_in(
        CONFIG,
        application=answers.application,
        region=answers.region,
        account=f'  account: "{answers.account}"' if answers.account else ACCOUNT,
        platform=PLATFORM,
        settings=indent(settings, "  ").rstrip("\n"),
        health_path=yaml.safe_dump(answers.health_path, width=WIDTH).partition("\n")[0],
        to_fill_in=" Fill these in:" if containers.secrets else "",
        secrets="\n".join(secret_lines(answers, containers)),
    )


def secret_lines(answers: Answers, containers: Containers) -> Iterator[str]:
    """Yield, in comments, the lines that give each variable a secret by its ARN."""
    partition, account = partition_of(answers.region).id, answers.account or EXAMPLE_ACCOUNT
    yield f"  # execution_role_arn: arn:{partition}:iam::{account}:role/{answers.application}-execution"
    yield "  # options:"
    yield f"  #   {SECRETS}:"
    for name in containers.secrets or (EXAMPLE_SECRET,):
        arn = f"arn:{partition}:secretsmanager:{answers.region}:{account}:secret:{answers.application}/{name}-AbCdEf"
        yield f"  #     {name}: {arn}"


def filled_in(path: str, **words: str) -> str:
    return Template((SKELETON / path).read_text("utf-8")).substitute(words)
