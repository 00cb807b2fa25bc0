"""The sources that images are built from."""

from __future__ import annotations

from tests.config.conftest import case

IMAGE = "image: example.org/shop:1.0\n"
ECR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
NAME = "2 to 256 lowercase letters and digits, with single . _ - or / between them"
FOLDER = "a folder inside the project, relative to it, of letters, digits and . _ - /"


def with_build(build: str) -> str:
    return f'account: "123456789012"\nbuild: {build}\n'


def repository(name: str, found: str) -> tuple[str, str, str, str]:
    """A name that ECR refuses: its case's name, edit and message."""
    edit = with_build(f"{{context: app, repository: {name}}}")
    return f"the repository name {name}", IMAGE, edit, f"5:35: build.repository: expected {NAME}, found {found}"


def context(path: str) -> tuple[str, str, str, str]:
    """A context that is not in the project: its case's name, edit and message."""
    edit = with_build(f"{{context: {path}, repository: shop}}")
    column = 35 - len("app, repository: ")
    return f"the context {path}", IMAGE, edit, f"5:{column}: build.context: expected {FOLDER}, found '{path}'"


CASES = (
    case(
        "a source without an account",
        IMAGE,
        "build: {context: app, repository: shop}\n",
        "4:1: build: needs `account`, the ID of the AWS account whose registry keeps the image",
    ),
    case(
        "a container's source without an account",
        "    image: example.org/worker:2.0\n",
        "    build: {context: app, repository: shop}\n",
        "20:5: containers.worker.build: needs `account`, the ID of the AWS account whose registry keeps the image",
    ),
    case(
        "a source without a repository",
        IMAGE,
        with_build("{context: app}"),
        "5:8: build.repository: is missing",
    ),
    case(
        "a source in Compose's short form",
        IMAGE,
        with_build("app"),
        "5:8: build: expected a mapping, found 'app'",
    ),
    case(
        "a source with Compose's dockerfile",
        IMAGE,
        with_build("{context: app, repository: shop, dockerfile: Dockerfile}"),
        "5:41: build.dockerfile: unknown key",
    ),
    case(
        "an image of another repository than its source",
        IMAGE,
        f"image: {ECR}/shop:1.0\n" + with_build("{context: app, repository: other}"),
        "4:8: image: is of the repository 'shop', `build` names 'other'; until that has an image, write `image: null`",
    ),
    case(
        "a container's image of another repository than its source",
        "    image: example.org/worker:2.0\n",
        f"    image: {ECR}/shop:1.0\n    build: {{context: app, repository: other}}\n",
        "20:12: containers.worker.image: is of the repository 'shop', `build` names 'other'; until that has an image, "
        "write `image: null`",
        "21:5: containers.worker.build: needs `account`, the ID of the AWS account whose registry keeps the image",
    ),
    case(*repository("Shop", "'Shop'")),
    case(*repository("s", "'s'")),
    case(*repository("shop--web", "'shop--web'")),
    case(*repository("/shop", "'/shop'")),
    case(*repository("shop/", "'shop/'")),
    case(*repository("shop:1.0", "'shop:1.0'")),
    case(*repository("s" * 257, f"'{'s' * 77}...'")),
    case(*context("../app")),
    case(*context("app/..")),
    case(*context("/srv/app")),
    case(*context("~/app")),
    case(*context("-app")),
)
