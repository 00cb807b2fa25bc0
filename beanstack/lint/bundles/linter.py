"""What is wrong with a source bundle, found without AWS and without unpacking it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from beanstack.eb.findings import in_order
from beanstack.eb.layout import DOCKERRUN, is_hook
from beanstack.lint.bundles.bundle import check_places, check_presence
from beanstack.lint.bundles.commands import scripts_run
from beanstack.lint.bundles.dockerrun import dockerrun_findings, port_findings
from beanstack.lint.bundles.ebextensions import extension_findings
from beanstack.lint.bundles.folder import read_file, read_folder
from beanstack.lint.bundles.options import option_findings, read_settings
from beanstack.lint.bundles.resources import resource_findings
from beanstack.lint.bundles.shell import is_shell, script_findings
from beanstack.text.document import BOM, Document, NotReadableError
from beanstack.text.jsontext import json_tree
from beanstack.text.yaml11 import yaml11_tree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from beanstack.eb.findings import Finding
    from beanstack.lint.bundles.bundle import Bundle
    from beanstack.lint.bundles.options import OptionSetting
    from beanstack.text.document import Mistake, Node


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
    is_ecs = dockerrun is not None and dockerrun.root.child("containerDefinitions") is not None
    settings: list[OptionSetting] = []
    configs: list[Parsed] = []
    scripts = {name: False for name in bundle.names if is_hook(name)}
    for name in bundle.configs():
        config = _parsed(bundle, name)
        if config:
            configs.append(config)
            own = [*read_settings(*config)]
            settings += own
            yield from extension_findings(*config, bundle.names, own, ecs=is_ecs)
            for script, is_alone in scripts_run(config.root, bundle.names):
                scripts[script] = scripts.get(script, True) and is_alone
    yield from _script_findings(bundle, scripts)
    yield from resource_findings(configs, settings, alone=bundle.alone)
    if settings:
        yield from option_findings(settings, ecs=is_ecs, dockerrun=dockerrun.root if dockerrun else None)
    if dockerrun:
        yield from dockerrun_findings(*dockerrun)
    if dockerrun and is_ecs:
        if "Dockerfile" in bundle.names:
            yield Document(bundle.file("Dockerfile"), "").finding("no-build", 0, "no image is built on this platform")
        yield from port_findings(dockerrun.root, settings)


def _script_findings(bundle: Bundle, scripts: dict[str, bool]) -> Iterator[Finding]:
    """Check scripts, each of which comes with a flag: whether only one instance runs it."""
    for name, is_alone in scripts.items():
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
