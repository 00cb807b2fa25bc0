"""Files that were made to take minutes, all memory or the stack: they are judged nevertheless, up to a limit."""

from __future__ import annotations

import json

import pytest

from beanstack.lint.bundles.option import SETTINGS_LIMIT
from tests.lint.test_bundles_any_input import judged


def chain(length: int) -> bytes:
    """Containers of which each links to the next."""
    containers = [{"name": f"c{at}", "image": "a:1", "memory": 9, "links": [f"c{at + 1}"]} for at in range(length)]
    return json.dumps({"AWSEBDockerrunVersion": 2, "containerDefinitions": containers}).encode()


def misspelt(line: str) -> bytes:
    """As many settings as are judged, each of which resembles others."""
    return f"option_settings:\n{''.join(line.format(at) for at in range(SETTINGS_LIMIT))}".encode()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("Dockerrun.aws.json", chain(9000)),
        ("Dockerrun.aws.json", b"[" * 900_000),
        (".ebextensions/a.config", b"[" * 900_000),
        (".ebextensions/a.config", b"a: " + b"1:" * 400_000 + b"1"),
        (".ebextensions/a.config", b"commands:\n  a:\n    command: |\n      a\n" + b"\n" * 900_000 + b"      b\n"),
        (".ebextensions/a.config", b'commands: {a: {command: "' + b"export $(" * 100_000 + b'"}}'),
        (".ebextensions/a.config", b'commands: {a: {command: "' + b"flyway " * 140_000 + b'"}}'),
        (".platform/hooks/predeploy/a.sh", b"echo a > /etc/a\n" + b"echo a >> /etc/a\n" * 60_000),
        (".platform/hooks/predeploy/a.sh", b"a=" + b"$a" * 100 + b"\necho >> " + b"$a" * 450_000),
        (".platform/hooks/predeploy/a.sh", b'echo "\'\\" ' * 80_000),
        (".platform/hooks/predeploy/a.sh", b"a <<A\n" * 140_000),
        (".platform/hooks/predeploy/a.sh", b"; " + b" " * 900_000 + b"sudo"),
        (".ebextensions/a.config", misspelt("  aws:elasticbeanstalk:application:environmen{0}:\n    A: b\n")),
        (".ebextensions/a.config", misspelt("  aws:elbv2:listenerrule:a{0}:\n    Priority: {0}\n    Process: b\n")),
    ],
    ids=[
        "links",
        "brackets in JSON",
        "brackets in YAML",
        "a long number",
        "lines",
        "export",
        "flyway",
        "appends",
        "variables",
        "quotes",
        "here-documents",
        "spaces",
        "namespaces",
        "listener rules",
    ],
)
def test_input_made_to_be_slow_is_checked_in_time(name: str, content: bytes) -> None:
    """Each takes minutes, all memory or the stack, where a step is quadratic or recursive."""
    judged({name: content})


def test_findings_beyond_the_limit_are_left_out_with_a_note() -> None:
    keys_without_meaning = json.dumps({f"key{at}": 1 for at in range(2000)}).encode()
    found = judged({"Dockerrun.aws.json": b'{"AWSEBDockerrunVersion": 2, ' + keys_without_meaning[1:]})
    assert len(found) == 501
    assert "E9626" in found
