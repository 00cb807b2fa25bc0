"""Compose-like short forms in a container's settings: `80:8000`, `public:/public:ro`, `db:database`."""

from __future__ import annotations

import re
from typing import Annotated, NamedTuple

from pydantic import PlainValidator, WithJsonSchema

from beanstack.config.model import refuse
from beanstack.eb.findings import shown

PORT = re.compile(r"(?P<host>[0-9]{1,5}):(?P<container>[0-9]{1,5})(/(?P<protocol>tcp|udp))?")
MOUNT = re.compile(r"(?P<volume>[A-Za-z0-9_-]+):(?P<path>/[^:]*)(:(?P<mode>ro|rw))?")
LINK = re.compile(r"(?P<container>[A-Za-z0-9_-]+)(:(?P<alias>[A-Za-z0-9_.-]+))?")
SHARE = re.compile(r"(?P<container>[A-Za-z0-9_-]+)(:(?P<mode>ro|rw))?")


class PortMapping(NamedTuple):
    """`host:container[/protocol]`: a port of the container, and the host's port that leads to it."""

    host: int
    container: int
    protocol: str

    def __str__(self) -> str:
        return f"{self.host}:{self.container}" + ("" if self.protocol == "tcp" else f"/{self.protocol}")


class Mount(NamedTuple):
    """`volume:path[:ro]`: where a container sees a volume."""

    volume: str
    path: str
    read_only: bool

    def __str__(self) -> str:
        return f"{self.volume}:{self.path}" + (":ro" if self.read_only else "")


class Link(NamedTuple):
    """`container[:alias]`: another container's name, and under which host name this one sees it."""

    container: str
    alias: str | None

    def __str__(self) -> str:
        return f"{self.container}:{self.alias}" if self.alias else self.container


class SharedVolumes(NamedTuple):
    """`container[:ro]`: another container whose mounts this one gets as well."""

    container: str
    read_only: bool

    def __str__(self) -> str:
        return self.container + (":ro" if self.read_only else "")


def _fields(pattern: re.Pattern[str], value: object, form: str) -> dict[str, str | None]:
    found = pattern.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise refuse(f"expected {form} as a string in quotes, found {shown(value)}")
    return found.groupdict()


def _port_mapping(value: object) -> PortMapping:
    found = _fields(PORT, value, '"host port:container port"')
    host, container = int(found["host"] or 0), int(found["container"] or 0)
    if not (1 <= host <= 65535 and 1 <= container <= 65535):
        raise refuse(f"ports run from 1 to 65535, found {value!r}")
    return PortMapping(host, container, found["protocol"] or "tcp")


def _mount(value: object) -> Mount:
    found = _fields(MOUNT, value, '"volume:/path" or "volume:/path:ro"')
    return Mount(found["volume"] or "", found["path"] or "", found["mode"] == "ro")


def _link(value: object) -> Link:
    found = _fields(LINK, value, '"container" or "container:alias"')
    return Link(found["container"] or "", found["alias"])


def _shared_volumes(value: object) -> SharedVolumes:
    found = _fields(SHARE, value, '"container" or "container:ro"')
    return SharedVolumes(found["container"] or "", found["mode"] == "ro")


def _schema(pattern: re.Pattern[str]) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": re.sub(r"\?P<\w+>", "", f"^{pattern.pattern}$")})


PortText = Annotated[PortMapping, PlainValidator(_port_mapping), _schema(PORT)]
MountText = Annotated[Mount, PlainValidator(_mount), _schema(MOUNT)]
LinkText = Annotated[Link, PlainValidator(_link), _schema(LINK)]
SharedVolumesText = Annotated[SharedVolumes, PlainValidator(_shared_volumes), _schema(SHARE)]
