"""What is built for which environments. No container engine is asked; tests/e2e/test_image.py builds."""

from __future__ import annotations

from pathlib import Path

import pytest

from beanstack.images.build import sources
from beanstack.images.project import configured
from beanstack.operate.errors import DeploymentError
from tests.images.conftest import CONFIG


def built(folder: Path, config: str, environment: str = "") -> dict[str, list[str]]:
    """Return the keys that each repository's image is pinned at."""
    (folder / "config/shop.yaml").write_text(config)
    found = sources(configured(Path(), ""), environment)
    return {source.repository.name: [".".join(map(str, path)) for path in source.paths] for source in found}


def test_an_image_of_defaults_is_built_once_for_all_environments(folder: Path) -> None:
    assert built(folder, CONFIG) == {"shop": ["defaults.image"]}


def test_an_image_of_one_environment_is_pinned_there(folder: Path) -> None:
    assert built(folder, CONFIG, "prod") == {"shop": ["environments.prod.image"]}


def test_containers_with_one_source_get_one_image(folder: Path) -> None:
    build = "build: {context: app, repository: shop}"
    config = CONFIG.replace("web: {memory: 64,", f"web: {{{build}, memory: 64,")
    assert built(folder, config) == {"shop": ["defaults.image", "defaults.containers.web.image"]}


def test_a_source_of_an_environments_own_is_not_that_of_defaults(folder: Path) -> None:
    config = CONFIG.replace("  dev: {}", "  dev: {build: {repository: other}}")
    assert built(folder, config) == {"shop": ["defaults.image"]}
    assert built(folder, config, "dev") == {"other": ["environments.dev.image"]}


@pytest.mark.parametrize(
    ("settings", "kind"),
    [("instance_types: [t4g.small]", "dev arm64 in"), ('account: "210987654321"', "dev amd64 in 210987654321")],
)
def test_environments_that_cannot_share_an_image_are_refused(folder: Path, settings: str, kind: str) -> None:
    config = CONFIG.replace("  dev: {}", f"  dev: {{{settings}}}")
    with pytest.raises(DeploymentError, match=kind):
        built(folder, config)
    assert built(folder, config, "dev") == {"shop": ["environments.dev.image"]}


def test_an_application_without_a_source_has_nothing_to_build(folder: Path) -> None:
    config = CONFIG.replace(
        "  build: {context: app, repository: shop}   # the site", "  image: example.org/shop:1  # the site"
    )
    with pytest.raises(DeploymentError, match="has no image with a `build`"):
        built(folder, config)
