"""`beanstack init`: what it writes, what it leaves as it is, and what it asks for."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import yaml

from beanstack.config import load
from beanstack.project import installed
from beanstack.project.verbs import init as main
from beanstack.resources import accepted
from tests.conftest import PROJECT, Project

if TYPE_CHECKING:
    from pathlib import Path

    from beanstack.config import Application

FLAGS = ("--region", "eu-west-1", "--image", "nginx:1.27")


@pytest.fixture(autouse=True)
def pinned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pin Beanstack in a moment: tests/test_new_project.py pins it as it is installed."""
    monkeypatch.setattr(installed, "files", lambda: {"requirements.txt": b"beanstack==0.1.0\n"})


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_new_folder_gets_a_whole_project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "shop"), *FLAGS]) == 0
    assert "`make stack LOCAL=1`" in capsys.readouterr().out.splitlines()[-1]
    made = contents(tmp_path / "shop")
    assert {path for path in made if not path.startswith(("bundle/", "output/"))} == {
        *("config/shop.yaml", "generate.py", "Makefile", "README.md", "requirements.txt"),
        *(".cfnlintrc.yaml", ".gitattributes", ".gitignore", ".github/workflows/beanstack.yml"),
        *(".github/post-review.sh", ".github/workflows/review.yml", ".github/workflows/review-comment.yml"),
        *(".github/pin-platforms.sh", ".github/workflows/platform.yml"),
        *("templates/.gitkeep", "tests/project/test_project.py"),
    }
    assert made["Makefile"] == (PROJECT / "Makefile").read_bytes()
    assert made["tests/project/test_project.py"] == (PROJECT / "tests/project/test_project.py").read_bytes()
    assert os.access(tmp_path / "shop/generate.py", os.X_OK)


def test_what_it_generates_is_what_its_config_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([str(tmp_path / "shop"), *FLAGS])
    capsys.readouterr()
    done = Project(tmp_path / "shop").generate("--check")
    assert (done.returncode, done.stdout, done.stderr) == (0, "shop: 9 files are up to date\n", "")
    [application] = load([tmp_path / "shop/config/shop.yaml"]).applications
    dev = application.environments["dev"]
    assert (dev.region, dev.account, dev.image_of("web"), dev.health_check.path) == (
        "eu-west-1",
        None,
        "nginx:1.27",
        "/",
    )


def test_each_flag_reaches_the_config(tmp_path: Path) -> None:
    flags = ("--application", "mill", "--account", "012345678901", "--port", "8000", "--health-path", "/up?deep=1")
    assert main([str(tmp_path / "folder"), *FLAGS, *flags]) == 0
    [application] = load([tmp_path / "folder/config/mill.yaml"]).applications
    dev = application.environments["dev"]
    assert (dev.account, dev.health_check.path) == ("012345678901", "/up?deep=1")
    assert [port.container for port in dev.containers["web"].ports] == [8000]


def test_a_folder_with_files_keeps_them_and_gets_the_rest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "README.md").write_text("# Ours\n")
    (tmp_path / ".gitignore").write_bytes((PROJECT / "beanstack/project/skeleton/.gitignore").read_bytes())
    (tmp_path / "generate.py").symlink_to("elsewhere.py")
    flags = ("--application", "shop")
    assert main([str(tmp_path), *FLAGS, *flags]) == 1
    printed = capsys.readouterr().out
    assert "  differs   README.md\n" in printed
    assert "  identical .gitignore\n" in printed
    assert "  differs   generate.py\n" in printed
    assert "  new       Makefile\n" in printed
    assert "--- a/README.md\n+++ b/README.md\n" in printed
    assert "\n-# Ours\n" in printed
    assert (tmp_path / "README.md").read_text() == "# Ours\n"
    assert not (tmp_path / "elsewhere.py").exists()
    before = contents(tmp_path)
    assert main([str(tmp_path), *FLAGS, *flags]) == 1
    assert "  new  " not in capsys.readouterr().out
    assert contents(tmp_path) == before


def test_a_config_of_ones_own_is_kept_with_what_was_generated_from_it(tmp_path: Path) -> None:
    main([str(tmp_path / "shop"), *FLAGS])
    path = tmp_path / "shop/config/shop.yaml"
    path.write_text(path.read_text("utf-8").replace("{min: 1, max: 2}", "{min: 1, max: 3}"), "utf-8")
    assert Project(tmp_path / "shop").generate().returncode == 0
    whole = contents(tmp_path / "shop")
    (tmp_path / "shop/Makefile").unlink()
    (tmp_path / "shop/README.md").unlink()  # as after an import into an empty folder
    assert main([str(tmp_path / "shop")]) == 0
    assert contents(tmp_path / "shop") == whole
    (tmp_path / "shop/README.md").write_text("ours", "utf-8")
    assert main([str(tmp_path / "shop")]) == 0
    assert (tmp_path / "shop/README.md").read_text("utf-8") == "ours"
    assert main([str(tmp_path / "shop"), *FLAGS]) == 1
    assert contents(tmp_path / "shop").keys() == whole.keys()


