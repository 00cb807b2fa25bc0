"""compose.yaml -> the contents of a Dockerrun.aws.json, and a list of what EB does not support.

The reverse of `run/compose.py`, for files that people wrote. https://docs.docker.com/reference/compose-file/services/
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Any

import yaml

from beanstack.eb.ecs.dockerrun import container_fields
from beanstack.paths import DATA
from beanstack.takeover.containers import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beanstack.eb.findings import Path
    from beanstack.takeover.containers import Lose

FIELDS = container_fields()
SAME = {fact["compose"]: field for field, fact in FIELDS.items() if fact.get("compose")}
KNOWN = {
    *("image", "environment", "ports", "volumes", "depends_on", "links", "healthcheck", "stop_grace_period"),
    *("extra_hosts", "mem_limit", "mem_reservation", "deploy"),
}
PERIODS = {"interval": "interval", "timeout": "timeout", "startPeriod": "start_period"}
PORT = re.compile(
    r"(?:(?:(?P<address>[0-9.]+|\[[^\]]*\]):)?(?P<host>[0-9]+):)?(?P<inside>[0-9]+)(?:/(?P<protocol>tcp|udp))?"
)
CONDITIONS = {"service_started": "START", "service_completed_successfully": "SUCCESS", "service_healthy": "HEALTHY"}
VARIABLE = re.compile(r"\$(?:(\$)|\{([A-Za-z_]\w*)(?::?-([^}]*))?\}|([A-Za-z_]\w*))")
SIZES = {"": 1, "b": 1, "k": 1 << 10, "kb": 1 << 10, "m": 1 << 20, "mb": 1 << 20, "g": 1 << 30, "gb": 1 << 30}
SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600}
RESERVED = 128  # MiB for a container without a known limit
# Keys that have no effect here or always hold, and those that EB handles differently.
IGNORED = {"container_name", "expose", "profiles", "pull_policy", "platform", "init"}
REASONS = {
    "build": "write `build` in config, with `account`, and `make image` builds and pushes it",
    "env_file": "a file of variables stays on this machine; write those that are not secrets under `environment`",
    "networks": "all containers of an instance share one network and find each other by `links`",
    "replicas": "each instance runs one of each container; `scaling` has the number of instances",
    "restart": "EB starts the containers again when an essential one ends",
    "secrets": "name each secret by its ARN, under `secrets`",
    "configs": "put files into the image, or into config/<application>/bundle/",
    "volumes": "a file or folder of this machine is not on the instances; put it into the image",
    "port": "config takes host:container, with one port each",
    "address": "config has no address for a port; the security group decides who can reach it",
}
ANY_ADDRESS = (None, "0.0.0.0", "[::]", "::")  # noqa: S104 - names of it


class Loader(yaml.SafeLoader):
    """YAML 1.2, as Compose reads it: `no` is a text, and so is `22:22`; merge keys count."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 - as PyYAML has it


for _tag, _pattern in {
    "bool": r"true|True|TRUE|false|False|FALSE",
    "int": r"[-+]?(?:0|[1-9][0-9]*)",
    "null": r"~|null|Null|NULL|",
    "merge": r"<<",
}.items():
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"(?:{_pattern})\Z"), None)


def task(text: str, application: str, lose: Lose) -> dict[str, Any]:
    """Return the task of a Compose file. Call `lose` with each thing that is not in it, and why.

    Raise yaml.YAMLError or ValueError if the text is not a Compose file.
    """
    content = yaml.load(text, Loader)  # noqa: S506 - a SafeLoader
    services = content.get("services") if isinstance(content, dict) else None
    if not isinstance(services, dict) or not all(isinstance(service, dict) for service in services.values()):
        raise ValueError("it has no `services` mapping")
    services = _filled(services, ("services",), lose)
    folders: dict[str, str] = {}
    containers = []
    for name, service in services.items():
        try:
            mounts = list(_mounts(name, service, lose))
            container = _container(name, service, lose)
        except (AttributeError, KeyError, TypeError):  # a key has a value of another type than Compose defines
            raise ValueError(f"services.{name} is not valid; `docker compose config` says why") from None
        for volume, folder, _ in mounts:
            folders[volume] = folder or f"{DATA}/{application}/{volume}"
        containers.append(container | {"mountPoints": [mount for _, _, mount in mounts]})
    volumes = [{"name": name, "host": {"sourcePath": folder}} for name, folder in folders.items()]
    return {"containerDefinitions": containers, "volumes": volumes}


