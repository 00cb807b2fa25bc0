"""What config's own `options` replace: options that other keys set, and what Beanstack has chosen with care."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from beanstack.config.option import raw_options, resolved
from beanstack.eb.findings import Finding
from beanstack.eb.namespaces import ENVIRONMENT, HEALTH, LAUNCH, MANAGED_ACTIONS, SINGLE_INSTANCE
from beanstack.eb.rules import CONFIG_WARNING
from beanstack.resources.options import table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beanstack.config import Application, Environment
    from beanstack.eb.findings import Path

# What deserves a look, by option and value; an empty value is any.
# https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-ec2-imds.html
# https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.healthstatus.html
# https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environment-platform-update-managed.html
CHOSEN: Mapping[tuple[str, str], tuple[str, str]] = {
    (LAUNCH, "DisableIMDSv1"): (
        "false",
        "allows version 1 of the instance metadata service: a request that the application is tricked into could read "
        "the credentials of the instances' role",
    ),
    (LAUNCH, "IamInstanceProfile"): (
        "",
        "replaces the profile of the template, whose InstanceRole is made all the same; name it as `instance_profile`",
    ),
    (ENVIRONMENT, "ServiceRole"): (
        "",
        "replaces the ServiceRole of the application's stack, which is made all the same; name it as `service_role`",
    ),
    (ENVIRONMENT, "EnvironmentType"): (
        SINGLE_INSTANCE.lower(),
        "contradicts `load_balancer.type`, which the other options follow; write `type: none` there",
    ),
    (HEALTH, "SystemType"): (
        "basic",
        "reports a colour alone: `make stack` takes Green for success, and does not see which version an instance runs",
    ),
    (MANAGED_ACTIONS, "ManagedActionsEnabled"): (
        "true",
        "lets EB move the platform to another version than `platform` pins",
    ),
}


def replaced(application: Application, environment: Environment) -> Iterator[Finding]:
    """Yield the `options` that replace what a key of the file sets, or what Beanstack sets for a reason."""
    chosen = [*raw_options(environment.options), *resolved(environment.functions)]
    if not chosen:
        return
    without = table(application, environment.model_copy(update={"options": {}, "functions": {}}))
    for key, entry in chosen:
        own = without.get(key)
        if not own:
            continue
        [path] = entry.keys
        given = [other for other in own.keys if is_given(environment, other)]
        value, reason = CHOSEN.get(key[:2], ("", ""))
        if given:
            message = f"replaces what `{'.'.join(map(str, given[0]))}` sets; leave out one of the two"
            yield Finding(path, message, CONFIG_WARNING, at_key=True, also=tuple(given))
        elif reason and (value == "" or (isinstance(entry.value, str) and value == entry.value.lower())):
            yield Finding(path, reason, CONFIG_WARNING, at_key=True)


def is_given(environment: Environment, path: Path) -> bool:
    """Return whether the file itself has a key, rather than leaving it to its default."""
    section: Any = environment
    for key in path:
        is_model = isinstance(section, BaseModel)
        if key not in (section.model_fields_set if is_model else section):
            return False
        section = getattr(section, str(key)) if is_model else section[key]
    return True
