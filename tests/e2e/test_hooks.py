"""Platform hooks of a bundle around real containers, in deployments of a version and of configuration."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.conftest import committed_options

if TYPE_CHECKING:
    from tests.e2e.conftest import Bundle, Launch, Running

# Answers with what the hooks wrote, each answer anew.
SHOW = """
from http.server import BaseHTTPRequestHandler, HTTPServer
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
        self.wfile.write(open("/opt/beanstack/bin/order").read().encode())
HTTPServer(("0.0.0.0", 8000), Handler).serve_forever()
"""
HOOK = b'#!/bin/bash\nset -euo pipefail\necho "$0 $GREETING" >>bin/order\n'
STAGES = ("prebuild", "predeploy", "postdeploy")
LACKING = b"#!/bin/bash\nset -e\ndnf install -y jq\n"


@pytest.fixture(scope="module")
def files(bundle: Bundle) -> Bundle:
    """Return a bundle with hooks, whose container shows what they left in the bundle's folder."""
    dockerrun: Any = json.loads(bundle["Dockerrun.aws.json"])
    web = dockerrun["containerDefinitions"][0]
    web["command"], web["entryPoint"] = ["python3", "-c", SHOW], ["/app/venv/bin/python3", "-c", SHOW]
    dockerrun["containerDefinitions"] = [web]
    made = {f".platform/{kind}/{stage}/1": HOOK for kind in ("hooks", "confighooks") for stage in STAGES}
    made |= {"Dockerrun.aws.json": json.dumps(dockerrun).encode(), ".platform/hooks/prebuild/2": LACKING}
    return bundle | made


@pytest.fixture(scope="module")
def hooked(launch: Launch, files: Bundle) -> Running:
    """Run the example's container with the hooks."""
    options = {key: value for key, value in committed_options().items() if key[0] != "aws:rds:dbinstance"}
    options["aws:elasticbeanstalk:application:environment", "GREETING"] = "two  words"
    running = launch("e2e-hooks", options)
    running.deploy(files)
    return running


def order(running: Running) -> list[str]:
    return running.request("/todos")[1].decode().splitlines()


def test_the_hooks_of_a_version_run_around_the_start_of_the_containers(hooked: Running) -> None:
    assert order(hooked) == [f"./.platform/hooks/{stage}/1 two  words" for stage in STAGES]


def test_a_program_that_only_an_instance_has_is_a_warning(hooked: Running) -> None:
    [warning] = [line for line in hooked.notices if "dnf" in line]
    assert warning.endswith("(ignored: an instance has dnf, its stand-in here does not)")


def test_a_change_of_configuration_runs_the_config_hooks_in_a_bundle_unpacked_anew(
    hooked: Running, files: Bundle
) -> None:
    hooked.url = hooked.deployment.configure(files)
    assert order(hooked) == [f"./.platform/confighooks/{stage}/1 two  words" for stage in STAGES]
