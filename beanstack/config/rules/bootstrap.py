"""Rules on the containers that start through Beanstack's entry point."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.eb.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.config.settings import Environment


def bootstrapped_migration(env: Environment) -> Iterator[Finding]:
    for name, container in env.containers.items():
        if container.migrate and not container.bootstrap:
            message = "`migrate` needs `bootstrap: true`: Beanstack's entry point runs it"
            place = ("containers", name)
            yield Finding((*place, "migrate"), message, also=((*place, "bootstrap"),))


def bootstrapped_command(env: Environment) -> Iterator[Finding]:
    for name, container in env.containers.items():
        if container.bootstrap and not container.command:
            message = "`bootstrap` needs a `command`: its entry point replaces the image's own start"
            place = ("containers", name)
            yield Finding((*place, "bootstrap"), message, also=((*place, "command"),))


def bootstrapped_user(env: Environment) -> Iterator[Finding]:
    for name, container in env.containers.items():
        if container.bootstrap and container.user_id is None:
            message = "`bootstrap` needs a numeric `user`, the one that may see the pending migration"
            place = ("containers", name)
            yield Finding((*place, "user"), message, also=((*place, "bootstrap"),))


def one_bootstrapped_user(env: Environment) -> Iterator[Finding]:
    booted = {name: container.user_id for name, container in env.containers.items() if container.bootstrap}
    users = {name: user for name, user in booted.items() if user is not None}
    first = next(iter(users), "")
    for name, user in users.items():
        if user != users[first]:
            message = f"bootstrapped containers share one user; '{first}' has {users[first]}, '{name}' {user}"
            both = [("containers", at, key) for at in (name, first) for key in ("user", "bootstrap")]
            yield Finding(both[0], message, also=tuple(both[1:]))