def _filled(value: Any, path: Path, lose: Lose) -> Any:
    """Return a value with Compose's variables replaced by their defaults; None if a variable has no default."""
    if isinstance(value, dict):
        return {key: _filled(item, (*path, str(key)), lose) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, (*path, index), lose) for index, item in enumerate(value)]
    if not isinstance(value, str):
        return value
    for dollar, name, default, plain in VARIABLE.findall(value):
        if not dollar and (plain or not default):
            # A variable of a container is reported by its name.
            if path[2:3] != ("environment",) or isinstance(path[-1], int):
                lose(path, f"the value of {name or plain} is known only on this machine")
            return None
    return VARIABLE.sub(lambda found: found[1] or found[3], value)


def _container(name: str, service: Mapping[str, Any], lose: Lose) -> dict[str, Any]:
    """Return a service as a container definition, without its mounts."""
    for key in sorted(service.keys() - KNOWN - SAME.keys() - IGNORED):
        if not key.startswith("x-"):
            lose(("services", name, key), REASONS.get(key, UNKNOWN))
    _lose_deploy(name, service.get("deploy") or {}, lose)
    waits = _waits(service)
    links = [str(link) for link in service.get("links") or ()]
    linked = {link.partition(":")[0] for link in links}
    made = {
        "name": name,
        "image": service.get("image"),
        **{SAME[key]: _same(SAME[key], value) for key, value in service.items() if key in SAME},
        "environment": [{"name": key, "value": value} for key, value in _environment(name, service, lose)],
        "portMappings": list(_ports(name, service, lose)),
        "dependsOn": [{"containerName": other, "condition": condition} for other, condition in waits.items()],
        "links": [*links, *(other for other in waits if other not in linked)],
        "extraHosts": [{"hostname": host, "ipAddress": address} for host, address in _pairs(service, "extra_hosts")],
        "stopTimeout": _seconds(service.get("stop_grace_period")),
        "healthCheck": _health(service.get("healthcheck") or {}),
        **_memory(name, service, lose),
    }
    return {key: value for key, value in made.items() if value not in (None, [], {})}


def _lose_deploy(name: str, deploy: Mapping[str, Any], lose: Lose) -> None:
    """Call `lose` with each key below `deploy` except the memory limit and reservation."""
    for key in sorted(deploy.keys() - {"resources"}):
        lose(("services", name, "deploy", key), REASONS.get(key, UNKNOWN))
    for kind, amounts in (deploy.get("resources") or {}).items():
        for key in sorted(amounts.keys() - {"memory"}):
            lose(("services", name, "deploy", "resources", kind, key), UNKNOWN)


def _same(field: str, value: Any) -> Any:
    """Return a Compose field in the form that ECS takes: a list of words for a text, a mapping for a list of pairs."""
    kind = FIELDS[field]["type"]
    if kind == "array" and isinstance(value, str):
        return shlex.split(value)
    if kind == "array" and isinstance(value, list):
        return [str(item) for item in value if item is not None]
    if kind == "object":
        return dict(_pairs({field: value}, field))
    return str(value) if kind == "string" and value is not None else value


def _pairs(service: Mapping[str, Any], key: str) -> list[tuple[str, str | None]]:
    """Return the pairs of a mapping, or of a list of texts such as `name=value` and `name:value`."""
    found = service.get(key) or {}
    if isinstance(found, dict):
        return [(str(name), None if value is None else _text(value)) for name, value in found.items()]
    between = "=" if key == "environment" else "[=:]"
    split = (re.split(between, str(item), maxsplit=1) for item in found if item is not None)
    return [(words[0], words[1] if len(words) > 1 else None) for words in split]


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _environment(name: str, service: Mapping[str, Any], lose: Lose) -> Iterator[tuple[str, str]]:
    for variable, value in _pairs(service, "environment"):
        if value is None:
            lose(("services", name, "environment", variable), "its value comes from this machine; write it in config")
        else:
            yield variable, value


