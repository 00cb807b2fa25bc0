"""Who can reach which part of an environment, by the security groups that it or EB makes for it.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.managing.ec2.instances.sg.html
A Network Load Balancer of EB has none, and instances see clients' own addresses:
https://repost.aws/knowledge-center/security-group-load-balancer
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.eb.databases import NAME, PORTS
from beanstack.eb.namespaces import CLASSIC_LOAD_BALANCER, LAUNCH, LOAD_BALANCER
from beanstack.eb.options.catalogue import facts
from beanstack.overview.markdown import code, codes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.overview.view import View

HEAD = ("What", "Who reaches it")
OPEN_GROUP = "elasticbeanstalk-default"  # EB's name for the group that it creates itself
SSH = facts().option(LAUNCH, "SSHSourceRestriction").default or ""


def rows(view: View) -> Iterator[tuple[str, str]]:
    """Yield a row for each part that can be reached, from the outside inwards."""
    yield from _requests(view)
    for name, container in view.environment.containers.items():
        for port in container.ports:
            if port.protocol == "udp" or port.host not in view.targets:
                yield f"port {port.host}/{port.protocol} of instances: container {code(name)}", _others(view, "nobody")
    yield "SSH to instances", _ssh(view)
    if view.environment.session_manager:
        yield "shells on instances, by Session Manager", "whoever IAM allows `ssm:StartSession`"
    if view.engine:
        yield f"database `{NAME}`, port {PORTS[view.engine]}", "the instances"
        yield (
            "its password, secret `DatabasePassword`",
            "CloudFormation, then EB, which passes it to the instances",
        )
    for secret in view.secrets():
        who = code(secret.container) if secret.container else "all containers"
        yield f"secret {code(secret.arn)}", f"{who}, as {code(secret.variable)}"


def _requests(view: View) -> Iterator[tuple[str, str]]:
    """Yield the path of requests, through the load balancer if there is one."""
    ports = ", ".join(map(str, view.targets))
    anyone = _clients(view)
    if not view.balancer:
        yield f"the instance, HTTP port {ports}", _others(view, anyone)
        return
    namespace = CLASSIC_LOAD_BALANCER if view.environment.balancer == "classic" else LOAD_BALANCER
    groups = view.option(namespace, "SecurityGroups")
    if groups:
        anyone = f"{anyone}, as far as the security groups {codes(groups.split(','))} allow"
    for listener in view.listeners:
        redirect = ", which redirects to HTTPS" if view.redirects(listener) else ""
        yield f"load balancer, {code(str(listener))}{redirect}", anyone
    if not view.listeners:
        yield f"listeners of the {view.balancer}", "whoever its security groups allow"
    direct = anyone if view.environment.balancer == "network" else "the load balancer"
    yield f"instances, port {ports}", _others(view, direct)


def _clients(view: View) -> str:
    """Return who may send requests: the sources that config names, or everybody who finds the way."""
    sources = view.environment.load_balancer.sources
    if sources and view.environment.has_own_groups:
        return codes(sources)
    return "anyone in the VPC, and networks connected to it" if view.is_internal else "anyone on the internet"


def _others(view: View, who: str) -> str:
    """Return who reaches instances, with those whom the project's own security groups allow."""
    own = [group for group in view.option(LAUNCH, "SecurityGroups").split(",") if group not in ("", OPEN_GROUP)]
    if not own:
        return who
    if view.option(LAUNCH, "DisableDefaultEC2SecurityGroup").lower() == "true":
        return f"whoever the security groups {codes(own)} allow"
    return f"{who}, and whoever the security groups {codes(own)} allow"


def _ssh(view: View) -> str:
    if not view.key_pair:
        return "nobody with a key pair: the instances have none"
    if view.environment.has_own_groups:
        return f"whoever has the key pair {code(view.key_pair)}, from {code(view.environment.ssh_source or 'nowhere')}"
    source = view.option(LAUNCH, "SSHSourceRestriction", SSH)
    return f"whoever has the key pair {code(view.key_pair)}, from where {code(source)} allows"
