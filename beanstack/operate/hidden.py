"""Values of settings that are not shown because they may be secrets: output reaches logs and pull requests."""

from __future__ import annotations

from beanstack.eb.namespaces import SECRETS
from beanstack.eb.secrets import is_secret, resembles_secret

HIDDEN = "********"


def is_hidden(namespace: str, option: str, value: str | None) -> bool:
    """Return whether a value of an option may be a secret. Those of EB's secrets are ARNs, whatever their names."""
    resembles = is_secret if namespace == SECRETS else resembles_secret
    return bool(value) and resembles(option, value or "")


def hide(namespace: str, option: str, *values: str | None) -> tuple[str | None, ...]:
    """Return values of an option as they are shown: if one may be a secret, none that is set."""
    if any(is_hidden(namespace, option, value) for value in values):
        return tuple(HIDDEN if value else value for value in values)
    return values
