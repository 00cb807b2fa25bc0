"""The entry point inside images: one with busybox alone, and Debian's."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from beanstack.run import images
from beanstack.run.deployment import INSTANCE_IMAGE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.run.engine import Engine

SCRIPT = Path(__file__).parents[2] / "templates/bin"
BUSYBOX = "docker.io/library/busybox:1.37"
START = ["/bin/sh", "/opt/beanstack/bin/entrypoint.sh"]
# Prints its process ID, and exits with status 0 on a signal.
LOOP = 'trap "echo ended; exit 0" TERM; echo "process $$"; while :; do sleep 0.1; done'


@pytest.fixture(scope="module", params=["busybox", "debian"])
def image(engine: Engine, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    if request.param == "debian":
        return images.image(engine, INSTANCE_IMAGE, print)
    if engine.has_image(BUSYBOX) or engine.call("pull", "--quiet", BUSYBOX).returncode == 0:
        return BUSYBOX
    program = shutil.which("busybox")
    assert program, "neither the image nor the program busybox is here (Debian: busybox-static)"
    linked = subprocess.run(["ldd", program], capture_output=True, check=False).returncode == 0
    assert not linked, f"{program} needs libraries; a static one makes an image (Debian: busybox-static)"
    folder = tmp_path_factory.mktemp("busybox")
    shutil.copy2(program, folder / "busybox")
    (folder / "Dockerfile").write_text(
        'FROM scratch\nCOPY busybox /bin/busybox\nRUN ["/bin/busybox", "--install", "-s", "/bin"]\n'
    )
    engine.check_call("build", "--quiet", "--tag", "localhost/beanstack/busybox:test", str(folder))
    return "localhost/beanstack/busybox:test"


@pytest.fixture
def name(engine: Engine) -> Iterator[str]:
    yield "beanstack-entrypoint-test"
    engine.remove("beanstack-entrypoint-test")


def mounted(*words: str) -> list[str]:
    return ["--volume", f"{SCRIPT}:/opt/beanstack/bin:ro", "--entrypoint", START[0], *words]


def test_it_runs_where_there_is_only_a_posix_shell(engine: Engine, image: str) -> None:
    words = ["--variable", "DB=RDS_HOSTNAME", "--", "sh", "-c", 'printf "%s|" "$DB" "$@"', "x", "a  b", "$c", ""]
    said = engine.check_call(
        "run", "--rm", "--env", "RDS_HOSTNAME", *mounted(image), START[1], *words, variables={"RDS_HOSTNAME": "it's"}
    )
    assert said == "it's|a  b|$c||"


def test_the_command_is_process_1_and_gets_its_signals(engine: Engine, image: str, name: str) -> None:
    engine.check_call("run", "--detach", "--name", name, *mounted(image), START[1], "--", "sh", "-c", LOOP)
    while not engine.logs(name):
        time.sleep(0.1)
    began = time.monotonic()
    engine.check_call("stop", name)
    state = engine.state(name)
    assert engine.logs(name) == ["process 1", "ended"]
    assert state
    assert state.exit_code == 0
    assert time.monotonic() - began < 8  # it did not wait to be killed


def test_an_images_own_entry_point_is_kept_where_it_is_named(engine: Engine, image: str) -> None:
    """It follows the two dashes, as `entry_point` of a configuration puts it there."""
    words = ["--", "/bin/echo", "own entry point", "command"]
    assert engine.check_call("run", "--rm", *mounted(image), START[1], *words) == "own entry point command\n"
