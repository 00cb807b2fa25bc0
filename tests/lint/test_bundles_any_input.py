"""Random bundles: whatever they contain, the linter reports findings and never fails."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from beanstack.eb.ecs.dockerrun import facts as dockerrun_facts
from beanstack.eb.options.catalogue import facts as option_facts
from beanstack.lint.bundles.ebextensions import facts as extension_facts
from beanstack.lint.bundles.linter import bundle_findings
from beanstack.lint.bundles.report import as_json, sarif, text

MANY = settings(max_examples=150)


def keys(spec: Any) -> set[str]:
    """Return every key in the facts, so that random data gets below the first level."""
    found = set(spec.get("keys", ()))
    for inner in (*spec.get("keys", {}).values(), spec.get("items", {}), spec.get("entries", {})):
        found |= keys(inner) if inner else set()
    return found


PLACEHOLDERS = {"process_name": "admin", "port": "443", "rule_name": "api", "policy_name": "sticky"}
KNOWN = sorted(keys(dockerrun_facts()["file"]) | keys(extension_facts()["file"]))
WORDS = ["web", "2", "true", "yes", "80:22", "0644", "/tmp/x", ">> x", "manage.py migrate", "a:b", "<x>", "`{}`", "\t"]
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.sampled_from(WORDS))
DATA = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KNOWN) | st.text(max_size=5), inner, max_size=6)
    ),
    max_leaves=30,
)
CONTAINERS = st.lists(
    st.dictionaries(
        st.sampled_from(sorted(dockerrun_facts()["file"]["keys"]["containerDefinitions"]["items"]["keys"])),
        DATA,
        max_size=8,
    ),
    max_size=3,
)
DOCKERRUNS = st.fixed_dictionaries(
    {"AWSEBDockerrunVersion": st.just(2), "containerDefinitions": CONTAINERS | DATA, "volumes": DATA}
)
SECTIONS = st.dictionaries(st.sampled_from(sorted(extension_facts()["file"]["keys"])), DATA, max_size=5)
PIECES = st.lists(
    st.sampled_from(
        [
            "- ",
            ": ",
            "{",
            "}",
            "[",
            "]",
            '"',
            "'",
            "|",
            ">",
            "&a ",
            "*a",
            "!!str ",
            "!!int ",
            "!Ref ",
            "<<: ",
            "#",
            "\t",
            "\n",
            "\n  ",
            "---\n",
            "%",
            "? ",
            "a",
            "commands",
            "\\ud800",
            "\x00",
            "\ufeff",
            "0x",
            "1:2",
            "2018-99-99",
            "=",
            ",",
            "😀",
        ]
    ),
    max_size=40,
).map("".join)


def checked(files: dict[str, bytes]) -> list[str]:
    """Return the IDs of the findings in a folder; format them in every way."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        found = bundle_findings(Path(folder))
    for form in (text(found, coloured=True), as_json(found), sarif(found)):
        form.encode()
    for finding in found:
        assert finding.place.line >= 1
        assert finding.place.column >= 1
    return [finding.id for finding in found]


@MANY
@given(st.binary(max_size=200))
def test_any_bytes_can_be_checked(content: bytes) -> None:
    checked({"Dockerrun.aws.json": content, ".ebextensions/a.config": content})


@MANY
@given(PIECES)
def test_any_pieces_of_yaml_and_json_can_be_checked(content: str) -> None:
    checked({"Dockerrun.aws.json": content.encode(), ".ebextensions/a.config": content.encode()})


SHELL_PIECES = (
    r"export $(¦eval ¦cat ¦| xargs)¦>> ¦> ¦$a¦a=¦/etc/x¦<<EOF¦#¦\¦\n¦ ¦sudo ¦manage.py migrate¦if [ ! ¦&& exit¦${a}"
)
SHELL = st.lists(
    st.sampled_from([*SHELL_PIECES.split("¦"), "\n", "\nEOF\n", "\r\n", '"', "'", "😀", "\ufeff"]), max_size=30
).map("".join)


