"""An environment that was made without Beanstack is taken over in place: imported, compared, deployed."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING

import pytest
import yaml

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.recipes.conftest import Checkout

PLATFORM = "arn:aws:elasticbeanstalk:us-east-1::platform/ECS running on 64bit Amazon Linux 2023/4.7.7"
DOCKERRUN = {
    "AWSEBDockerrunVersion": 2,
    "containerDefinitions": [
        {
            "name": "web",
            "image": "nginx:1.27",
            "essential": True,
            "memory": 64,
            "portMappings": [{"hostPort": 80, "containerPort": 80}],
            "environment": [{"name": "LEVEL", "value": "info"}],
        }
    ],
}
OPTIONS = {
    ("aws:autoscaling:launchconfiguration", "IamInstanceProfile"): "hand-made",
    ("aws:elasticbeanstalk:environment", "LoadBalancerType"): "application",
    ("aws:elasticbeanstalk:environment:process:default", "HealthCheckPath"): "/up",
    ("aws:autoscaling:asg", "MaxSize"): "2",
    ("aws:elasticbeanstalk:application:environment", "STAGE"): "live",
    ("aws:elasticbeanstalk:application:environment", "API_TOKEN"): "correct-horse-battery",
    ("aws:autoscaling:trigger", "UpperThreshold"): "7000000",
}
HERE = ("LOCAL=1", "APP=Web-shop", "ENV=Live")


def hand_made(checkout: Checkout) -> None:
    """Make an environment as a person does, with EB's API; its names are not those that Beanstack would choose."""
    assert checkout.make("local-start").returncode == 0
    iam, s3, beanstalk = (checkout.client(service) for service in ("iam", "s3", "elasticbeanstalk"))
    iam.create_role(RoleName="hand-made", AssumeRolePolicyDocument="{}")
    iam.create_instance_profile(InstanceProfileName="hand-made")
    iam.add_role_to_instance_profile(InstanceProfileName="hand-made", RoleName="hand-made")
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("Dockerrun.aws.json", json.dumps(DOCKERRUN))
    s3.create_bucket(Bucket="hand-made")
    s3.put_object(Bucket="hand-made", Key="app/1.zip", Body=zipped.getvalue())
    beanstalk.create_application(ApplicationName="Web shop", Description="The shop")
    beanstalk.create_application_version(
        ApplicationName="Web shop", VersionLabel="1", SourceBundle={"S3Bucket": "hand-made", "S3Key": "app/1.zip"}
    )
    beanstalk.create_environment(
        ApplicationName="Web shop",
        EnvironmentName="Live",
        CNAMEPrefix="our-shop",
        VersionLabel="1",
        PlatformArn=PLATFORM,
        Tags=[{"Key": "team", "Value": "shop"}],
        OptionSettings=[
            {"Namespace": namespace, "OptionName": option, "Value": value}
            for (namespace, option), value in OPTIONS.items()
        ],
    )


@pytest.fixture(scope="module")
def imported(new_checkout: Callable[[], Checkout]) -> tuple[Checkout, str]:
    """Return a project with the configuration that was imported, and what the command printed."""
    made = new_checkout()
    hand_made(made)
    done = made.operate("import", "Live", "--region", "us-east-1")
    assert done.returncode == 0, done.stderr
    return made, done.stdout


def options(checkout: Checkout) -> dict[tuple[str, str], str]:
    found = checkout.client("elasticbeanstalk").describe_configuration_settings(
        ApplicationName="Web shop", EnvironmentName="Live"
    )["ConfigurationSettings"][0]["OptionSettings"]
    return {(one["Namespace"], one["OptionName"]): one.get("Value", "") for one in found}


def environment(checkout: Checkout) -> dict[str, object]:
    found = checkout.client("elasticbeanstalk").describe_environments(EnvironmentNames=["Live"])["Environments"]
    described: dict[str, object] = found[0]
    return described


def test_an_environment_is_taken_over_in_place(imported: tuple[Checkout, str]) -> None:
    checkout, printed = imported
    path = checkout.folder / "config/Web-shop.yaml"
    made = yaml.safe_load(path.read_text("utf-8"))
    assert (made["application_name"], made["description"]) == ("Web shop", "The shop")
    assert "the application's versions: EB keeps all" in printed
    live = made["environments"]["Live"]
    assert (live["environment_name"], live["cname_prefix"], live["tags"]) == ("Live", "our-shop", {"team": "shop"})
    assert live["health_check"] == {"path": "/up"}
    assert live["options"]["aws:autoscaling:trigger"] == {"UpperThreshold": "7000000"}
    assert "correct-horse" not in path.read_text("utf-8") + printed
    assert "API_TOKEN: a secret in plain text" in printed

    assert checkout.make("generate").returncode == 0
    checkout.commit()
    taken = checkout.make("plan", *HERE)
    assert "`make import-stack APP=Web-shop ENV=Live LOCAL=1` imports it as it is" in taken.stdout

    before, settings = environment(checkout), options(checkout)
    done = checkout.make("import-stack", *HERE)
    assert done.returncode == 0, done.stderr
    assert "Web-shop: Application imported" in done.stdout
    assert "Web-shop-Live: Environment imported" in done.stdout
    assert (environment(checkout), options(checkout)) == (before, settings)
    template = checkout.client("cloudformation").get_template(StackName="Web-shop-Live")["TemplateBody"]
    assert "correct-horse" not in json.dumps(template)

    saved = done.stdout.partition("--template-name ")[2].split()[0]
    [kept] = checkout.client("elasticbeanstalk").describe_configuration_settings(
        ApplicationName="Web shop", TemplateName=saved
    )["ConfigurationSettings"]
    values = {(one["Namespace"], one["OptionName"]): one.get("Value", "") for one in kept["OptionSettings"]}
    assert OPTIONS.items() <= values.items()

    again = checkout.make("import-stack", *HERE)
    assert (again.returncode, again.stdout) == (0, "Web-shop: already managed\nWeb-shop-Live: already managed\n")

    planned = checkout.operate("plan", "--app", "Web-shop", "--env", "Live", "--format", "json")
    found = json.loads(planned.stdout)
    assert "InstanceTypes" not in planned.stdout
    assert [danger for danger in found["dangers"] if danger["kind"] != "drift"] == []

    deployed = checkout.make("stack", *HERE)
    assert deployed.returncode == 0, deployed.stdout + deployed.stderr
    after = environment(checkout)
    assert (after["EnvironmentId"], after["CNAME"]) == (before["EnvironmentId"], before["CNAME"])
    assert after["VersionLabel"] != before["VersionLabel"]
    assert OPTIONS.items() <= options(checkout).items()
