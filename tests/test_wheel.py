"""The wheel: what it holds, that the same source gives the same bytes, and that it works in a project elsewhere."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import distribution
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from packaging.requirements import Requirement

from beanstack import __version__
from beanstack.bundle import shipped
from beanstack.config import load
from beanstack.generate import files, readme
from beanstack.pin import ProjectError
from beanstack.project.installed import refuse_another
from tests.conftest import MINIMAL, PROJECT, Project

if TYPE_CHECKING:
    from collections.abc import Iterator

FILES = ("LICENSE", "Makefile", "README.md", "generate.py", "pyproject.toml", ".cfnlintrc.yaml", ".gitignore")
FOLDERS = (".github", "beanstack", "templates", "tests/project")


def build(source: Path, folder: Path, **variables: str) -> Path:
    """Build the wheel of a source folder and return its path."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    environment = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"} | variables
    subprocess.run(command, cwd=source, env=environment, capture_output=True, check=True)
    [wheel] = folder.glob("*.whl")
    return wheel


def copy_source(folder: Path) -> None:
    """Copy all that a wheel is built from."""
    folder.mkdir()
    for name in FILES:
        shutil.copy(PROJECT / name, folder / name)
    for name in FOLDERS:
        shutil.copytree(PROJECT / name, folder / name, symlinks=True, copy_function=shutil.copy)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(PROJECT, tmp_path_factory.mktemp("wheel"))


def test_the_wheel_contains_all_that_code_needs_and_nothing_else(wheel: Path) -> None:
    there = {
        (Path(folder) / name).relative_to(PROJECT).as_posix()
        for folder, _, names in os.walk(PROJECT / "beanstack", followlinks=True)
        for name in names
        if Path(folder).name != "__pycache__"
    }
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert names == there
    assert names > {
        "beanstack/project/skeleton/Makefile",
        "beanstack/eb/facts/options.json",
        "beanstack/run/containers.conf",
        "beanstack/templates/.ebextensions/init.config.j2",
    }


def test_the_same_source_gives_the_same_bytes(wheel: Path, tmp_path: Path) -> None:
    copy = tmp_path / "another folder"
    copy_source(copy)
    for path in copy.rglob("*"):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & 0o700)  # as under another umask
    again = build(copy, tmp_path / "out", LC_ALL="C", TZ="Asia/Kathmandu", PYTHONHASHSEED="7")
    assert again.name == wheel.name
    assert again.read_bytes() == wheel.read_bytes()


def required(name: str, extra: str = "") -> Iterator[str]:
    """Yield the distributions that `pip install NAME[EXTRA]` brings, itself included."""
    yield name
    for line in distribution(name).requires or []:
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
            for below in requirement.extras or {""}:
                yield from required(requirement.name.lower(), below)


def link_packages(site: Path, *extras: str) -> None:
    """Link what the package and its extras require to the packages that run the tests: no network is needed."""
    for name in {name for extra in extras for name in required("beanstack", extra)} - {"beanstack"}:
        found = distribution(name)
        for top in {file.parts[0] for file in found.files or []} - {"..", "__pycache__"}:
            if not (site / top).exists():
                (site / top).symlink_to(Path(str(found.locate_file(top))))


