"""The choice of a container engine, and what reaches it. The engines are stubs; tests/e2e uses a real one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from beanstack.run.engine import CONTAINERS_CONF, Engine, State, find_engine, is_engine_variable
from beanstack.run.errors import RunError

Install = Callable[..., Path]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Return a function that puts a program on PATH, which holds nothing else but what a shell needs."""
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    def made(name: str, body: str = "exit 0") -> Path:
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\n{body}\n")
        program.chmod(0o755)
        return program

    # What this machine has must not be found.
    made("docker", "exit 1")
    made("podman", "exit 1")
    return made


def found(install: Install, choice: str = "") -> str | None:
    engine = find_engine(choice, install("podman-compose"))
    return engine.kind if engine else None


def test_a_client_without_a_server_is_not_used(install: Install) -> None:
    assert found(install) is None
    install("podman")
    assert found(install) == "podman"


def test_docker_without_its_compose_is_not_used(install: Install) -> None:
    install("docker", '[ "$1" = info ]')
    assert found(install) is None
    install("docker", '[ "$1" = info ] || [ "$1 $2" = "compose version" ]')
    assert found(install) == "docker"


def test_podman_without_its_compose_is_not_used(install: Install, tmp_path: Path) -> None:
    install("podman")
    assert find_engine("", tmp_path / "nowhere") is None


def test_docker_is_preferred_unless_another_engine_is_chosen(install: Install) -> None:
    install("docker")
    install("podman")
    assert [found(install, choice) for choice in ("", "docker", "podman", "none")] == [
        "docker",
        "docker",
        "podman",
        None,
    ]


def test_an_unknown_engine_is_refused(install: Install) -> None:
    with pytest.raises(RunError, match="ENGINE must be docker, podman or none, not 'lxc'"):
        found(install, "lxc")


def test_no_credential_of_the_shell_reaches_the_engine(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hush")
    monkeypatch.setenv("DOCKER_HOST", "unix:///run/user/1000/docker.sock")
    install("docker", "env")
    engine = find_engine("docker", Path("nowhere"))
    assert engine
    seen = engine.check_call("anything", variables={"RDS_PASSWORD": "own", "PATH": "never"})
    assert "hush" not in seen
    assert "DOCKER_HOST=unix:///run/user/1000/docker.sock\n" in seen
    assert "RDS_PASSWORD=own\n" in seen
    assert "PATH=never" not in seen
    assert "hush" not in repr(engine)


def test_podman_sets_no_limits_that_root_may_not_set(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root lacks this right in many sandboxes. The user's own configuration is kept."""
    monkeypatch.setattr("beanstack.run.engine._lacks_resource_rights", lambda: True)
    install("runc")
    install("podman", 'printf "%s" "$CONTAINERS_CONF"')
    engine = find_engine("podman", install("podman-compose"))
    assert engine
    assert engine.check_call("info") == str(CONTAINERS_CONF)
    monkeypatch.setenv("CONTAINERS_CONF", "/etc/mine.conf")
    engine = find_engine("podman", install("podman-compose"))
    assert engine
    assert engine.check_call("info") == "/etc/mine.conf"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("docker", ["--file", "f", "--project-name", "p", "up", "--detach", "--no-deps", "--no-build"]),
        (
            "podman",
            [
                "--in-pod=false",
                "--file",
                "f",
                "--project-name",
                "p",
                "--podman-run-args=--http-proxy=false",
                "--podman-run-args=--env=A",
                "--podman-run-args=--env=B",
            ],
        ),
    ],
)
def test_values_appear_on_no_command_line(install: Install, kind: str, expected: list[str]) -> None:
    """podman-compose would replace a name by its value, so podman itself gets the names, and no proxy."""
    program = install("compose", 'printf "%s\\n" "$@" >"$0.words"; [ "$A$B" = "12" ]')
    engine = Engine("docker" if kind == "docker" else "podman", (str(program),), {"PATH": "/usr/bin:/bin"})
    engine.up(Path("f"), "p", "web", {"B": "2", "A": "1"})
    words = Path(f"{program}.words").read_text().splitlines()
    assert words[: len(expected)] == expected
    assert words[-2:] == ["--force-recreate", "web"]


def test_the_state_is_read_from_either_engines_output(install: Install) -> None:
    said = [{"State": {"Status": "exited", "ExitCode": 3}, "RestartCount": 2}]
    install("podman", f"echo '{json.dumps(said)}'")
    engine = Engine("podman", (), {"PATH": f"{install('x').parent}:/usr/bin:/bin"})
    assert engine.state("web") == State("exited", 3, "", 2)
    said = [{"State": {"Status": "running", "ExitCode": 0, "Health": {"Status": "healthy"}}}]
    install("podman", f"echo '{json.dumps(said)}'")
    assert engine.state("web") == State("running", 0, "healthy", 0)
    install("podman", "exit 1")
    assert engine.state("web") is None


def test_a_failure_is_reported_with_the_engines_last_output(install: Install) -> None:
    install("podman", "echo first >&2; echo 'no such thing' >&2; exit 125")
    engine = Engine("podman", (), {"PATH": f"{install('x').parent}:/usr/bin:/bin"})
    with pytest.raises(RunError, match=r"^podman failed with exit status 125: first \| no such thing$"):
        engine.check_call("run", "x")


def test_a_command_that_hangs_is_ended(install: Install) -> None:
    install("podman", "exec sleep 60")
    engine = Engine("podman", (), {"PATH": f"{install('x').parent}:/usr/bin:/bin"})
    with pytest.raises(RunError, match=r"^podman wait did not end within 1 s$"):
        engine.call("wait", "x", timeout=1)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("PATH", True), ("DOCKER_HOST", True), ("LD_PRELOAD", True), ("PYTHONPATH", True), ("RDS_PASSWORD", False)],
)
def test_variables_that_the_engines_programs_read_are_recognized(name: str, expected: bool) -> None:
    assert is_engine_variable(name) is expected
