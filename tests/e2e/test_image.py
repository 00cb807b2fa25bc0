"""From source to digest: a real engine builds, the local AWS has the repository, and config/ gets the digest."""

from __future__ import annotations

import json
import shutil
import subprocess
import urllib.request
from typing import TYPE_CHECKING

import pytest

from tests.recipes.conftest import Checkout

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from beanstack.run.engine import Engine

ACCOUNT = "123456789012"
URI = f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/shop"
CONFIG = f"""\
application: shop
defaults:
  region: us-east-1
  account: "{ACCOUNT}"
  platform: ECS running on 64bit Amazon Linux 2023/4.7.7
  instance_types: [t3.small]
  build: {{context: app, repository: shop}}   # the site
  containers:
    web: {{memory: 64, ports: ["80:8000"]}}
environments:
  dev: {{}}
  arm: {{instance_types: [t4g.small]}}
"""
# Writes down how it is called; and with a file beside it, builds for this machine whatever is asked for.
SHIM = """\
#!/bin/sh
printf '%s\\n' "$*" >> {0}/calls
if [ -e {0}/deaf ] && [ "$1" = build ]; then
  for word; do
    shift
    case $word in --platform | linux/*) ;; *) set -- "$@" "$word" ;; esac
  done
fi
exec {1} "$@"
"""