@pytest.fixture(scope="module")
def beanstack(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the console script of a new virtual environment, which has the wheel and no extras."""
    venv = tmp_path_factory.mktemp("installed") / ".venv"
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    python = venv / "bin/python"
    install = [str(python), "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    [site] = venv.glob("lib/python*/site-packages")
    link_packages(site, "")
    return venv / "bin/beanstack"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Project:
    """Return a project folder that has only a configuration."""
    project = Project(tmp_path / "a project")
    project.write("config/shop.yaml", MINIMAL)
    return project


def run(project: Project, *words: str | Path) -> tuple[int, str, str]:
    done = subprocess.run(words, cwd=project.root, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def test_a_project_elsewhere_is_generated_checked_and_linted(beanstack: Path, elsewhere: Project) -> None:
    assert run(elsewhere, beanstack, "generate") == (0, "shop: 9 files, 9 written\n", "")
    [application] = load([elsewhere.root / "config/shop.yaml"]).applications
    assert elsewhere.generated() == files(application, shipped()) | {"output/README.md": readme()}
    assert run(elsewhere, beanstack, "generate", "--check") == (0, "shop: 9 files are up to date\n", "")
    assert run(elsewhere, beanstack, "lint", "--fail-on", "warning", "bundle/shop/dev") == (0, "", "")
    assert {path.name for path in elsewhere.root.iterdir()} == {"bundle", "config", "output"}


def test_a_template_of_the_project_overrides_the_one_in_the_wheel(beanstack: Path, elsewhere: Project) -> None:
    run(elsewhere, beanstack, "generate")
    before = elsewhere.generated()
    elsewhere.write("templates/bin/folder.sh", "#!/bin/sh\n")
    elsewhere.write("templates/.platform/hooks/prebuild/own.sh", "#!/bin/sh\n")
    assert run(elsewhere, beanstack, "generate") == (0, "shop: 10 files, 3 written\n", "")
    assert run(elsewhere, beanstack, "generate", "--check")[0] == 0
    after = elsewhere.generated()
    assert {path for path in after if after[path] != before.get(path)} == {
        "bundle/shop/dev/bin/folder.sh",
        "bundle/shop/dev/.platform/hooks/prebuild/own.sh",
        "output/shop/dev.yaml",
    }
    assert after["bundle/shop/dev/bin/folder.sh"] == b"#!/bin/sh\n"


@pytest.mark.parametrize(("verb", "extra"), [("url", "operate"), ("plan", "operate"), ("preflight", "operate")])
def test_a_verb_that_needs_an_extra_names_it(beanstack: Path, elsewhere: Project, verb: str, extra: str) -> None:
    run(elsewhere, beanstack, "generate")
    status, out, err = run(elsewhere, beanstack, verb)
    assert (status, out) == (2, "")
    assert err.endswith(f"install it with: pip install 'beanstack[{extra}]'\n")
    assert len(err.splitlines()) == 1


def test_the_makefile_in_the_wheel_is_the_operators(beanstack: Path) -> None:
    [makefile] = beanstack.parents[1].glob("lib/python*/site-packages/beanstack/project/skeleton/Makefile")
    assert makefile.read_bytes() == (PROJECT / "Makefile").read_bytes()


def test_the_makefile_in_the_wheel_deploys_a_project_elsewhere(beanstack: Path, elsewhere: Project) -> None:
    """`make stack LOCAL=1`, with no file of this repository but the lock files' environments, which need a network."""
    venv = elsewhere.root / ".venv"
    shutil.copytree(beanstack.parents[1], venv, symlinks=True)
    [site] = venv.glob("lib/python*/site-packages")
    link_packages(site, "lint", "operate")
    shutil.copy2(Path(sys.executable).with_name("cfn-lint"), venv / "bin")
    (venv / "ready").touch()
    for name in (".venv-localaws", ".venv-compose"):
        (elsewhere.root / name).symlink_to(PROJECT / name)
    shutil.copy2(site / "beanstack/project/skeleton/Makefile", elsewhere.root)
    make = ("make", "--no-print-directory", "APP=shop", "ENV=dev", "LOCAL=1", "ENGINE=none")
    try:
        for target in ("generate", "check", "stack", "status"):
            status, out, err = run(elsewhere, *make, target)
            assert status == 0, out + err
        assert "shop-dev" in out
        assert "Ready" in out
    finally:
        run(elsewhere, *make, "local-stop")


def test_a_release_of_an_index_is_pinned_by_its_hash(wheel: Path, beanstack: Path, tmp_path: Path) -> None:
    venv = shutil.copytree(beanstack.parents[1], tmp_path / "venv", symlinks=True)
    python = venv / "bin/python"
    index = {**os.environ, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheel.parent)}
    for words in (("uninstall", "--quiet", "--yes", "beanstack"), ("install", "--quiet", "--no-deps", "beanstack")):
        subprocess.run([python, "-m", "pip", *words], env=index, check=True, capture_output=True)
    pinned = project_of(python, tmp_path / "shop", **index)
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    assert pinned["requirements.txt"].splitlines()[2:4] == [
        f"beanstack[project]=={__version__} \\",
        f"    --hash=sha256:{digest}",
    ]
    assert "beanstack.txt" not in pinned
    assert not (tmp_path / "shop/vendor").exists()


def test_a_wheel_of_the_same_name_that_holds_something_else_is_not_pinned(wheel: Path, tmp_path: Path) -> None:
    refuse_another(wheel)  # of the very files that run these tests
    with zipfile.ZipFile(tmp_path / wheel.name, "w") as another:
        another.writestr("beanstack/__init__.py", "")
    with pytest.raises(ProjectError, match=f"the index has another {wheel.name}"):
        refuse_another(tmp_path / wheel.name)


def test_beanstack_from_git_is_pinned_by_its_commit(beanstack: Path, tmp_path: Path) -> None:
    copy_source(tmp_path / "source")
    git = ["git", "-C", str(tmp_path / "source"), "-c", "user.name=A", "-c", "user.email=a@example.com"]
    for words in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "Begin"]):
        subprocess.run([*git, *words], check=True)
    commit = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
    venv = shutil.copytree(beanstack.parents[1], tmp_path / "venv", symlinks=True)
    [site] = venv.glob("lib/python*/site-packages")
    link_packages(site, "dev")
    python, url = venv / "bin/python", f"git+{(tmp_path / 'source').as_uri()}"
    install = [str(python), "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*install, "--force-reinstall", f"{url}@{commit}"], check=True, capture_output=True)
    pinned = project_of(python, tmp_path / "shop")
    assert pinned["beanstack.txt"].endswith(f"\n{url}@{commit}\n")
    assert "beanstack" not in pinned["requirements.txt"].partition("\n")[2].replace("`beanstack init`", "")
    project = Project(tmp_path / "shop")
    subprocess.run([*install, "--requirement", "beanstack.txt"], cwd=project.root, check=True, capture_output=True)
    assert run(project, python, "-m", "beanstack", "generate", "--check")[0] == 0
    project.write("beanstack.txt", pinned["beanstack.txt"].replace(commit, "0" * 40))
    status, _, err = run(project, python, "-m", "beanstack", "generate")
    assert status == 2
    assert f"pins Beanstack {'0' * 40}, and this is Beanstack {commit}." in err


def project_of(python: Path, folder: Path, **variables: str) -> dict[str, str]:
    """Make a project with the Beanstack of a virtual environment; return the files that pin it."""
    words = [str(python), "-m", "beanstack", "init", str(folder), "--region", "eu-west-1", "--image", "nginx:1.27"]
    subprocess.run(words, env={**os.environ, **variables}, check=True, capture_output=True)
    return {path.name: path.read_text("utf-8") for path in folder.glob("*.txt")}
