"""The option settings that decide how an environment runs, and its health check."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from beanstack.eb.namespaces import PROPERTIES
from beanstack.operate.committed import template
from beanstack.run.__main__ import from_shell, main
from beanstack.run.database import KINDS, database
from beanstack.run.environment import Environment, options, unresolved
from beanstack.run.errors import RunError
from beanstack.run.health import probe
from beanstack.run.healthcheck import HealthCheck
from tests.conftest import fixture_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROCESS = "aws:elasticbeanstalk:environment:process:default"
KIND = ("aws:elasticbeanstalk:environment", "LoadBalancerType")


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, HealthCheck(80, "/")),
        (
            {KIND: "application", (PROCESS, "Port"): "8080", (PROCESS, "HealthCheckPath"): "/up"},
            HealthCheck(8080, "/up"),
        ),
        ({KIND: "application", (PROCESS, "MatcherHTTPCode"): "200,301"}, HealthCheck(80, "/", "200,301")),
        ({KIND: "network", (PROCESS, "Port"): "81"}, HealthCheck(81, None)),
        ({("aws:elasticbeanstalk:application", "Application Healthcheck URL"): "HTTP:81/up"}, HealthCheck(81, "/up")),
        ({("aws:elasticbeanstalk:application", "Application Healthcheck URL"): "/up"}, HealthCheck(80, "/up")),
        ({("aws:elasticbeanstalk:application", "Application Healthcheck URL"): "TCP:81"}, HealthCheck(81, None)),
    ],
)
def test_the_health_check_matches_the_load_balancers(
    settings: dict[tuple[str, str], str], expected: HealthCheck
) -> None:
    assert Environment("shop", "shop-dev", settings).health_check == expected


def test_a_generated_template_contains_all_that_running_needs() -> None:
    generated = template(fixture_files()["output/todobackend/dev.yaml"].decode())
    settings = generated["Resources"]["Environment"]["Properties"]["OptionSettings"]
    found = Environment("todobackend", "todobackend-dev", options(settings))
    assert (found.database_engine, found.database_user, found.properties) == ("mysql", "ebroot", {})
    assert found.health_check == HealthCheck(80, "/todos", "200")
    assert found.database_password is None  # only CloudFormation knows it


def test_a_worker_does_not_run_here(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    generated = fixture_files()["output/todobackend/dev.yaml"].decode()
    path = tmp_path / "dev.yaml"
    path.write_text(generated.replace("'WebServer'", "'Worker'"))
    arguments = ["--podman-compose", "none", "--state", str(tmp_path), "start", str(path), str(tmp_path)]
    assert main(arguments) == 1
    assert "not of the tier WebServer; only that one runs here" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("codes", "code", "expected"),
    [
        ("200", 200, True),
        ("200", 204, False),
        ("200,301", 301, True),
        ("200-299", 250, True),
        ("200-299,401", 300, False),
    ],
)
def test_codes_are_numbers_lists_and_ranges(codes: str, code: int, expected: bool) -> None:
    assert HealthCheck(80, "/", codes).accepts(code) is expected


@pytest.fixture
def port() -> Iterator[int]:
    """Return the port of a server that answers 204 to /up, to /404 and the like with that, and 500 to all else."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = self.path.removeprefix("/")
            self.send_response(204 if asked == "up" else int(asked) if asked.isdigit() else 500)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def test_the_status_code_of_an_answer_decides(port: int) -> None:
    assert probe(HealthCheck(80, "/up", "200-299"), port) == ""
    assert probe(HealthCheck(80, "/down"), port) == "/down answers 500, not 200"
    assert probe(HealthCheck(80, None), port) == ""


@pytest.mark.parametrize("status", [201, 301, 302, 400, 401, 403, 404, 405, 499, 500, 503])
def test_any_other_status_than_200_is_unhealthy_by_default(port: int, status: int) -> None:
    assert probe(HealthCheck(80, f"/{status}"), port) == f"/{status} answers {status}, not 200"
    assert probe(HealthCheck(80, f"/{status}", str(status)), port) == ""


def test_a_port_without_an_answer_is_reported(free_port: int) -> None:
    assert "/ does not answer: " in probe(HealthCheck(80, "/"), free_port)
    assert "nothing listens: " in probe(HealthCheck(80, None), free_port)


@pytest.fixture
def free_port() -> int:
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        return server.server_port


@pytest.mark.parametrize("engine", KINDS)
def test_a_database_has_credentials_of_its_own(engine: str) -> None:
    made, other = database(engine, "ebroot"), database(engine, "ebroot")
    assert made.variables["RDS_PASSWORD"] != other.variables["RDS_PASSWORD"]
    assert len(made.password) == 16
    assert made.password.isalnum()
    assert made.password not in repr(made)
    assert made.variables | {"RDS_PASSWORD": ""} == {
        "RDS_HOSTNAME": "beanstack-database",
        "RDS_PORT": {"mysql": "3306", "postgres": "5432"}[engine],
        "RDS_DB_NAME": "ebdb",
        "RDS_USERNAME": "ebroot",
        "RDS_PASSWORD": "",
    }


def test_properties_that_only_cloudformation_knows_are_named_and_left_out() -> None:
    settings: list[dict[str, Any]] = [
        {"Namespace": PROPERTIES, "OptionName": "QUEUE", "Value": {"Ref": "Jobs"}},
        {"Namespace": PROPERTIES, "OptionName": "LEVEL", "Value": "info"},
        {"Namespace": "aws:rds:dbinstance", "OptionName": "DBPassword", "Value": {"Fn::Sub": "x"}},
    ]
    assert unresolved(settings) == ["QUEUE"]
    assert options(settings) == {(PROPERTIES, "LEVEL"): "info"}


def test_such_properties_are_taken_from_the_shell(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = [{"Namespace": PROPERTIES, "OptionName": name, "Value": {"Ref": name}} for name in ("QUEUE", "TABLE")]
    monkeypatch.setenv("QUEUE", "http://127.0.0.1/q")
    monkeypatch.delenv("TABLE", raising=False)
    assert from_shell(settings) == {(PROPERTIES, "QUEUE"): "http://127.0.0.1/q"}
    assert capsys.readouterr().err == (
        "warning: not available here: TABLE comes from a resource; to set it: TABLE=... make run\n"
    )


def test_an_unknown_database_engine_is_refused() -> None:
    with pytest.raises(RunError, match="only a mysql or postgres database can run here, not 'oracle-se2'"):
        database("oracle-se2", "ebroot")
