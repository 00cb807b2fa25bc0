"""Health checks and labels of a container."""

from __future__ import annotations

import pytest

from tests.eb.tasks import found_in


@pytest.mark.parametrize(
    ("words", "rule", "path"),
    [
        (["foo", "bar"], "health-check-command", (0,)),
        (["/bin/true"], "health-check-command", (0,)),
        (["cmd-shell", "exit 0"], "health-check-command", (0,)),
        (["CMD-SHELL curl localhost"], "health-check-command", (0,)),
        (["NONE"], "health-check-command", (0,)),
        (["CMD"], "health-check-command", ()),
        (["CMD-SHELL"], "health-check-command", ()),
        (["CMD-SHELL", "curl", "localhost"], "health-check-words", (2,)),
        (["CMD", "curl -f http://localhost/ || exit 1"], "health-check-words", (1,)),
        (["CMD", "curl", "localhost", "||", "exit", "1"], "health-check-words", (1,)),
    ],
)
def test_a_health_check_that_docker_does_not_run_is_reported(
    words: list[str], rule: str, path: tuple[int, ...]
) -> None:
    assert found_in("healthCheck", {"command": words}) == [(rule, ("command", *path))]


@pytest.mark.parametrize(
    "words",
    [
        ["CMD", "/bin/true"],
        ["CMD", "a", "b c"],
        ["CMD", "a", "b|c"],
        ["CMD-SHELL", "curl localhost || exit 1"],
        ["${SHELL}", "a"],
    ],
)
def test_a_health_check_that_docker_runs_is_accepted(words: list[str]) -> None:
    assert found_in("healthCheck", {"command": words}) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [("interval", 4), ("interval", 301), ("timeout", 1), ("timeout", 61), ("retries", 0), ("retries", 11)],
)
def test_a_health_check_has_ranges(key: str, value: int) -> None:
    assert found_in("healthCheck", {"command": ["CMD", "a"], key: value}) == [("out-of-range", (key,))]


@pytest.mark.parametrize("label", ["com.amazonaws.ecs.cluster", "com.docker.a", "io.docker.a", "org.dockerproject.a"])
def test_a_label_of_the_agent_or_of_docker_is_reported(label: str) -> None:
    assert found_in("dockerLabels", {label: "a"}) == [("label-reserved", (label,))]


def test_other_labels_are_free() -> None:
    assert found_in("dockerLabels", {"com.amazonaws.ecsx": "a", "com.example.docker": "b", "": "c"}) == []
