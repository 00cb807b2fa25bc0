"""Raw options as rules judge them: EB's namespaces of which config must know something, and values as EB gets them."""

from __future__ import annotations

from typing import NamedTuple

COMMAND = "aws:elasticbeanstalk:command"
PROCESS = "aws:elasticbeanstalk:environment:process:default"
CLASSIC_LISTENER = "aws:elb:listener"
PROPERTIES = "aws:elasticbeanstalk:application:environment"
SECRETS = "aws:elasticbeanstalk:application:environmentsecrets"
# The option that names the instances' port, by the load balancer's type; without one there is none.
INSTANCE_PORT = {
    "application": (PROCESS, "Port"),
    "network": (PROCESS, "Port"),
    "classic": (CLASSIC_LISTENER, "InstancePort"),
}


class Effective(NamedTuple):
    """A value as EB gets it, and the path of the setting that gives it: a key of its own, or `options`, which win."""

    value: str
    path: tuple[str, ...]
