"""Hostile values on their way through the bundle, Compose and the entry point to the process."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.conftest import committed_options

if TYPE_CHECKING:
    from tests.e2e.conftest import Bundle, Launch, Running

HOSTILE = [
    "two  words ",
    "it's",
    'say "hi"',
    "$HOME ${HOME} $(id) `id` $$ $$$",
    "a\\b\\\\n\\",
    "# no comment",
    "a=b=c",
    "100% %s %n {{x}}",
    "-n",
    "--",
    "* ? [a-z] ~",
    "; exit 1 & | < >",
    "grüße 日本語 😀",
    "x" * 4000,
]
# Answers every request with its own words and variables.
ECHO = """
import json, os, sys
from http.server import BaseHTTPRequestHandler, HTTPServer
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
        self.wfile.write(json.dumps([sys.argv[1:], dict(os.environ)]).encode())
HTTPServer(("0.0.0.0", 8000), Handler).serve_forever()
"""


@pytest.fixture(scope="module")
def echo(launch: Launch, bundle: Bundle) -> Running:
    """Run the example's container, bootstrapped, with a command that shows what it received."""
    dockerrun: Any = json.loads(bundle["Dockerrun.aws.json"])
    web = dockerrun["containerDefinitions"][0]
    web["command"] = ["python3", "-c", ECHO, *HOSTILE]
    web["environment"] = [{"name": f"OWN_{n}", "value": value} for n, value in enumerate(HOSTILE)]
    # The migration is not this test's; the five variables are.
    web["entryPoint"] = [*web["entryPoint"][: web["entryPoint"].index("--migrate")], "--"]
    dockerrun["containerDefinitions"] = [web]
    properties = {f"SHARED_{n}": value for n, value in enumerate(HOSTILE)} | {"PATH": "/app/venv/bin:/usr/bin:/bin"}
    options = {key: value for key, value in committed_options().items() if key[0] != "aws:rds:dbinstance"}
    names = ("HOSTNAME", "PORT", "DB_NAME", "USERNAME", "PASSWORD")
    properties |= {f"RDS_{name}": HOSTILE[n] for n, name in enumerate(names)}
    namespace = "aws:elasticbeanstalk:application:environment"
    running = launch("e2e-echo", options | {(namespace, name): value for name, value in properties.items()})
    running.deploy(bundle | {"Dockerrun.aws.json": json.dumps(dockerrun).encode()})
    return running


def test_words_arrive_unchanged(echo: Running) -> None:
    words, _ = json.loads(echo.request("/todos")[1])
    assert words == HOSTILE


@pytest.mark.parametrize("where", ["OWN", "SHARED"])
def test_variables_arrive_unchanged(echo: Running, where: str) -> None:
    _, variables = json.loads(echo.request("/todos")[1])
    assert [variables[f"{where}_{n}"] for n in range(len(HOSTILE))] == HOSTILE


def test_the_entry_point_passes_them_on_unchanged(echo: Running) -> None:
    _, variables = json.loads(echo.request("/todos")[1])
    names = ("HOST", "PORT", "DATABASE", "USER", "PASSWORD")
    assert [variables[f"MYSQL_{name}"] for name in names] == HOSTILE[:5]


def test_a_property_that_the_engine_itself_reads_reaches_the_containers(echo: Running) -> None:
    _, variables = json.loads(echo.request("/todos")[1])
    assert variables["PATH"] == "/app/venv/bin:/usr/bin:/bin"
