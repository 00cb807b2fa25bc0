"""Dockerrun.aws.json -> the contents of a Compose file, for what ECS would do with it.

https://docs.docker.com/reference/compose-file/services/
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from beanstack.eb.ecs.containers import entries
from beanstack.eb.ecs.dockerrun import container_fields

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from beanstack.run.dockerrun import Container, Dockerrun, Port

# The fields of a container definition that Compose knows under another name, and those that only AWS honours.
SAME = {field: fact["compose"] for field, fact in container_fields().items() if fact.get("compose")}
NOT_HERE = [field for field, fact in container_fields().items() if "compose" in fact and not fact["compose"]]
# Compose has no condition for a container that may fail, as ECS's COMPLETE does. So `services.py` waits by itself, and
# these are for readers of the file.
CONDITIONS = {
    "START": "service_started",
    "COMPLETE": "service_completed_successfully",
    "SUCCESS": "service_completed_successfully",
    "HEALTHY": "service_healthy",
}
LOGS, IN_FILES = "logConfiguration", "json-file"
RIGHTS = {"read": "r", "write": "w", "mknod": "m"}
# The system's folders, which every instance has, and which no folder of this machine may replace there.
SYSTEM = ("/bin", "/boot", "/dev", "/etc", "/lib", "/proc", "/run", "/sbin", "/sys", "/usr", "/var/run", "/var/lib/ecs")


@dataclass(frozen=True)
class Place:
    """Where an environment runs on this machine.

    The instance's folders are below `root`. `ports` maps its ports to those of this machine, and `images` an image that
    cannot be had to its substitute. Every container gets `variables`, and finds `hosts` by their names.

    `inherited` are the names of further variables. Compose takes their values from its own environment, so that no file
    holds them; where `takes_names` is false, its caller passes them on instead.
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
        """Return the name of a service's container."""
        return f"{self.project}-{service}"

    def image(self, name: str) -> str:
        """Return an image, or its substitute."""
        return self.images.get(name, name)

    def named(self, names: Iterable[str]) -> dict[str, None]:
        """Return variables without values for a service's `environment`."""
        return dict.fromkeys(names) if self.takes_names else {}


@dataclass(frozen=True)
class DatabaseService:
    """The service in place of RDS, which only the environment's containers can reach."""

    name: str
    image: str
    inherited: Collection[str]


def compose(dockerrun: Dockerrun, place: Place, database: DatabaseService | None) -> dict[str, Any]:
    """Return the contents of the Compose file."""
    services: dict[str, dict[str, Any]] = {}
    if database:
        services[database.name] = {
            "container_name": place.container(database.name),
            "image": place.image(database.image),
            "environment": place.named(database.inherited),
            "restart": "unless-stopped",
        }
    for name in dockerrun.containers:
        services[name] = service(dockerrun, name, place)
    for name in dockerrun.containers:
        for other, alias in dockerrun.links(name):
            # Compose's networks know a service by its own name, and need to be given any other name of a link.
            if alias != other:
                networks = services[other].setdefault("networks", {"default": {"aliases": []}})
                aliases = networks["default"]["aliases"]
                if alias not in aliases:
                    aliases.append(alias)
    return {"name": place.project, "services": services}


def service(dockerrun: Dockerrun, name: str, place: Place) -> dict[str, Any]:
    """Return a container as a service, without keys that have no value."""
    container = dockerrun.containers[name]
    made = {
        "container_name": place.container(name),
        "image": place.image(container["image"]),
        **{ours: container.get(theirs) for theirs, ours in SAME.items()},
        "environment": _environment(dockerrun, name, place),
        "ports": _ports(dockerrun, name, place),
        "volumes": _volumes(dockerrun, name, place),
        "depends_on": {other: {"condition": CONDITIONS[how]} for other, how in dockerrun.waits_for(name).items()},
        # ECS restarts a task whose essential container has ended.
        "restart": "unless-stopped" if dockerrun.is_essential(name) else "no",
        "network_mode": "none" if container.get("disableNetworking") else None,
        "extra_hosts": _hosts(container, place),
        "logging": _logging(container),
        **_limits(container),
        **_kernel(container.get("linuxParameters") or {}, container.get("memory")),
        **_health(container.get("healthCheck")),
    }
    return {key: _escaped(value) for key, value in made.items() if not _is_empty(value)}


def is_own(folder: str) -> bool:
    """Return whether a folder has contents on every instance; the others are filled by containers alone."""
    return folder.startswith(SYSTEM) or not folder.startswith("/var/")


