"""`beanstack upgrade` as the new version does it, compared with the package of a former one."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from beanstack import __version__
from beanstack.pin import origin
from beanstack.project import installed
from beanstack.project.verbs import init, upgrade
from tests.conftest import PROJECT, Project

if TYPE_CHECKING:
    from pathlib import Path

PACKAGE = PROJECT / "beanstack"
PIN = f"beanstack=={__version__}\nawacs==2\n"
FORMER_PIN = "beanstack==0.0.1 \\\n    --hash=sha256:00\nawacs==1\n"


@pytest.fixture
def former(tmp_path: Path) -> Path:
    """Return the package of a former version that is like this one, as far as an upgrade reads it."""
    package = tmp_path / "former"
    for name in ("project/skeleton", "templates"):
        shutil.copytree(PACKAGE / name, package / name)
    (package / "locks").mkdir()
    (package / "locks/project.txt").write_text("awacs==1\n")
    return package


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Return a project that the former version made."""
    monkeypatch.setattr(installed, "files", lambda: {"requirements.txt": PIN.encode()})
    made = Project(tmp_path / "shop")
    assert init([str(made.root), "--region", "eu-west-1", "--image", "nginx:1.27"]) == 0
    made.write("requirements.txt", FORMER_PIN)
    return made


def upgraded(project: Project, former: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """Upgrade the project and return what was printed."""
    capsys.readouterr()
    assert upgrade(["--project", str(project.root), "--former", str(former)]) == 0
    return capsys.readouterr().out


def test_the_same_files_in_another_version_are_nothing_to_deploy(
    project: Project, former: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = project.generated()
    assert upgraded(project, former, capsys) == (
        f"Beanstack 0.0.1 -> {__version__}\n  written requirements.txt\n\n"
        "No bundle and no template changes, so there is nothing to deploy.\n"
        "Next: review `git diff`, run `make check test`, and commit all of it; `git restore .` goes back.\n"
    )
    assert project.generated() == before
    assert (project.root / "requirements.txt").read_text() == PIN


def test_a_copy_that_nobody_edited_is_replaced(
    project: Project, former: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in (project.root, former / "project/skeleton"):
        (folder / "Makefile").write_text("# of the former version\n")
    assert "  written Makefile\n" in upgraded(project, former, capsys)
    assert (project.root / "Makefile").read_bytes() == (PROJECT / "Makefile").read_bytes()


def test_an_edited_copy_stays_and_the_versions_difference_is_shown(
    project: Project, former: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write("Makefile", "# ours\n")
    makefile = former / "project/skeleton/Makefile"
    makefile.write_text(makefile.read_text("utf-8").replace("## Run the tests", "## Run some tests"), "utf-8")
    printed = upgraded(project, former, capsys)
    assert "Makefile was edited and is kept; Beanstack's changes:\n--- a/Makefile\n+++ b/Makefile\n" in printed
    assert "\n-test: ## Run some tests\n+test: ## Run the tests\n" in printed
    assert "# ours" not in printed
    assert (project.root / "Makefile").read_text() == "# ours\n"


def test_an_edited_copy_of_what_does_not_change_is_not_mentioned(
    project: Project, former: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write("Makefile", "# ours\n")
    assert "Makefile" not in upgraded(project, former, capsys)


def test_what_a_project_has_removed_stays_removed_and_what_is_new_comes(
    project: Project, former: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in (".cfnlintrc.yaml", "generate.py"):
        (project.root / path).unlink()
    (former / "project/skeleton/generate.py").unlink()
    assert "  written generate.py\n" in upgraded(project, former, capsys)
    assert not (project.root / ".cfnlintrc.yaml").exists()


@pytest.mark.parametrize("name", ["bin/folder.sh", "Dockerrun.aws.json"])
def test_a_template_that_a_project_overrides_is_shown_if_it_changes(
    project: Project, former: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    shipped = next((former / "templates").glob(f"{name}*"))
    project.write(f"templates/{name}", "{}\n")
    shipped.write_bytes(b"gone\n" + shipped.read_bytes())
    printed = upgraded(project, former, capsys)
    assert f"templates/{name} replaces Beanstack's template, which changes; merge what you need:\n" in printed
    assert "\n-gone\n" in printed


def test_what_changes_in_generated_files_is_counted(
    project: Project, former: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write("bundle/shop/dev/bin/folder.sh", "of the former version\n")
    project.write("output/shop/dev.yaml", "of the former version\n")
    printed = upgraded(project, former, capsys)
    assert "  written bundle/shop/dev/bin/folder.sh\n  written output/shop/dev.yaml\n" in printed
    assert "2 generated files change: the changelog says why, and `make plan` what it would deploy.\n" in printed


def test_requirements_of_ones_own_stay(project: Project, former: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = "# for our tests\nshop-tests==1.0 \\\n    --hash=sha256:00\n"
    project.write("requirements.txt", FORMER_PIN + own)
    upgraded(project, former, capsys)
    text = (project.root / "requirements.txt").read_text()
    assert text == PIN + own.partition("\n")[2]


def test_the_wheel_of_a_former_pin_is_removed(
    project: Project, former: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wheel = "vendor/beanstack-0.0.1-py3-none-any.whl"
    project.write(wheel, b"PK")
    project.write("requirements.txt", f"./{wheel} \\\n    --hash=sha256:00\nawacs==1\n")
    assert f"  removed {wheel}\n" in upgraded(project, former, capsys)
    assert not (project.root / "vendor").exists()
    assert (project.root / "requirements.txt").read_text() == PIN


def test_a_config_that_is_refused_writes_nothing(
    project: Project, former: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write("config/shop.yaml", "application: shop\nfoo: 1\n")
    (former / "project/skeleton/generate.py").unlink()
    (project.root / "generate.py").unlink()
    assert upgrade(["--project", str(project.root), "--former", str(former)]) == 2
    assert "config/shop.yaml:2:1: foo: unknown key" in capsys.readouterr().err
    assert (project.root / "requirements.txt").read_text() == FORMER_PIN
    assert not (project.root / "generate.py").exists()


def test_without_the_former_package_every_difference_is_shown(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write("Makefile", "# ours\n")
    capsys.readouterr()
    assert upgrade(["--project", str(project.root)]) == 0
    printed = capsys.readouterr().out
    assert "\n-# ours\n" in printed
    assert (project.root / "Makefile").read_text() == "# ours\n"


def test_a_project_without_a_pin_is_refused(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    (project.root / "requirements.txt").unlink()
    assert upgrade(["--project", str(project.root)]) == 2
    assert "the project pins no Beanstack; `beanstack init` makes" in capsys.readouterr().err


@pytest.mark.parametrize("to", ["nothing-here.whl", "--index-url=x"])
def test_what_cannot_be_installed_is_reported(project: Project, capsys: pytest.CaptureFixture[str], to: str) -> None:
    assert upgrade(["--project", str(project.root), f"--to={to}"]) == 2
    printed = capsys.readouterr().err
    assert "failed:\n" in printed
    assert to in printed
    assert not (project.root / "build/upgrade").exists()


@pytest.mark.parametrize("to", [(), ("--to", "0.2.0")])
def test_what_was_not_installed_from_an_index_is_not_replaced_from_one(
    project: Project, capsys: pytest.CaptureFixture[str], to: tuple[str, ...]
) -> None:
    assert origin()  # of the checkout that runs the tests
    project.write("requirements.txt", PIN)
    assert upgrade(["--project", str(project.root), *to]) == 2
    assert "this Beanstack was not installed from an index; write TO= with a wheel" in capsys.readouterr().err
