"""Settings from YAML text, and copies of a project in which generate.py may change everything.

The project is a fixture below tests/: no test of the tool depends on what this repository's own config/ holds.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from beanstack.bundle import shipped
from beanstack.config import Application, ConfigError, load
from beanstack.generate import files
from beanstack.resources import accepted

if TYPE_CHECKING:
    from beanstack.eb.findings import Finding

PROJECT = Path(__file__).parents[1]
FIXTURE = PROJECT / "tests/fixtures/project/config/todobackend.yaml"
# What an engineer's shell exports for work on environments would change what make, aws and boto3 do in the tests.
OF_A_SHELL = {
    *(
        "ALLOW",
        "APP",
        "ARGS",
        "AWS",
        "BASE",
        "CONFIRM",
        "ENV",
        "FROM",
        "IMAGE",
        "LOCAL",
        "PYTHON",
        "REASON",
        "REMOVE_LEFTOVERS",
        "SKIP",
        "TIMEOUT",
        "TO",
    ),
    *("MAKEFILES", "MAKEFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "MFLAGS"),
    *("NO_COLOR", "SOURCE_DATE_EPOCH"),
}
for name in list(os.environ):
    if name in OF_A_SHELL or name.startswith("AWS_") or name.upper().endswith("_PROXY"):
        del os.environ[name]
# A shell lets the jobs in its background ignore Ctrl-C, and what the tests start would ignore it too.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # which nohup ignores
# Property tests try the same values in every run, and pass on a machine that is slow or busy.
settings.register_profile(
    "stable", derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("stable")
# Folders and modules whose tests start servers, containers or cfn-lint, need other virtual environments than .venv, or
# try very many inputs. They take minutes; `make test-fast` leaves them to `make test`.
SLOW = (
    *("e2e", "guard/test_stack.py", "localaws", "project", "recipes"),
    *("config/test_any_input.py", "eb/options/test_any_settings.py", "eb/test_roles.py"),
    *("lint/test_any_template.py", "lint/test_bundles.py", "lint/test_bundles_any_input.py", "lint/test_generated.py"),
    *(
        "lint/test_bundles_resources.py",
        "lint/test_bundles_unsafe.py",
        "lint/test_templates.py",
        "overview/test_pictures.py",
        "run/balancer/test_http.py",
        "run/test_instance.py",
        "run/test_steadiness.py",
    ),
    *("test_generate.py", "test_generate_config.py", "test_generate_output.py", "test_lint.py", "test_shell.py"),
    *("takeover/test_any_input.py", "takeover/test_same_again.py"),
    *(
        "shop/test_checks.py",
        "test_cli.py",
        "test_confined.py",
        "test_new_project.py",
        "test_own_files.py",
        "test_project_folder.py",
    ),
    "test_wheel.py",
)
# Begins a command that the modes of files hold for, as they do for every user but root.
HELD_TO_MODES = [] if os.getuid() else ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
# The same as a line of shell in front of a command that is "$@".
HELD = f'exec {shlex.join(HELD_TO_MODES)} "$@"'
MINIMAL = """\
application: shop
defaults:
  region: eu-west-1
  platform: ECS running on 64bit Amazon Linux 2023/4.7.7
  containers:
    web: {image: "nginx:1.27", memory: 64, ports: ["80:80"]}
environments:
  dev:
"""

Configured = Callable[[str], Application]
Verdict = Callable[[str], list[str]]


@cache
def fixture_files() -> dict[str, bytes]:
    """Return what is generated for the fixture project, by path below its folder."""
    [application] = load([FIXTURE]).applications
    return files(application, shipped())


@cache
def fixture_bundle(environment: str = "dev") -> dict[str, bytes]:
    """Return the bundle of an environment of the fixture project, by path in the bundle."""
    above = f"bundle/todobackend/{environment}/"
    return {path.removeprefix(above): made for path, made in fixture_files().items() if path.startswith(above)}


def project_with_source(folder: Path, config: str, dockerfile: str = "FROM scratch\n") -> Path:
    """Make a project folder with one application, `shop`, and the source of its image in `app`; return it."""
    (folder / "config").mkdir(parents=True)
    (folder / "config/shop.yaml").write_text(config)
    (folder / "app").mkdir()
    (folder / "app/Dockerfile").write_text(dockerfile)
    return folder


def as_name(text: str) -> str:
    """Return a text as Python has it in a path or an argument, also where its file system's encoding is ASCII."""
    return os.fsdecode(text.encode())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.relative_to(here).as_posix().startswith(SLOW):
            item.add_marker(pytest.mark.slow)


