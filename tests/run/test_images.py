"""The source of each image. The engine is a stub that records its command lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from beanstack.run.engine import Engine
from beanstack.run.errors import RunError
from beanstack.run.images import application_image, built_image, contexts, digest, image

OWN = "111111111111.dkr.ecr.eu-west-1.amazonaws.com/team/todobackend:1"
EXAMPLE = Path(__file__).parents[2] / "examples/todobackend"
# It has the images in $HAS, built from $SOURCE. It pulls any image, except those of the repository `nowhere`.
STUB = """\
#!/bin/sh
echo "$*" >>"${0%/*}/asked"
case "$1 $2" in
  "image inspect") case " $HAS " in *" ${5-$3} "*) echo "$SOURCE" ;; *) exit 1 ;; esac ;;
  "pull --quiet") case $3 in nowhere/*) echo "no such host" >&2; exit 1 ;; esac ;;
esac
"""


class Stub:
    def __init__(self, folder: Path, has: str = "", source: str = "") -> None:
        self.folder = folder
        (folder / "podman").write_text(STUB)
        (folder / "podman").chmod(0o755)
        self.engine = Engine("podman", (), {"PATH": f"{folder}:/usr/bin:/bin", "HAS": has, "SOURCE": source})

    def asked(self) -> list[str]:
        """Return the commands, except for inspections."""
        lines = (self.folder / "asked").read_text().splitlines()
        return [line for line in lines if not line.startswith("image inspect")]


def test_the_applications_own_image_is_built_from_its_example(tmp_path: Path) -> None:
    base = "docker.io/library/python:3.13-slim-bookworm"
    stub, notices = Stub(tmp_path, has=base), list[str]()
    assert application_image(stub.engine, OWN, EXAMPLE, notices.append) == OWN
    [build] = stub.asked()
    assert build.startswith("build --quiet --network host --label beanstack.source=")
    assert build.endswith(f"--build-arg BASE={base} --tag {OWN} {EXAMPLE}")
    assert notices == [f"building {OWN} from {EXAMPLE}"]


@pytest.mark.parametrize(("source", "builds"), [("", False), (digest(EXAMPLE), False), ("of another day", True)])
def test_an_image_is_rebuilt_when_its_source_changes_unless_it_was_built_elsewhere(
    tmp_path: Path, source: str, builds: bool
) -> None:
    stub = Stub(tmp_path, has=f"{OWN} docker.io/library/python:3.13-slim-bookworm", source=source)
    application_image(stub.engine, OWN, EXAMPLE, print)
    assert bool(stub.asked()) is builds


def test_an_image_of_another_repository_is_pulled(tmp_path: Path) -> None:
    stub = Stub(tmp_path)
    assert application_image(stub.engine, "docker.io/library/nginx:1.27", EXAMPLE, print)
    assert stub.asked() == ["pull --quiet docker.io/library/nginx:1.27"]


def test_an_image_that_is_present_is_not_pulled(tmp_path: Path) -> None:
    stub = Stub(tmp_path, has="team/web:1")
    assert image(stub.engine, "team/web:1", print) == "team/web:1"
    assert stub.asked() == []


def test_an_image_that_cannot_be_pulled_is_reported_with_the_reason(tmp_path: Path) -> None:
    expected = r"cannot pull the image nowhere/web:1 \(no such host\); build it or load it under that name"
    with pytest.raises(RunError, match=expected):
        image(Stub(tmp_path).engine, "nowhere/web:1", print)


NOT_BUILT = "nowhere/shop:not-built"
PINNED = f"nowhere/shop@sha256:{'a' * 64}"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A context whose Dockerfile takes no base image as an argument."""
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "Dockerfile").write_text("FROM scratch\n")
    return folder


def test_an_image_that_is_not_pinned_is_built_and_again_only_when_its_source_changes(
    tmp_path: Path, source: Path
) -> None:
    stub = Stub(tmp_path)
    assert built_image(stub.engine, NOT_BUILT, source, print) == NOT_BUILT
    [build] = stub.asked()
    assert build == (
        f"build --quiet --network host --label beanstack.source={digest(source)} --tag {NOT_BUILT} {source}"
    )
    for built_from, builds in ((digest(source), 1), ("of another day", 2)):
        stub = Stub(tmp_path, has=NOT_BUILT, source=built_from)
        assert built_image(stub.engine, NOT_BUILT, source, print) == NOT_BUILT
        assert len(stub.asked()) == builds


def test_a_pinned_image_that_is_there_or_can_be_pulled_is_not_built(tmp_path: Path, source: Path) -> None:
    assert built_image(Stub(tmp_path, has=PINNED).engine, PINNED, source, print) == PINNED
    stub = Stub(tmp_path)
    assert built_image(stub.engine, "somewhere/shop:1", source, print) == "somewhere/shop:1"
    assert stub.asked() == ["pull --quiet somewhere/shop:1"]


def test_a_pinned_image_that_cannot_be_pulled_is_built_with_a_warning(tmp_path: Path, source: Path) -> None:
    stub, notices = Stub(tmp_path), list[str]()
    assert built_image(stub.engine, PINNED, source, notices.append) == NOT_BUILT
    assert notices[1] == f"warning: cannot pull the image {PINNED} (no such host); building {source} in its place"
    assert stub.asked()[-1].startswith("build --quiet")


def test_the_committed_templates_say_what_is_built_from_which_folder(tmp_path: Path) -> None:
    output = tmp_path / "output/shop"
    output.mkdir(parents=True)
    builds = f"[{{Image: '{PINNED}', Repository: nowhere/shop, Context: app}}]"
    lines = [
        "Application: shop",
        "Stack: shop-dev",
        "Environment: dev",
        "Region: eu-west-1",
        f"BundleKey: {'0' * 64}.zip",
    ]
    text = "".join(f"    {line}\n" for line in (*lines, f"Builds: {builds}"))
    (output / "dev.yaml").write_text(f"Metadata:\n  Beanstack:\n{text}")
    (output / "broken.yaml").write_text("Metadata: {}\n")
    (output / "application.yaml").write_text("{}\n")
    assert contexts(tmp_path, "shop") == {PINNED: tmp_path / "app"}
    assert contexts(tmp_path, "other") == {}
