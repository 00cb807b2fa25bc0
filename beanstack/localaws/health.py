"""Health as EB reports it: enhanced, with a status and causes, or basic, which is a colour alone.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/health-enhanced.html
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.healthstatus.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from beanstack.eb.namespaces import HEALTH
from beanstack.eb.options.changes import default_of
from beanstack.eb.options.keys import Key
from beanstack.localaws.api import Record, ServiceError, now
from beanstack.localaws.platforms import ECS

if TYPE_CHECKING:
    from beanstack.localaws.environment import Environment

# https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/health-enhanced-status.html
COLOURS: Final = {
    "NoData": "Grey",
    "Unknown": "Grey",
    "Pending": "Grey",
    "Ok": "Green",
    "Info": "Green",
    "Warning": "Yellow",
    "Degraded": "Red",
    "Severe": "Red",
}
_METRICS: Final = {"Duration": 10, "RequestCount": 0}
_SYSTEM_TYPE: Final = Key(HEALTH, "SystemType")


def is_enhanced(environment: Environment) -> bool:
    """Return whether an environment reports enhanced health, which is the default of its platform."""
    given = environment.settings.get(_SYSTEM_TYPE)
    default = default_of(HEALTH, "SystemType", {"platform": str(ECS.id)})
    return (given or default or "").lower() == "enhanced"


def described(environment: Environment) -> Record:
    """Return what an EnvironmentDescription says of health: basic health has no status, so neither Ok nor Severe."""
    colour = COLOURS[environment.health]
    return {"Health": colour, "HealthStatus": environment.health} if is_enhanced(environment) else {"Health": colour}


def environment_health(environment: Environment, shown: Record) -> Record:
    """DescribeEnvironmentHealth; `shown` is the environment's description."""
    _refuse_basic(environment, "DescribeEnvironmentHealth")
    return {
        "EnvironmentName": environment.name,
        "HealthStatus": shown["HealthStatus"],
        "Status": shown["Status"],
        "Color": shown["Health"],
        "Causes": shown.get("Causes", []),
        "ApplicationMetrics": _METRICS,
        "InstancesHealth": {name: int(name == shown["HealthStatus"]) for name in COLOURS},
        "RefreshedAt": now(),
    }


def instances_health(environment: Environment, shown: Record, zone: str) -> Record:
    """DescribeInstancesHealth; `shown` is the environment's description."""
    _refuse_basic(environment, "DescribeInstancesHealth")
    common = {
        "HealthStatus": shown["HealthStatus"],
        "Color": shown["Health"],
        "Causes": shown.get("Causes", []),
        "LaunchedAt": environment.created,
        "ApplicationMetrics": _METRICS,
        "System": {"CPUUtilization": {"Idle": 100.0}, "LoadAverage": [0.0]},
        "AvailabilityZone": zone,
        "InstanceType": "t3.micro",
    }
    instances = []
    for ident, version, number in environment.instances:
        deployment = {"VersionLabel": version, "DeploymentId": number, "Status": "Deployed"}
        deployment["DeploymentTime"] = environment.updated
        instances.append({"InstanceId": ident, "Deployment": deployment, **common})
    return {"InstanceHealthList": instances, "RefreshedAt": now()}


def _refuse_basic(environment: Environment, action: str) -> None:
    """Raise ServiceError for basic health, in the words of Upplication/gulp-elasticbeanstalk-deploy issue 4."""
    if not is_enhanced(environment):
        raise ServiceError("InvalidRequestException", f"{action} is not supported.")
