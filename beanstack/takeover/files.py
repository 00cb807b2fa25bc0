"""Files of the bundle that Beanstack does not generate: those that EB or a container reads become the project's own.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/platforms-linux-extend.html
"""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from beanstack.archive import is_litter
from beanstack.bundle import SUFFIX, shipped
from beanstack.bundle import bundle as generated
from beanstack.eb.layout import DOCKERRUN, EXTENSIONS
from beanstack.eb.secrets import resembles_secret, says_secret
from beanstack.extensions import ExtensionsError, settings_of
from beanstack.lint.bundles.bundle import UnreadableError
from beanstack.paths import BUNDLE
from beanstack.takeover.draft import Left, TakeoverError

if TYPE_CHECKING:
    from collections.abc import Container

    from beanstack.config import Application
    from beanstack.eb.settings import Setting
    from beanstack.lint.bundles.bundle import Bundle
    from beanstack.takeover.draft import Draft

READ_BY_EB = (EXTENSIONS, ".platform/")
CURRENT = PurePosixPath(BUNDLE, "current")
ASSIGNED = re.compile(r"""["']?([A-Za-z_][\w.-]*)["']?\s*[:=]\s*["']?([^\s"']+)""")
OTHERS = "neither EB nor a container reads it; the new bundle does not contain it"
TEMPLATE = f"its name would make it a template; put it into config/<app>/bundle/ without {SUFFIX}"
IN_THE_WAY = "Beanstack generates another file in its place"
SECRET = "it seems to contain a secret; put it into config/<app>/bundle/ without"  # noqa: S105 - words on one


def own_files(draft: Draft, bundle: Bundle, application: Application, environment: str) -> dict[str, bytes]:
    """Return the files for `config/<app>/bundle/`; list those of the bundle that the new one will not have."""
    made = generated(application, application.environments[environment], shipped())
    mounted = [volume.host_path for volume in application.environments[environment].volumes.values()]
    folders = [PurePosixPath(path).relative_to(CURRENT) for path in mounted if path and _is_of_bundle(path)]
    found: dict[str, bytes] = {}
    for one in bundle.findings:  # such as links, which are not followed
        draft.left.append(Left(Path(bundle.where).name, one.place.file.removeprefix(f"{bundle.where}/"), one.message))
    for name in sorted(bundle.names - {DOCKERRUN}):
        if is_litter(name):
            continue
        is_read = name.startswith(READ_BY_EB) or any(PurePosixPath(name).is_relative_to(one) for one in folders)
        try:
            content = bundle.content(name)
        except UnreadableError as error:
            content, reason = b"", str(error)
        else:
            reason = _reason(name, content, made) if is_read else OTHERS
        if made.get(name) == content:
            continue
        if reason:
            draft.left.append(Left(Path(bundle.where).name, name, reason))
        else:
            found[name] = content
    return found


def extension_settings(bundle: Bundle) -> list[Setting]:
    """Return the settings of the `.ebextensions` that the project keeps, which continue to apply."""
    kept = {}
    for name in sorted(bundle.contents):
        content = bundle.contents[name]
        if name.startswith(EXTENSIONS) and not _reason(name, content, shipped().paths):
            kept[name] = content
    try:
        return list(settings_of(kept))
    except ExtensionsError as error:
        raise TakeoverError(f"{bundle.where}: {error}") from None


def _is_of_bundle(path: str) -> bool:
    return PurePosixPath(path).is_relative_to(CURRENT)


def _reason(name: str, content: bytes, made: Container[str]) -> str:
    """Return why a file cannot be copied into the project unchanged; empty if it can."""
    if name in made:
        return IN_THE_WAY
    if name.endswith(SUFFIX):
        return TEMPLATE
    text = content.decode("utf-8", "replace")
    assigned = any(resembles_secret(found[1], found[2]) for found in ASSIGNED.finditer(text))
    return SECRET if assigned or says_secret(text) else ""
