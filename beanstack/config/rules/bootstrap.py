"""Rules on the containers that start through Beanstack's entry point."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.eb.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.config.settings import Environment


def entry_point(env: Environment) -> Iterator[Finding]:
    for name, container in env.containers.items():
        bootstrap, command = ("containers", name, "bootstrap"), ("containers", name, "command")
        if container.migrate and not container.bootstrap:
            message = "`migrate` needs `bootstrap: true`: Beanstack's entry point runs it"
            yield Finding(("containers", name, "migrate"), message, also=(bootstrap,))
        if container.bootstrap and not container.command:
            message = "`bootstrap` needs a `command`: its entry point replaces the image's own start"
            yield Finding(bootstrap, message, also=(command,))
        if container.bootstrap and container.user_id is None:
            message = "`bootstrap` needs a numeric `user`, the one that may see the pending migration"
            yield Finding(("containers", name, "user"), message, also=(bootstrap,))


def one_bootstrapped_user(env: Environment) -> Iterator[Finding]:
    users: dict[str, int] = {}
    for name, container in env.containers.items():
        if container.bootstrap and container.user_id is not None:
            users[name] = container.user_id
    first = next(iter(users), "")
    for name, user in users.items():
        if user != users[first]:
            message = f"bootstrapped containers share one user; '{first}' has {users[first]}, '{name}' {user}"
            both = [("containers", at, key) for at in (name, first) for key in ("user", "bootstrap")]
            yield Finding(both[0], message, also=tuple(both[1:]))
