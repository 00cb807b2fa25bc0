"""The files of config/<application>/bundle/: how they reach every bundle, and which are refused."""

from __future__ import annotations

import io
import json
import os
import shutil
import stat
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from beanstack.archive import archive, key
from tests.conftest import HELD, assert_refused, snapshot

if TYPE_CHECKING:
    from tests.conftest import Project

OWN = "config/todobackend/bundle"
HOOK = ".platform/hooks/predeploy/10_warm"
SCRIPT = "#!/bin/bash\necho warm\n"


def bundled(project: Project, environment: str) -> dict[str, bytes]:
    """Return the bundle of an environment by path."""
    folder = project.root / "bundle/todobackend" / environment
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def assert_added(project: Project, files: dict[str, bytes]) -> None:
    """Check that generation adds exactly these files to the bundles of both environments."""
    before = {environment: bundled(project, environment) for environment in ("dev", "prod")}
    done = project.generate()
    assert (done.returncode, done.stderr) == (0, "")
    for environment, there in before.items():
        assert bundled(project, environment) == {**there, **files}


def modes(files: dict[str, bytes]) -> dict[str, int]:
    with zipfile.ZipFile(io.BytesIO(archive(files))) as made:
        return {entry.filename: stat.S_IMODE(entry.external_attr >> 16) for entry in made.infolist()}


def test_files_of_any_kind_reach_the_bundle_of_every_environment(project: Project) -> None:
    files = {
        ".ebextensions/10-alarms.config": b"Resources: {}\n",
        HOOK: SCRIPT.encode(),
        ".platform/confighooks/predeploy/10_warm": SCRIPT.encode(),
        "certificates/authority.pem": b"-----BEGIN CERTIFICATE-----\n",
        "images/logo.png": b"\x89PNG\r\n\x1a\n\0",
        "empty": b"",
    }
    for path, content in files.items():
        project.write(f"{OWN}/{path}", content)
    assert_added(project, files)


def test_a_template_is_rendered_for_each_environment_as_those_of_templates_are(project: Project) -> None:
    project.write(f"{OWN}/.ebextensions/20.config.j2", "option_settings: {a: {b: {{ environment.name }}}}\n")
    project.write(f"{OWN}/shared/stage.json.j2", '{"stage": {{ environment.name }}, "file": {{ source }}}')
    project.write(f"{OWN}/motd.j2", "{{ environment.name | plain }}: <{{ 'it\\'s' | plain }}>\n")
    assert project.generate().returncode == 0
    for name in ("dev", "prod"):
        made = bundled(project, name)
        assert made[".ebextensions/20.config"].decode() == f'option_settings: {{a: {{b: "{name}"}}}}\n'
        assert json.loads(made["shared/stage.json"]) == {"stage": name, "file": "config/todobackend.yaml"}
        assert made["motd"].decode() == f"{name}: <it's>\n"


def test_a_check_covers_them(project: Project) -> None:
    project.write(f"{OWN}/{HOOK}", SCRIPT)
    done = project.generate("--check")
    assert done.returncode == 1
    assert f"+++ b/bundle/todobackend/dev/{HOOK}" in done.stdout
    assert project.generate().returncode == 0
    assert project.generate("--check").returncode == 0


def test_a_file_that_is_taken_away_leaves_the_bundles_and_is_named(project: Project) -> None:
    before = project.generated()
    path = project.write(f"{OWN}/{HOOK}", SCRIPT)
    project.generate()
    path.unlink()
    assert project.generate().stderr.splitlines() == [
        f"removing bundle/todobackend/{environment}/{HOOK}" for environment in ("dev", "prod")
    ]
    assert project.generated() == before


@pytest.mark.parametrize(("umask", "bits"), [(0o000, 0o777), (0o022, 0o600), (0o077, 0o755)])
def test_neither_modes_of_the_checkout_nor_the_umask_change_a_byte(project: Project, umask: int, bits: int) -> None:
    paths = [project.write(f"{OWN}/{path}", SCRIPT) for path in (HOOK, "bin/tool", "data.txt")]
    project.generate()
    before = project.generated()
    for path in paths:
        path.chmod(bits)
    shutil.rmtree(project.root / "bundle")
    done = subprocess.run([sys.executable, "generate.py"], cwd=project.root, umask=umask, check=False)
    assert done.returncode == 0
    assert project.generated() == before
    assert key(archive(bundled(project, "dev"))).encode() in before["output/todobackend/dev.yaml"]


def test_hooks_and_scripts_are_executable_in_the_zip_and_nothing_else() -> None:
    files = {
        HOOK: b"\x7fELF",
        ".platform/hooks/prebuild/a b.py": b"",
        ".platform/confighooks/postdeploy/é": b"",
        "bin/migrate": b"#!/usr/bin/env python3\n",
        "bin/run.sh": b"",
        ".platform/hooks/predeploy/lib/functions": b"",
        ".platform/hooks/other/a": b"",
        ".ebextensions/a.config": b"# !\n",
        "key.pem": b"",
    }
    executable = {path for path, mode in modes(files).items() if mode == 0o755}
    assert executable == set(list(files)[:5])
    assert {mode for path, mode in modes(files).items() if path not in executable} == {0o644}


