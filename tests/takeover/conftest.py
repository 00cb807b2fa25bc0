"""Environments as EB describes them, made from configurations; and imports of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from beanstack.bundle import shipped
from beanstack.config import load
from beanstack.eb.options.filled import filled
from beanstack.generate import files
from beanstack.resources import accepted
from beanstack.resources.options import table
from beanstack.takeover.making import Names, make
from beanstack.takeover.source import described, open_bundle

if TYPE_CHECKING:
    from pathlib import Path

    from beanstack.config import Application, Environment
    from beanstack.takeover.making import Made

PLATFORM_ARN = "arn:aws:elasticbeanstalk:eu-west-1::platform/ECS running on 64bit Amazon Linux 2023/4.7.7"


def load_text(text: str, folder: Path) -> Application:
    """Return the application `shop` of a configuration file's text."""
    path = folder / "shop.yaml"
    path.write_text(text, "utf-8")
    [application] = load([path], judge=accepted.judged).applications
    return application


def effective(application: Application, environment: Environment) -> dict[tuple[str, str, str], str]:
    """Return each option that EB has for an environment, defaults included; a function is resolved to a name."""
    found: dict[tuple[str, str, str], str] = {}
    for (namespace, option, resource), entry in table(application, environment).items():
        found[namespace, option, resource] = entry.value if isinstance(entry.value, str) else f"the-{option}"
    given = {(namespace, option): value for (namespace, option, resource), value in found.items() if not resource}
    for (namespace, option), value in filled(given, "web", "ecs-al2023").items():
        found.setdefault((namespace, option, ""), value or "")
    return found


def answer(application: Application, environment: Environment) -> dict[str, Any]:
    """Return what DescribeConfigurationSettings answers for an environment."""
    settings = []
    for (namespace, option, resource), value in effective(application, environment).items():
        if option != "DBPassword":  # which EB never shows
            named = {"ResourceName": resource} if resource else {}
            settings.append({"Namespace": namespace, "OptionName": option, "Value": value, **named})
    return {
        "ApplicationName": application.name,
        "EnvironmentName": f"{application.name}-{environment.name}",
        "PlatformArn": PLATFORM_ARN,
        "Tier": {"Name": "WebServer", "Type": "Standard"},
        "DeploymentStatus": "deployed",
        "OptionSettings": settings,
    }


def imported(application: Application, environment: Environment, folder: Path) -> Made:
    """Return what an import makes of an environment that was generated."""
    above = f"bundle/{application.name}/{environment.name}/"
    for path, content in files(application, shipped()).items():
        if path.startswith(above):
            written = folder / "bundle" / path.removeprefix(above)
            written.parent.mkdir(parents=True, exist_ok=True)
            written.write_bytes(content)
    bundle, dockerrun = open_bundle(folder / "bundle")
    source = described([answer(application, environment)], "live.json")
    return make(source, bundle, dockerrun, Names(application.name, environment.name, environment.region))