def test_files_that_generation_would_remove_have_to_move_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {"output/report.pdf": b"ours", "bundle/shop/readme.txt": b"ours"}
    for path, content in before.items():
        Project(tmp_path / "shop").write(path, content)
    assert main([str(tmp_path / "shop"), *FLAGS]) == 2
    assert "bundle/shop/readme.txt and 1 more: `make generate` would remove them" in capsys.readouterr().err
    assert contents(tmp_path / "shop") == before


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        ((), "--region, --image must be given; on a terminal, `beanstack init` asks for them"),
        (("--region", "nowhere", "--image", "nginx:1.27"), "config/shop.yaml:7:11: defaults.region: "),
        (("--region", "eu-west-1", "--image", "nginx"), "defaults.containers.web.image: "),
        ((*FLAGS, "--application", "../shop"), "'../shop' cannot be the application's name"),
    ],
)
def test_a_mistake_is_reported_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], flags: tuple[str, ...], says: str
) -> None:
    assert main([str(tmp_path / "shop"), *flags]) == 2
    assert says in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_on_a_terminal_it_asks_for_what_no_flag_gives(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "beanstack", "init", "shop", "--image", "nginx:1.27"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as asking:
        os.write(ours, b"\nnowhere\neu-west-1\n\n8000\n/up\n")
        out, err = (printed.decode() for printed in asking.communicate(timeout=60))
    assert asking.returncode == 0, err
    assert out.startswith("Name of the application [shop]: AWS Region, such as eu-west-1: AWS Region")
    assert "defaults.region: " in err
    [application] = load([tmp_path / "shop/config/shop.yaml"]).applications
    dev = application.environments["dev"]
    assert (dev.region, dev.account, dev.health_check.path) == ("eu-west-1", None, "/up")
    assert [port.container for port in dev.containers["web"].ports] == [8000]


BLOCK = re.compile(r"^( *)# [a-z_]+:.*\n(?:\1# .*\n)*", re.MULTILINE)


def uncommented(text: str, blocks: list[re.Match[str]]) -> str:
    """Return a configuration with some of its commented blocks as settings."""
    for block in reversed(blocks):
        text = text[: block.start()] + re.sub("^( *)# ", r"\1", block[0], flags=re.MULTILINE) + text[block.end() :]
    return text


def test_each_commented_block_loads_when_it_is_uncommented(tmp_path: Path) -> None:
    main([str(tmp_path / "shop"), *FLAGS])
    path = tmp_path / "shop/config/shop.yaml"
    text = path.read_text("utf-8")
    blocks = list(BLOCK.finditer(text))
    prose = [line for line in BLOCK.sub("", text).splitlines() if "#" in line]
    assert all(re.match(" *# [A-Z]", line) for line in prose), "not a sentence, and no block that could be uncommented"
    before = loaded(path)
    for chosen in [*([block] for block in blocks), blocks]:
        path.write_text(uncommented(text, chosen), "utf-8")
        assert loaded(path) != before, chosen


def loaded(path: Path) -> Application:
    configuration = load([path], judge=accepted.judged)
    assert not configuration.warnings
    return configuration.applications[0]


WORKFLOWS = sorted((PROJECT / "beanstack/project/skeleton/.github/workflows").glob("*.yml"))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_pins_each_action_by_its_commit_and_grants_little(path: Path) -> None:
    text = path.read_text("utf-8")
    used = re.findall(r"uses: (.*)", text)
    assert all(re.fullmatch(r"[\w/.-]+@[0-9a-f]{40} # v[0-9.]+", action) for action in used), used
    workflow = yaml.safe_load(text)
    assert set(workflow["permissions"].values() if workflow["permissions"] else ()) <= {"read"}


def test_only_what_carries_versions_and_hashes_is_folded_away(tmp_path: Path) -> None:
    main([str(tmp_path / "shop"), *FLAGS])
    paths = ["requirements.txt", "output/README.md", "vendor/a.whl", "output/shop/dev.yaml", "config/shop.yaml"]
    for words in (["init", "--quiet"], ["add", "--all"]):
        subprocess.run(["git", "-C", tmp_path / "shop", *words], check=True)
    git = ["git", "-C", str(tmp_path / "shop"), "check-attr", "linguist-generated", "--", *paths]
    shown = subprocess.run(git, check=True, capture_output=True, text=True).stdout.splitlines()
    assert [line.rpartition(": ")[2] for line in shown] == ["set", "set", "set", "unspecified", "unspecified"]