@pytest.mark.parametrize(
    ("content", "made"),
    [
        (b"#!/bin/sh\r\necho a\r\n", b"#!/bin/sh\necho a\n"),
        ("grüße\r\n日本語\r\n".encode(), "grüße\n日本語\n".encode()),
        (b"a\rb\n", b"a\rb\n"),
        (b"a\r\r\n", b"a\r\n"),
        (b"GIF89a\r\n\xff\xfe\r\n", b"GIF89a\r\n\xff\xfe\r\n"),
        (b"\0\r\n", b"\0\r\n"),
        ("a\r\n".encode("utf-16"), "a\r\n".encode("utf-16")),
        ("grüße\r\n".encode("latin-1"), "grüße\r\n".encode("latin-1")),
    ],
)
def test_text_gets_line_feeds_and_everything_else_stays_as_it_is(project: Project, content: bytes, made: bytes) -> None:
    project.write(f"{OWN}/file", content)
    assert_added(project, {"file": made})


def test_a_template_with_carriage_returns_gets_line_feeds(project: Project) -> None:
    project.write(f"{OWN}/.ebextensions/20.config.j2", "a:\r\n  b: {{ 'c\\r\\n' }}\r\n")
    assert_added(project, {".ebextensions/20.config": b'a:\n  b: "c\\r\\n"\n'})


def test_what_editors_and_systems_leave_stays_out(project: Project) -> None:
    for litter in (".DS_Store", "bin/._tool", "tool~", "bin/.tool.swp", "#notes#", "__pycache__/a.pyc"):
        project.write(f"{OWN}/{litter}", "litter")
    (project.root / OWN / ".#tool").symlink_to("someone@somewhere.1234")
    assert_added(project, {})


@pytest.mark.parametrize(
    "name", ["two words", "-rf", "a'b\"c", "$(id)", "`id`", "a;b&c|d", "%s", "{{ a }}", "grüße😀", ".j2"]
)
def test_a_hostile_name_arrives_unchanged(project: Project, name: str) -> None:
    project.write(f"{OWN}/{name}", "x\n")
    assert_added(project, {name: b"x\n"})
    zipped = subprocess.run(
        [sys.executable, "-m", "beanstack", "bundle", "--app", "todobackend", "--env", "dev"],
        cwd=project.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (zipped.returncode, zipped.stderr) == (0, "")
    with zipfile.ZipFile(project.root / zipped.stdout.strip()) as made:
        assert made.read(name) == b"x\n"


@pytest.mark.parametrize(
    "name", ["a\nb", "a\tb", "\x1b[2Jb", "a\\b", "a\x7f", b"\xff".decode("utf-8", "surrogateescape")]
)
def test_a_name_that_tools_would_trip_over_is_refused(project: Project, name: str) -> None:
    project.write(f"{OWN}/{name}", "x\n")
    assert_refused(project, says=": the name has a backslash, or a character that cannot be printed; rename the file\n")
    assert "\x1b" not in project.generate().stderr


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("Dockerrun.aws.json", "the bundle has Dockerrun.aws.json already, made from templates/Dockerrun.aws.json.j2"),
        ("Dockerrun.aws.json.j2", "the bundle has Dockerrun.aws.json already, made from templates/"),
        (
            ".ebextensions/init.config",
            "made from templates/.ebextensions/init.config.j2; to replace it, use templates/",
        ),
        ("bin/Folder.sh", "the bundle has bin/folder.sh already, made from templates/bin/folder.sh"),
        ("bin", "the bundle has bin/entrypoint.sh already"),
        ("bin/folder.sh/x", "the bundle has bin/folder.sh already"),
    ],
)
def test_a_file_in_the_place_of_a_generated_one_is_refused(project: Project, path: str, says: str) -> None:
    project.write(f"{OWN}/{path}", "{}")
    assert_refused(project, says=says)
    assert project.generate().stderr.startswith(f"{OWN}/{path}:1:1: ")


def test_templates_of_the_project_may_replace_a_generated_file(project: Project) -> None:
    project.write("templates/bin/folder.sh", "#!/bin/sh\n")
    project.write(f"{OWN}/bin/other.sh", "#!/bin/sh\n")
    assert_added(project, {"bin/folder.sh": b"#!/bin/sh\n", "bin/other.sh": b"#!/bin/sh\n"})
    project.write("templates/bin/other.sh", "#!/bin/sh\n")
    assert_refused(project, says="the bundle has bin/other.sh already, made from templates/bin/other.sh; to replace it")


@pytest.mark.parametrize("paths", [("a", "a.j2"), ("a", "A"), ("a/b", "A.j2")])
def test_two_own_files_in_one_place_are_refused(project: Project, paths: tuple[str, str]) -> None:
    for path in paths:
        project.write(f"{OWN}/{path}", "x")
    assert_refused(project, says=f" already, made from {OWN}/")


