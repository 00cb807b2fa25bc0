"""What a plan says of a bundle that differs."""

from __future__ import annotations

import json

from beanstack.operate.comparison.bundles import bundle_changes


def bundle(*containers: dict[str, object], **files: str) -> dict[str, bytes]:
    dockerrun = {"AWSEBDockerrunVersion": 2, "containerDefinitions": list(containers)}
    texts = {name.replace("_", "."): text.encode() for name, text in files.items()}
    return {"Dockerrun.aws.json": json.dumps(dockerrun).encode(), **texts}


def test_image_command_and_ports_are_compared_container_by_container() -> None:
    before = bundle({"name": "b", "image": "x"}, {"name": "a", "image": "a:1", "command": ["run"]})
    after = bundle({"name": "a", "image": "a:2", "command": ["run", "fast"]}, {"name": "b", "image": "x"})
    assert list(bundle_changes(before, after)) == [
        'containerDefinitions.a.command: ["run"] -> ["run", "fast"]',
        'containerDefinitions.a.image: "a:1" -> "a:2"',
    ]


def test_scripts_are_compared_line_by_line() -> None:
    before, after = bundle(a_sh="one\ntwo\n", gone_sh="x\n"), bundle(a_sh="one\n2\n", new_sh="y\n")
    assert list(bundle_changes(before, after)) == [
        *("a.sh changes", "  -two", "  +2"),
        *("gone.sh is removed", "  -x"),
        *("new.sh is new", "  +y"),
    ]


def test_equal_bundles_have_no_changes() -> None:
    assert list(bundle_changes(bundle(a_sh="x"), bundle(a_sh="x"))) == []
