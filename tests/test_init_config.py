"""init.config makes every folder with its owner and leaves the mark of a migration, and nothing else."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from beanstack.bundle import bundle
from beanstack.config import load

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Configured, Project

SCRIPTS = {"bin/entrypoint.sh", "bin/folder.sh", "bin/pending.sh"}
DOCKER_GROUP = {
    "01_docker_group": {
        "command": ["usermod", "--append", "--groups", "docker", "ec2-user"],
        "ignoreErrors": True,
    }
}
PENDING = "/var/app-data/shop/beanstack-pending"
BOOTSTRAP = "bootstrap: true, user: 1000, command: [serve]"


@pytest.fixture
def init_config(shop: Configured) -> Callable[[str], Any]:
    """Return what EB, which reads YAML 1.1, finds in the init.config of an environment with the given settings."""

    def read(settings: str) -> Any:
        application = shop(dedent(settings))
        return yaml.safe_load(bundle(application, application.environments["dev"])[".ebextensions/init.config"])

    return read


def folder(path: str, owner: int, mode: str = "0755") -> dict[str, Any]:
    return {"command": ["bash", "bin/folder.sh", path, str(owner), mode]}


def words(*migration: str) -> str:
    """Return the hash by which a mark names the words of a migration."""
    return hashlib.sha256("\0".join(migration).encode()).hexdigest()[:12]


def test_without_volumes_there_is_only_the_docker_group(init_config: Callable[[str], Any]) -> None:
    assert init_config("") == {"commands": DOCKER_GROUP}


def test_each_volume_gets_its_folder_and_owner(init_config: Callable[[str], Any]) -> None:
    settings = """\
        volumes: {public: {owner: 33}, no: {}, "1e3": {owner: 0}}
        containers: {web: {mounts: ["public:/public", "no:/no", "1e3:/thousand"]}}
        """
    assert init_config(settings) == {
        "commands": DOCKER_GROUP,
        "container_commands": {
            "01_folder_public": folder("/var/app-data/shop/public", 33),
            "02_folder_no": folder("/var/app-data/shop/no", 0),
            "03_folder_1e3": folder("/var/app-data/shop/1e3", 0),
        },
    }


def test_a_folder_of_the_host_is_made_only_where_it_has_an_owner(init_config: Callable[[str], Any]) -> None:
    settings = """\
        volumes: {docker: {host_path: /var/run}, data: {host_path: "/srv/my data #1", owner: 4294967294}}
        containers: {web: {mounts: ["docker:/run", "data:/data"]}}
        """
    assert init_config(settings) == {
        "commands": DOCKER_GROUP,
        "container_commands": {"01_folder_data": folder("/srv/my data #1", 4294967294)},
    }


def test_a_volume_without_owner_belongs_to_the_bootstrapped_container(init_config: Callable[[str], Any]) -> None:
    settings = f"""\
        volumes: {{public: {{}}, own: {{owner: 5}}}}
        containers: {{web: {{{BOOTSTRAP}, mounts: ["public:/public", "own:/own"]}}}}
        """
    assert init_config(settings) == {
        "commands": DOCKER_GROUP,
        "container_commands": {
            "01_folder_public": folder("/var/app-data/shop/public", 1000),
            "02_folder_own": folder("/var/app-data/shop/own", 5),
        },
    }


def test_bootstrap_without_migration_leaves_no_mark(init_config: Callable[[str], Any]) -> None:
    assert init_config(f"containers: {{web: {{{BOOTSTRAP}}}}}") == {"commands": DOCKER_GROUP}


def test_a_migration_is_forgotten_everywhere_and_then_marked_on_the_leader(init_config: Callable[[str], Any]) -> None:
    settings = f"""\
        volumes: {{public: {{}}}}
        containers: {{web: {{{BOOTSTRAP}, migrate: [migrate, now], mounts: ["public:/public"]}}}}
        """
    assert init_config(settings) == {
        "commands": {
            **DOCKER_GROUP,
            "02_forget_pending_migration": {"command": ["rm", "-rf", f"{PENDING}/migration"]},
        },
        "container_commands": {
            "01_folder_public": folder("/var/app-data/shop/public", 1000),
            "02_folder_beanstack-pending": folder(PENDING, 1000, "0700"),
            "99_pending_migration": {
                "command": ["bash", "bin/pending.sh", PENDING, "1000", f"nginx:1.27#{words('migrate', 'now')}"],
                "leader_only": True,
            },
        },
    }


def test_a_mark_of_new_words_differs_from_that_of_the_old_ones(init_config: Callable[[str], Any]) -> None:
    settings = f"containers: {{web: {{{BOOTSTRAP}, migrate: %s}}}}"
    marks = [
        init_config(settings % migration)["container_commands"]["99_pending_migration"]["command"][-1]
        for migration in ("[migrate, now]", "[migrate now]", "[migrate, now, '']", "[migrate]", "[migrate, now]")
    ]
    assert len(set(marks[:4])) == 4
    assert marks[0] == marks[4]


def test_the_entry_point_gets_names_of_variables_and_the_migration_by_words(shop: Configured) -> None:
    settings = """\
        database: {engine: mysql, variables: {DB_HOST: RDS_HOSTNAME, DB_PASS: RDS_PASSWORD}}
        containers:
          web:
            bootstrap: true
            user: "1000:50"
            migrate: ["it's", "--", "", "two words"]
            entry_point: [/image start, "--"]
            command: [serve, "$x"]
        """
    application = shop(dedent(settings))
    migration = ("it's", "--", "", "two words")
    made = json.loads(bundle(application, application.environments["dev"])["Dockerrun.aws.json"])
    container = made["containerDefinitions"][0]
    assert container["entryPoint"] == [
        *("/bin/sh", "/opt/beanstack/bin/entrypoint.sh"),
        *("--variable", "DB_HOST=RDS_HOSTNAME", "--variable", "DB_PASS=RDS_PASSWORD"),
        *("--migrate", "/opt/beanstack/pending", f"nginx:1.27#{words(*migration)}", "4", *migration),
        *("--", "/image start", "--"),
    ]
    assert container["command"] == ["serve", "$x"]
    assert container["mountPoints"] == [
        {"sourceVolume": "beanstack-bin", "containerPath": "/opt/beanstack/bin", "readOnly": True},
        {"sourceVolume": "beanstack-pending", "containerPath": "/opt/beanstack/pending", "readOnly": False},
    ]
    assert made["volumes"] == [
        {"name": "beanstack-bin", "host": {"sourcePath": "/var/app/current/bin"}},
        {"name": "beanstack-pending", "host": {"sourcePath": PENDING}},
    ]


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters=":\u2028\u2029\ufeff\ufffe\uffff")))
def test_any_path_of_the_host_arrives_unchanged(path: str) -> None:
    configuration = {
        "application": "shop",
        "defaults": {
            "region": "eu-west-1",
            "platform": "ECS running on 64bit Amazon Linux 2023/4.7.7",
            "volumes": {"data": {"host_path": f"/srv{path}", "owner": 7}},
            "containers": {"web": {"image": "nginx:1.27", "memory": 64, "ports": ["80:80"], "mounts": ["data:/data"]}},
        },
        "environments": {"dev": {}},
    }
    with TemporaryDirectory() as there:
        file = Path(there, "shop.yaml")
        file.write_text(json.dumps(configuration, ensure_ascii=False), "utf-8")
        application = load([file]).applications[0]
    made = bundle(application, application.environments["dev"])[".ebextensions/init.config"]
    assert yaml.safe_load(made)["container_commands"] == {"01_folder_data": folder(f"/srv{path}", 7)}


def bundled(project: Project) -> dict[str, bytes]:
    start = "bundle/todobackend/dev/"
    return {path.removeprefix(start): made for path, made in project.generated().items() if path.startswith(start)}


def test_a_bundle_is_the_templates_and_nothing_else(project: Project) -> None:
    assert set(bundled(project)) == {".ebextensions/init.config", "Dockerrun.aws.json", *SCRIPTS}


def test_a_new_file_below_templates_lands_in_every_bundle(project: Project) -> None:
    before = project.generated()
    project.write("templates/.ebextensions/zz.config.j2", "# {{ environment.name | plain }}\nfiles: {{ {'a': 'é'} }}\n")
    project.write("templates/.platform/hooks/hello.sh", b"echo {{ not a template }} \xff\r\n")
    assert project.generate().returncode == 0
    made = bundled(project)
    assert made[".ebextensions/zz.config"].decode() == '# dev\nfiles: {"a": "é"}\n'
    assert made[".platform/hooks/hello.sh"] == b"echo {{ not a template }} \xff\r\n"
    assert len(project.generated()) == len(before) + 4
    assert project.generated()["output/todobackend/dev.yaml"] != before["output/todobackend/dev.yaml"]


def test_what_editors_and_systems_leave_below_templates_stays_out(project: Project) -> None:
    before = project.generated()
    for litter in (".DS_Store", "bin/._folder.sh", "bin/folder.sh~", "bin/.folder.sh.swp", "#notes#", "Thumbs.db"):
        project.write(f"templates/{litter}", "litter")
    project.write("templates/bin/__pycache__/a.pyc", "litter")
    (project.root / "templates/bin/.#folder.sh").symlink_to("someone@somewhere.1234")
    assert project.generate().stdout.endswith("nothing changed\n")
    assert project.generated() == before


@pytest.mark.parametrize(
    ("template", "wrong"),
    [
        ("a: {{ nothing }}", ": 'nothing' is undefined"),
        ("a: b: c", ": mapping values"),
        ("\n{% for %}", ":2: Expected"),
    ],
)
def test_a_broken_template_writes_nothing(project: Project, template: str, wrong: str) -> None:
    before = project.generated()
    project.write("templates/.ebextensions/broken.config.j2", template)
    project.write("config/todobackend.yaml", (project.root / "config/todobackend.yaml").read_text() + "  other: {}\n")
    done = project.generate()
    assert done.returncode == 2
    assert done.stderr.startswith(f"templates/.ebextensions/broken.config.j2{wrong}")
    assert project.generated() == before
