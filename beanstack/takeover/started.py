"""Containers that Beanstack's entry point starts, in a bundle of its own: `Host.entry_point`, read backwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from beanstack.host import PENDING_VOLUME, SCRIPTS_VOLUME
from beanstack.paths import SCRIPTS_IN_CONTAINER

if TYPE_CHECKING:
    from beanstack.takeover.draft import Draft

OWN = (SCRIPTS_VOLUME, PENDING_VOLUME)
START = ["/bin/sh", f"{SCRIPTS_IN_CONTAINER}/entrypoint.sh"]


def by_beanstack(draft: Draft, container: dict[str, Any]) -> None:
    """Write a bootstrapped container as `bootstrap` and `migrate`, without the mounts that they bring."""
    words = container.get("entry_point", [])
    if words[:2] != START:
        return
    options, own = words[2 : words.index("--")], words[words.index("--") + 1 :]
    container["bootstrap"] = True
    if own:
        container["entry_point"] = own
    else:
        del container["entry_point"]
    container["mounts"] = [mount for mount in container.get("mounts", []) if mount.partition(":")[0] not in OWN]
    if not container["mounts"]:
        del container["mounts"]
    while options:
        if options[0] == "--variable":
            variable, _, source = options[1].partition("=")
            draft.set(("database", "variables", variable), source)
            options = options[2:]
        else:  # --migrate FOLDER MIGRATION COUNT WORD ...
            container["migrate"] = options[4:]
            options = []