def _ports(name: str, service: Mapping[str, Any], lose: Lose) -> Iterator[dict[str, Any]]:
    for index, port in enumerate(service.get("ports") or ()):
        if isinstance(port, dict):
            written = (
                f"{port.get('published') or port.get('target')}:{port.get('target')}/{port.get('protocol', 'tcp')}"
            )
        else:
            written = str(port)
        found = PORT.fullmatch(written)
        if not found:
            lose(("services", name, "ports", index), REASONS["port"])
            continue
        address = port.get("host_ip") if isinstance(port, dict) else found["address"]
        if address not in ANY_ADDRESS:
            lose(("services", name, "ports", index), REASONS["address"])
        inside = int(found["inside"])
        yield {
            "hostPort": int(found["host"] or inside),
            "containerPort": inside,
            "protocol": found["protocol"] or "tcp",
        }


def _mounts(name: str, service: Mapping[str, Any], lose: Lose) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield the volume, its folder on the host if it is not Beanstack's own, and the mount point, for each mount."""
    for index, mount in enumerate(service.get("volumes") or ()):
        if isinstance(mount, dict):
            source, path, read_only = mount.get("source"), mount.get("target"), bool(mount.get("read_only"))
        else:
            source, path, options = ([*str(mount).split(":"), "", ""])[:3]
            read_only = "ro" in options.split(",")
        if not source or not path or not re.fullmatch(r"/.+|[A-Za-z0-9][\w-]*", source):
            lose(("services", name, "volumes", index), REASONS["volumes"])
            continue
        volume = re.sub(r"\W+", "-", source).strip("-")
        point = {"sourceVolume": volume, "containerPath": path, "readOnly": read_only}
        yield volume, source if source.startswith("/") else "", point


def _waits(service: Mapping[str, Any]) -> dict[str, str]:
    """Return the containers that a container waits for, with ECS's conditions."""
    found = service.get("depends_on") or {}
    if not isinstance(found, dict):
        return dict.fromkeys(map(str, found), "START")
    conditions = {name: (how or {}).get("condition", "service_started") for name, how in found.items()}
    return {name: CONDITIONS.get(condition, "START") for name, condition in conditions.items()}


def _memory(name: str, service: Mapping[str, Any], lose: Lose) -> dict[str, int | None]:
    """Return the limits of memory, in MiB; ECS needs one of them."""
    resources = (service.get("deploy") or {}).get("resources") or {}
    limit = service.get("mem_limit", (resources.get("limits") or {}).get("memory"))
    reservation = service.get("mem_reservation", (resources.get("reservations") or {}).get("memory"))
    if limit is None and reservation is None:
        lose(("services", name, "mem_limit"), f"no limit is set, so {RESERVED} MiB are reserved; write what it needs")
        return {"memoryReservation": RESERVED}
    return {"memory": _mebibytes(limit), "memoryReservation": _mebibytes(reservation)}


def _mebibytes(value: Any) -> int | None:
    found = re.fullmatch(r"([0-9.]+)\s*([a-z]*)", str(value).lower())
    if not found or found[2] not in SIZES:
        return None
    return max(1, round(float(found[1]) * SIZES[found[2]] / SIZES["m"]))


def _seconds(value: Any) -> int | None:
    parts = re.findall(r"([0-9.]+)(ms|s|m|h)", str(value))
    return round(sum(float(number) * SECONDS[unit] for number, unit in parts)) if parts else None


def _health(check: Mapping[str, Any]) -> dict[str, Any]:
    test = check.get("test")
    if not test or check.get("disable"):
        return {}
    made = {
        "command": ["CMD-SHELL", test] if isinstance(test, str) else test,
        "retries": check.get("retries"),
        **{name: _seconds(check.get(key)) for name, key in PERIODS.items()},
    }
    return {key: value for key, value in made.items() if value is not None}
