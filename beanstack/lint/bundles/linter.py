"""What is wrong with a source bundle, found without AWS and without unpacking it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from beanstack.eb.findings import in_order
from beanstack.eb.layout import CRON, DOCKERRUN, MANIFEST, is_hook, is_saved
from beanstack.lint.bundles import interpreters
from beanstack.lint.bundles.bundle import check_presence
from beanstack.lint.bundles.commands import ScriptRun, scripts_run
from beanstack.lint.bundles.dockerrun import dockerrun_findings, fit_findings, is_for_ecs, port_findings
from beanstack.lint.bundles.ebextensions import extension_findings
from beanstack.lint.bundles.folder import read_file, read_folder
from beanstack.lint.bundles.options import bundle_context, option_findings, read_settings
from beanstack.lint.bundles.places import check_for_ecs, check_places
from beanstack.lint.bundles.resources import resource_findings
from beanstack.lint.bundles.shell import is_shell, script_findings
from beanstack.text.document import BOM, Document, NotReadableError
from beanstack.text.jsontext import json_tree
from beanstack.text.yaml11 import yaml11_tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from beanstack.eb.findings import Finding
    from beanstack.eb.settings import Context
    from beanstack.lint.bundles.bundle import Bundle
    from beanstack.lint.bundles.options import OptionSetting
    from beanstack.text.document import Mistake, Node


ECS = ("ecs-", "multicontainer-docker-")  # what the IDs of its platforms in the facts begin with


# https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/single-container-docker-configuration.html
OF_DOCKER = ("docker-compose.yml", "Dockerfile")


class Parsed(NamedTuple):
    """A file and its content as a tree."""

    document: Document
    root: Node


def bundle_findings(path: Path) -> list[Finding]:
    """Return everything that is wrong with a bundle, in the order of files and lines."""
    bundle = read_bundle(path)
    if not bundle.findings:  # otherwise part of the bundle is missing here
        check_presence(bundle)
    check_places(bundle)
    found = [*_content_findings(bundle)]
    return in_order([*bundle.findings, *found])


def read_bundle(path: Path) -> Bundle:
    """Read a folder, a zip, or one of the files that EB reads."""
    if path.is_dir():
        return read_folder(path)
    bundle = read_file(path)
    if bundle:
        return bundle
    # Imported here because most bundles are folders.
    from beanstack.lint.bundles.zipped import read_zip

    return read_zip(path)


def _content_findings(bundle: Bundle) -> Iterator[Finding]:
    dockerrun = _parsed(bundle, DOCKERRUN)
    manifest = _parsed(bundle, MANIFEST)
    for_docker = _names_other_platform(manifest)
    is_ecs = dockerrun is not None and is_for_ecs(dockerrun.root, for_docker=for_docker)
    settings: list[OptionSetting] = []
    configs: list[Parsed] = []
    runs: list[ScriptRun] = []
    for name in bundle.configs():
        config = _parsed(bundle, name)
        if config:
            configs.append(config)
            own = [*read_settings(*config)]
            settings += own
            yield from extension_findings(*config, bundle.names, own, ecs=is_ecs)
            runs += scripts_run(config.root, bundle.names)
    yield from _script_findings(bundle, runs)
    yield from resource_findings(configs, settings, manifest, alone=bundle.alone)
    if settings:
        context = bundle_context(dockerrun.root if dockerrun else None, ecs=is_ecs)
        yield from option_findings(settings, _with_platform(context, manifest), _hint(bundle))
    yield from _environment_findings(bundle, manifest, ecs=is_ecs)
    if dockerrun:
        yield from dockerrun_findings(*dockerrun, for_docker=for_docker)
    if not is_ecs:
        yield from interpreters.process_findings(bundle)
    if dockerrun and is_ecs:
        check_for_ecs(bundle)
        yield from port_findings(dockerrun.root, settings)
        yield from fit_findings(*dockerrun, settings)


def _names_other_platform(manifest: Parsed | None) -> bool:
    """Return whether a manifest names another platform than ECS."""
    if manifest is None:
        return False
    from beanstack.eb.manifests import context_of

    platform = context_of(manifest.root.plain()).platform
    return platform is not None and not platform.startswith(ECS)


def _with_platform(context: Context, manifest: Parsed | None) -> Context:
    """Return what is known of the environment, with the platform that the manifest names unless another file does."""
    if context.platform is not None or manifest is None:
        return context
    from beanstack.eb.manifests import context_of

    return context._replace(platform=context_of(manifest.root.plain()).platform)


def _hint(bundle: Bundle) -> str:
    """Return a file that suggests the Docker platform; other platforms start what a Procfile names."""
    if "Procfile" in bundle.names:
        return ""
    return next((name for name in OF_DOCKER if name in bundle.names), "")


def _environment_findings(bundle: Bundle, manifest: Parsed | None, *, ecs: bool) -> Iterator[Finding]:
    """Check what describes an environment: its manifest, saved configurations and periodic tasks."""
    names = [name for name in sorted(bundle.contents) if name in (MANIFEST, CRON) or is_saved(name)]
    if not names:
        return
    # Imported here because few bundles have such files, and the facts take time to read.
    from beanstack.lint.bundles.manifests import environment_findings, task_findings

    for name in names:
        before = len(bundle.findings)
        file = manifest if name == MANIFEST else _parsed(bundle, name)
        if name == CRON and (file or len(bundle.findings) == before):  # otherwise it is not empty but unreadable
            document = file.document if file else Document(bundle.file(name), "")
            yield from task_findings(document, file and file.root, manifest and manifest.root)
        elif file:
            yield from environment_findings(*file, ecs=ecs, saved=name != MANIFEST)


def _script_findings(bundle: Bundle, runs: Sequence[ScriptRun]) -> Iterator[Finding]:
    """Check the hooks of a bundle and the scripts that its commands run."""
    hooks = [name for name in sorted(bundle.names) if is_hook(name)]
    for name in hooks:
        yield from interpreters.hook_findings(bundle, name)
    direct = {run.name for run in runs if run.direct}
    alone = dict.fromkeys(hooks, False)
    for run in runs:
        alone[run.name] = alone.get(run.name, True) and run.is_alone
    written = "\n".join(map(bundle.script, [*bundle.configs(), *hooks])) if runs else ""
    for name in dict.fromkeys(run.name for run in runs):
        yield from interpreters.script_findings(bundle, name, direct=name in direct, commands=written)
    for name, is_alone in alone.items():
        text = bundle.script(name)
        if is_shell(name, text):
            yield from script_findings(Document(bundle.file(name), text), alone=is_alone)


def _parsed(bundle: Bundle, name: str) -> Parsed | None:
    """Return a file as a tree, or None if it is missing, empty or not one; report the problems with its text."""
    content = bundle.contents.get(name)
    if content is None:
        return None
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        document = Document(bundle.file(name), content[: error.start].decode("utf-8", "replace"))
        bundle.findings.append(document.finding("not-utf8", len(document.text), "not UTF-8 from here on"))
        return None
    document = Document(bundle.file(name), text.removeprefix(BOM))
    if text.startswith(BOM):
        message = "a byte order mark, which not every reader skips"
        bundle.findings.append(document.finding("byte-order-mark", 0, message))
    try:
        root, mistakes = _tree(document.text, is_json=name == DOCKERRUN)
    except NotReadableError as error:
        root, mistakes = None, [error.mistake]
    for mistake in mistakes:
        bundle.findings.append(document.finding(mistake.kind, mistake.start, mistake.message, mistake.allowed))
    return Parsed(document, root) if root else None


def _tree(text: str, *, is_json: bool) -> tuple[Node | None, list[Mistake]]:
    """Return a text's tree, None if it is empty, and its mistakes; raise NotReadableError if it is not one.

    EB reads a `.config` file as YAML or else as JSON.
    """
    if is_json:
        return json_tree(text)
    try:
        return yaml11_tree(text)
    except NotReadableError:
        if not text.lstrip().startswith("{"):
            raise
    return json_tree(text)
