"""What generate.py does to the folders that it owns: the same bytes everywhere, nothing stale, nothing outside."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.conftest import HELD, MINIMAL

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Project

DEV = "output/todobackend/dev.yaml"
CONFIG = "config/todobackend.yaml"
LONG_AGO = 10**18  # nanoseconds


def age(project: Project) -> None:
    for path in project.generated():
        os.utime(project.root / path, ns=(LONG_AGO, LONG_AGO), follow_symlinks=False)


def touched(project: Project) -> set[str]:
    """Return the files that have been written since they were aged."""
    return {path for path in project.generated() if (project.root / path).stat().st_mtime_ns != LONG_AGO}


def folders(project: Project) -> set[str]:
    found = (path for folder in ("bundle", "output") for path in (project.root / folder).rglob("*") if path.is_dir())
    return {path.relative_to(project.root).as_posix() for path in found}


@pytest.mark.parametrize(
    ("prefix", "variables"),
    [
        ("umask 077", {"PYTHONHASHSEED": "1", "TZ": "Asia/Kathmandu"}),
        ("umask 000", {"PYTHONHASHSEED": "4294967295", "TZ": "America/St_Johns", "AWS_DEFAULT_REGION": "eu-north-1"}),
        (":", {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "USER": "else", "HOME": "/nowhere"}),
    ],
)
def test_the_same_bytes_are_made_everywhere(project: Project, prefix: str, variables: dict[str, str]) -> None:
    text = project.root.joinpath(CONFIG).read_text("utf-8")
    project.write(CONFIG, text.replace("Todo list API", "Todo-Liste für alle 😀"))
    assert project.generate().returncode == 0
    expected = project.generated()
    for folder in ("bundle", "output"):
        shutil.rmtree(project.root / folder)
    done = project.generate(prefix=prefix, **variables)
    assert (done.returncode, done.stderr) == (0, "")
    assert project.generated() == expected


def test_a_second_run_writes_nothing(project: Project) -> None:
    age(project)
    assert project.generate().stdout == "todobackend: 15 files, nothing changed\n"
    assert touched(project) == set()


def test_only_what_differs_is_written(project: Project) -> None:
    before = project.generated()
    script = "bundle/todobackend/dev/bin/folder.sh"
    project.write(DEV, "edited")
    (project.root / script).unlink()
    age(project)
    assert project.generate().stdout == "todobackend: 15 files, 2 written\n"
    assert touched(project) == {DEV, script}
    assert project.generated() == before


def test_stale_files_are_removed_with_the_folders_that_become_empty(project: Project) -> None:
    before, dirs = project.generated(), folders(project)
    for path in ("output/gone/dev.yaml", "bundle/gone/dev/bin/a.sh", "bundle/todobackend/old/x/y", "output/a.txt"):
        project.write(path, "stale")
    project.write("bundle/todobackend/dev/bin/-rf $HOME 'x'.sh", b"\xff")
    assert project.generate().stdout == "todobackend: 15 files, 5 removed\n"
    assert (project.generated(), folders(project)) == (before, dirs)


def test_an_environment_that_is_gone_from_config_is_gone_from_all_folders(project: Project) -> None:
    text = (project.root / CONFIG).read_text("utf-8")
    project.write(CONFIG, text.partition("  prod:\n")[0])
    age(project)
    assert project.generate(CONFIG).stdout == "todobackend: 8 files, 1 written, 6 removed\n"
    assert not [path for path in project.generated() if "prod" in path]
    assert folders(project) == {
        *("bundle/todobackend", "bundle/todobackend/dev", "output/todobackend"),
        *("bundle/todobackend/dev/bin", "bundle/todobackend/dev/.ebextensions"),
    }
    assert touched(project) == {"output/todobackend/README.md"}


def test_an_application_that_is_gone_from_config_is_gone_from_all_folders(project: Project) -> None:
    before = project.generated()
    project.write("config/shop.yaml", MINIMAL)
    assert project.generate().stdout == "shop, todobackend: 23 files, 8 written\n"
    (project.root / "config/shop.yaml").unlink()
    assert project.generate().stdout == "todobackend: 15 files, 8 removed\n"
    assert project.generated() == before
    assert not (project.root / "bundle/shop").exists()


@pytest.mark.parametrize("path", [DEV, "bundle/todobackend/dev/bin", "bundle/todobackend", "output"])
def test_a_link_in_the_way_is_replaced_and_what_it_leads_to_is_kept(
    project: Project, tmp_path: Path, path: str
) -> None:
    before = project.generated()
    outside = tmp_path / "outside"
    shutil.move(project.root / path, outside)
    inside = outside if outside.is_file() else next(found for found in sorted(outside.rglob("*")) if found.is_file())
    inside.write_text("kept")
    (project.root / path).symlink_to(outside)
    assert project.generate().returncode == 0
    assert project.generated() == before
    assert not (project.root / path).is_symlink()
    assert inside.read_text() == "kept"


def test_links_beside_what_is_generated_are_removed_and_never_written_through(project: Project, tmp_path: Path) -> None:
    before = project.generated()
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").write_text("kept")
    output = project.root / "output/todobackend"
    (output / ".dev.yaml.new").symlink_to(outside / "file")
    (output / "folder").symlink_to(outside)
    (output / "dangling").symlink_to("nowhere")
    (output / "circle").symlink_to(".")
    (output / "dev.yaml").write_text("edited")
    assert project.generate().stdout == "todobackend: 15 files, 1 written, 4 removed\n"
    assert project.generated() == before
    assert (outside / "file").read_text() == "kept"


def test_what_is_neither_file_nor_folder_is_replaced(project: Project) -> None:
    before = project.generated()
    (project.root / DEV).unlink()
    os.mkfifo(project.root / DEV)
    os.mkfifo(project.root / "output/pipe")
    assert project.generate("--check").returncode == 1
    assert project.generate().stdout == "todobackend: 15 files, 1 written, 1 removed\n"
    assert project.generated() == before


def test_a_folder_replaces_a_file_and_a_file_a_folder(project: Project) -> None:
    before = project.generated()
    (project.root / DEV).unlink()
    project.write(f"{DEV}/a/b", "a folder in a file's place")
    shutil.rmtree(project.root / "bundle/todobackend/dev")
    project.write("bundle/todobackend/dev", "a file in a folder's place")
    assert project.generate().returncode == 0
    assert project.generated() == before


def test_a_file_that_cannot_be_written_is_named_and_not_left_half_written(project: Project) -> None:
    (project.root / DEV).unlink()
    (project.root / DEV).mkdir()
    before = project.generated()
    done = project.generate()
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"{project.root / DEV}: Is a directory; a folder is where a file is needed")
    assert project.generated() == before


def test_a_run_that_fails_leaves_nothing_half_written(project: Project) -> None:
    text = (project.root / CONFIG).read_text("utf-8")
    project.write(CONFIG, text.replace("todobackend:1.0.0", "todobackend:1.0.1").partition("  prod:\n")[0])
    project.write("output/stale.yaml", "stale")
    last = project.root / "output/todobackend/dev.yaml"
    last.unlink()
    (last / "empty").mkdir(parents=True)
    before, dirs = project.generated(), folders(project)
    age(project)
    assert project.generate().returncode == 2
    assert (project.generated(), folders(project), touched(project)) == (before, dirs, set())


def test_a_folder_that_cannot_be_written_is_found_before_another_is(project: Project) -> None:
    text = (project.root / CONFIG).read_text("utf-8")
    project.write(CONFIG, text.replace("todobackend:1.0.0", "todobackend:1.0.1"))
    before = project.generated()
    (project.root / "output/todobackend").chmod(0o555)
    done = project.generate(prefix=HELD)
    (project.root / "output/todobackend").chmod(0o755)
    folder = project.root / "output/todobackend"
    advice = f"you may not write to the folder {folder}: `chmod u+w` it, or work in a copy that is yours"
    assert (done.returncode, done.stderr) == (2, f"{folder}/README.md: Permission denied; {advice}\n")
    assert project.generated() == before


def test_a_full_disk_leaves_everything_as_it_was(project: Project) -> None:
    text = (project.root / CONFIG).read_text("utf-8")
    project.write(CONFIG, text.replace("todobackend:1.0.0", "todobackend:1.0.1"))
    before = project.generated()
    limit = "ulimit -f 4"  # blocks of 512 or 1024 bytes: templates are larger, most scripts are not
    done = project.generate(prefix=f"trap '' XFSZ; {limit}")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith(": File too large\n")
    assert project.generated() == before


def test_an_image_changes_bundle_and_template_of_its_environments_only(project: Project) -> None:
    text = (project.root / CONFIG).read_text("utf-8")
    project.write(CONFIG, text.replace("  prod:\n", "  prod:\n    image: team/todobackend:2\n"))
    age(project)
    assert project.generate().stdout == "todobackend: 15 files, 4 written\n"
    prod = "bundle/todobackend/prod"
    assert touched(project) == {
        "output/todobackend/README.md",
        "output/todobackend/prod.yaml",
        f"{prod}/Dockerrun.aws.json",
        f"{prod}/.ebextensions/init.config",
    }
