"""Which keys get an image, and what is printed of that. No registry and no container engine is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beanstack import generate
from beanstack.images.__main__ import main
from tests.images.conftest import CONFIG

if TYPE_CHECKING:
    from pathlib import Path

A, B = (f"example.org/shop@sha256:{letter * 64}" for letter in "ab")
BUILD = "  build: {context: app, repository: shop}   # the site and its worker\n"
PROXY = "docker.io/library/nginx:1.28"


@pytest.fixture(autouse=True)
def unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an image be pinned whose architecture nobody can read."""
    monkeypatch.setenv("ENGINE", "none")
    monkeypatch.setenv("ALLOW", "unknown-architecture")


def config(folder: Path) -> str:
    """Return the configuration, which is what is generated."""
    assert generate.run([], folder, folder, check_only=True) == 0
    return (folder / "config/shop.yaml").read_text()


def released(folder: Path, image: str, environment: str = "") -> str:
    assert main(["release", "--image", image, "--env", environment]) == 0
    return config(folder)


def pinned(folder: Path, image: str) -> str:
    """Give the project an image; return its configuration."""
    text = CONFIG.replace(BUILD, f"{BUILD}  image: {image}\n")
    (folder / "config/shop.yaml").write_text(text)
    assert generate.run([], folder, folder, check_only=False) == 0
    return text


def test_a_first_image_is_written_beside_its_source(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")  # ECR cannot be asked without credentials
    image = f"123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop@sha256:{'a' * 64}"
    assert released(folder, image) == CONFIG.replace(BUILD, f"{BUILD}  image: {image}\n")


def test_an_image_in_defaults_changes_for_all_that_take_it_over(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = pinned(folder, A)
    capsys.readouterr()
    assert released(folder, B) == before.replace(A, B)
    _, _, *sentences, up_to_date = capsys.readouterr().out.splitlines()
    change = f"web and worker: shop@{'a' * 12} -> shop@{'b' * 12}"
    assert sentences == [
        f"dev: {change}; `make stack APP=shop ENV=dev` deploys a new version (AllAtOnce)",
        f"staging: {change}; `make stack APP=shop ENV=staging` deploys a new version (AllAtOnce)",
        f"prod: {change}; `make stack APP=shop ENV=prod` deploys a new version (RollingWithAdditionalBatch)",
    ]
    assert "up to date" in up_to_date


@pytest.mark.parametrize(
    ("environment", "old", "new"),
    [
        ("dev", "  dev: {}\n", f"  dev: {{image: {B}}}\n"),
        ("staging", "  staging:\n    # like prod\n", f"  staging:\n    image: {B}\n    # like prod\n"),
    ],
)
def test_an_environment_gets_an_image_of_its_own(
    folder: Path, capsys: pytest.CaptureFixture[str], environment: str, old: str, new: str
) -> None:
    before = pinned(folder, A)
    assert released(folder, B, environment) == before.replace(old, new)
    others = ", ".join(name for name in ("dev", "staging", "prod") if name != environment)
    assert f"unchanged: {others}\n" in capsys.readouterr().out


def test_an_image_takes_the_place_of_one_of_the_same_repository(folder: Path) -> None:
    before = pinned(folder, A)
    assert released(folder, PROXY) == before.replace("docker.io/library/nginx:1.27", PROXY)


def test_a_byte_order_mark_and_line_ends_stay(folder: Path) -> None:
    pinned(folder, A)
    path = folder / "config/shop.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    before = path.read_bytes()
    assert main(["release", "--image", B, "--env", ""]) == 0
    assert path.read_bytes() == before.replace(A.encode(), B.encode())


def test_an_image_of_an_environment_is_not_touched_by_a_release_to_defaults(folder: Path) -> None:
    pinned(folder, A)
    before = released(folder, B, "prod")
    newest = f"example.org/shop@sha256:{'c' * 64}"
    assert released(folder, newest) == before.replace(A, newest)


def test_a_release_that_is_there_already_changes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = pinned(folder, A)
    assert released(folder, A) == before
    assert "unchanged: dev, staging, prod" in capsys.readouterr().out


def test_promotion_carries_all_images_on(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pinned(folder, A)
    released(folder, B, "staging")
    released(folder, PROXY, "staging")
    capsys.readouterr()
    assert main(["promote", "--from", "staging", "--to", "prod"]) == 0
    text = config(folder)
    own = f"  prod:\n    containers: {{proxy: {{image: {PROXY}}}}}\n    image: {B}\n    deployment"
    assert own in text
    printed = capsys.readouterr().out
    assert f"prod: web and worker: shop@{'a' * 12} -> shop@{'b' * 12}; proxy: nginx:1.27 -> nginx:1.28; " in printed
    assert "unchanged: dev, staging\n" in printed
    assert main(["promote", "--from", "staging", "--to", "prod"]) == 0
    assert config(folder) == text


def refused(*arguments: str) -> None:
    assert main(arguments) == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("release",), "name the image: IMAGE="),
        (("release", "--image", "shop"), "the image 'shop' has no tag or digest"),
        (("release", "--image", "shop:latest"), "the tag 'latest' means another image tomorrow"),
        (("release", "--image", "a b"), "not an image reference: 'a b'"),
        (("release", "--image", A, "--env", "test"), "has no environment test; it has dev, staging, prod"),
        (("release", "--image", "other:1"), "docker.io/library/nginx:1.27"),
        (("promote", "--from", "staging"), "as in FROM=staging TO=prod"),
        (("promote", "--from", "staging", "--to", "test"), "has no environment test"),
    ],
)
def test_a_mistake_leaves_the_file_as_it_is(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str
) -> None:
    before = pinned(folder, A)
    refused(*arguments)
    assert message in capsys.readouterr().err
    assert config(folder) == before


def test_an_image_that_is_not_built_is_not_carried_on(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = CONFIG.replace("  prod:\n", f"  prod:\n    image: {A}\n")
    (folder / "config/shop.yaml").write_text(text)
    refused("promote", "--from", "staging", "--to", "prod")
    assert "staging has no image yet; `make image ENV=staging` builds one" in capsys.readouterr().err


def test_an_image_of_an_unknown_architecture_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = pinned(folder, A)
    monkeypatch.delenv("ALLOW")
    refused("release", "--image", B)
    assert "ALLOW=unknown-architecture" in capsys.readouterr().err
    assert config(folder) == before


def test_what_cannot_be_generated_is_undone(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = pinned(folder, A)
    (folder / "config/other.yaml").write_text("application: other\n")
    refused("release", "--app", "shop", "--image", B)
    assert "config/shop.yaml was not changed" in capsys.readouterr().err
    assert (folder / "config/shop.yaml").read_text() == before
