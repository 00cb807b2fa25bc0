"""Dockerrun.aws.json -> a Compose file, readable, with all that ECS would do of it on this machine.

https://docs.docker.com/reference/compose-file/services/
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from beanstack.eb.containers import entries
from beanstack.eb.dockerrun import container_fields

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from beanstack.run.dockerrun import Container, Dockerrun, Port

# Fields of a container definition that mean the same to Compose, by its own names; and what only AWS does.
SAME = {field: fact["compose"] for field, fact in container_fields().items() if fact.get("compose")}
NOT_HERE = [field for field, fact in container_fields().items() if "compose" in fact and not fact["compose"]]
# ECS's conditions; Compose has no word for "ended, well or not". `services.py` waits by ECS's own.
CONDITIONS = {
    "START": "service_started",
    "COMPLETE": "service_completed_successfully",
    "SUCCESS": "service_completed_successfully",
    "HEALTHY": "service_healthy",
}
# Folders that an instance has of its own.
SYSTEM = ("/bin", "/boot", "/dev", "/etc", "/lib", "/proc", "/run", "/sbin", "/sys", "/usr", "/var/run", "/var/lib/ecs")


@dataclass(frozen=True)
class Place:
    """Where an environment runs on this machine.

    `root` is the folder below which the instance's folders lie; `ports` are this machine's by those of the instance;
    `images` stand in for those that cannot be had; `variables` are those of every container, `hosts` the addresses that
    they know by name. `inherited` are the names of variables whose values come from the environment of Compose and so
    stand in no file; where `takes_names` is false its caller hands them on.
    """

    project: str
    root: str
    ports: Mapping[Port, int]
    images: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    inherited: Collection[str] = ()
    takes_names: bool = True
    hosts: Mapping[str, str] = field(default_factory=dict)

    def container(self, service: str) -> str:
        """The name of a service's container."""
        return f"{self.project}-{service}"

    def named(self, names: Iterable[str]) -> dict[str, None]:
        """Variables without a value, as a service's `environment` takes them."""
        return dict.fromkeys(names) if self.takes_names else {}


@dataclass(frozen=True)
class DatabaseService:
    """The service in RDS's place, which no one but the environment's containers reaches."""

    name: str
    image: str
    inherited: Collection[str]


