"""`.ebextensions` of any bundle: commands, their order, their folder and their variables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beanstack.run.ebextensions import extensions
from beanstack.run.errors import RunError

if TYPE_CHECKING:
    from tests.run.scratch import Instance


def bundle(**files: str) -> dict[str, bytes]:
    """Return a bundle with these files in .ebextensions."""
    return {f".ebextensions/{name}.config": text.encode() for name, text in files.items()}


def said(host: Instance) -> list[str]:
    return (host.record / "said").read_text().splitlines()


ORDER = bundle(
    b="""
commands:
  x: {command: "echo b.x >>/var/record/said"}
container_commands:
  01: {command: "echo b.01 >>/var/record/said"}
  99: {command: "echo b.99.leader >>/var/record/said", leader_only: true}
""",
    a="""
container_commands:
  z: {command: [sh, -c, "echo a.z >>/var/record/said"]}
commands:
  2: {command: "echo a.2 >>/var/record/said"}
  1: {command: "echo a.1 >>/var/record/said"}
""",
)


@pytest.mark.parametrize(
    ("leader", "expected"),
    [
        (True, ["a.1", "a.2", "b.x", "b.99.leader", "a.z", "b.01"]),
        (False, ["a.1", "a.2", "b.x", "a.z", "b.01"]),
    ],
)
def test_commands_run_first_and_leader_only_commands_before_other_container_commands(
    host: Instance, leader: bool, expected: list[str]
) -> None:
    host.deploy(leader=leader, bundle=ORDER)
    assert said(host) == expected


def test_commands_run_before_the_bundle_is_unpacked(host: Instance) -> None:
    files = bundle(
        a="commands: {a: {command: 'ls -A /var/app /var/app/staging 2>&1 >>/var/record/said; pwd >>/var/record/said'}}"
    )
    host.deploy(bundle=files)
    assert said(host) == ["/"]


def test_container_commands_run_in_the_unpacked_bundle(host: Instance) -> None:
    files = bundle(a="container_commands: {a: {command: 'pwd >>/var/record/said; ls -A >>/var/record/said'}}")
    host.deploy(bundle=files)
    assert said(host) == ["/var/app/staging", ".ebextensions"]


def test_only_container_commands_get_the_properties(host: Instance) -> None:
    files = bundle(
        a="""
commands: {a: {command: 'echo "${MODE-none}" >>/var/record/said'}}
container_commands: {a: {command: 'echo "${MODE-none}" >>/var/record/said'}}
"""
    )
    host.stage(bundle=files, properties={"MODE": "a  b"})
    assert said(host) == ["none", "a  b"]


def test_env_replaces_the_whole_environment(host: Instance) -> None:
    files = bundle(
        a="container_commands: {a: {command: 'echo ${A-no} ${MODE-no} ${HOME-no} >>/var/record/said', env: {A: 1}}}"
    )
    host.stage(bundle=files, properties={"MODE": "set"})
    assert said(host) == ["1 no no"]


def test_a_command_runs_in_its_cwd(host: Instance) -> None:
    host.deploy(bundle=bundle(a="container_commands: {a: {command: 'pwd >>/var/record/said', cwd: /etc}}"))
    assert said(host) == ["/etc"]


def test_a_command_whose_test_fails_is_skipped_silently(host: Instance) -> None:
    files = bundle(
        a="""
container_commands:
  1: {command: "echo 1 >>/var/record/said", test: "false"}
  2: {command: "echo 2 >>/var/record/said", test: [test, -d, /var/app]}
  3: {command: "echo 3 >>/var/record/said", test: "false", leader_only: true}
"""
    )
    host.deploy(leader=True, bundle=files)
    assert said(host) == ["3", "2"]
    assert host.notices == []


def test_only_an_ignored_failure_lets_the_deployment_continue(host: Instance) -> None:
    files = bundle(
        a="""
container_commands:
  1: {command: "echo sorry; exit 4", ignoreErrors: true}
  2: {command: "echo 2 >>/var/record/said"}
  3: {command: "echo no >&2; exit 5"}
  4: {command: "echo 4 >>/var/record/said"}
"""
    )
    with pytest.raises(RunError, match=r"^command 3 failed with exit status 5: no$"):
        host.deploy(bundle=files)
    assert said(host) == ["2"]
    assert host.notices == ["command 1 failed with exit status 4: sorry (ignored)"]


def test_numeric_names_are_sorted_as_strings(host: Instance) -> None:
    say = "echo {} >>/var/record/said"
    commands = ", ".join(f"{name}: {{command: {say.format(name)}}}" for name in ("2", "b", "10"))
    files = bundle(a=f"container_commands: {{{commands}}}")
    host.deploy(bundle=files)
    assert said(host) == ["10", "2", "b"]


def test_sections_that_do_not_run_here_are_listed() -> None:
    found = extensions(bundle(a="packages: {yum: {git: []}}\noption_settings: {}\ncommands: {}"))
    assert found.skipped == (".ebextensions/a.config: packages",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [", "^.ebextensions/a.config is not YAML: "),
        ("\x80", "is not YAML"),
        ("- a", "expected a mapping of sections"),
        ("", "expected a mapping of sections"),
        ("commands: {a: ls}", "a: expected a mapping with a `command`"),
        ("commands: {a: {cwd: /}}", "a: expected a mapping with a `command`"),
        ("commands: [a]", "expected a mapping of commands by name"),
        ("container_commands: x", "expected a mapping of commands by name"),
        ("commands: {a: {command: ls, env: [x]}}", "a: expected a mapping with a `command`, and `env` as a mapping"),
    ],
)
def test_an_invalid_file_ends_the_deployment(text: str, message: str) -> None:
    with pytest.raises(RunError, match=message):
        extensions({".ebextensions/a.config": text.encode("latin-1")})
