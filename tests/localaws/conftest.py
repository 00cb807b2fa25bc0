"""One server for all tests of the embedded AWS, and real clients of it."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PROJECT = Path(__file__).parents[2]
SERVER_PYTHON = PROJECT / ".venv-localaws" / "bin" / "python"
PLATFORM = "arn:aws:elasticbeanstalk:us-east-1::platform/ECS running on 64bit Amazon Linux 2023/4.7.7"
ACCOUNT = "000000000000"

Template = dict[str, Any]


def run_control(*arguments: str | Path, timeout: float = 90) -> subprocess.CompletedProcess[str]:
    """Run `python -m beanstack.localaws ...` as the Makefile does."""
    return subprocess.run(
        [sys.executable, "-m", "beanstack.localaws", *map(str, arguments)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def client_environment(**more: str) -> dict[str, str]:
    """Return the environment of a command-line client: dummy credentials and none of the user's configuration."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": "/nonexistent",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_PAGER": "",
        **more,
    }


class LocalAWS:
    """The running server and its clients."""

    def __init__(self, state: Path, folder: Path) -> None:
        self.state = state
        self.folder = folder
        self.port = int((state / "port").read_text())
        self.url = f"http://127.0.0.1:{self.port}"
        self._files = itertools.count()

    def client(self, service: str, account: str = "test", region: str = "us-east-1") -> Any:
        config = Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"})
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=region,
            aws_access_key_id=account,
            aws_secret_access_key="test",
            config=config,
        )

    def aws(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the aws command that is installed beside this Python."""
        return subprocess.run(
            [str(Path(sys.executable).parent / "aws"), "--endpoint-url", self.url, *arguments],
            env=client_environment(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def deploy(self, stack: str, template: Template, *more: str) -> subprocess.CompletedProcess[str]:
        """Run `aws cloudformation deploy`."""
        file = self.folder / f"template-{next(self._files)}.json"
        file.write_text(json.dumps(template), encoding="utf-8")
        named = ["--stack-name", stack, "--template-file", str(file)]
        return self.aws(
            "cloudformation",
            "deploy",
            *named,
            "--capabilities",
            "CAPABILITY_IAM",
            "--no-fail-on-empty-changeset",
            *more,
        )

    def create(self, stack: str, template: Template, **more: Any) -> str:
        """Create a stack, wait for the end, and return its status."""
        body = json.dumps(template)
        self.client("cloudformation").create_stack(
            StackName=stack, TemplateBody=body, Capabilities=["CAPABILITY_IAM"], **more
        )
        return self.settled(stack)

    def update(self, stack: str, template: Template, **more: Any) -> str:
        """Update a stack, wait for the end, and return its status."""
        body = json.dumps(template)
        self.client("cloudformation").update_stack(
            StackName=stack, TemplateBody=body, Capabilities=["CAPABILITY_IAM"], **more
        )
        return self.settled(stack)

    def delete(self, stack: str) -> str:
        """Delete a stack, wait for the end, and return its status."""
        ident = self.stack(stack)["StackId"]
        self.client("cloudformation").delete_stack(StackName=stack)
        return self.settled(ident)

    def stack(self, name: str) -> dict[str, Any]:
        stack: dict[str, Any] = self.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
        return stack

    def settled(self, stack: str) -> str:
        for _ in range(500):
            status = str(self.stack(stack)["StackStatus"])
            if not status.endswith("IN_PROGRESS"):
                return status
            time.sleep(0.01)
        raise AssertionError(f"{stack} is still {status}")

    def outputs(self, stack: str) -> dict[str, str]:
        return {o["OutputKey"]: o["OutputValue"] for o in self.stack(stack).get("Outputs", [])}

    def stack_events(self, stack: str) -> list[dict[str, Any]]:
        """Return the stack's events, the oldest first."""
        events: list[dict[str, Any]] = self.client("cloudformation").describe_stack_events(StackName=stack)[
            "StackEvents"
        ]
        return events[::-1]

    def first_failure(self, stack: str) -> dict[str, Any]:
        return next(event for event in self.stack_events(stack) if event["ResourceStatus"].endswith("_FAILED"))

    def environment(self, name: str) -> dict[str, Any]:
        found = self.client("elasticbeanstalk").describe_environments(EnvironmentNames=[name])["Environments"]
        assert len(found) == 1
        environment: dict[str, Any] = found[0]
        return environment

    def messages(self, environment: str, severity: str = "TRACE") -> list[str]:
        """Return the messages of Elastic Beanstalk's events, the oldest first."""
        client = self.client("elasticbeanstalk")
        events = client.describe_events(EnvironmentName=environment, Severity=severity)["Events"]
        return [event["Message"] for event in reversed(events)]

    def options(self, application: str, environment: str) -> dict[tuple[str, str], str]:
        described = self.client("elasticbeanstalk").describe_configuration_settings(
            ApplicationName=application, EnvironmentName=environment
        )
        settings = described["ConfigurationSettings"][0]["OptionSettings"]
        return {(o["Namespace"], o["OptionName"]): o.get("Value", "") for o in settings}

    def put(self, key: str, bucket: str = "bundles") -> str:
        self.client("s3").create_bucket(Bucket=bucket)
        self.client("s3").put_object(Bucket=bucket, Key=key, Body=b"zip")
        return key

    def inject(self, environment: str, **fault: Any) -> int:
        """POST a fault to /_localaws/environments/NAME and return the status."""
        return self._post(f"environments/{environment}", fault)

    def give(self, **given: Any) -> int:
        """POST what the account already has to /_localaws/given and return the status."""
        return self._post("given", given)

    def _post(self, path: str, body: dict[str, Any]) -> int:
        data = json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/_localaws/{path}", data=data, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code


@pytest.fixture(scope="session")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAWS]:
    """Start the server as the Makefile does."""
    if not SERVER_PYTHON.exists():
        pytest.fail(f"{SERVER_PYTHON} is missing: run `beanstack venv localaws`", pytrace=False)
    state = tmp_path_factory.mktemp("localaws") / "state"
    started = run_control("start", "--state", state, "--server-python", SERVER_PYTHON)
    assert started.returncode == 0, started.stderr
    yield LocalAWS(state, tmp_path_factory.mktemp("templates"))
    run_control("stop", "--state", state)


