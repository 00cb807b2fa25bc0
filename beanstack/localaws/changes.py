"""What a request to create or update an environment changes of it, and whether its name and profile are usable."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from beanstack.localaws import optionsettings, platforms
from beanstack.localaws.api import Request, ServiceError, now

if TYPE_CHECKING:
    from beanstack.localaws.applications import Applications
    from beanstack.localaws.context import Context
    from beanstack.localaws.environment import Environment
    from beanstack.localaws.optionsettings import Settings


_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{2,38})[A-Za-z0-9]")


def check_name(name: str) -> None:
    """Raise ServiceError for a name that no environment can have."""
    if not _NAME.fullmatch(name):
        raise ServiceError(
            "InvalidParameterValue",
            f"Value {name} at 'EnvironmentName' failed to satisfy constraint: Member must be from 4 to "
            "40 letters, digits and dashes and may not start or end with a dash",
        )


def changed(context: Context, applications: Applications, environment: Environment, request: Request) -> dict[str, Any]:
    """Return an environment's attributes after a request. An option that it does not name keeps its value."""
    if request.get("PlatformArn") and request.get("SolutionStackName"):
        raise ServiceError("InvalidParameterCombination", "You cannot specify both PlatformArn and SolutionStackName.")
    label = request.get("VersionLabel") or environment.version_label
    if request.get("VersionLabel"):
        applications.version(environment.application, label)
    template_name = request.get("TemplateName") or ""
    template = applications.template(environment.application, template_name) if template_name else {}
    platform = template.get("Platform", environment.platform)
    if request.get("PlatformArn"):
        platform = platforms.by_arn(context.region, request["PlatformArn"])
    elif request.get("SolutionStackName"):
        platform = platforms.by_solution_stack(context.region, request["SolutionStackName"])
    given = optionsettings.settings(request.get("OptionSettings"))
    optionsettings.check(given)
    removed = optionsettings.settings(request.get("OptionsToRemove"))
    context.networks.check_options(given)
    kept = {key: value for key, value in environment.settings.items() if key not in removed}
    return {
        "version_label": label,
        "template_name": template_name or environment.template_name,
        "platform": platform,
        "settings": {**kept, **template.get("Settings", {}), **given},
        "description": request.get("Description", environment.description),
        "updated": now(),
    }


def profile_failure(context: Context, settings: Settings) -> str:
    """Return why the instance profile is not usable, or an empty string if it is.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/iam-instanceprofile.html
    The wording is EB's own, as reported in aws-elastic-beanstalk-cli issue 322.
    """
    profile = optionsettings.value(settings, optionsettings.INSTANCE_PROFILE)
    if not profile:
        return "Environment must have instance profile associated with it."
    roles = context.instance_profile_roles(profile)
    if roles is None:
        return f"The instance profile {profile} associated with the environment does not exist."
    if not roles:
        return (
            f"The instance profile {profile} associated with the environment has no role. "
            "Please attach a role to the instance profile."
        )
    return ""
