"""Generation: `config/` of a project folder becomes its `bundle/` and `output/`.

Everything is rendered and checked before a file is touched. Then all files are written beside their places before the
first is renamed, and files that no configuration accounts for are removed. Exit status: 0 done, 1 `--check` found a
difference, 2 a mistake.
"""

from __future__ import annotations

import os
import sys
from errno import ENOTDIR
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from beanstack import __version__, differences, fragments, overview, sizes, sources, stacks, tree, yaml
from beanstack.archive import archive, key
from beanstack.bundle import Sources, TemplateError, bundle, own_sources, project_templates
from beanstack.config import ConfigError, folder, load
from beanstack.config.names import stack_name
from beanstack.eb.findings import printable
from beanstack.failures import failure
from beanstack.pin import ProjectError, refuse_other
from beanstack.resources import accepted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from beanstack.config import Application, Environment
    from beanstack.eb.findings import Finding

README = "output/README.md"
# The one generated file that says which version made all of them: no bundle or template changes by an upgrade alone.
TEXT = """\
# output

Made by Beanstack {} from `config/`, as `bundle/` is. Do not edit either: change `config/`, run `make generate`, and
commit what changes.

| File | Content |
| --- | --- |
| `<app>/application.yaml` | the stack that an application's environments share |
| `<app>/<env>.yaml` | an environment's own stack |
| `<app>/README.md` | pictures, differences, images, exposure, data and permissions, for reviewers and auditors |
| `../bundle/<app>/<env>/` | the source bundle that the environment deploys |
"""


def files(
    application: Application,
    templates: Sources,
    own: Sources | None = None,
    drafts: Mapping[str, sizes.Draft] | None = None,
) -> dict[str, bytes]:
    """Return everything that is generated for an application: contents by path below the project folder.

    `own` are the files that the application adds to its bundles. `drafts` are templates that were made to judge their
    sizes, by stack; all others are made here.
    """
    name, source = application.name, f"config/{application.name}.yaml"
    made: dict[str, bytes] = {}
    keys: dict[str, str] = {}
    for environment in application.environments.values():
        bundled = bundle(application, environment, templates, own)
        keys[environment.name] = key(archive(bundled))
        made |= {f"bundle/{name}/{environment.name}/{path}": content for path, content in bundled.items()}
    resources: dict[str, Any] = {}
    drafted = {} if drafts is None else drafts
    for environment in application.environments.values():
        draft = drafted.get(stack_name(name, environment.name))
        if draft:
            resources[f"{environment.name}.yaml"] = draft.content["Resources"]
            text = draft.text.replace(sizes.KEY, keys[environment.name])
            made[f"output/{name}/{environment.name}.yaml"] = text.encode()
    for stack, template in stacks.stacks(application, keys, drafted):
        resources[stack.template] = template.to_dict()["Resources"]
        made[f"output/{name}/{stack.template}"] = yaml.text(template, source).encode()
    page = overview.readme(application, resources, own.paths if own else ())
    made[f"output/{name}/README.md"] = page.encode()
    return made


def readme() -> bytes:
    """Return the page that says which version of Beanstack made all that a project has generated."""
    return TEXT.format(__version__).encode()


def run(configs: Sequence[Path], project: Path, root: Path, *, check_only: bool) -> int:
    """Run `beanstack generate`: report mistakes, and return the exit status."""
    try:
        refuse_other(project)
        return generate(configs, project, root, check_only=check_only)
    except (ProjectError, ConfigError, TemplateError) as error:
        print(error, file=sys.stderr)
    except BrokenPipeError:  # of standard output, which is the command line's concern
        raise
    except OSError as error:
        if error.filename is None:  # as of standard output, which is the command line's concern
            raise
        print(failure(error), file=sys.stderr)
    return 2


def generate(configs: Sequence[Path], project: Path, root: Path, *, check_only: bool) -> int:
    """Generate for the named files, or for all of config/, to which the project's generated folders belong whole."""
    names, made, there = everything(configs, project, root)
    return report_differences(names, made, there) if check_only else write_files(names, root, made, there)


