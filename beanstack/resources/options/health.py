"""What counts as healthy."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from beanstack.config.option import written
from beanstack.eb.namespaces import HEALTH

if TYPE_CHECKING:
    from beanstack.config import Environment
    from beanstack.config.option import Table
    from beanstack.eb.findings import Path

ACCEPTED: Path = ("deployment", "accepted_health")
IGNORE: Path = ("deployment", "ignore_4xx")


def health(environment: Environment) -> Table:
    """Return what counts as healthy, which is EB's own default where no key says anything.

    EB ends a deployment by HealthCheckSuccessThreshold, which knows no Info:
    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-general.html#command-options-general-elasticbeanstalkhealthreporting
    The document: https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/health-enhanced-rules.html
    """
    settings = environment.deployment
    found: Table = {}
    if settings.accepted_health:
        threshold = "Warning" if settings.accepted_health == "Warning" else "Ok"
        found |= written(HEALTH, {"HealthCheckSuccessThreshold": threshold}, ACCEPTED)
    if settings.ignore_4xx is not None:
        enabled = {"Enabled": not settings.ignore_4xx}
        rules: dict[str, Any] = {"Application": {"ApplicationRequests4xx": enabled}}
        if environment.load_balanced:
            rules["ELB"] = {"ELBRequests4xx": enabled}
        document = json.dumps({"Rules": {"Environment": rules}, "Version": 1})
        found |= written(HEALTH, {"ConfigDocument": document}, IGNORE)
    return found
