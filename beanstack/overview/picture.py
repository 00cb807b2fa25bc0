"""A diagram of an environment, as a Mermaid flowchart.

https://mermaid.js.org/syntax/flowchart.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.eb.databases import NAME, PORTS
from beanstack.eb.namespaces import DATABASE
from beanstack.overview.markdown import label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.config.container import Container
    from beanstack.overview.view import View


def picture(view: View) -> str:
    """Return the diagram: who reaches the containers, what they mount, and what they reach."""
    environment = view.environment
    ids = {name: f"container{number}" for number, name in enumerate(environment.containers)}
    lines = [*_clients(view), *_instances(view, ids), *_requests(view, ids), *_behind(view, ids)]
    return "\n  ".join(["```mermaid\nflowchart LR", *lines]) + "\n```"


def _clients(view: View) -> Iterator[str]:
    """Yield who sends requests, and the load balancer that takes them."""
    usual = "Clients in the VPC" if view.is_internal else "Internet"
    sources = view.environment.load_balancer.sources if view.environment.has_own_groups else None
    yield f"clients([{label('Clients', *sources) if sources else label(usual)}])"
    if view.balancer:
        yield f"balancer[{label(view.balancer)}]"
    if view.key_pair:
        yield f"operator([{label('Holders of the key pair', view.key_pair)}])"


def _instances(view: View, ids: dict[str, str]) -> Iterator[str]:
    """Yield an instance with its containers and volumes."""
    environment = view.environment
    yield f"subgraph instances[{label(view.instances)}]"
    for name, container in environment.containers.items():
        others = [f"port {port}" for port in container.ports if port.host not in view.targets or port.protocol == "udp"]
        notes = [*others, "not essential" if not container.essential else ""]
        yield f"  {ids[name]}[{label(name, environment.image_of(name).rpartition('/')[2], *notes)}]"
    volumes = {name: f"volume{number}" for number, name in enumerate(environment.volumes)}
    for name, volume in environment.volumes.items():
        yield f"  {volumes[name]}[({label(name, volume.host_path or view.host.path(name))})]"
    for name, container in environment.containers.items():
        for mount in container.mounts:
            if mount.volume in volumes:
                path = f"{mount.path}, read only" if mount.read_only else mount.path
                yield f"  {ids[name]} ---|{label(path)}| {volumes[mount.volume]}"
        for link in container.links:
            yield f"  {ids[name]} -.->|{label('link')}| {ids[link.container]}"
    yield "end"


def _requests(view: View, ids: dict[str, str]) -> Iterator[str]:
    """Yield the path of requests to the containers, and that of SSH."""
    source = "clients"
    if view.balancer:
        source = "balancer"
        listeners = ", ".join(map(str, view.listeners)) or "its own listeners"
        yield f"clients -->|{label(listeners)}| balancer"
    for name, container in view.environment.containers.items():
        for host, inside in _ports(view, container):
            asked = view.routes.get(host, ())
            yield f"{source} -->|{label(f'{host} to {inside}', *asked)}| {ids[name]}"
    if view.key_pair:
        yield f"operator -->|{label('SSH 22')}| instances"


def _ports(view: View, container: Container) -> Iterator[tuple[int, int]]:
    for port in container.ports:
        if port.protocol == "tcp" and port.host in view.targets:
            yield port.host, port.container


def _behind(view: View, ids: dict[str, str]) -> Iterator[str]:
    """Yield the database and the secrets, with who reads them."""
    if view.engine:
        copies = ", in two zones" if view.option(DATABASE, "MultiAZDatabase") == "true" else ""
        version, size = view.option(DATABASE, "DBEngineVersion"), view.option(DATABASE, "DBInstanceClass")
        words = f"{view.engine} {version}, {size}{copies}"
        yield f"database[({label(f'Database {NAME}', words)})]"
        yield f"master[/{label('Secret DatabasePassword')}/]"
        yield f"instances -->|{label(str(PORTS[view.engine]))}| database"
        yield f"master -.->|{label('master password')}| database"
    for number, secret in enumerate(view.secrets()):
        yield f"secret{number}[/{label('Secret', secret.arn.rpartition(':')[2])}/]"
        yield f"secret{number} -.->|{label(secret.variable)}| {ids.get(secret.container, 'instances')}"
