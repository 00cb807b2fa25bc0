"""Options that EB takes only when it creates an environment: an update that changes one is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from beanstack.eb.namespaces import ENVIRONMENT, SINGLE_INSTANCE, VPC
from beanstack.eb.options.changes import default_of, is_create_only, is_of_load_balancer
from beanstack.eb.options.keys import Key
from beanstack.eb.tiers import BY_NAME, WEB
from beanstack.localaws.api import ServiceError

if TYPE_CHECKING:
    from beanstack.localaws.environment import Environment
    from beanstack.localaws.optionsettings import Settings

# EB's own words, from hashicorp/terraform-provider-aws issue 812 and hsingh/ansible-elastic-beanstalk issue 17. What it
# says of other options is not known.
_MESSAGES: Final = {
    (ENVIRONMENT, "LoadBalancerType"): "LoadBalancer type option cannot be changed.",
    (VPC, "VPCId"): "You cannot migrate an environment to a VPC. Launch a new environment in the VPC.",
}


def check(environment: Environment, settings: Settings) -> None:
    """Raise ServiceError if new settings change an option that only creation takes."""
    old = environment.settings
    is_shared = _value(old, Key(ENVIRONMENT, "LoadBalancerIsShared")) == "true"
    for key in sorted(old.keys() | settings.keys()):
        namespace, option, _ = key
        if not is_create_only(namespace, option, shared=is_shared) or _value(old, key) == _value(settings, key):
            continue
        # What has no load balancer gets its first one, of any type, when its own type changes.
        if is_of_load_balancer(namespace, option) and not _has_load_balancer(environment):
            continue
        otherwise = f"Option {option} of {namespace} cannot be changed after the environment is created."
        message = _MESSAGES.get((namespace, option), otherwise)
        raise ServiceError("ConfigurationValidationException", f"Configuration validation exception: {message}")


def _has_load_balancer(environment: Environment) -> bool:
    is_single = _value(environment.settings, Key(ENVIRONMENT, "EnvironmentType")) == SINGLE_INSTANCE.lower()
    return BY_NAME.get(environment.tier["Name"], WEB).serves_requests and not is_single


def _value(settings: Settings, key: Key) -> str:
    """Return a setting or its default in small letters, because EB ignores case in these."""
    return (settings.get(key) or default_of(key.namespace, key.option) or "").lower()
