"""Rules on instances: how many, from which image, how they are paid for and replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.eb.findings import Finding
from beanstack.eb.instances import architecture_of, is_burstable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.config.settings import Environment
    from beanstack.eb.findings import Path

KIND: Path = ("load_balancer", "type")
AMI: Path = ("ami",)
REFRESH: Path = ("managed_updates", "instance_refresh")
PAUSE: Path = ("deployment", "pause")


def single_instance(env: Environment) -> Iterator[Finding]:
    """Yield what a single instance has no use for: it is neither scaled nor checked by a load balancer.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-autoscaling-spot-and-demand.html
    """
    if env.load_balanced:
        return
    for key in ("trigger", "schedule", "replace_unhealthy"):
        if getattr(env.scaling, key):
            message = f"`scaling.{key}` needs a load balancer; `load_balancer.type: none` always runs one instance"
            yield Finding(("scaling", key), message, at_key=True, also=(KIND,))
    for key in ("on_demand_base", "on_demand_percent"):
        if env.spot and getattr(env.spot, key):
            message = "must be 0 without a load balancer: otherwise the only instance is an On-Demand one"
            yield Finding(("spot", key), message, also=(KIND,))


def unread_on_single_instance(env: Environment) -> Iterator[Finding]:
    """Yield keys on the replacement of instances in batches, where there is only one.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features-managing-env-types.html
    """
    sections = (("scaling", "cooldown"), ("deployment", "configuration"), ("deployment", "pause"))
    for section, key in sections:
        if not env.load_balanced and key in getattr(env, section).model_fields_set:
            message = "has no effect with `load_balancer.type: none`, which runs one instance"
            yield Finding((section, key), message, at_key=True, also=(KIND,))


def unread_pause(env: Environment) -> Iterator[Finding]:
    """Yield a pause between batches that follow each other by health.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.rollingupdates.html
    """
    kind = env.effective("deployment", "configuration")
    if env.load_balanced and env.deployment.pause and kind.value.lower() != "time":
        message = f"is for `configuration: Time`; with {kind.value} it has no effect"
        yield Finding(PAUSE, message, at_key=True, also=kind.keys)


def image(env: Environment) -> Iterator[Finding]:
    """Yield an image that EB keeps when it updates the platform, and one whose processor architecture is not known.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.customenv.html
    """
    if not env.ami:
        return
    if env.managed_updates:
        message = "EB keeps this image when it updates the platform, so `managed_updates` brings no newer one"
        yield Finding(AMI, message, also=(("managed_updates",),))
    first = env.instance_types[0]
    if architecture_of(first) == "arm64":
        message = f"{first} is arm64; it is not known here whether the image is as well"
        yield Finding(AMI, message, also=(("instance_types", 0),))


def burst_credits(env: Environment) -> Iterator[Finding]:
    """Yield a weekly replacement of instances that thereby lose the CPU credits that they have saved.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environment-platform-update-managed.html
    """
    burstable = [name for name in env.instance_types if is_burstable(name)]
    if env.managed_updates and env.managed_updates.instance_refresh and burstable:
        message = f"each week new instances start without the CPU credits that {burstable[0]} has saved"
        yield Finding(REFRESH, message, also=(("instance_types",),))
