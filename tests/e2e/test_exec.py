"""`make exec` in containers of this machine: those of `make run`, and those of the local AWS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.recipes.conftest import Checkout

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.run.engine import Engine

WORDS = ["a b", "$HOME", "'\"", "", "é", "\n", "--x"]
SHOW = ["python3", "-c", "import json, sys; print(json.dumps(sys.argv[1:]))", *WORDS]
CONTAINER = "CONTAINER=todobackend"


@pytest.fixture(scope="module")
def checkout(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    made = Checkout(tmp_path_factory.mktemp("project") / "a checkout", engine.kind)
    yield made
    made.make("clean")


@pytest.fixture(scope="module", params=["run", "stack"])
def running(checkout: Checkout, request: pytest.FixtureRequest) -> Iterator[Checkout]:
    """Return the copy while an environment runs, by `make run` or in the local AWS."""
    started = checkout.make(request.param, "ENV=dev", *(["LOCAL=1"] if request.param == "stack" else []))
    assert started.returncode == 0, started.stdout + started.stderr
    yield checkout
    checkout.make("run-stop" if request.param == "run" else "local-stop", "ENV=dev")


def quoted(words: list[str]) -> str:
    """Return a command as make gets it from a shell that has taken the quotes away."""
    return f"CMD={json.dumps(words)}"


def test_a_command_runs_in_the_container_with_its_words_as_they_are(running: Checkout) -> None:
    done = running.make("exec", "ENV=dev", "LOCAL=1", CONTAINER, quoted(SHOW))
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == WORDS


def test_a_command_reads_standard_input_and_make_fails_when_it_fails(running: Checkout) -> None:
    words = ["sh", "-c", "cat; exit 3"]
    done = running.make("exec", "ENV=dev", "LOCAL=1", CONTAINER, quoted(words), typed="typed")
    assert (done.returncode, done.stdout) == (2, "typed")


def test_another_container_is_refused_with_those_that_run(running: Checkout) -> None:
    done = running.make("exec", "ENV=dev", "LOCAL=1", "CONTAINER=web", quoted(["true"]))
    assert done.returncode == 2
    assert "no container 'web' runs here; these do: " in done.stderr
    assert "todobackend" in done.stderr


def test_an_environment_that_does_not_run_is_refused(checkout: Checkout) -> None:
    done = checkout.make("exec", "ENV=prod", "LOCAL=1", CONTAINER, quoted(["true"]))
    assert done.returncode == 2
    assert "todobackend-prod does not run here; `make run` or `make stack LOCAL=1` starts it" in done.stderr