class Generated(NamedTuple):
    """The names of applications, all that is generated for them, and what is in its place."""

    names: str
    files: dict[str, bytes]
    there: dict[str, bytes | None]


def everything(configs: Sequence[Path], project: Path, root: Path) -> Generated:
    """Return what is generated for the named files, or for all of config/, and print the warnings."""
    above = next(path for path in (root, *root.absolute().parents) if path.exists())
    if not above.is_dir():
        raise NotADirectoryError(ENOTDIR, os.strerror(ENOTDIR), str(above))
    project = project.resolve()
    config = project / "config"
    is_home = os.path.realpath(root) == str(project)
    named = {folder.place(path): path for path in configs or folder.all_configs(config)}
    # A stack's name must be free among the project's other configurations, too, if what is generated goes there.
    is_ours = is_home or any(place.parent == config for place in named)
    others = [path for path in folder.entries(config) if folder.place(path) not in named] if is_ours else []
    drafts: dict[str, sizes.Draft] = {}
    configuration = load(named.values(), others, folder.shown, partial(judged, project, drafts))
    for warning in configuration.warnings:
        print(f"warning: {warning.cited}", file=sys.stderr)
    templates = project_templates(project / "templates")
    folders = {path.stem: path.parent for path in named.values()}
    made: dict[str, bytes] = {}
    owned: list[str] = []
    for application in configuration.applications:
        own = own_sources(folders[application.name], application.name)
        made |= files(application, templates, own, drafts)
        owned += [f"bundle/{application.name}", f"output/{application.name}"]
    if is_home and not configs:
        owned = ["bundle", "output"]
        made[README] = readme()
    there = dict(tree.existing(root, owned))
    names = ", ".join(application.name for application in configuration.applications)
    return Generated(names, made, there)


def judged(
    project: Path, drafts: dict[str, sizes.Draft], application: Application, environment: Environment
) -> Iterator[Finding]:
    """Yield what AWS would refuse of an environment that is valid by itself, and what its project lacks.

    `drafts` gets the draft of its template.
    """
    yield from accepted.judged(application, environment)
    yield from sizes.judged(application, environment, drafts)
    made = drafts[stack_name(application.name, environment.name)]
    yield from fragments.judged(environment, made.content)
    yield from sources.judged(project, application, environment)


def report_differences(names: str, made: dict[str, bytes], there: dict[str, bytes | None]) -> int:
    """Print what generation would change; return 1 if there is anything."""
    different = differences.show(made, there)
    if different:
        print(f"files that differ from config/: {different}; run `make generate`", file=sys.stderr)
        return 1
    print(f"{names}: {len(made)} files are up to date")
    return 0


def write_files(names: str, root: Path, made: dict[str, bytes], there: dict[str, bytes | None]) -> int:
    """Write what differs and remove what is stale, with the folders that it leaves empty.

    Each file that is removed is named, because it may be a person's own.
    """
    for path in sorted(there.keys() - made.keys()):
        print(f"removing {printable(path)}", file=sys.stderr)
    written, removed = tree.update(root, made, there)
    for environment in lost_environments(made, there):
        print(f"{environment} is no longer in config/; its stack may still run and cost", file=sys.stderr)
    done = [f"{written} written" if written else "", f"{removed} removed" if removed else ""]
    print(f"{names}: {len(made)} files, {', '.join(filter(None, done)) or 'nothing changed'}")
    return 0


def lost_environments(made: Mapping[str, bytes], there: Mapping[str, bytes | None]) -> Iterator[str]:
    """Yield the environments whose templates are there and no longer generated, with the command that deletes each."""
    for path in sorted(there.keys() - made.keys()):
        folder, _, file = path.removeprefix("output/").partition("/")
        name = file.removesuffix(".yaml")
        if path.startswith("output/") and file.endswith(".yaml") and name != "application":
            yield f"{name} of {folder} (`make destroy APP={folder} ENV={name}` deletes it)"