def text(composed: Mapping[str, Any], source: str) -> str:
    """The Compose file."""
    body = yaml.dump(composed, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
    return f"# Made from {source} and written anew at every start.\n{body}"


def compose(dockerrun: Dockerrun, place: Place, database: DatabaseService | None) -> dict[str, Any]:
    """The contents of the Compose file."""
    services = {name: service(dockerrun, name, place) for name in dockerrun.containers}
    for name in dockerrun.containers:
        for other, alias in dockerrun.links(name):
            if alias != other:
                default = services[other].setdefault("networks", {"default": {"aliases": []}})["default"]
                default["aliases"] += [alias] if alias not in default["aliases"] else []
    own = {}
    if database:
        own[database.name] = {
            "container_name": place.container(database.name),
            "image": place.images.get(database.image, database.image),
            "environment": place.named(database.inherited),
            "restart": "unless-stopped",
        }
    return {"name": place.project, "services": own | services}


def service(dockerrun: Dockerrun, name: str, place: Place) -> dict[str, Any]:
    """One container as a service."""
    container = dockerrun.containers[name]
    made: dict[str, Any] = {
        "container_name": place.container(name),
        "image": place.images.get(container["image"], container["image"]),
        **{ours: container.get(theirs) for theirs, ours in SAME.items()},
        "environment": {
            **place.named(place.inherited),
            **place.variables,
            **_pairs(container, "environment", "name", "value"),
            **place.named(dockerrun.secrets(name)),
        },
        "ports": [
            f"127.0.0.1:{place.ports[port]}:{inside}/{port.protocol}" for port, inside in dockerrun.ports_of(name)
        ],
        "volumes": [
            {"type": "bind", "source": f"{place.root}{source}", "target": target, "read_only": read_only}
            for source, target, read_only in dockerrun.mounts(name)
        ],
        "depends_on": {other: {"condition": CONDITIONS[how]} for other, how in dockerrun.waits_for(name).items()},
        # ECS starts a task anew whose essential container has ended.
        "restart": "unless-stopped" if dockerrun.is_essential(name) else "no",
        "network_mode": "none" if container.get("disableNetworking") else None,
        "extra_hosts": [
            *(f"{host}:{address}" for host, address in place.hosts.items()),
            *(
                f"{host}:{address}"
                for host, address in _pairs(container, "extraHosts", "hostname", "ipAddress").items()
            ),
        ],
        **_limits(container),
        **_kernel(container.get("linuxParameters") or {}, container.get("memory")),
        **_health(container.get("healthCheck")),
    }
    return {key: _literal(value) for key, value in made.items() if not _is_empty(value)}


def is_own(folder: str) -> bool:
    """Whether a folder is the instance's own, and not one that containers alone fill."""
    return folder.startswith(SYSTEM) or not folder.startswith("/var/")


def _is_empty(value: Any) -> bool:
    return value is None or value is False or value in ([], {})


def not_here(dockerrun: Dockerrun) -> list[str]:
    """What the file asks for that only AWS does, for a warning."""
    said = [
        f"container {name}: {key} has no effect here"
        for name, container in dockerrun.containers.items()
        for key in NOT_HERE
        if container.get(key)
    ]
    said += [
        f"{folder} of the instance is an empty folder here" for folder in sorted(dockerrun.folders()) if is_own(folder)
    ]
    secrets = {secret for name in dockerrun.containers for secret in dockerrun.secrets(name)}
    return said + [
        f"{name} is a secret of AWS: `make run` takes your shell's, the local AWS has none" for name in sorted(secrets)
    ]


def _pairs(container: Container, key: str, name: str, value: str) -> dict[str, str]:
    """Return a list of names with values as a mapping."""
    return {item[name]: item[value] for _, item in entries(container, key) if name in item and value in item}


def _limits(container: Container) -> dict[str, Any]:
    memory, reservation, stop = (container.get(key) for key in ("memory", "memoryReservation", "stopTimeout"))
    return {
        "mem_limit": memory and f"{memory}m",
        "mem_reservation": reservation and f"{reservation}m",
        "stop_grace_period": stop and f"{stop}s",
        "ulimits": {
            limit["name"]: {"soft": limit["softLimit"], "hard": limit["hardLimit"]}
            for _, limit in entries(container, "ulimits")
        },
        "sysctls": _pairs(container, "systemControls", "namespace", "value"),
    }


def _kernel(parameters: Mapping[str, Any], memory: int | None) -> dict[str, Any]:
    capabilities = parameters.get("capabilities") or {}
    shared, swap = parameters.get("sharedMemorySize"), parameters.get("maxSwap")
    letters = {"read": "r", "write": "w", "mknod": "m"}
    return {
        "init": parameters.get("initProcessEnabled"),
        "shm_size": shared and f"{shared}m",
        "memswap_limit": None if swap is None or memory is None else f"{memory + swap}m",
        "mem_swappiness": parameters.get("swappiness"),
        "cap_add": capabilities.get("add"),
        "cap_drop": capabilities.get("drop"),
        "devices": [
            ":".join(
                (
                    device["hostPath"],
                    device.get("containerPath") or device["hostPath"],
                    "".join(letters[right] for right in device.get("permissions") or letters),
                )
            )
            for _, device in entries(parameters, "devices")
        ],
        "tmpfs": [
            ":".join((fs["containerPath"], ",".join((f"size={fs['size']}m", *(fs.get("mountOptions") or ())))))
            for _, fs in entries(parameters, "tmpfs")
        ],
    }


def _health(check: Mapping[str, Any] | None) -> dict[str, Any]:
    if not check:
        return {}
    seconds = {"interval": "interval", "timeout": "timeout", "startPeriod": "start_period"}
    durations = {ours: f"{check[theirs]}s" for theirs, ours in seconds.items() if theirs in check}
    return {"healthcheck": {"test": check["command"], **durations, "retries": check.get("retries", 3)}}


def _literal(value: Any) -> Any:
    """The value with its dollar signs doubled: Compose must not take them for variables of its own."""
    if isinstance(value, str):
        return value.replace("$", "$$")
    if isinstance(value, dict):
        return {key: _literal(item) for key, item in value.items()}
    return [_literal(item) for item in value] if isinstance(value, list) else value


class _Dumper(yaml.CSafeDumper):
    """Without anchors, and with nothing where a variable has no value."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's own signature
        return True


# What YAML 1.2 takes for a number and PyYAML does not, such as a commit's 7e10: written in quotes.
_Dumper.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?|0o[0-7]+"), list("-+.0123456789")
)
_Dumper.add_representer(type(None), lambda dumper, _: dumper.represent_scalar("tag:yaml.org,2002:null", ""))
