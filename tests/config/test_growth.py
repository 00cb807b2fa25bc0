"""The work to refuse a file grows with its size, not with its square: counted in calls of functions, not in seconds."""

from __future__ import annotations

import cProfile
import pstats
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from beanstack.config import ConfigError, load
from beanstack.resources import accepted
from tests.conftest import MINIMAL

if TYPE_CHECKING:
    from collections.abc import Callable

FEW, MANY = 60, 240
MOST = 5.0  # times as many calls for four times as many mistakes; with the square it would be 16

CONTAINER = "image: 'nginx:1', memory: 6"
LISTENER = "aws:elbv2:listener:"
RULE, SCHEDULE = "aws:elbv2:listenerrule:r", "aws:autoscaling:scheduledaction"
KINDS: dict[str, tuple[str, Callable[[int], str]]] = {
    "unknown keys": ("", lambda i: f"    key{i}: 1\n"),
    "bad names of properties": ("    properties:\n", lambda i: f"      'k {i}': x\n"),
    "numbers for texts": ("    properties:\n", lambda i: f"      K{i}: 1\n"),
    "nulls that remove nothing": ("    properties:\n", lambda i: f"      K{i}:\n"),
    "duplicate keys": ("    properties:\n", lambda i: f"      K: x{i}\n"),
    "secrets": ("    properties:\n", lambda i: f"      K{i}_PASSWORD: x\n"),
    "tags of the wrong length": ("    tags:\n", lambda i: f"      {'t' * 200}{i}: x\n"),
    "instance types of two architectures": ("    instance_types:\n      - t3.nano\n", lambda _: "      - t4g.nano\n"),
    "volumes in one folder": ("    volumes:\n", lambda i: f"      v{i}: {{host_path: /srv, owner: 1}}\n"),
    "volumes in several folders": ("    volumes:\n", lambda i: f"      v{i}: {{host_path: /srv/v{i}, owner: 1}}\n"),
    "containers without a tag": ("    containers:\n", lambda i: f"      c{i}: {{image: nginx, memory: 6}}\n"),
    "links to nothing": ("    containers:\n", lambda i: f"      c{i}: {{{CONTAINER}, links: [x{i}]}}\n"),
    "links in circles": ("    containers:\n", lambda i: f"      c{i}: {{{CONTAINER}, links: [c{i ^ 1}]}}\n"),
    "ports that are taken": ("    containers:\n", lambda i: f"      c{i}: {{{CONTAINER}, ports: ['80:80']}}\n"),
    "mounts of nothing": ("    containers:\n      web:\n        mounts:\n", lambda i: f"        - 'v{i}:/a{i}'\n"),
    "unknown namespaces": ("    options:\n", lambda i: f"      aws:x{i}: {{a: '1'}}\n"),
    "unknown options": ("    options:\n      aws:autoscaling:asg:\n", lambda i: f"        A{i}: '1'\n"),
    "listeners without a certificate": ("    options:\n", lambda i: f"      {LISTENER}{i + 1}: {{Protocol: HTTPS}}\n"),
    "rules of one priority": ("    options:\n", lambda i: f"      {RULE}{i}: {{Priority: '1'}}\n"),
    "schedules without a time": ("    options:\n", lambda i: f"      r{i}.{SCHEDULE}: {{MinSize: '1'}}\n"),
    "environments with a mistake": ("    tags: {}\n", lambda i: f"  e{i}: {{scaling: {{min: 9}}}}\n"),
}  # fmt: skip


def calls(kind: str, size: int) -> int:
    """Return how many calls it takes to refuse a file with a number of mistakes."""
    above, mistake = KINDS[kind]
    text = MINIMAL + above
    Path("shop.yaml").write_text(text + "".join(map(mistake, range(size))))
    profile = cProfile.Profile()
    with suppress(ConfigError):
        profile.runcall(load, [Path("shop.yaml")], judge=accepted.judged)
    return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", KINDS)
def test_four_times_as_many_mistakes_take_about_four_times_the_work(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    calls(kind, 2)  # so that what is read once, such as the facts, is not counted
    assert calls(kind, MANY) / calls(kind, FEW) < MOST


def test_the_names_of_many_environments_are_not_all_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = MINIMAL.replace("nginx:1.27", "nginx").replace("  dev:\n", "".join(f"  e{i}: {{}}\n" for i in range(40)))
    Path("shop.yaml").write_text(text)
    with pytest.raises(ConfigError) as error:
        load([Path("shop.yaml")])
    named = ", ".join(f"e{i}" for i in range(15))
    assert str(error.value).endswith(f"add one (in {named} and 25 more)")