_numbers = itertools.count(1)


@pytest.fixture
def name() -> str:
    """Return a name that no other test uses, for an application, an environment and a stack."""
    return f"app-{next(_numbers)}"


@pytest.fixture
def template() -> Callable[..., Template]:
    """Return a function that makes a template: application, version, instance role and profile, environment."""

    def stack(
        name: str, key: str = "one.zip", bucket: str = "bundles", options: dict[tuple[str, str], Any] | None = None
    ) -> Template:
        trust = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
        settings: dict[tuple[str, str], Any] = {
            ("aws:autoscaling:launchconfiguration", "IamInstanceProfile"): {"Ref": "Profile"},
            **(options or {}),
        }
        return {
            "Resources": {
                "Application": {
                    "Type": "AWS::ElasticBeanstalk::Application",
                    "Properties": {"ApplicationName": name},
                },
                "Version": {
                    "Type": "AWS::ElasticBeanstalk::ApplicationVersion",
                    "Properties": {
                        "ApplicationName": {"Ref": "Application"},
                        "SourceBundle": {"S3Bucket": bucket, "S3Key": key},
                    },
                },
                "Role": {
                    "Type": "AWS::IAM::Role",
                    "Properties": {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]}},
                },
                "Profile": {"Type": "AWS::IAM::InstanceProfile", "Properties": {"Roles": [{"Ref": "Role"}]}},
                "Environment": {
                    "Type": "AWS::ElasticBeanstalk::Environment",
                    "Properties": {
                        "ApplicationName": {"Ref": "Application"},
                        "EnvironmentName": name,
                        "PlatformArn": PLATFORM,
                        "VersionLabel": {"Ref": "Version"},
                        "Tags": [{"Key": "team", "Value": "todo"}],
                        "OptionSettings": [
                            {"Namespace": namespace, "OptionName": option, "Value": value}
                            for (namespace, option), value in settings.items()
                        ],
                    },
                },
            },
            "Outputs": {
                "EnvironmentName": {"Value": {"Ref": "Environment"}},
                "EndpointURL": {"Value": {"Fn::GetAtt": ["Environment", "EndpointURL"]}},
                "VersionLabel": {"Value": {"Ref": "Version"}},
                "Profile": {"Value": {"Ref": "Profile"}},
            },
        }

    return stack


@pytest.fixture
def deployed(local: LocalAWS, template: Callable[..., Template], name: str) -> str:
    """Deploy `template` with the bundle one.zip and return the name of the stack."""
    local.put("one.zip")
    local.put("two.zip")
    assert local.create(name, template(name)) == "CREATE_COMPLETE", local.first_failure(name)
    return name
