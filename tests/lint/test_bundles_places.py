"""Files in the wrong folder or of the wrong name, and files that have no effect."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from beanstack.lint.bundles.linter import bundle_findings
from tests.lint.marked import findings
from tests.lint.test_bundles_dockerrun import DOCKERRUN, file, web

if TYPE_CHECKING:
    from pathlib import Path

SCRIPT = "#!/bin/sh\ntrue\n"


def misplaced(folder: Path, files: dict[str, str]) -> list[tuple[str, str]]:
    """Return the name and the advice of each file that EB does not find."""
    findings(folder, files)
    found = [finding for finding in bundle_findings(folder) if finding.id == "W9613"]
    return [(finding.place.file.removeprefix(f"{folder}/"), finding.allowed) for finding in found]


@pytest.mark.parametrize(
    "name",
    [
        *("Dockerrun.aws (1).json", "Dockerrun.aws.prod.json", "Dockerrun.aws.json.bak", "Dockerrun.aws.json.txt"),
        *("Dockerrun.aws.yml", "Dockerrun.aws", "dockerrun.aws.json", "DockerRun.aws.json", "Dockerrun.json"),
        "docker-run.aws.json",
    ],
)
def test_a_dockerrun_of_another_name_is_reported(name: str, tmp_path: Path) -> None:
    assert misplaced(tmp_path, {name: file(web())}) == [(name, "did you mean 'Dockerrun.aws.json'?")]


@pytest.mark.parametrize("name", ["Dockerrun.aws.prod.json", "Dockerrun.aws.json.template", "dev/Dockerrun.aws.json"])
def test_another_dockerrun_beside_the_right_one_is_left_alone(name: str, tmp_path: Path) -> None:
    assert findings(tmp_path, {name: file(web()), DOCKERRUN: file(web())}) == []


@pytest.mark.parametrize("name", ["docker-run.sh", "dockerruntime.json", "src/dockerrun.aws.json", "docker-run.json"])
def test_a_file_that_only_resembles_a_dockerrun_is_left_alone(name: str, tmp_path: Path) -> None:
    assert misplaced(tmp_path, {name: "{}", "Procfile": "web: run\n"}) == []


ZIPPED_WITH_ITS_FOLDER = [
    (["shop-1.4/Dockerrun.aws.json", "shop-1.4/.ebextensions/a.config"], "shop-1.4/Dockerrun.aws.json"),
    (["shop/Procfile", "shop/app.py"], "shop/Procfile"),
    (["shop/.platform/hooks/predeploy/a.sh"], "shop/.platform/hooks/predeploy/a.sh"),
    (["shop/docker-compose.yml", "shop/env.yaml"], "shop/docker-compose.yml"),
    (["shop/cron.yaml", "shop/src/app.js"], "shop/cron.yaml"),
    (["shop/Dockerrun.aws.json", "README.md"], "shop/Dockerrun.aws.json"),
]


@pytest.mark.parametrize(("names", "reported"), ZIPPED_WITH_ITS_FOLDER)
def test_a_bundle_below_a_folder_is_reported_once(names: list[str], reported: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "app.zip", "w") as archive:
        for name in names:
            archive.writestr(name, "")
    found = [finding for finding in bundle_findings(tmp_path / "app.zip") if finding.id == "W9613"]
    assert [finding.place.file for finding in found] == [f"{tmp_path}/app.zip/{reported}"]
    assert found[0].allowed == "zip what is in the folder, not the folder"


@pytest.mark.parametrize(
    "names", [["src/app.py", "src/main.py"], ["a/Procfile", "b/app.py"], ["a/b/Dockerrun.aws.json"]]
)
def test_an_application_in_folders_of_its_own_is_left_alone(names: list[str], tmp_path: Path) -> None:
    assert misplaced(tmp_path, dict.fromkeys(names, "")) == []


FOLDERS = {
    ".platform/hook/predeploy/a.sh": ".platform/hooks",
    ".platform/Hooks/predeploy/a.sh": ".platform/hooks",
    ".platform/confighook/predeploy/a.sh": ".platform/confighooks",
    ".platform/hooks/pre-deploy/a.sh": ".platform/hooks/predeploy",
    ".platform/hooks/post_deploy/a.sh": ".platform/hooks/postdeploy",
    ".platform/confighooks/predeply/a.sh": ".platform/confighooks/predeploy",
    ".platform/hooks/a.sh": ".platform/hooks/predeploy",
    ".platform/postdeploy/a.sh": ".platform/hooks/postdeploy",
    ".platform/conf.d/a.conf": ".platform/nginx/conf.d",
    ".platform/nginx/a.conf": ".platform/nginx/conf.d",
    ".platforms/hooks/predeploy/a.sh": ".platform",
    ".Platform/hooks/predeploy/a.sh": ".platform",
    "platform/hooks/predeploy/a.sh": ".platform",
    ".ebextension/a.config": ".ebextensions",
    ".ebextentions/a.config": ".ebextensions",
    "ebextensions/a.config": ".ebextensions",
}


@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_that_is_misspelt_is_reported_once(name: str, tmp_path: Path) -> None:
    files = {name: SCRIPT, f"{name.rpartition('/')[0]}/z.sh": SCRIPT, DOCKERRUN: file(web())}
    assert misplaced(tmp_path, files) == [(name, f"did you mean {FOLDERS[name]!r}?")]


@pytest.mark.parametrize(
    "name",
    [
        *(".platform/hooks/predeploy/a.sh", ".platform/hooks/predeploy/lib/a.sh", ".platform/files/a.conf"),
        *(".platform/nginx/conf.d/a.conf", ".platform/nginx/nginx.conf", ".platform/nginx/conf.d/x/a.conf"),
        *(".platform/httpd/conf.d/a.conf", "platform/web.py", "platforms/ios/a.sh", "extensions/a.config", ".github/a"),
        *("platform/hooks.py", ".ebextensions/a.config", ".elasticbeanstalk/config.yml"),
    ],
)  # fmt: skip
def test_a_folder_of_its_own_is_left_alone(name: str, tmp_path: Path) -> None:
    assert misplaced(tmp_path, {name: SCRIPT if name.endswith(".sh") else "{}", DOCKERRUN: file(web())}) == []


def test_files_of_the_proxy_among_the_extensions_are_reported(tmp_path: Path) -> None:
    found = misplaced(tmp_path, {".ebextensions/nginx/conf.d/a.conf": "", DOCKERRUN: file(web())})
    assert found == [(".ebextensions/nginx/conf.d/a.conf", ".platform/nginx/conf.d/a.conf")]


@pytest.mark.parametrize("name", ["Procfile.txt", "procfile", "PROCFILE", "Buildfile.txt"])
def test_a_procfile_of_another_name_is_reported(name: str, tmp_path: Path) -> None:
    right = "Buildfile" if name.startswith("B") else "Procfile"
    assert misplaced(tmp_path, {name: "web: run\n"}) == [(name, f"did you mean {right!r}?")]
    assert misplaced(tmp_path, {right: "web: run\n"}) == []


@pytest.mark.parametrize("name", ["docker-compose.yml", "docker-compose.yaml", "compose.yaml"])
def test_a_compose_file_has_no_effect_on_ecs(name: str, tmp_path: Path) -> None:
    assert findings(tmp_path, {name: "services: {}\n", DOCKERRUN: file(web())}) == [("W9851", 1, 1)]
    (tmp_path / DOCKERRUN).write_text('{"AWSEBDockerrunVersion": 3}')
    assert [finding.id for finding in bundle_findings(tmp_path)] == ["I9652"]
