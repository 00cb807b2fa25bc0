"""The real EB CLI against the embedded AWS."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from .conftest import PROJECT, client_environment

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .conftest import LocalAWS

    Eb = Callable[..., str]

EB = PROJECT / ".venv-ebcli" / "bin" / "eb"


@pytest.fixture
def eb(local: LocalAWS, deployed: str, tmp_path: Path) -> Eb:
    """Runs `eb` in a folder that `eb init` would have made for the deployed application."""
    if not EB.exists():
        pytest.fail(f"{EB} is missing: run `beanstack venv ebcli`", pytrace=False)
    (tmp_path / ".elasticbeanstalk").mkdir()
    (tmp_path / ".elasticbeanstalk" / "config.yml").write_text(
        f"global: {{application_name: {deployed}, default_region: us-east-1, workspace_type: Application}}\n",
        encoding="utf-8",
    )

    def run(*arguments: str) -> str:
        result = subprocess.run(
            [str(EB), *arguments],
            cwd=tmp_path,
            env=client_environment(HOME=str(tmp_path / "home"), AWS_ENDPOINT_URL=local.url),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    return run


def test_eb_list_shows_the_environment(eb: Eb, deployed: str) -> None:
    assert eb("list").split() == [deployed]
    assert f"{deployed} : ['i-0" in eb("list", "-v")


def test_eb_status_shows_version_platform_and_health(eb: Eb, local: LocalAWS, deployed: str) -> None:
    status = eb("status", deployed)
    environment = local.environment(deployed)
    assert f"Environment details for: {deployed}" in status
    assert f"Deployed Version: {environment['VersionLabel']}" in status
    assert f"Platform: {environment['PlatformArn']}" in status
    assert f"CNAME: {environment['CNAME']}" in status
    assert "Status: Ready" in status
    assert "Health: Green" in status


def test_eb_events_shows_the_launch(eb: Eb, deployed: str) -> None:
    events = eb("events", deployed)
    start = events.index("createEnvironment is starting.")
    assert start < events.index(f"Successfully launched environment: {deployed}")


def test_eb_printenv_shows_the_properties(eb: Eb, local: LocalAWS, deployed: str) -> None:
    local.client("elasticbeanstalk").update_environment(
        EnvironmentName=deployed,
        OptionSettings=[
            {
                "Namespace": "aws:elasticbeanstalk:application:environment",
                "OptionName": "GREETING",
                "Value": "a = <b> & ü",
            }
        ],
    )
    assert "GREETING = a = <b> & ü" in eb("printenv", deployed)


def test_eb_setenv_changes_the_properties(eb: Eb, local: LocalAWS, deployed: str) -> None:
    eb("setenv", "-e", deployed, "DEBUG=1", "MODE=fast")
    eb("setenv", "-e", deployed, "DEBUG=2", "MODE=")
    namespace = "aws:elasticbeanstalk:application:environment"
    properties = {key[1]: value for key, value in local.options(deployed, deployed).items() if key[0] == namespace}
    assert properties == {"DEBUG": "2"}


def test_eb_scale_changes_the_size(eb: Eb, local: LocalAWS, deployed: str) -> None:
    eb("scale", "3", deployed)
    options = local.options(deployed, deployed)
    assert options["aws:autoscaling:asg", "MinSize"] == options["aws:autoscaling:asg", "MaxSize"] == "3"


def test_eb_platform_lists_the_newest_version(eb: Eb) -> None:
    assert "64bit Amazon Linux 2023 v4.7.7 running ECS" in eb("platform", "list", "-v").splitlines()


def test_eb_logs_fetches_the_log(eb: Eb, deployed: str) -> None:
    assert f"Successfully launched environment: {deployed}" in eb("logs", deployed)


def test_eb_terminate_ends_the_environment(eb: Eb, local: LocalAWS, deployed: str) -> None:
    assert "terminateEnvironment completed successfully." in eb("terminate", deployed, "--force")
    found = local.client("elasticbeanstalk").describe_environments(EnvironmentNames=[deployed])
    assert found["Environments"] == []
