"""A configuration file from a running environment: written, loaded as `generate` does, and compared with its source."""

from __future__ import annotations

import re
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from beanstack.config import ConfigError, Environment, load
from beanstack.config.basics import PLATFORM
from beanstack.config.names import stack_name
from beanstack.config.schema import checked
from beanstack.config.settings import Settings, Versions
from beanstack.eb.branches import ECS
from beanstack.eb.findings import NOWHERE
from beanstack.eb.layout import DOCKERRUN
from beanstack.eb.platforms import STACK, platform_arn, solution_stack
from beanstack.eb.rules import Kind, rule_of
from beanstack.eb.tags import is_reserved
from beanstack.eb.tiers import BY_NAME, WEB
from beanstack.operate.drift import Running
from beanstack.resources import accepted
from beanstack.takeover import options
from beanstack.takeover.containers import add_containers
from beanstack.takeover.draft import Draft, Left, TakeoverError
from beanstack.takeover.files import extension_settings, own_files
from beanstack.takeover.writing import text
from beanstack.text.yaml12 import yaml12_tree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from beanstack.config import Application
    from beanstack.eb.findings import Finding
    from beanstack.lint.bundles.bundle import Bundle
    from beanstack.takeover.source import Source

OWN_ID = re.compile(r"\bawseb-(e-[a-z0-9]+)-stack\b")
REGION_OF_ARN = re.compile(r"arn:[a-z-]+:elasticbeanstalk:([a-z0-9-]+):")
VERSIONS = f"EB keeps all; Beanstack lets it delete unused ones beyond {Versions().keep}, oldest first"
# Keys that every environment needs, so a value that config refuses cannot be left out.
NEEDED = ("region", "platform", "containers", "instance_types")
COMMANDS = ("command", "entry_point")
OF_OTHER_BALANCER = rule_of("warning", Kind.LOAD_BALANCER_TYPE)


class Names(NamedTuple):
    """The names in config, and the Region."""

    application: str
    environment: str
    region: str


class Made(NamedTuple):
    """A configuration file's text, its source, and the remaining lists and files."""

    text: str
    draft: Draft
    application: Application
    files: Mapping[str, bytes] = {}  # for `config/<app>/bundle/`


def make(source: Source, bundle: Bundle, dockerrun: Any, names: Names) -> Made:
    """Return a configuration that loads. Raise TakeoverError with the reason if there is none."""
    tier = BY_NAME.get(source.tier, WEB)
    if not tier.serves_requests:
        raise TakeoverError(f"{source.file}: a worker environment, which Beanstack does not support yet")
    draft = Draft(left=list(source.left))
    draft.set(("region",), names.region)
    if source.account:
        draft.set(("account",), source.account)
    known = _platform(draft, source)
    _tags(draft, source)
    identity = _names(draft, source, names)
    running = source.running or Running(_own_id(source), tier.id, known, None, None)
    settings = options.live(source, running, draft)
    options.begin(draft, settings)
    add_containers(draft, dockerrun, DOCKERRUN, names.application)
    _share_image(draft)
    fitting = options.Fitting(draft, settings, extension_settings(bundle))
    origin = f"{source.file} and {Path(bundle.where).name}"
    while fitting.fit(_sketch(draft, source, names)):
        pass
    made, application = _loaded(draft, source, names, origin, identity)
    fitting.finish(application.environments[names.environment])
    return Made(made, draft, application, own_files(draft, bundle, application, names.environment))


def region_of(source: Source) -> str:
    """Return the Region that a platform's ARN names; empty if there is none."""
    found = REGION_OF_ARN.match(source.platform)
    return found[1] if found else ""


def _own_id(source: Source) -> str:
    """Return the environment's ID, as the names of what EB made for it have it; empty if none does."""
    for one in source.settings:
        found = OWN_ID.search(one.value or "")
        if found:
            return found[1]
    return ""


def _platform(draft: Draft, source: Source) -> str | None:
    """Set the platform that runs, or else the one that Beanstack generates for; return the ID of what runs."""
    written = source.platform
    stack = STACK.fullmatch(written)
    known = solution_stack(written).id if stack else platform_arn(written).id
    running = written.partition("platform/")[2]
    if stack and stack[2]:
        running = f"{stack[3]} running on {stack[1]}/{stack[2].removeprefix('v')}"
    if known == ECS and running.count("/") == 1:
        draft.set(("platform",), running)
        return known
    draft.set(("platform",), PLATFORM)
    reason = "Beanstack supports only ECS on Amazon Linux 2023; EB changes a branch only in a new environment"
    draft.fill_in(
        ("platform",),
        Left(source.file, f"platform {written or '(none)'}", reason),
        f"the running platform is {written or 'not known'}. EB changes a branch only in a new environment.",
    )
    return known or ECS