@MANY
@given(SHELL, st.binary(max_size=50))
def test_any_script_can_be_checked(text: str, content: bytes) -> None:
    hooks = ".platform/hooks/predeploy"
    containers = [{"name": "a", "image": "a:1", "memory": 9, "command": ["sh", "-c", text]}]
    commands = {"container_commands": {"a": {"command": text}, "b": {"command": ["bash", "-c", text]}}}
    checked(
        {
            f"{hooks}/a.sh": text.encode(),
            f"{hooks}/b.sh": content,
            f"{hooks}/c": b"#!/bin/sh\n" + content,
            "Dockerrun.aws.json": json.dumps({"AWSEBDockerrunVersion": 2, "containerDefinitions": containers}).encode(),
            ".ebextensions/a.config": json.dumps(commands).encode(),
            ".ebextensions/b.config": yaml.safe_dump(commands).encode(),
        }
    )


@MANY
@given(DOCKERRUNS | DATA)
def test_any_dockerrun_can_be_checked(content: Any) -> None:
    checked({"Dockerrun.aws.json": json.dumps(content).encode("utf-8", "replace")})


@MANY
@given(SECTIONS | DATA, SECTIONS)
def test_any_extension_can_be_checked(first: Any, second: Any) -> None:
    written = yaml.safe_dump(first, allow_unicode=True).encode("utf-8", "replace")
    checked({".ebextensions/a.config": written, ".ebextensions/b.config": json.dumps(second).encode()})


def option_settings(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return settings in both forms, also mixed."""
    namespaces = st.sampled_from([name.name.format_map(PLACEHOLDERS) for name in option_facts().namespaces])
    some = st.one_of(namespaces, namespaces.map(lambda name: f"night.{name}"), namespaces.map(str.upper), SCALARS)
    names = st.sampled_from(sorted({o.name for name in option_facts().namespaces for o in name.options.values()}))
    options = st.one_of(names, names.map(str.lower), st.text(max_size=8))
    items = st.fixed_dictionaries(
        {}, optional={"namespace": some, "option_name": options, "value": values, "resource_name": SCALARS}
    )
    keys = some.map(str)
    return st.lists(items | values, max_size=8) | st.dictionaries(
        keys, st.dictionaries(options, values, max_size=5) | values, max_size=6
    )


VALUES = st.one_of(SCALARS, st.lists(SCALARS, max_size=3), st.sampled_from([{"Ref": "A"}, "-1", "PT5M", "a=b", "443"]))


@MANY
@given(option_settings(VALUES), option_settings(DATA), DOCKERRUNS)
def test_any_option_settings_can_be_checked(first: Any, second: Any, dockerrun: Any) -> None:
    checked(
        {
            ".ebextensions/a.config": yaml.safe_dump({"option_settings": first}).encode("utf-8", "replace"),
            ".ebextensions/b.config": json.dumps({"option_settings": second}).encode(),
            "Dockerrun.aws.json": json.dumps(dockerrun).encode("utf-8", "replace"),
        }
    )


def refused(constant: str) -> None:
    raise ValueError(constant)


@MANY
@given(st.text(max_size=60))
def test_json_is_read_as_python_reads_it(content: str) -> None:
    """The linter accepts what Python's own reader accepts, and nothing else."""
    for given_text in (content, json.dumps(content), f"[{content}]"):
        try:
            json.loads(given_text, parse_constant=refused)
            is_json = True
        except ValueError:
            is_json = False
        assert (
            "E9620" in checked({"Dockerrun.aws.json": given_text.encode("utf-8", "replace")})
        ) is not is_json or "\ufeff" in content


def sample() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Dockerrun.aws.json", b'{"AWSEBDockerrunVersion": 2}')
        archive.writestr(".ebextensions/a.config", b"commands: {}\n")
    return buffer.getvalue()


ZIP = sample()


@MANY
@given(st.lists(st.tuples(st.integers(0, len(ZIP) - 1), st.integers(0, 255)), max_size=6), st.integers(0, len(ZIP)))
def test_any_zip_can_be_checked(changes: list[tuple[int, int]], length: int) -> None:
    broken = bytearray(ZIP)
    for at, value in changes:
        broken[at] = value
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "app.zip")
        for content in (broken, broken[:length], broken[length:]):
            path.write_bytes(content)
            bundle_findings(path)
