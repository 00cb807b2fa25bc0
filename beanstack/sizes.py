"""Templates that are too large for AWS, reported at the keys of a configuration that make them so."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from beanstack import stacks, yaml
from beanstack.archive import key
from beanstack.eb.limits import template_findings
from beanstack.eb.namespaces import SECRETS
from beanstack.resources.registry import logical_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troposphere import Template

    from beanstack.config import Application, Environment
    from beanstack.eb.findings import Finding, Path

KEY = key(b"")  # as long as that of any bundle
KEYS = ("options", "properties", "smoke_test", "tags")


def judged(application: Application, environment: Environment) -> Iterator[Finding]:
    """Yield what makes an environment's template, or the one that all environments share, too large for AWS."""
    for found in _findings(application, stacks.environment_stack(application, environment, KEY)):
        path = _largest(environment)
        if found.path[-1:] == ("Policies",) and environment.options.get(SECRETS):
            path = ("options", SECRETS)
        yield replace(found, path=path, at_key=True)
    # Sources of images alone make the shared template larger; it is judged once.
    building = [other for other in application.environments.values() if other.builds]
    names = {build.repository for other in building for build in other.builds.values()}
    is_clear = len({logical_id(name) for name in names}) == len(names)  # otherwise `sources` refuses them
    if building and environment is building[0] and is_clear:
        for found in _findings(application, stacks.application_stack(application)):
            named = [path for path, build in environment.builds.items() if logical_id(build.repository) in found.path]
            path = named[0] if named else next(iter(environment.builds))
            message = f"of the application's stack: {found.message}; keep images in fewer repositories"
            yield replace(found, path=path, message=message, at_key=True)


def _findings(application: Application, template: Template) -> Iterator[Finding]:
    return template_findings(template.to_dict(), yaml.text(template, f"config/{application.name}.yaml"))


def _largest(environment: Environment) -> Path:
    """Return the key that adds most to an environment's template."""
    return (max(KEYS, key=lambda name: len(str(getattr(environment, name)))),)