def _names(draft: Draft, source: Source, names: Names) -> dict[str, Any]:
    """Set EB's names where Beanstack would choose others; return those of the file's own keys.

    A CNAME that EB made up is the environment's name and a part at random; the prefix of any other was chosen.
    """
    if source.environment and source.environment != stack_name(names.application, names.environment):
        draft.set(("environment_name",), source.environment)
    prefix, _, rest = source.cname.partition(".")
    if rest.startswith(f"{names.region}."):
        draft.set(("cname_prefix",), prefix)
    found: dict[str, Any] = {}
    if source.application and source.application != names.application:
        found["application_name"] = source.application
    if source.description and len(source.description.splitlines()) == 1:
        found["description"] = source.description
    if source.kept_versions:
        found["versions"] = {"keep": source.kept_versions}
    elif source.running:
        draft.left.append(Left(source.file, "the application's versions", VERSIONS))
    return found


def _tags(draft: Draft, source: Source) -> None:
    for name, value in source.tags.items():
        if not is_reserved(name):
            draft.set(("tags", name), value)


def _share_image(draft: Draft) -> None:
    """Write an image that all containers share only once, as the environment's."""
    containers = draft.settings["containers"]
    images = {container.get("image") for container in containers.values()}
    if len(containers) < 2 or len(images) != 1 or None in images:
        return
    draft.set(("image",), images.pop())
    for name, container in containers.items():
        del container["image"]
        remark = draft.remarks.pop(("containers", name, "image"), None)
        if remark:
            draft.remarks["image",] = remark


def _sketch(draft: Draft, source: Source, names: Names) -> Environment:
    """Return the draft without invalid values; rules between settings are checked later."""
    while True:
        root, _ = yaml12_tree(text(names.application, names.environment, draft, "", {}))
        node = root.entries("environments")[names.environment] if root else None
        settings, findings = checked(Settings, node) if node else (None, [])
        if settings:
            given = settings.model_fields_set | {"name"}
            return Environment.model_construct(given, name=names.environment, **dict(settings))
        _drop(draft, source, findings)


def _loaded(
    draft: Draft, source: Source, names: Names, origin: str, identity: dict[str, Any]
) -> tuple[str, Application]:
    """Return the file's text and what it loads as, without what config refuses, which becomes what was left out."""
    while True:
        made = text(names.application, names.environment, draft, origin, identity)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, f"{names.application}.yaml")
            path.write_text(made, "utf-8")
            try:
                found = load([path], shown=lambda path: path.name, judge=accepted.judged)
            except ConfigError as error:
                _drop(draft, source, [_in_environment(one) for one in error.findings])
                continue
        # Options of another type of load balancer, which saved configurations often have and `make check` refuses.
        idle = [_in_environment(one) for one in found.warnings if one.rule == OF_OTHER_BALANCER]
        if not any(_is_dropped(draft, source, one, "it has no effect") for one in idle):
            return made, found.applications[0]


def _in_environment(found: Finding) -> Finding:
    """Return a finding with its path in the environment's settings; unchanged if it is about the application."""
    return replace(found, path=found.path[2:]) if found.path[:1] == ("environments",) else found


def _drop(draft: Draft, source: Source, findings: Sequence[Finding]) -> None:
    """Leave out the first setting that is refused. Raise TakeoverError if the environment requires it."""
    if not any(_is_dropped(draft, source, found) for found in findings):
        refused = "\n".join(str(replace(found, place=NOWHERE)) for found in findings)
        raise TakeoverError(f"the configuration would not be valid:\n{refused}")


def _is_dropped(draft: Draft, source: Source, found: Finding, reason: str = "config refuses it") -> bool:
    """Leave out the setting of a finding, if it is optional; return whether it was."""
    path = found.path
    if not path or (path[0] in NEEDED and len(path) < 3):
        return False
    if path[0] == "containers" and path[2] == "image":
        return False
    words = next((index for index, key in enumerate(path) if key in COMMANDS), len(path))
    path = path[: words + 1]  # a command without one of its words is another one
    if not draft.drop(path):
        return False
    file = DOCKERRUN if path[0] in ("containers", "volumes", "execution_role_arn") else source.file
    draft.left.append(Left(file, ".".join(map(str, path)), f"{reason}: {found.message}"))
    return True
