"""Periodic tasks: each fault of a cron.yaml by itself, at the place that ▲ marks, and what stays accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beanstack.eb.cron import schedule_findings
from beanstack.lint.bundles.linter import bundle_findings
from tests.lint.marked import findings, places

if TYPE_CHECKING:
    from pathlib import Path

    from beanstack.eb.findings import Finding

CRON = "cron.yaml"


def tasks(*lines: str, head: str = "version: 1") -> str:
    return f"{head}\ncron:\n" + "".join(f"  {line}\n" for line in lines)


def task(name: str = "backup", url: str = "/backup", schedule: str = '"0 */12 * * *"') -> str:
    return f"- {{name: {name}, url: {url}, schedule: {schedule}}}"


FAULTS = {
    "no version": ("E9860", "▲cron: []\n"),
    "the version as text": ("E9860", tasks(task(), head='version: ▲"1"')),
    "the version as a fraction": ("E9860", tasks(task(), head="version: ▲1.0")),
    "another version": ("E9860", tasks(task(), head="version: ▲2")),
    "an empty file": ("E9860", "▲"),
    "a file with comments alone": ("E9860", "▲# none yet\n"),
    "no tasks": ("E9641", "▲version: 1\n"),
    "tasks without a value": ("E9641", "▲version: 1\ncron:\n"),
    "tasks as a mapping": ("E9642", "version: 1\ncron:\n  ▲backup: {url: /backup}\n"),
    "a list alone": ("E9642", "▲" + task() + "\n"),
    "a task without a name": ("E9641", tasks('- ▲{url: /a, schedule: "0 0 * * *"}')),
    "a task without a schedule": ("E9641", tasks("- ▲{name: a, url: /a}")),
    "a task without a path": ("E9641", tasks('- ▲{name: a, path: /a, schedule: "0 0 * * *"}')),
    "a schedule without quotes": ("E9621", "version: 1\ncron:\n  - schedule: *▲ * * * *\n"),
    "two tasks of one name": ("E9863", tasks(task(), task(name="▲backup", url="/b"))),
    "a space in a URL": ("E9864", tasks(task(url='▲"/daily report"'))),
    "a letter with an accent in a URL": ("E9864", tasks(task(url="▲/café"))),
    "a whole URL": ("W9865", tasks(task(url="▲https://shop.example/backup"))),
    "a URL without a slash": ("W9865", tasks(task(url="▲backup"))),
    "a schedule of six fields": ("W9862", tasks(task(schedule='▲"0 0 12 * * *"'))),
    "a number for a schedule": ("E9861", tasks(task(schedule="▲5"))),
    "a schedule of EventBridge": ("E9861", tasks(task(schedule="▲rate(5 minutes)"))),
    "a variable": ("W9857", tasks(task(url='▲"/${TASK}"'))),
    "Google App Engine's": ("W9866", "▲cron:\n- description: daily\n  url: /a\n  schedule: every 24 hours\n"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_at_its_place(fault: str, tmp_path: Path) -> None:
    rule, text = FAULTS[fault]
    found = [one for one in findings(tmp_path, {CRON: text}) if one[0] != "W9640"]
    assert found == [(rule, *places(text)[0])]


REFUSED = [
    *("@reboot", "@every 5m", "@Daily", "* * * *", "* * * * * * *", "cron(0 12 * * ? *)", "H/5 * * * *", ""),
    *("0/5 * * * *", "5/10 * * * *", "*/0 * * * *", "*/x * * * *", "1-10/0 * * * *", "** * * * *"),
    *("60 * * * *", "0-60 * * * *", "0 25 * * *", "0 0 * 13 *", "0 0 * 0 *", "0 0 ? * MON", "0 0 L * *"),
    *("0 0 * * sunday", "0 0 * january *", "0 0 * * 5#2", "0,,5 * * * *", "a b c d e", "every day 00:00 x"),
]
DOUBTFUL = [
    *("0 24 * * *", "0 0 32 * *", "0 0 0 * *", "0 0 * * 8", "0 0 31 2 *", "0 0 30,31 feb *", "50-10 * * * *"),
    *("0 0 * * fri-mon", "0 12 * * * 2026", " 0 0 * * *", "0, 20 * * * *"),
]
ACCEPTED = [
    *("0 */12 * * *", "* * * * *", "*/5 * * * *", "*/61 * * * *", "0 23 * * *", "0-30/5 8-18 * * 1-5", "0,30 * * * *"),
    *("0 0 * * 0", "0 0 * * 7", "0 0 * * sun", "0 0 1 jan,jul *", "0 0 * * MON-FRI", "59 23 31 12 6", "0  4  *  *  *"),
    *("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly", "0 0 29 2 *", "0 0 31 2 1"),
    *("0 0 31 * *", "0 0 30,1 2 *", "5 4 * * *   ", "0\t0 * * *"),
]


@pytest.mark.parametrize("schedule", REFUSED)
def test_a_schedule_that_ebs_daemon_cannot_read_is_an_error(schedule: str) -> None:
    assert [found.id for found in schedule_findings(schedule)] == ["E9861"]


@pytest.mark.parametrize("schedule", DOUBTFUL)
def test_a_schedule_that_means_other_times_is_a_warning(schedule: str) -> None:
    assert [found.id for found in schedule_findings(schedule)] == ["W9862"]


@pytest.mark.parametrize("schedule", ACCEPTED)
def test_a_schedule_that_the_daemon_reads_is_accepted(schedule: str) -> None:
    assert list(schedule_findings(schedule)) == []


def test_good_tasks_have_no_findings(tmp_path: Path) -> None:
    text = tasks(task(), task("audit", "/audit?full=1&x=%20", '"0 23 * * *"'), task("<NAME>", "<URL>", '"{{ cron }}"'))
    assert findings(tmp_path, {CRON: text}) == []
    assert findings(tmp_path, {CRON: "version: 1\ncron: []\n"}) == []


def test_a_web_server_environment_runs_no_tasks(tmp_path: Path) -> None:
    manifest = "AWSConfigurationTemplateVersion: 1.1.0.0\nEnvironmentTier: {Name: WebServer, Type: Standard}\n"
    files = {CRON: tasks(task()), "env.yaml": manifest}
    assert findings(tmp_path, files) == [("W9866", 1, 1)]
    files["env.yaml"] = manifest.replace("WebServer", "Worker").replace("Standard", "SQS/HTTP")
    assert findings(tmp_path, files) == []


def test_the_file_can_be_checked_alone(tmp_path: Path) -> None:
    (tmp_path / CRON).write_text(tasks(task(), task()))
    [finding] = bundle_findings(tmp_path / CRON)
    assert (finding.id, finding.place.file, finding.place.line) == ("E9863", f"{tmp_path}/{CRON}", 4)


@pytest.mark.parametrize("name", ["cron.yml", "cron.json", "Cron.yaml", "cron.yaml.txt"])
def test_a_file_of_another_name_is_not_found(name: str, tmp_path: Path) -> None:
    found = {finding.id: finding.allowed for finding in bundle_findings_of(tmp_path, {name: tasks(task())})}
    assert found["W9613"] == "did you mean 'cron.yaml'?"


def test_a_cron_file_of_another_tool_is_left_alone(tmp_path: Path) -> None:
    assert [rule for rule, *_ in findings(tmp_path, {"cron.yml": "jobs: []\n"})] == ["I9618"]


def bundle_findings_of(folder: Path, files: dict[str, str]) -> list[Finding]:
    findings(folder, files)
    return bundle_findings(folder)
