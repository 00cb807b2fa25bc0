"""What is wrong with a source bundle, found without AWS and without unpacking it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.eb.findings import in_order
from beanstack.eb.layout import DOCKERRUN
from beanstack.lint.bundles.bundle import is_hook, place_findings
from beanstack.lint.bundles.commands import scripts_run
from beanstack.lint.bundles.dockerrun import dockerrun_findings
from beanstack.lint.bundles.ebextensions import extension_findings
from beanstack.lint.bundles.folder import read_file, read_folder
from beanstack.lint.bundles.option import option_findings, settings
from beanstack.lint.bundles.ports import port_findings
from beanstack.lint.bundles.shell import is_shell, script_findings
from beanstack.text.document import BOM, Document, NotReadableError
from beanstack.text.jsontext import json_tree
from beanstack.text.yaml11 import yaml11_tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from beanstack.eb.findings import Finding
    from beanstack.lint.bundles.bundle import Bundle
    from beanstack.lint.bundles.option import OptionSetting
    from beanstack.text.document import Mistake, Node


def read_bundle(path: Path) -> Bundle:
    """Read a folder, a zip, or one of the files that EB reads."""
    if path.is_dir():
        return read_folder(path)
    bundle = read_file(path)
    if bundle:
        return bundle
    from beanstack.lint.bundles.zipped import read_zip

    return read_zip(path)


def bundle_findings(path: Path) -> list[Finding]:
    """Return everything that is wrong with a bundle, in the order of files and lines."""
    bundle = read_bundle(path)
    return in_order([*bundle.findings, *place_findings(bundle), *_content_findings(bundle)])


def _content_findings(bundle: Bundle) -> Iterator[Finding]:
    dockerrun: tuple[Document, Node] | None = None
    if DOCKERRUN in bundle.contents:
        found: list[Finding] = []
        document, root = tree(bundle, DOCKERRUN, found)
        yield from found
        if root:
            dockerrun = document, root
            yield from dockerrun_findings(document, root)
    ecs = dockerrun is not None and dockerrun[1].child("containerDefinitions") is not None
    options: list[OptionSetting] = []
    scripts = [(name, False) for name in bundle.names if is_hook(name)]
    for name, _ in bundle.configs():
        found = []
        document, root = tree(bundle, name, found)
        yield from found
        if root:
            own = [*settings(document, root)]
            options += own
            yield from extension_findings(document, root, bundle.names, own, ecs=ecs)
            scripts += scripts_run(root, bundle.names)
    yield from _script_findings(bundle, scripts)
    if options:
        keys = {DOCKERRUN: [key for key in dockerrun[1].entries() if dockerrun[1].child(key)]} if dockerrun else None
        yield from option_findings(options, ecs=ecs, files=keys)
    if dockerrun and ecs:
        if "Dockerfile" in bundle.names:
            yield Document(bundle.file("Dockerfile"), "").finding("no-build", 0, "no image is built on this platform")
        yield from port_findings(dockerrun[1], options)


def _script_findings(bundle: Bundle, scripts: Iterable[tuple[str, bool]]) -> Iterator[Finding]:
    """Check scripts. Each comes with a flag: whether only one instance runs it."""
    alone: dict[str, bool] = {}
    for name, is_alone in scripts:
        alone[name] = alone.get(name, True) and is_alone
    for name, text in bundle.scripts(alone):
        if is_shell(name, text):
            yield from script_findings(Document(bundle.file(name), text), alone=alone[name])


def tree(bundle: Bundle, name: str, findings: list[Finding]) -> tuple[Document, Node | None]:
    """Return a file as a tree, None if it is not one; what is wrong with its text goes to `findings`."""
    content = bundle.contents[name]
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        document = Document(bundle.file(name), content[: error.start].decode("utf-8", "replace"))
        findings.append(document.finding("not-utf8", len(document.text), "not UTF-8 from here on"))
        return document, None
    document = Document(bundle.file(name), text.removeprefix(BOM))
    if text.startswith(BOM):
        findings.append(document.finding("byte-order-mark", 0, "a byte order mark, which not every reader skips"))
    found, root = _parsed(document.text, is_dockerrun=name == DOCKERRUN)
    findings += [document.finding(wrong.kind, wrong.start, wrong.message, wrong.allowed) for wrong in found]
    return document, root


def _parsed(text: str, *, is_dockerrun: bool) -> tuple[list[Mistake], Node | None]:
    """Return what is wrong with a text, and its tree if it has one.

    EB tries YAML and then JSON for a `.config` file. If it begins like JSON and is neither, its JSON is what is wrong.
    """
    is_json = is_dockerrun or text.lstrip().startswith("{")
    try:
        root, mistakes = json_tree(text) if is_json else yaml11_tree(text)
    except NotReadableError as error:
        if is_dockerrun or not is_json:
            return [error.mistake], None
        try:
            root, mistakes = yaml11_tree(text)
        except NotReadableError:
            return [error.mistake], None
    return mistakes, root
