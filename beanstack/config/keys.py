"""Keys that no setting has, and nulls that remove nothing, of which pydantic would say less or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from types import UnionType
from typing import TYPE_CHECKING, Any, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel

from beanstack.eb.findings import Finding, nearest, suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.eb.findings import Path
    from beanstack.text.document import Node

# What Compose or ECS calls a setting: what it is called here.
ELSEWHERE = {
    "cap_add": "linux_parameters",
    "cap_drop": "linux_parameters",
    "cpus": "cpu",
    "devices": "linux_parameters",
    "dns": "dns_servers",
    "dns_search": "dns_search_domains",
    "entrypoint": "entry_point",
    "env_file": "environment",
    "healthcheck": "health_check",
    "labels": "docker_labels",
    "logging": "log_configuration",
    "mem_limit": "memory",
    "mem_reservation": "memory_reservation",
    "mountPoints": "mounts",
    "portMappings": "ports",
    "read_only": "readonly_root_filesystem",
    "restart": "restart_policy",
    "security_opt": "docker_security_options",
    "services": "containers",
    "shm_size": "linux_parameters",
    "stdin_open": "interactive",
    "stop_grace_period": "stop_timeout",
    "sysctls": "system_controls",
    "test": "command",
    "tmpfs": "linux_parameters",
    "tty": "pseudo_terminal",
    "volumes": "mounts",
    "working_dir": "working_directory",
}


class UnknownKey(NamedTuple):
    """A key that no setting has, and the one that seems to be meant."""

    path: Path
    meant: str | None

    @property
    def finding(self) -> Finding:
        return Finding(self.path, f"unknown key{suggestion(self.meant)}", at_key=True)


def unknown_keys(model: type[BaseModel], node: Node) -> Iterator[UnknownKey]:
    """Return the keys that a model does not know. Pydantic never sees those with a null."""
    for kind, mapping, path in _mappings(model, node, ()):
        if get_origin(kind) is Mapping:
            continue
        known = _fields(kind)
        for key in mapping.entries():
            if key not in known:
                elsewhere = ELSEWHERE.get(key)
                meant = elsewhere if elsewhere in known else nearest(key, known)
                yield UnknownKey((*path, key), meant)


def needless_nulls(model: type[BaseModel], node: Node, defaults: Node | None) -> Iterator[Finding]:
    """Return the nulls that would remove an entry of a mapping if `defaults` had one of that name."""
    for kind, mapping, path in _mappings(model, node, ()):
        if get_origin(kind) is not Mapping:
            continue
        others = [key for key, value in mapping.entries().items() if value.value is not None]
        for key, value in mapping.entries().items():
            if value.value is None and not _removes((*path, key), defaults):
                new = f"; a new one is written `{key}: {{}}`" if is_model(inside(kind, key)) else ""
                message = f"null removes an entry of `defaults`, which has no '{key}'"
                yield Finding((*path, key), f"{message}{suggestion(nearest(key, others)) or new}", at_key=True)


def _removes(path: Path, defaults: Node | None) -> bool:
    """Return whether an environment's null at a path takes the place of a value of `defaults`."""
    if defaults is None:
        return False
    found, missing = defaults.nearest(path)
    return not missing and found.value is not None


def _mappings(kind: Any, node: Node, path: Path) -> Iterator[tuple[Any, Node, Path]]:
    """Yield each mapping at a node and below it with what it is read as, a model or a Mapping, and its path."""
    kind = alone(kind)
    if isinstance(node.value, dict) and (get_origin(kind) is Mapping or is_model(kind)):
        yield kind, node, path
    for step, below in node.children():
        inner = inside(kind, step)
        if inner is not None:
            yield from _mappings(inner, below, (*path, step))


def inside(kind: Any, step: str | int) -> Any:
    """Return what the value under a key or index is read as, None if that is not a section."""
    if is_model(kind):
        return _fields(kind).get(str(step))
    if get_origin(kind) is Mapping and isinstance(step, str):
        return get_args(kind)[1]
    if get_origin(kind) is tuple and isinstance(step, int):
        return get_args(kind)[0]
    return None


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    """Return the keys of a model's mapping and what their values are read as."""
    by_name = model.model_config.get("validate_by_name")
    fields = model.model_fields.items()
    return {name if by_name else field.alias or name: field.annotation for name, field in fields}


def is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def alone(annotation: Any) -> Any:
    """Return a type without `| None`; of a section that may also be a text, the section."""
    if get_origin(annotation) not in (Union, UnionType):
        return annotation
    kinds = [kind for kind in get_args(annotation) if kind is not type(None)]
    return next(filter(is_model, kinds), kinds[0])
