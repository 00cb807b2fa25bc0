"""Dockerrun.aws.json as containers and volumes of config: the declarations at the fields, read backwards.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/create_deploy_docker_v2config.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, get_args, get_origin

from beanstack.config.basics import Volume
from beanstack.config.container import Container
from beanstack.config.ecs import Pairs, Records, Texts, Typed, Wrapped, declared
from beanstack.config.keys import alone, is_model
from beanstack.config.shortforms import PortMapping
from beanstack.eb.ecs.dockerrun import facts
from beanstack.eb.findings import shown
from beanstack.eb.images import FILL_IN, image_finding, repository
from beanstack.eb.layout import LOGS
from beanstack.eb.secrets import resembles_secret, says_secret
from beanstack.eb.shape import read, shape_findings
from beanstack.paths import DATA
from beanstack.takeover import started
from beanstack.takeover.draft import Draft, Left, TakeoverError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pydantic import BaseModel

    from beanstack.config.ecs import Encoding
    from beanstack.eb.findings import Path

    Lose = Callable[[Path, str], None]

UNKNOWN = "config has no key for it"
UNREADABLE = "does not have the type that ECS expects"
NO_HOST_PORT = "ECS chooses the host port, which config cannot express"
OF_DOCKER = "a Docker volume, empty in each deployment; it becomes a folder on the host, which is kept"
SECRET = "a secret in plain text; its value was not written"  # noqa: S105 - words on one
SECRET_MAPPINGS = ("environment", "docker_labels", "options")
# Fields at the top of the file that EB supports in addition to containers and volumes.
PLAIN_TOP = {"AWSEBDockerrunVersion", "containerDefinitions", "volumes", "executionRoleArn"}
TOP = {"authentication": "Beanstack pulls images with the instance's role, or the container's `repository_credentials`"}


class Field(NamedTuple):
    """A key of config and the field that it becomes."""

    key: str
    encoding: Encoding
    kind: Any
    default: Any


def add_containers(draft: Draft, content: Any, file: str, application: str) -> None:
    """Add the containers and volumes of a parsed Dockerrun.aws.json. Raise TakeoverError if it has none."""
    if not isinstance(content, dict) or not isinstance(content.get("containerDefinitions"), list):
        message = f"{file}: not a Dockerrun.aws.json of version 2, the only version that can be imported"
        raise TakeoverError(message)

    def lose(path: Path, reason: str) -> None:
        draft.left.append(Left(file, ".".join(map(str, path)), reason))

    spec = facts()["file"]
    for found in shape_findings(content, spec):
        if found.rule.name == "wrong-type":
            lose(found.path, UNREADABLE)
    task = read(content, spec)
    for name in task.keys() - PLAIN_TOP:
        lose((name,), TOP.get(name, UNKNOWN))
    if task.get("executionRoleArn"):
        draft.set(("execution_role_arn",), task["executionRoleArn"])
    volumes = decoded(Pairs("name"), Mapping[str, Volume], task.get("volumes") or [], ("volumes",), lose)
    for name, volume in volumes.items():
        _volume(draft, name, volume, application, lose)
    definitions = decoded(
        Pairs("name"), Mapping[str, Container], task["containerDefinitions"], ("containerDefinitions",), lose
    )
    draft.set(("containers",), {})
    for name, container in definitions.items():
        path = ("containers", name)
        draft.set(path, container)
        started.by_beanstack(draft, container)
        _image(draft, (*path, "image"), file)
        _without_secrets(draft, container, path, file)


def _volume(draft: Draft, name: str, volume: dict[str, Any], application: str, lose: Lose) -> None:
    """Add a volume, unless it is one that Beanstack or EB adds by itself."""
    if name.startswith((*started.OWN, LOGS)):
        return
    if volume.get("host_path") == f"{DATA}/{application}/{name}":
        del volume["host_path"]  # where Beanstack puts it anyway
    elif "host_path" not in volume:
        lose(("volumes", name), OF_DOCKER)
    draft.set(("volumes", name), volume)


def _image(draft: Draft, path: Path, file: str) -> None:
    """Add a remark that asks for a pinned image, if the bundle has none."""
    image = draft.get(path)
    if image is None or not image_finding(image):
        return
    written = f"{repository(image)}:{FILL_IN}"
    draft.set(path, f"fill-in:{FILL_IN}" if image_finding(written) else written)
    left = Left(file, f"containerDefinitions.{path[1]}.image", "the image is not pinned by a tag or a digest")
    draft.fill_in(path, left, "the bundle does not pin this image. Write the tag or the digest of the one that runs.")


def _without_secrets(draft: Draft, values: Any, path: Path, file: str) -> None:
    """Take secrets out of a container, each with a remark on where it belongs."""
    items = list(values.items()) if isinstance(values, dict) else []
    for key, value in items:
        below = (*path, key)
        named = path[-1] in SECRET_MAPPINGS and isinstance(value, str)
        if isinstance(value, dict):
            _without_secrets(draft, value, below, file)
        elif (named and resembles_secret(key, value)) or _says_secret(value):
            draft.drop(below)
            remark = (
                f"`{key}` contained a secret. Let the image read it from a variable, or write the value without it."
            )
            if named and path[-1] == "environment":
                remark = (
                    f"{key} is a secret. Store it in Secrets Manager, set `execution_role_arn`, and write\n"
                    f'secrets: {{{key}: "arn:aws:secretsmanager:..."}}'
                )
            place = ".".join(map(str, ("containerDefinitions", *below[1:])))
            draft.fill_in((*below[:2], key), Left(file, place, SECRET), remark)


def _says_secret(value: Any) -> bool:
    if isinstance(value, list):
        return any(map(_says_secret, value)) or says_secret(" ".join(map(str, value)))
    return isinstance(value, str) and says_secret(value)


def decoded(encoding: Encoding, kind: Any, value: Any, path: Path, lose: Lose) -> Any:
    """Return the value of a key, as it is written in config, from what a container definition has.

    `kind` is the type of the key. Call `lose` with the place of each thing that the key cannot hold, and the reason.
    """
    kind = alone(kind)
    match encoding:
        case Pairs():
            return _pairs(encoding, get_args(kind)[1], value, path, lose)
        case Records():
            made = (_record(encoding, item, kind, (*path, index), lose) for index, item in enumerate(value))
            return [text for text in made if text]
        case Typed():
            return [item["value"] for item in value if item and item.get("value")]
        case Wrapped():
            _lose_others(value, {encoding.name}, path, lose)
            return value.get(encoding.name)
        case Texts():
            return value
    if is_model(kind):
        return _section(kind, value, path, lose)
    if get_origin(kind) is Mapping:
        return {name: item if isinstance(item, str) else shown(item) for name, item in value.items()}
    if get_origin(kind) is tuple and isinstance(value, list):
        inner = get_args(kind)[0]
        return [decoded(encoding, inner, item, (*path, index), lose) for index, item in enumerate(value)]
    return value


def _pairs(encoding: Pairs, kind: Any, items: list[Any], path: Path, lose: Lose) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for index, item in enumerate(items):
        name = item.get(encoding.name) if isinstance(item, dict) else None
        if not isinstance(name, str):
            lose((*path, index), f"it has no `{encoding.name}`")
            continue
        if name in found:
            lose((*path, index), f"the name {name!r} is used twice")
        others = {key: value for key, value in item.items() if key != encoding.name}
        if encoding.value:
            _lose_others(others, {encoding.value}, (*path, name), lose)
            found[name] = others.get(encoding.value, "")
        else:
            found[name] = _section(alone(kind), others, (*path, name), lose)
    return found


def _section(model: type[BaseModel], value: Mapping[str, Any], path: Path, lose: Lose) -> dict[str, Any]:
    """Return a section's keys that differ from their defaults, which ECS has as well."""
    fields = dict(_fields(model))
    _lose_others(value, set(fields), path, lose)
    found: dict[str, Any] = {}
    for name, field in fields.items():
        if value.get(name) is None:
            continue
        plain = decoded(field.encoding, field.kind, value[name], (*path, name), lose)
        is_empty = plain in ([], {}) and name != "host"
        if plain is not None and not is_empty and plain != field.default:
            found[field.key] = plain
    return found


def _fields(model: type[BaseModel]) -> Iterator[tuple[str, Field]]:
    for key, ecs in declared(model):
        info = model.model_fields[key]
        yield ecs.name, Field(key, ecs.encoding, info.annotation, info.default)


def _record(encoding: Records, item: Any, kind: Any, path: Path, lose: Lose) -> str:
    """Return a short form such as `80:8000`; empty if there is none."""
    if item is None:
        return ""  # of another type, which is listed already
    _lose_others(item, set(encoding.names), path, lose)
    made = get_args(get_args(kind)[0])[0]  # tuple[Annotated[PortMapping, ...], ...]
    values = [item.get(name) for name in encoding.names]
    if made is PortMapping:
        values[2] = values[2] or "tcp"
        if not values[0]:
            lose(path, NO_HOST_PORT)
            return ""
    elif isinstance(values[-1], bool) or values[-1] is None:
        values[-1] = bool(values[-1])
    if None in values:
        lose(path, "it is not complete")
        return ""
    return str(made(*values))


def _lose_others(value: Any, known: set[str], path: Path, lose: Lose) -> None:
    for name, item in value.items() if isinstance(value, dict) else ():
        if name not in known and item not in (None, [], {}):
            lose((*path, name), UNKNOWN)