class Shop(Checkout):
    """A project with a source; `bin` is first on PATH and has the engine's program in a wrapper."""

    bin: Path

    def image(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": f"{self.bin}:/usr/local/bin:/usr/bin:/bin", "XDG_RUNTIME_DIR": str(self.bin)}
        return self.make(*words, "LOCAL=1", environment=environment | variables)

    def built(self, *words: str, **variables: str) -> str:
        done = self.image("image", *words, **variables)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def stored(self) -> list[dict[str, object]]:
        found: list[dict[str, object]] = self.client("ecr", ACCOUNT).describe_images(repositoryName="shop")[
            "imageDetails"
        ]
        return found

    def forget(self) -> None:
        """Delete the application's stack and the repository, which the stack would retain."""
        self.client("cloudformation", ACCOUNT).delete_stack(StackName="shop")
        client = self.client("ecr", ACCOUNT)
        for found in client.describe_repositories()["repositories"]:
            client.delete_repository(repositoryName=found["repositoryName"], force=True)

    @property
    def config(self) -> str:
        return (self.folder / "config/shop.yaml").read_text()

    @property
    def calls(self) -> str:
        return (self.bin / "calls").read_text()

    def commit(self) -> None:
        self.git("init", "--quiet")
        self.git("add", "--force", "config", "bundle", "output", "app/Dockerfile", "app/page.html", ".gitignore")
        self.git("commit", "--quiet", "--allow-empty", "--message", "Change")

    @property
    def head(self) -> str:
        return self.git("rev-parse", "HEAD")[:12]


@pytest.fixture(scope="module")
def shop(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Return a project whose image is not built yet, with a local AWS of its own; its images are removed at the end."""
    folder = tmp_path_factory.mktemp("shop")
    for name in ("bundle", "output"):
        (folder / f"applications/{name}").mkdir(parents=True)
    (folder / "applications/config").mkdir()
    (folder / "applications/config/shop.yaml").write_text(CONFIG)
    made = Shop(folder / "a shop", engine.kind, folder / "applications")
    made.bin = folder / "bin"
    made.bin.mkdir()
    (made.bin / engine.kind).write_text(SHIM.format(made.bin, shutil.which(engine.kind)))
    (made.bin / engine.kind).chmod(0o755)
    (made.folder / "app").mkdir()
    (made.folder / "app/Dockerfile").write_text("FROM scratch\nCOPY . /\n")
    (made.folder / "app/page.html").write_text(f"{folder}\n")  # no layer of another run is in the engine's cache
    (made.folder / "app/.env").write_text("KEY=secret\n")
    (made.folder / ".gitignore").write_text(".env\nbuild/\n.venv*\n")
    assert made.make("generate").returncode == 0
    made.commit()
    assert made.make("local-start").returncode == 0
    yield made
    made.make("local-stop")
    listed = engine.check_call("images", "--format", "{{.Repository}}:{{.Tag}}").splitlines()
    ours = [name for name in listed if name.startswith("127.0.0.1:") and "/shop:" in name]
    engine.call("rmi", "--force", *ours)


@pytest.fixture
def fresh(shop: Shop) -> Iterator[Shop]:
    """Return the project with a new commit, so that nothing of it was pushed yet."""
    shop.commit()
    (shop.bin / "calls").write_text("")
    yield shop
    shop.git("checkout", "--quiet", "--", ".")
    shop.git("clean", "--quiet", "--force", "app")


def test_an_image_is_built_pushed_and_pinned(fresh: Shop) -> None:
    fresh.forget()
    out = fresh.built("ENV=dev")
    [found] = fresh.stored()
    pinned = f"{URI}@{found['imageDigest']}"
    assert f"{URI} does not exist yet; deploying the application's stack" in out
    assert fresh.config == CONFIG.replace("dev: {}", f"dev: {{image: {pinned}}}")
    assert found["imageTags"] == [f"{fresh.head}-amd64"]
    dockerrun = json.loads((fresh.folder / "bundle/shop/dev/Dockerrun.aws.json").read_text())
    assert dockerrun["containerDefinitions"][0]["image"] == pinned
    digest = str(found["imageDigest"]).removeprefix("sha256:")[:12]
    assert f"dev: web: not built -> shop@{digest}; `make stack APP=shop ENV=dev` deploys a new version" in out
    assert out.endswith("unchanged: arm\n")
    assert fresh.make("unchanged").returncode == 0
    before = len(fresh.calls)
    assert "exists already" in fresh.built("ENV=dev")
    assert "build " not in fresh.calls[before:]


def test_the_password_is_on_no_command_line(fresh: Shop) -> None:
    fresh.built("ENV=dev")
    [login] = [line for line in fresh.calls.splitlines() if line.startswith("login")]
    token = fresh.client("ecr", ACCOUNT).get_authorization_token()["authorizationData"][0]["authorizationToken"]
    assert "--username AWS --password-stdin 127.0.0.1:" in login
    assert "ministack-auth-token" not in fresh.calls
    assert token not in fresh.calls


def test_what_git_ignores_is_not_in_the_image(fresh: Shop, engine: Engine, tmp_path: Path) -> None:
    fresh.built("ENV=dev")
    [build] = [line for line in fresh.calls.splitlines() if line.startswith("build")]
    name = build.split("--tag ")[1].split()[0]
    engine.check_call("save", "--output", str(tmp_path / "image.tar"), name)
    layers = subprocess.run(
        "tar xf image.tar; for one in *.tar */*.tar blobs/*/*; do tar tf $one 2>/dev/null; done",
        shell=True,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.splitlines()
    assert "page.html" in layers
    assert ".env" not in layers


@pytest.mark.parametrize("path", ["app/page.html", "app/new.html"])
def test_a_context_that_is_not_committed_is_refused(fresh: Shop, path: str) -> None:
    (fresh.folder / path).write_text(f"{path}\n")
    refused = fresh.image("image", "ENV=dev")
    assert refused.returncode != 0
    assert f"these files differ from the commit {fresh.head}: {path}; commit them first" in refused.stderr
    assert "build" not in fresh.calls
    assert fresh.config == CONFIG
    assert "shop@" in fresh.built("ENV=dev", ALLOW="uncommitted")
    newest = fresh.stored()[-1]["imageTags"]
    assert isinstance(newest, list)
    assert newest[0].startswith(f"{fresh.head}-amd64-")


def test_a_context_that_git_ignores_is_refused(fresh: Shop) -> None:
    shutil.copytree(fresh.folder / "app", fresh.folder / "build/app")
    fresh.edit("config/shop.yaml", "context: app", "context: build/app")
    assert fresh.make("generate").returncode == 0
    fresh.git("commit", "--quiet", "--all", "--message", "Build a folder that git ignores")
    refused = fresh.image("image", "ENV=dev")
    fresh.git("revert", "--no-edit", "HEAD")
    assert refused.returncode != 0
    assert "has no build/app; git may ignore it" in refused.stderr
    assert "ALLOW=uncommitted" in refused.stderr


def test_a_stack_that_would_lose_something_is_not_deployed_for_a_repository(fresh: Shop) -> None:
    fresh.forget()
    template = (fresh.folder / "output/shop/application.yaml").read_text()
    own = template.replace("RepositoryShop:", "Credentials:").replace(
        "AWS::ECR::Repository", "AWS::SecretsManager::Secret"
    )
    own = own.replace("DeletionPolicy: 'RetainExceptOnCreate'", "DeletionPolicy: 'Delete'")
    properties = own.partition("RepositoryName")[2].partition("ServiceRole:")[0]
    own = own.replace(f"RepositoryName{properties}", "Name: 'credentials'\n  ")
    client = fresh.client("cloudformation", ACCOUNT)
    client.create_stack(StackName="shop", TemplateBody=own, Capabilities=["CAPABILITY_IAM"])
    client.get_waiter("stack_create_complete").wait(StackName="shop", WaiterConfig={"Delay": 1})
    refused = fresh.image("image", "ENV=dev")
    assert refused.returncode != 0
    assert "shop was not deployed: data-loss:Credentials:" in refused.stderr
    assert fresh.client("ecr", ACCOUNT).describe_repositories()["repositories"] == []
    fresh.forget()


def test_an_image_is_built_for_the_processor_of_the_instances(fresh: Shop) -> None:
    fresh.built("ENV=arm")
    pinned = fresh.config.partition("image: ")[2].partition(",")[0]
    assert pinned.startswith(f"{URI}@sha256:")
    refused = fresh.image("release", "ENV=dev", f"IMAGE={pinned}")
    assert refused.returncode != 0
    assert f"{pinned} is built for arm64, but the instances of dev are amd64" in refused.stderr
    refused = fresh.image("promote", "FROM=arm", "TO=dev")
    assert f"{pinned} is built for arm64, but the instances of dev are amd64" in refused.stderr
    missing = f"{pinned[:-64]}{'0' * 64}"
    assert "answers 404" in fresh.image("release", "ENV=arm", f"IMAGE={missing}").stderr
    tagged = f"{URI}:{fresh.head}-arm64"
    assert fresh.image("release", "ENV=arm", f"IMAGE={tagged}").returncode == 0
    assert tagged in fresh.config


def test_environments_with_other_processors_cannot_share_a_build(fresh: Shop) -> None:
    refused = fresh.image("image")
    assert refused.returncode != 0
    registry = URI.removesuffix("/shop")
    kinds = f"(dev amd64 in {registry}; arm arm64 in {registry})"
    assert f"one image in `defaults` cannot suit all environments {kinds}; choose an ENV=..." in refused.stderr


def test_an_image_of_another_processor_is_not_pushed(fresh: Shop) -> None:
    fresh.built("ENV=dev")
    before, config = fresh.stored(), fresh.config
    (fresh.bin / "deaf").touch()
    refused = fresh.image("image", "ENV=arm")
    (fresh.bin / "deaf").unlink()
    assert refused.returncode != 0
    assert "app was built for amd64, the instances of arm are arm64" in refused.stderr
    assert fresh.stored() == before
    assert fresh.config == config


def test_a_build_that_fails_pins_nothing(fresh: Shop) -> None:
    (fresh.folder / "app/Dockerfile").write_text("FROM scratch\nCOPY nowhere /\n")
    failed = fresh.image("image", "ENV=dev", ALLOW="uncommitted")
    assert failed.returncode != 0
    assert "build failed with exit status" in failed.stderr
    assert fresh.config == CONFIG


SERVER = """\
ARG BASE=docker.io/library/python:3.13-slim-bookworm
FROM ${BASE}
COPY index.html /srv/
CMD ["python3", "-m", "http.server", "--directory", "/srv", "8000"]
"""


@pytest.fixture
def server(engine: Engine, tmp_path: Path) -> Iterator[Checkout]:
    """Return a project without an account of AWS behind it, whose source is a server that answers."""
    for name in ("bundle", "output", "config"):
        (tmp_path / f"applications/{name}").mkdir(parents=True)
    (tmp_path / "applications/config/shop.yaml").write_text(CONFIG)
    made = Checkout(tmp_path / "server", engine.kind, tmp_path / "applications")
    (made.folder / "app").mkdir()
    (made.folder / "app/Dockerfile").write_text(SERVER)
    (made.folder / "app/index.html").write_text("one\n")
    assert made.make("generate").returncode == 0
    yield made
    made.make("run-stop")
    made.make("local-stop")
    engine.call("rmi", "--force", f"{URI}:not-built")


def answer(done: subprocess.CompletedProcess[str]) -> str:
    """Return what the environment answers whose URL was printed."""
    assert done.returncode == 0, done.stdout + done.stderr
    [url] = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("  URL: ")]
    with urllib.request.urlopen(url, timeout=10) as response:
        return str(response.read().decode())


def test_an_image_that_is_not_pinned_runs_here(server: Checkout) -> None:
    assert answer(server.make("run", "ENV=dev")) == "one\n"
    (server.folder / "app/index.html").write_text("two\n")
    done = server.make("run", "ENV=dev")
    assert answer(done) == "two\n"
    assert f"building {URI}:not-built from app\n" in done.stderr
    assert answer(server.make("stack", "ENV=dev", "LOCAL=1")) == "two\n"


def test_an_environment_without_an_image_is_refused_by_a_deployment_to_aws(fresh: Shop) -> None:
    refused = fresh.make("stack", "ENV=dev", environment=fresh.real_account(ACCOUNT))
    assert refused.returncode != 0
    assert f"not-built: {URI} has no image that is pinned in config/shop.yaml" in refused.stderr
    assert "`make image APP=shop ENV=dev` builds one from app and pins it" in refused.stderr
    assert "missing:" not in refused.stderr
