"""Templates that are too large for AWS, reported at the keys of a configuration that make them so."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from beanstack import stacks, yaml
from beanstack.archive import key
from beanstack.config.names import stack_name
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


class Draft(NamedTuple):
    """A template as a mapping and as its text, with KEY in place of the bundle's own key."""

    content: dict[str, Any]
    text: str


def draft(application: Application, template: Template) -> Draft:
    """Return a template's draft."""
    content: dict[str, Any] = template.to_dict()
    return Draft(content, yaml.text_of(content, f"config/{application.name}.yaml"))


def judged(
    application: Application, environment: Environment, drafts: dict[str, Draft] | None = None
) -> Iterator[Finding]:
    """Yield what makes an environment's template, or the one that all environments share, too large for AWS.

    `drafts` gets the draft of the environment's template, by the name of its stack, so that it is made only once.
    """
    made = draft(application, stacks.environment_stack(application, environment, KEY))
    if drafts is not None:
        drafts[stack_name(application.name, environment.name)] = made
    for found in template_findings(made.content, made.text):
        path = _largest(environment)
        if found.path[-1:] == ("Policies",) and environment.options.get(SECRETS):
            path = ("options", SECRETS)
        yield replace(found, path=path, at_key=True)
    # Sources of images alone make the shared template larger; it is judged once.
    building = [other for other in application.environments.values() if other.builds]
    names = {build.repository for other in building for build in other.builds.values()}
    is_clear = len({logical_id(name) for name in names}) == len(names)  # otherwise `sources` refuses them
    if building and environment is building[0] and is_clear:
        shared = draft(application, stacks.application_stack(application))
        for found in template_findings(shared.content, shared.text):
            named = [path for path, build in environment.builds.items() if logical_id(build.repository) in found.path]
            path = named[0] if named else next(iter(environment.builds))
            message = f"of the application's stack: {found.message}; keep images in fewer repositories"
            yield replace(found, path=path, message=message, at_key=True)


def _largest(environment: Environment) -> Path:
    """Return the key that adds most to an environment's template."""
    return (max(KEYS, key=lambda name: len(str(getattr(environment, name)))),)