@pytest.fixture
def application(tmp_path: Path) -> Configured:
    """Return a function that loads the text of a configuration file."""

    def configured(text: str) -> Application:
        name = text.partition("application: ")[2].partition("\n")[0]
        path = tmp_path / f"{name}.yaml"
        path.write_text(text, "utf-8")
        return load([path], judge=accepted.judged).applications[0]

    return configured


@pytest.fixture
def shop(application: Configured) -> Configured:
    """Return a function that loads `shop`: one container, and one environment `dev` whose own settings are the text."""

    def configured(settings: str) -> Application:
        return application(MINIMAL + indent(settings, "    "))

    return configured


@pytest.fixture
def mistakes(tmp_path: Path) -> Callable[[str], Sequence[Finding]]:
    """Return a function that returns what is wrong with `shop`, or its warnings."""

    def judged(settings: str) -> Sequence[Finding]:
        path = tmp_path / "shop.yaml"
        path.write_text(MINIMAL + indent(settings, "    "), "utf-8")
        try:
            return load([path], judge=accepted.judged).warnings
        except ConfigError as error:
            return error.findings

    return judged


@pytest.fixture
def verdicts(mistakes: Callable[[str], Sequence[Finding]]) -> Verdict:
    """Return a function that returns what is said of `shop`: `error 9:38 database.version: ...`, or its warnings."""

    def judged(settings: str) -> list[str]:
        return [
            f"{one.severity} {one.place.line}:{one.place.column} {'.'.join(map(str, one.path[2:]))}: {one.message}"
            for one in mistakes(settings)
        ]

    return judged


class Project:
    """A project folder: what generate.py reads and what it writes; the tool is the one that runs the tests."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def generate(self, *arguments: str | Path, prefix: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
        """Run generate.py in the project folder, after `prefix`, a line of shell."""
        command = [sys.executable, "generate.py", *map(str, arguments)]
        if prefix:
            command = ["sh", "-c", f'{prefix}; exec "$@"', "sh", *command]
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **variables}
        return subprocess.run(
            command, cwd=self.root, env=environment, capture_output=True, encoding="utf-8", check=False, timeout=60
        )

    def write(self, path: str, content: str | bytes) -> Path:
        """Write a file below the root."""
        written = self.root / path
        written.parent.mkdir(parents=True, exist_ok=True)
        written.write_bytes(content.encode() if isinstance(content, str) else content)
        return written

    def generated(self) -> dict[str, bytes]:
        """Return everything below the generated folders; a link as its target."""
        folders = (self.root / folder for folder in ("bundle", "output"))
        found = sorted(path for folder in folders for path in folder.rglob("*"))
        return {
            path.relative_to(self.root).as_posix(): str(path.readlink()).encode()
            if path.is_symlink()
            else path.read_bytes()
            for path in found
            if path.is_symlink() or path.is_file()
        }


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project folder in which everything has been generated once."""
    root = tmp_path_factory.mktemp("pristine")
    shutil.copytree(FIXTURE.parent, root / "config")
    shutil.copy2(PROJECT / "generate.py", root)
    done = Project(root).generate()
    assert done.returncode == 0, done.stderr
    return root


@pytest.fixture
def project(pristine: Path, tmp_path: Path) -> Project:
    """Return a fresh copy of the project, generated."""
    return Project(shutil.copytree(pristine, tmp_path / "project", symlinks=True))


def snapshot(project: Project) -> dict[str, tuple[bytes, int]]:
    """Return the contents and dates of all that is generated."""
    return {path: (content, (project.root / path).lstat().st_mtime_ns) for path, content in project.generated().items()}


def assert_refused(project: Project, *arguments: str | Path, says: str) -> None:
    before = snapshot(project)
    done = project.generate(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert snapshot(project) == before
