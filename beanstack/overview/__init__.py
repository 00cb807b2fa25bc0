"""output/<application>/README.md: an application on one page, for reviewers and auditors.

It changes only with the environments: it contains neither a version of Beanstack nor the hash of a bundle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from beanstack.eb.images import is_built
from beanstack.overview import data, differences, exposure, permissions
from beanstack.overview.markdown import code, codes, prose, table
from beanstack.overview.picture import picture
from beanstack.overview.view import View
from beanstack.resources import iam

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from beanstack.config import Application

    Resources = Mapping[str, Any]


def readme(application: Application, resources: Mapping[str, Resources], own: Iterable[str] = ()) -> str:
    """Return the page. `resources` are those of each template in output/, `own` the paths of files added to bundles."""
    views = [View(application, environment) for environment in application.environments.values()]
    shared = resources["application.yaml"]
    sections = [
        f"<!-- Generated from config/{application.name}.yaml by generate.py; do not edit. -->",
        f"# {prose(application.name)}",
        _first_line(shared["Application"]["Properties"]),
        *_differences(application),
        "## Images",
        table(("Container", "Environments", "Image", "Digest"), _images(views)),
    ]
    for view in views:
        sections += _environment(view, resources[f"{view.name}.yaml"])
    sections += [
        "## Shared by all environments",
        table(data.HEAD, data.of_stack(shared)),
        _items(permissions.sentences(shared)),
    ]
    added = sorted(own)
    if added:
        sections += ["## Files of your own", f"In the bundles, and not part of what this page says: {codes(added)}."]
    return "\n\n".join(sections) + "\n"


def _first_line(properties: Resources) -> str:
    words = f"Elastic Beanstalk application {code(properties['ApplicationName'])}"
    return f"{words}: {prose(properties['Description'])}" if properties["Description"] else f"{words}."


def _environment(view: View, resources: Resources) -> list[str]:
    """Return the sections on an environment."""
    settings = view.environment
    account = f"account {settings.account}" if settings.account else "the account of whoever deploys it"
    name = code(resources["Environment"]["Properties"]["EnvironmentName"])
    protection = " Protected against deletion." if settings.deletion_protection else ""
    own = settings.fragment.resources
    rights = [*permissions.sentences({name: made for name, made in resources.items() if name not in own})]
    if any(made["Type"].startswith("AWS::IAM::") for made in own.values()):
        rights.append(f"What {code(settings.resources or '')} adds to IAM is not read here.")
    if settings.instance_profile:
        profile = settings.instance_profile
        rights.append(f"The instances use the profile {code(profile)}, which Beanstack does not make.")
        needed = {profile: iam.instance_role(view.application, settings).to_dict()}
        rights += [f"Needed: {sentence}" for sentence in permissions.sentences(needed)]
    if settings.service_role:
        rights.append(f"EB watches and updates the environment as {code(settings.service_role)}.")
    if settings.execution_role_arn:
        rights.append(f"ECS pulls images and reads the containers' secrets as {code(settings.execution_role_arn)}.")
    return [
        f"## Environment {prose(view.name)}",
        f"EB environment {name} in {settings.region}, {account}.{protection}{_names(view)}",
        picture(view),
        table(exposure.HEAD, exposure.rows(view)),
        table(data.HEAD, data.of_environment(view, resources)),
        _items(rights),
    ]


def _names(view: View) -> str:
    """Return a sentence on the environment's own names, empty where it has none."""
    dns = view.environment.dns
    if not dns or not dns.names:
        return ""
    return f" Clients reach it as {codes(dns.names)}{', set by hand' if dns.by_hand else ''}."


def _differences(application: Application) -> list[str]:
    """Return the section on what differs, empty for a single environment."""
    environments = application.environments
    found = [*differences.rows(environments)]
    if found:
        return ["## What differs", table(("Key", *map(prose, environments)), found)]
    if len(environments) > 1:
        return ["## What differs", f"Nothing: {codes(environments)} have the same settings."]
    return []


def _images(views: list[View]) -> Iterator[list[str]]:
    """Yield a row for each image of each container, with the environments that run it."""
    found: dict[tuple[str, str], list[str]] = {}
    for view in views:
        for name in view.environment.containers:
            found.setdefault((name, view.environment.image_of(name)), []).append(view.name)
    for (name, image), environments in found.items():
        reference, _, digest = image.partition("@")
        if is_built(image):
            pinned = code(digest) if digest else "none: the tag decides"
        else:
            pinned = "not built yet"
        yield [code(name), codes(environments), code(reference), pinned]


def _items(sentences: Iterable[str]) -> str:
    return "\n".join(f"- {sentence}" for sentence in sentences)