@pytest.mark.parametrize("target", ["/etc/passwd", "nowhere", "."])
def test_a_link_is_refused(project: Project, target: str) -> None:
    (project.root / OWN / "certificates").mkdir(parents=True)
    (project.root / OWN / "certificates/key").symlink_to(target)
    assert_refused(project, says=f"{OWN}/certificates/key:1:1: a link, or something else that is not a regular file")


@pytest.mark.parametrize("linked", [OWN, "config/todobackend"])
def test_a_linked_folder_is_refused(project: Project, linked: str) -> None:
    (project.root / "elsewhere/bundle").mkdir(parents=True)
    (project.root / linked).parent.mkdir(exist_ok=True)
    (project.root / linked).symlink_to(project.root / "elsewhere")
    assert_refused(project, says=f"{linked}:1:1: a link")


def test_a_pipe_is_refused_instead_of_waited_for(project: Project) -> None:
    (project.root / OWN).mkdir(parents=True)
    os.mkfifo(project.root / OWN / "pipe")
    assert_refused(project, says=f"{OWN}/pipe:1:1: a link, or something else that is not a regular file")


def test_a_file_in_the_folders_place_is_refused(project: Project) -> None:
    project.write(OWN, "x")
    assert_refused(project, says=f"{OWN}: Not a directory")


@pytest.mark.parametrize("path", ["key.pem", "."])
def test_what_cannot_be_read_is_refused(project: Project, path: str) -> None:
    project.write(f"{OWN}/key.pem", "x")
    (project.root / OWN / path).chmod(0)
    done = project.generate(prefix=HELD)
    (project.root / OWN / path).chmod(0o755)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Permission denied; you may not read the f" in done.stderr


def test_files_for_an_application_without_a_configuration_are_refused(project: Project) -> None:
    project.write("config/todobackned/bundle/x", "x")
    assert_refused(project, says="config/todobackned:1:1: the files are for no application; add todobackned.yaml")


@pytest.mark.parametrize("name", [f"{HOOK}.j2", "bin/a.sh.j2", "bin/a.j2"])
def test_a_script_cannot_be_a_template(project: Project, name: str) -> None:
    project.write(f"{OWN}/{name}", "#!/bin/sh\nrm -r {{ host.path('a') }}\n")
    assert_refused(
        project, says=f"{OWN}/{name}: a script cannot be a template, since a shell may run what a value says"
    )


@pytest.mark.parametrize(
    ("path", "template", "wrong"),
    [
        ("x.config.j2", "a: {{ nothing }}", ": 'nothing' is undefined"),
        ("x.config.j2", "a: b: c", ": mapping values"),
        ("x.json.j2", "{", ": Expecting property name"),
        ("x.j2", "\n{% for %}", ":2: Expected"),
        ("x.j2", b"\xff", ": 'utf-8' codec can't decode"),
    ],
)
def test_a_broken_template_is_refused_with_its_own_path(
    project: Project, path: str, template: str | bytes, wrong: str
) -> None:
    project.write(f"{OWN}/{path}", template)
    before = snapshot(project)
    assert project.generate().stderr.startswith(f"{OWN}/{path}{wrong}")
    assert snapshot(project) == before


def test_the_linter_of_bundles_checks_them(project: Project) -> None:
    project.write(f"{OWN}/{HOOK}", "#!/bin/bash\necho A=1 >> /etc/environment\n")
    project.write(f"{OWN}/.ebextensions/20.config", "comands: {}\n")
    project.generate()
    done = subprocess.run(
        [sys.executable, "-m", "beanstack", "lint", "bundle/todobackend/dev"],
        cwd=project.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert f"bundle/todobackend/dev/{HOOK}:2:" in done.stdout
    assert "bundle/todobackend/dev/.ebextensions/20.config:1:" in done.stdout


def test_every_file_that_is_removed_is_named_first(project: Project) -> None:
    project.write("bundle/todobackend/dev/.ebextensions/mine.config", "by hand\n")
    project.write("output/notes \x1b[2J.txt", "by hand\n")
    done = project.generate()
    assert (done.returncode, done.stdout) == (0, "todobackend: 15 files, 2 removed\n")
    assert done.stderr.splitlines() == [
        "removing bundle/todobackend/dev/.ebextensions/mine.config",
        "removing output/notes \\x1b[2J.txt",
    ]


def test_a_file_that_is_generated_for_some_environments_only_is_ones_own_in_the_others(project: Project) -> None:
    project.write(f"{OWN}/.ebextensions/resources.config", b"Resources: {}\n")
    assert_added(project, {".ebextensions/resources.config": b"Resources: {}\n"})
    config = project.root / "config/todobackend.yaml"
    protected = config.read_text().replace("deletion_policy: Delete", "deletion_policy: Snapshot")
    config.write_text(protected.replace("defaults:\n", "defaults:\n  deletion_protection: true\n"))
    assert_refused(
        project,
        says="already, made from templates/.ebextensions/resources.config.j2",
    )
