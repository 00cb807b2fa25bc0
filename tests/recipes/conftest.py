"""Copies of the project in which make runs as a user runs it, each with a local AWS of its own.

Every test of this folder passes alone and in any order. A test that only reads, or only edits files, shares a copy with
others of its module: `checkout`, or `deployed`, which has an environment. A test that changes what is deployed makes a
copy with `new_checkout`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

PROJECT = Path(__file__).parents[2]
TREE = ("Makefile", "dev.mk", "generate.py", "pyproject.toml", ".cfnlintrc.yaml")
TOOL = (".github", "beanstack", "docs", "examples", "requirements", "scripts", "templates")
APPLICATIONS = ("bundle", "config", "output")


class Checkout:
    """The copy; its virtual environments are this repository's. `engine` is what runs containers there.

    The applications are this repository's own, unless those of another project folder are given.
    """

    def __init__(self, folder: Path, engine: str = "none", applications: Path = PROJECT) -> None:
        self.folder = folder
        self.engine = engine
        self.applications = applications
        folder.mkdir(parents=True)
        for name in TREE:
            shutil.copy2(PROJECT / name, folder / name)
        for name in TOOL:
            shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", ".venv*"))
        for name in APPLICATIONS:
            shutil.copytree(applications / name, folder / name)
        for name in (".venv", ".venv-localaws", ".venv-compose", ".venv-ebcli"):
            (folder / name).symlink_to(PROJECT / name)

    def restore(self) -> None:
        """Undo all that was done to the applications' files."""
        for name in APPLICATIONS:
            shutil.rmtree(self.folder / name)
            shutil.copytree(self.applications / name, self.folder / name)

    def make(
        self,
        *words: str,
        environment: Mapping[str, str] | None = None,
        typed: str = "",
        before: Sequence[str] = (),
    ) -> subprocess.CompletedProcess[str]:
        """Run `make WORD ...`, after the words `before`.

        tests/conftest.py has removed what the shell of whoever runs the tests exports.
        """
        return subprocess.run(
            [*before, "make", "--no-print-directory", f"ENGINE={self.engine}", *words],
            cwd=self.folder,
            env={**os.environ, **(environment or {})},
            input=typed,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )

    def stack(self, *words: str) -> str:
        """Run `make stack LOCAL=1`, which must succeed, and return what it prints."""
        result = self.make("stack", "LOCAL=1", *words)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    def operate(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a verb of `beanstack` as LOCAL=1 does, with options that no target of the Makefile passes on."""
        return subprocess.run(
            [".venv/bin/python", "-m", "beanstack", *words],
            cwd=self.folder,
            env={**os.environ, "LOCAL": "1", **variables},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace a text that must be there."""
        file = self.folder / path
        text = file.read_text("utf-8")
        assert old in text
        file.write_text(text.replace(old, new), "utf-8")

    @property
    def url(self) -> str:
        """The endpoint of the local AWS, which must have been started."""
        return f"http://127.0.0.1:{(self.folder / 'build/localaws/port').read_text()}"

    def client(self, service: str, account: str = "000000000000") -> Any:
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id=account,
            aws_secret_access_key="local",
        )

    def real_account(self, account: str) -> dict[str, str]:
        """Return a shell's variables with which calls of a real account reach this copy's local AWS."""
        return {
            "AWS_ACCESS_KEY_ID": account,
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_ENDPOINT_URL": self.url,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "NO_PROXY": "*",
        }

    def git(self, *words: str) -> str:
        """Return what a git command prints in the copy, which is no repository before `git init`."""
        command = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *words]
        done = subprocess.run(command, cwd=self.folder, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def commit(self) -> None:
        """Commit the application, in a new repository if there is none."""
        self.git("init", "--quiet")
        self.git("add", *APPLICATIONS, "templates")
        self.git("commit", "--quiet", "--message", "Change")

    def inject(self, environment: str, **fault: Any) -> None:
        """Make EB report or do something about an environment; see beanstack/localaws/server.py."""
        self._post(f"environments/{environment}", fault)

    def give(self, **given: Any) -> None:
        """Make what the account already has; see beanstack/localaws/given.py."""
        self._post("given", given)

    def _post(self, path: str, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/_localaws/{path}", data=data, method="POST")
        with urllib.request.urlopen(request, timeout=10):
            pass


@contextmanager
def hanging_update(checkout: Checkout, *words: str) -> Iterator[subprocess.Popen[str]]:
    """Deploy another version of todobackend with `make stack LOCAL=1`; EB's update hangs until the end of the block."""
    name = "todobackend-dev"
    checkout.edit("config/todobackend.yaml", "todobackend:1.0.0", "todobackend:1.0.1")
    assert checkout.make("generate").returncode == 0
    checkout.inject(name, hang_next_update=True)
    command = ["make", "--no-print-directory", "ENGINE=none", "stack", "LOCAL=1", *words]
    with subprocess.Popen(
        command, cwd=checkout.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        beanstalk = checkout.client("elasticbeanstalk")
        while beanstalk.describe_environments(EnvironmentNames=[name])["Environments"][0]["Status"] != "Updating":
            assert process.poll() is None, process.communicate()
            time.sleep(0.1)
        yield process
        checkout.inject(name, release_update=True)
        process.communicate()
    checkout.restore()


@pytest.fixture(scope="module")
def new_checkout(pristine: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Checkout]]:
    """Return a function that makes copies, in folders whose names have a space."""
    made: list[Checkout] = []

    def new() -> Checkout:
        made.append(Checkout(tmp_path_factory.mktemp("project") / "a checkout", applications=pristine))
        return made[-1]

    yield new
    for checkout in made:
        checkout.make("local-stop")


@pytest.fixture(scope="module")
def shared_checkout(new_checkout: Callable[[], Checkout]) -> Checkout:
    return new_checkout()


@pytest.fixture
def checkout(shared_checkout: Checkout) -> Iterator[Checkout]:
    """Return a copy that a module's tests share, with nothing deployed; the files are restored after each test."""
    yield shared_checkout
    shared_checkout.restore()


@pytest.fixture(scope="module")
def first_stack(new_checkout: Callable[[], Checkout]) -> tuple[Checkout, str]:
    """Deploy the environment dev in a new copy; return the copy, and what `make stack` printed."""
    made = new_checkout()
    return made, made.stack()


@pytest.fixture
def deployed(first_stack: tuple[Checkout, str]) -> Iterator[Checkout]:
    """Return a copy with an environment, which a module's tests share and leave as it is."""
    made, _ = first_stack
    yield made
    made.restore()
