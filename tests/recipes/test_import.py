"""An environment that was made without Beanstack is taken over in place: imported, compared, deployed."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import zipfile
from typing import TYPE_CHECKING

import yaml

from tests.recipes.conftest import PROJECT

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
    ("aws:rds:dbinstance", "HasCoupledDatabase"): "true",
    ("aws:rds:dbinstance", "DBEngine"): "postgres",
    ("aws:rds:dbinstance", "DBEngineVersion"): "17.5",
    ("aws:rds:dbinstance", "DBInstanceClass"): "db.t3.small",
    ("aws:rds:dbinstance", "DBAllocatedStorage"): "20",
    ("aws:rds:dbinstance", "DBUser"): "shop",
    ("aws:rds:dbinstance", "DBDeletionPolicy"): "Snapshot",
}
PASSWORD = {"Namespace": "aws:rds:dbinstance", "OptionName": "DBPassword", "Value": "correct-horse-battery"}
HERE = ("--app", "Web-shop", "--env", "Live")
PAGE = (PROJECT / "docs/importing.md").read_text("utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
COMMANDS = [line.partition("  #")[0].strip() for line in BLOCKS[0].splitlines()]
*WAYS_BACK, WAY_OUT = BLOCKS[2:]
AUTHOR = {f"GIT_{who}_{what}": "a@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


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
        archive.writestr(".ebextensions/10-group.config", "option_settings: {aws:autoscaling:asg: {Cooldown: 400}}\n")
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
            PASSWORD,
            *(
                {"Namespace": namespace, "OptionName": option, "Value": value}
                for (namespace, option), value in OPTIONS.items()
            ),
        ],
    )


def options(checkout: Checkout) -> dict[tuple[str, str], str]:
    found = checkout.client("elasticbeanstalk").describe_configuration_settings(
        ApplicationName="Web shop", EnvironmentName="Live"
    )["ConfigurationSettings"][0]["OptionSettings"]
    return {(one["Namespace"], one["OptionName"]): one.get("Value", "") for one in found}


def environment(checkout: Checkout) -> dict[str, object]:
    found = checkout.client("elasticbeanstalk").describe_environments(EnvironmentNames=["Live"])["Environments"]
    described: dict[str, object] = found[0]
    return described


def saved_settings(checkout: Checkout, name: str) -> set[tuple[tuple[str, str], str]]:
    [kept] = checkout.client("elasticbeanstalk").describe_configuration_settings(
        ApplicationName="Web shop", TemplateName=name
    )["ConfigurationSettings"]
    return {((one["Namespace"], one["OptionName"]), one.get("Value", "")) for one in kept["OptionSettings"]}


def stacks(checkout: Checkout) -> set[str]:
    """Return the stacks that exist, without Elastic Beanstalk's own."""
    names = {one["StackName"] for one in checkout.client("cloudformation").describe_stacks()["Stacks"]}
    return {name for name in names if not name.startswith("awseb-")}


