"""Platform hooks on an instance: which run, when, where and with which variables. Real shells run them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beanstack.run import instance
from beanstack.run.errors import RunError
from beanstack.run.hooks import hooks, not_here
from tests.conftest import as_name
from tests.run.scratch import bundled

if TYPE_CHECKING:
    from tests.run.scratch import Instance

LOG = "/var/record/order"
RECORDER = f'#!/bin/bash\necho "${{0#./}} in $PWD" >>{LOG}\n'.encode()
EXTENSION = f"""\
commands:
  a: {{command: echo commands >>{LOG}}}
container_commands:
  a: {{command: echo container_commands >>{LOG}}}
""".encode()


def hook(path: str) -> str:
    return f".platform/hooks/{path}"


def recorded(host: Instance) -> list[str]:
    path = host.record / "order"
    return path.read_text("utf-8").splitlines() if path.exists() else []


def finish(host: Instance, bundle: dict[str, bytes], properties: dict[str, str] | None = None) -> None:
    """Do what is left of a deployment once the containers have started."""
    instance.run_hooks(host.host, hooks(bundle, "hooks"), "postdeploy", properties or {}, host.notices.append)


def test_hooks_run_in_the_order_of_eb_and_in_its_folders(host: Instance) -> None:
    names = ["prebuild/2", "prebuild/10", "predeploy/a.sh", "predeploy/B", "postdeploy/a b", "postdeploy/$(id);é"]
    bundle = {**bundled(), **{hook(as_name(name)): RECORDER for name in names}, ".ebextensions/a.config": EXTENSION}
    bundle[".platform/confighooks/predeploy/c"] = RECORDER
    bundle[hook("predeploy/lib/functions.sh")] = b"exit 1\n"
    host.deploy(bundle=bundle)
    finish(host, bundle)
    assert recorded(host) == [
        "commands",
        f"{hook('prebuild/10')} in /var/app/staging",
        f"{hook('prebuild/2')} in /var/app/staging",
        "container_commands",
        f"{hook('predeploy/B')} in /var/app/staging",
        f"{hook('predeploy/a.sh')} in /var/app/staging",
        f"{hook('postdeploy/$(id);é')} in /var/app/current",
        f"{hook('postdeploy/a b')} in /var/app/current",
    ]
    assert host.notices == []


def test_hooks_have_the_properties_and_nothing_of_this_machine(host: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_OF_THIS_MACHINE", "x")
    bundle = {**bundled(), hook("predeploy/env"): f"#!/bin/sh\nenv | sort >>{LOG}\n".encode()}
    host.stage(bundle=bundle, properties={"MODE": "a  b", "HOME": "/home/own"})
    found = dict(line.partition("=")[::2] for line in recorded(host))
    assert found.pop("PWD") == "/var/app/staging"
    assert found == {"HOME": "/home/own", "MODE": "a  b", "PATH": instance.PATH}


def test_a_hook_that_fails_ends_the_deployment_and_the_current_bundle_stays(host: Instance) -> None:
    host.deploy(bundle=bundled())
    failing = b"#!/bin/bash\nset -e\necho about to fail\nfalse\n"
    bundle = {**bundled("1.0.1"), hook("predeploy/1"): failing, hook("predeploy/2"): RECORDER}
    with pytest.raises(RunError, match=r"hook \.platform/hooks/predeploy/1 failed with exit status 1: about to fail"):
        host.deploy(bundle=bundle)
    assert b":1.0.0" in (host.root / "var/app/current/Dockerrun.aws.json").read_bytes()
    assert recorded(host) == []


@pytest.mark.parametrize(
    ("script", "program"),
    [
        ("#!/bin/sh\nset -e\ndnf install -y jq\necho never\n", "dnf"),
        ("#!/bin/bash\nset -e\nsystemctl restart rsyslog\n", "systemctl"),
        ("#!/bin/bash\nset -e\nname=$(/opt/elasticbeanstalk/bin/get-config environment -k NAME)\n", "get-config"),
        ("#!/bin/bash\nset -e\nexec /usr/bin/env docker ps\n", "docker"),
    ],
)
def test_a_program_that_only_an_instance_has_is_a_warning(host: Instance, script: str, program: str) -> None:
    script = script.replace("set -e\n", f"set -e\nPATH=/nowhere:/usr/bin/env-only\nhash -r\necho begun >>{LOG}\n", 1)
    bundle = {**bundled(), hook("prebuild/1"): script.encode(), hook("prebuild/2"): RECORDER}
    host.deploy(bundle=bundle)
    [notice] = host.notices
    assert notice.startswith("warning: hook .platform/hooks/prebuild/1 failed with exit status 127: ")
    assert notice.endswith(f"(ignored: an instance has {program}, its stand-in here does not)")
    assert recorded(host) == ["begun", f"{hook('prebuild/2')} in /var/app/staging"]


def test_a_misspelt_program_is_an_error(host: Instance) -> None:
    bundle = {**bundled(), hook("prebuild/1"): b"#!/bin/bash\ndnff install -y jq\n"}
    with pytest.raises(RunError, match=r"exit status 127: .*dnff: command not found"):
        host.deploy(bundle=bundle)


@pytest.mark.parametrize("content", [b"echo a\n", b"", b"\xef\xbb\xbf#!/bin/sh\n"])
def test_a_hook_that_linux_cannot_start_is_refused_before_anything_runs(content: bytes) -> None:
    with pytest.raises(RunError, match=r"predeploy/1: exec format error; a hook is a program, or a"):
        hooks({hook("predeploy/1"): content}, "hooks")


def test_a_change_of_configuration_runs_the_hooks_for_it_alone() -> None:
    bundle = {hook("predeploy/1"): RECORDER, ".platform/confighooks/predeploy/2": RECORDER}
    assert hooks(bundle, "confighooks").of("predeploy") == [".platform/confighooks/predeploy/2"]
    assert hooks(bundle, "hooks").of("predeploy") == [hook("predeploy/1")]


def test_a_hook_that_reads_the_database_variables_is_a_warning() -> None:
    bundle = {hook("predeploy/1"): b"#!/bin/sh\necho $RDS_HOSTNAME\n", hook("predeploy/2"): RECORDER}
    [warning] = not_here(bundle, hooks(bundle, "hooks"))
    assert warning.startswith(f"{hook('predeploy/1')} gets no RDS_ variables here")