def not_here(dockerrun: Dockerrun) -> list[str]:
    """Return a warning for each thing that the file asks for and that only AWS does."""
    warnings = []
    secrets: set[str] = set()
    for name, container in dockerrun.containers.items():
        unused = [key for key in NOT_HERE if container.get(key)]
        if LOGS in container and not _logging(container):
            unused.append(LOGS)
        warnings += [f"container {name}: {key} has no effect here" for key in unused]
        secrets.update(dockerrun.secrets(name))
    for folder in sorted(filter(is_own, dockerrun.folders())):
        warnings.append(f"{folder} of the instance is an empty folder here")
    for secret in sorted(secrets):
        warnings.append(f"{secret} is a secret of AWS: `make run` takes your shell's, the local AWS has none")
    return warnings


def _environment(dockerrun: Dockerrun, name: str, place: Place) -> dict[str, Any]:
    """Return the variables of a container; what the container definition sets wins over EB's properties."""
    own = _pairs(dockerrun.containers[name], "environment", "name", "value")
    return {**place.named(place.inherited), **place.variables, **own, **place.named(dockerrun.secrets(name))}


def _ports(dockerrun: Dockerrun, name: str, place: Place) -> list[str]:
    ports = []
    for port, inside in dockerrun.ports_of(name):
        ports.append(f"127.0.0.1:{place.ports[port]}:{inside}/{port.protocol}")
    return ports


def _volumes(dockerrun: Dockerrun, name: str, place: Place) -> list[dict[str, Any]]:
    volumes = []
    for source, target, read_only in dockerrun.mounts(name):
        path = f"{place.root}{source}"
        volumes.append({"type": "bind", "source": path, "target": target, "read_only": read_only})
    return volumes


def _hosts(container: Container, place: Place) -> list[str]:
    own = _pairs(container, "extraHosts", "hostname", "ipAddress")
    return [f"{host}:{address}" for host, address in (*place.hosts.items(), *own.items())]


def _pairs(container: Container, key: str, name: str, value: str) -> dict[str, str]:
    """Return a list of names with values as a mapping."""
    return {item[name]: item[value] for _, item in entries(container, key) if name in item and value in item}


def _logging(container: Container) -> dict[str, Any]:
    """Return the driver that keeps a container's output in files, with its limits; others need what only AWS has."""
    logs = container.get(LOGS) or {}
    if logs.get("logDriver") != IN_FILES:
        return {}
    return {"driver": IN_FILES, "options": {name: str(value) for name, value in (logs.get("options") or {}).items()}}


def _limits(container: Container) -> dict[str, Any]:
    memory, reservation, stop = (container.get(key) for key in ("memory", "memoryReservation", "stopTimeout"))
    ulimits = {}
    for _, limit in entries(container, "ulimits"):
        ulimits[limit["name"]] = {"soft": limit["softLimit"], "hard": limit["hardLimit"]}
    return {
        "mem_limit": memory and f"{memory}m",
        "mem_reservation": reservation and f"{reservation}m",
        "stop_grace_period": stop and f"{stop}s",
        "ulimits": ulimits,
        "sysctls": _pairs(container, "systemControls", "namespace", "value"),
    }


def _kernel(parameters: Mapping[str, Any], memory: int | None) -> dict[str, Any]:
    capabilities = parameters.get("capabilities") or {}
    shared, swap = parameters.get("sharedMemorySize"), parameters.get("maxSwap")
    devices = []
    for _, device in entries(parameters, "devices"):
        host = device["hostPath"]
        rights = "".join(RIGHTS[right] for right in device.get("permissions") or RIGHTS)
        devices.append(f"{host}:{device.get('containerPath') or host}:{rights}")
    tmpfs = []
    for _, mount in entries(parameters, "tmpfs"):
        options = [f"size={mount['size']}m", *(mount.get("mountOptions") or ())]
        tmpfs.append(f"{mount['containerPath']}:{','.join(options)}")
    return {
        "init": parameters.get("initProcessEnabled"),
        "shm_size": shared and f"{shared}m",
        "memswap_limit": None if swap is None or memory is None else f"{memory + swap}m",
        "mem_swappiness": parameters.get("swappiness"),
        "cap_add": capabilities.get("add"),
        "cap_drop": capabilities.get("drop"),
        "devices": devices,
        "tmpfs": tmpfs,
    }


def _health(check: Mapping[str, Any] | None) -> dict[str, Any]:
    if not check:
        return {}
    made = {"test": check["command"], "retries": check.get("retries", 3)}
    for theirs, ours in (("interval", "interval"), ("timeout", "timeout"), ("startPeriod", "start_period")):
        if theirs in check:
            made[ours] = f"{check[theirs]}s"
    return {"healthcheck": made}


def _is_empty(value: Any) -> bool:
    return value is None or value is False or value in ([], {})


def _escaped(value: Any) -> Any:
    """Return a value with its dollar signs doubled; Compose would take one for a variable of its own."""
    if isinstance(value, str):
        return value.replace("$", "$$")
    if isinstance(value, dict):
        return {key: _escaped(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_escaped(item) for item in value]
    return value