def run(checkout: Checkout, command: str) -> str:
    """Run a command of the page as a user does who calls AWS, and return what it prints."""
    here = checkout.folder
    search = f"{here / '.venv/bin'}:{os.environ['PATH']}"
    variables = {**os.environ, **checkout.real_account("000000000000"), "PATH": search}
    done = subprocess.run(
        ["sh", "-e", "-c", command],
        cwd=here,
        env={**variables, "LOCAL": "1", "AWS_DEFAULT_REGION": "us-east-1", **AUTHOR},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def test_an_environment_is_taken_over_in_place_and_let_go_again(new_checkout: Callable[[], Checkout]) -> None:
    checkout = new_checkout()
    hand_made(checkout)
    checkout.git("init", "--quiet")
    before, settings = environment(checkout), options(checkout)
    write, generate, commit, import_stack, plan, stack = COMMANDS

    printed = run(checkout, write)
    path = checkout.folder / "config/Web-shop.yaml"
    made = yaml.safe_load(path.read_text("utf-8"))
    assert (made["application_name"], made["description"]) == ("Web shop", "The shop")
    live = made["environments"]["Live"]
    assert (live["environment_name"], live["cname_prefix"], live["tags"]) == ("Live", "our-shop", {"team": "shop"})
    assert live["health_check"] == {"path": "/up"}
    wanted = {"engine": "postgres", "version": "17.5", "instance_class": "db.t3.small", "user": "shop"}
    assert live["database"] == wanted
    assert "Cooldown" not in str(made)  # which the bundle's .ebextensions go on setting
    assert (checkout.folder / "config/Web-shop/bundle/.ebextensions/10-group.config").is_file()
    assert live["scaling"]["trigger"] == {"upper": 7000000}
    assert "correct-horse" not in path.read_text("utf-8") + printed
    assert "API_TOKEN: a secret in plain text" in printed
    assert "the application's versions: EB keeps all" in printed

    run(checkout, generate)
    run(checkout, commit)
    refused = checkout.make(*plan.split()[1:], "LOCAL=1")
    assert "`make import-stack APP=Web-shop ENV=Live LOCAL=1` imports it as it is" in refused.stdout
    assert refused.returncode == 2

    imported = run(checkout, import_stack)
    assert "Web-shop: Application imported" in imported
    assert "Web-shop-Live: Environment imported" in imported
    assert (environment(checkout), options(checkout)) == (before, settings)
    template = checkout.client("cloudformation").get_template(StackName="Web-shop-Live")["TemplateBody"]
    assert "correct-horse" not in json.dumps(template)
    assert saved_settings(checkout, imported.partition("--template-name ")[2].split()[0]) >= OPTIONS.items()
    assert run(checkout, import_stack) == "Web-shop: already managed\nWeb-shop-Live: already managed\n"

    assert "ServiceRole" in run(checkout, plan)
    planned = json.loads(checkout.operate("plan", *HERE, "--format", "json").stdout)
    dangers = [(danger["kind"], danger["subject"], danger["action"]) for danger in planned["dangers"]]
    assert dangers == [("drift", "API_TOKEN", "report")]
    assert "InstanceTypes" not in json.dumps(planned)
    assert "Cooldown" not in json.dumps(planned["changes"])

    [database] = checkout.client("rds").describe_db_instances()["DBInstances"]
    run(checkout, stack)
    [same] = checkout.client("rds").describe_db_instances()["DBInstances"]
    assert same["DbiResourceId"] == database["DbiResourceId"]
    after = environment(checkout)
    assert (after["EnvironmentId"], after["CNAME"]) == (before["EnvironmentId"], before["CNAME"])
    assert after["VersionLabel"] != before["VersionLabel"]
    assert options(checkout).items() >= {**OPTIONS, ("aws:autoscaling:asg", "Cooldown"): "400"}.items()

    run(checkout, WAY_OUT)
    assert environment(checkout) == after
    assert stacks(checkout) == set()


def test_the_way_back_leaves_the_environment_as_it_was(new_checkout: Callable[[], Checkout]) -> None:
    checkout = new_checkout()
    hand_made(checkout)
    before, settings = environment(checkout), options(checkout)
    checkout.git("init", "--quiet")
    for command in COMMANDS[:4]:
        printed = run(checkout, command)
    delete, restore = WAYS_BACK
    run(checkout, delete)
    for stack in ("Web-shop", "Web-shop-Live"):
        checkout.client("cloudformation").get_waiter("stack_delete_complete").wait(StackName=stack)
    assert stacks(checkout) == set()
    size = {"Namespace": "aws:autoscaling:asg", "OptionName": "MaxSize", "Value": "9"}
    checkout.client("elasticbeanstalk").update_environment(EnvironmentName="Live", OptionSettings=[size])
    run(checkout, restore.replace("before-import-Live-...", printed.partition("--template-name ")[2].split()[0]))
    assert options(checkout) == settings
    assert environment(checkout)["EnvironmentId"] == before["EnvironmentId"]


def test_nothing_is_imported_where_eb_has_nothing(new_checkout: Callable[[], Checkout]) -> None:
    checkout = new_checkout()
    done = checkout.make("import-stack", "LOCAL=1")
    assert done.returncode != 0
    assert "EB has no environment todobackend-dev in us-east-1; nothing can be imported" in done.stderr


def test_a_stack_that_beanstack_made_is_already_managed(deployed: Checkout) -> None:
    done = deployed.make("import-stack", "LOCAL=1")
    assert (done.returncode, done.stdout) == (0, "todobackend: already managed\ntodobackend-dev: already managed\n")


def test_an_unknown_environment_is_refused(deployed: Checkout) -> None:
    done = deployed.operate("import", "Nowhere", "--region", "us-east-1")
    assert (done.returncode, done.stderr) == (2, "EB has no environment Nowhere in us-east-1\n")
