"""Files that EB would look for in another folder or under another name.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/applications-sourcebundle.html
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/platforms-linux-extend.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from beanstack.eb.findings import nearest, shown
from beanstack.eb.layout import CRON, DOCKERRUN, EXTENSIONS, MANIFEST, SAVED, SAVED_SUFFIX, is_saved

if TYPE_CHECKING:
    from collections.abc import Sequence

    from beanstack.lint.bundles.bundle import Bundle

# Files in the root of a bundle, each with the other names that people give it.
ROOT_FILES = {
    DOCKERRUN: re.compile(r"dockerrun(\.aws.*|\.(json|ya?ml))|docker-?run[._-]aws.*", re.IGNORECASE),
    MANIFEST: re.compile(r"env\.(ya?ml|json)(\..+)?", re.IGNORECASE),
    CRON: re.compile(r"cron\.(ya?ml|json)(\..+)?", re.IGNORECASE),
    "Procfile": re.compile(r"procfile(\.(txt|ya?ml|sh))?", re.IGNORECASE),
    "Buildfile": re.compile(r"Buildfile\.(txt|ya?ml|sh)"),
}
# Files of these names belong to other tools, too, unless they have such a key.
KEYS = {
    MANIFEST: re.compile(rb"\b(AWSConfigurationTemplateVersion|EnvironmentLinks|OptionSettings)\b"),
    CRON: re.compile(rb"\bcron\b.*\bschedule\b", re.DOTALL),
}
HOOKS, STAGES = ("hooks", "confighooks"), ("prebuild", "predeploy", "postdeploy")
EXTENSIONS_FOLDER, PLATFORM_FOLDER = EXTENSIONS.rstrip("/"), ".platform"
COMPOSE = re.compile(r"(?:docker-)?compose\.ya?ml")
DEPTH = 3  # of the folders whose names EB looks for
PROXIES = ("nginx", "httpd")
KNOWN_BELOW = re.compile(r"\.platform/.*|Procfile|Dockerfile|docker-compose\.yml|env\.yaml|cron\.yaml")


def check_places(bundle: Bundle) -> None:
    """Report files that EB would look for elsewhere or under another name."""
    if bundle.alone:
        return
    for name in sorted(bundle.names):
        folder, _, last = name.rpartition("/")
        if not folder:
            _root_file(bundle, name)
        elif folder.startswith(EXTENSIONS_FOLDER):
            _extension(bundle, name, folder, last)
        elif last.endswith(SAVED_SUFFIX) and "saved_configs" in folder and not is_saved(name):
            bundle.report("misplaced", name, "the EB CLI looks for saved configurations in another folder", SAVED)
    _folders(bundle)
    _whole_folder(bundle)


def _root_file(bundle: Bundle, name: str) -> None:
    for right, pattern in ROOT_FILES.items():
        # One beside the right file is kept for another environment.
        if right in bundle.names or not pattern.fullmatch(name):
            continue
        if right not in KEYS or KEYS[right].search(bundle.peek(name)):
            bundle.report("misplaced", name, "EB does not find a file of this name", f"did you mean {right!r}?")


def _extension(bundle: Bundle, name: str, folder: str, last: str) -> None:
    if folder == EXTENSIONS_FOLDER and last.endswith(SAVED_SUFFIX):
        bundle.report("misplaced", name, "EB does not read a saved configuration here", SAVED)
    elif folder == EXTENSIONS_FOLDER and last.endswith((".yaml", ".yml", ".config.json", ".conf")):
        bundle.report("not-config", name, "EB reads only files that end in .config", ".config")
    elif f"{folder}/".startswith((f"{EXTENSIONS}nginx/", f"{EXTENSIONS}httpd/")):
        message = "only the Amazon Linux AMI read files of the proxy here"
        bundle.report("misplaced", name, message, f"{PLATFORM_FOLDER}/{name.removeprefix(EXTENSIONS)}")


def _folders(bundle: Bundle) -> None:
    """Report the first file of each folder whose name is almost one that EB reads."""
    first: dict[tuple[str, ...], str] = {}  # file of each folder, as far as names of folders mean something
    for name in sorted(bundle.names):
        if name != f"{PLATFORM_FOLDER}/nginx/nginx.conf":
            first.setdefault(tuple(name.split("/")[:-1][:DEPTH]), name)
    reported: set[str] = set()
    for folders, name in first.items():
        meant = _meant(folders) if folders else None
        if meant and meant.wrong not in reported:
            reported.add(meant.wrong)
            message = f"EB reads nothing in a folder {shown(meant.wrong)}"
            bundle.report("misplaced", name, message, f"did you mean {meant.right!r}?")


class Meant(NamedTuple):
    """A folder that is misspelt, and the one that is meant."""

    wrong: str
    right: str


def _meant(folders: tuple[str, ...]) -> Meant | None:
    """Return the misspelt folder, if any, among the folders that lead to a file from the root of the bundle."""
    top, *below = folders
    if top == EXTENSIONS_FOLDER:
        return None
    if top == PLATFORM_FOLDER:
        return _below_platform(below)
    right = _resembled(top.removeprefix("."), [EXTENSIONS_FOLDER[1:], PLATFORM_FOLDER[1:]])
    # Only `platform` is also a name that an application gives its own folders.
    if right == EXTENSIONS_FOLDER[1:] or (right and below and below[0] in (*HOOKS, *PROXIES)):
        return Meant(top, f".{right}")
    return None


def _below_platform(below: list[str]) -> Meant | None:
    if not below:
        return None
    kind, *stages = below
    wrong = f"{PLATFORM_FOLDER}/{kind}"
    if kind in HOOKS:
        return _stage(wrong, stages)
    if kind in STAGES:
        return Meant(wrong, f"{PLATFORM_FOLDER}/hooks/{kind}")
    if kind == "conf.d" or below == ["nginx"]:
        return Meant(wrong, f"{PLATFORM_FOLDER}/nginx/conf.d")
    right = None if kind in PROXIES else _resembled(kind, HOOKS)
    return Meant(wrong, f"{PLATFORM_FOLDER}/{right}") if right else None


def _stage(hooks: str, stages: list[str]) -> Meant | None:
    """Return what is meant by a folder of hooks that is none of the three."""
    if not stages:
        return Meant(hooks, f"{hooks}/{STAGES[1]}")
    stage = stages[0]
    right = None if stage in STAGES else _resembled(stage.replace("-", "").replace("_", ""), STAGES)
    return Meant(f"{hooks}/{stage}", f"{hooks}/{right}") if right else None


def _resembled(name: str, known: Sequence[str]) -> str | None:
    """Return the known name that differs from one in at most a few letters, if any does."""
    near = nearest(name, known)
    is_alike = near is not None and abs(len(name) - len(near)) <= 2 and name[:2].lower() == near[:2]
    return near if is_alike else None


def _whole_folder(bundle: Bundle) -> None:
    """Report a bundle whose files are all in one folder, or a Dockerrun.aws.json that is in the only one."""
    if DOCKERRUN in bundle.names:
        return
    advice = "zip what is in the folder, not the folder"
    found = [name for name in sorted(bundle.names) if name.endswith(f"/{DOCKERRUN}") and name.count("/") == 1]
    tops = {name.partition("/")[0] if "/" in name else "" for name in bundle.names}
    if len(tops) == 1 and not found and not tops & {"", EXTENSIONS_FOLDER, PLATFORM_FOLDER}:
        [top] = tops
        found = [name for name in sorted(bundle.names) if KNOWN_BELOW.fullmatch(name.removeprefix(f"{top}/"))][:1]
    for name in found:
        bundle.report("misplaced", name, "EB looks in the root of the bundle", advice)


def check_for_ecs(bundle: Bundle) -> None:
    """Report files that have no effect on the ECS managed Docker platform.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/create_deploy_docker_ecs.html
    """
    if "Dockerfile" in bundle.names:
        bundle.report("no-build", "Dockerfile", "no image is built on this platform")
    for name in sorted(bundle.names):
        if COMPOSE.fullmatch(name):
            bundle.report("no-compose", name, "ECS runs the containers of Dockerrun.aws.json, not of this file")
