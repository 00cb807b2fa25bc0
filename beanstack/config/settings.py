"""The settings of one application and of each of its environments, whole and frozen.

Each field is a key of `config/<application>.yaml`; its description is the row of docs/reference/configuration.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping  # pydantic reads the annotations when it builds the model
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from beanstack.config.container import Container
from beanstack.config.ecs import Ecs, Pairs
from beanstack.config.image import Build, Image
from beanstack.config.model import Boolean, Model, OptionValue, ResourceName, Shape, refuse
from beanstack.config.names import ENVIRONMENT, ENVIRONMENT_FORM
from beanstack.config.option import Entry, option, raw_options, references, text
from beanstack.config.sections import Sections, Versions, Volume
from beanstack.eb.branches import platforms
from beanstack.eb.images import NOT_BUILT, Repository
from beanstack.eb.namespaces import INSTANCES, LAUNCH, PROPERTIES
from beanstack.eb.options.catalogue import facts
from beanstack.eb.partitions import REGION
from beanstack.eb.rolearns import FORM, ROLE
from beanstack.eb.tags import MOST
from beanstack.eb.tiers import BY_ID, Tier

if TYPE_CHECKING:
    from beanstack.eb.findings import Path

Region = Annotated[str, Shape(f"^{REGION.pattern}$", "a Region such as us-east-1")]
InstanceType = Annotated[
    str, Shape(facts().option(INSTANCES, "InstanceTypes").item_pattern, "an instance type such as t3.micro")
]
PropertyName = Annotated[str, Shape(facts().free_names(PROPERTIES), "1 to 128 letters, digits and _ . : / + \\ @ -")]
RoleArn = Annotated[str, Shape(f"^{ROLE}$", FORM)]
KEY_PAIR = facts().option(LAUNCH, "EC2KeyName")
KeyPair = Annotated[str, Shape(KEY_PAIR.pattern, KEY_PAIR.form), Field(max_length=KEY_PAIR.max_length)]

NO_ACCOUNT = "000000000000"  # of a registry, until the rule on accounts has refused it
ECS = platforms().ecs
PLATFORM = f"{ECS.name}/{ECS.versions[-1]}"


def _platform(value: str) -> str:
    name, slash, version = value.partition("/")
    if "running on" not in name or not slash:
        raise refuse(f"expected a platform as branch/version, such as '{PLATFORM}'; found {value!r}")
    if name != ECS.name:
        branch = platforms().of_name(name)
        retirement = branch.retirement if branch and not branch.announced else ""
        reason = f"it was retired on {retirement}" if retirement else "its branch does not run ECS"
        raise refuse(f"{value!r} cannot be used: {reason}; write '{PLATFORM}'")
    if not re.fullmatch(r"[0-9]+\.[0-9]+\.[0-9]+", version):
        raise refuse(f"expected a version of three numbers behind the slash, such as '{PLATFORM}'; found {value!r}")
    return value


PLATFORM_SCHEMA = {"type": "string", "pattern": rf"^{ECS.name}/[0-9]+\.[0-9]+\.[0-9]+$"}
Platform = Annotated[str, AfterValidator(_platform), WithJsonSchema(PLATFORM_SCHEMA)]


def _account(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        raise refuse(f'quote the account ID, otherwise leading zeros are lost: write "{value:012d}"')
    return value


EbApplicationName = Annotated[str, Shape(r"^[^/\r\n]{1,100}$", "1 to 100 characters, none of them a slash")]
EbEnvironmentName = Annotated[str, Shape(f"^{ENVIRONMENT.pattern}$", ENVIRONMENT_FORM)]
CnamePrefix = Annotated[str, Shape(r"^[A-Za-z0-9-]{4,63}$", "4 to 63 letters, digits and hyphens")]
AccountId = Annotated[str, Shape(r"^[0-9]{12}$", "an account ID of 12 digits"), BeforeValidator(_account)]


class Basics(Model):
    """What an environment runs, and on what; its settings begin with these keys."""

    region: Region = Field(description="AWS Region; every aws call passes it.")
    account: AccountId | None = Field(
        None, description="Account ID in quotes; credentials of another account are refused."
    )
    platform: Platform = Field(description=f"Platform branch and version, such as `{PLATFORM}`.")
    environment_name: EbEnvironmentName | None = Field(
        None,
        description="EB's name of the environment, by default `<application>-<environment>`; for an imported "
        "one. A change of it replaces the environment.",
    )
    cname_prefix: CnamePrefix | None = Field(
        None,
        description="The first part of the environment's CNAME; by default EB makes one up. A change of it replaces "
        "the environment.",
    )
    tier: Literal["web"] = Field("web", description="Tier; workers are not supported yet. Cannot change later.")
    instance_types: tuple[InstanceType, ...] = option(
        INSTANCES,
        "InstanceTypes",
        default=("t3.micro",),
        min_length=1,
        description="EC2 instance types of one processor architecture. Only the first is used unless Spot is enabled.",
    )
    key_pair: KeyPair | None = option(
        LAUNCH,
        "EC2KeyName",
        default=None,
        unset="",  # takes one away; left out, EB would keep it
        description="EC2 key pair for SSH; by default none, also where there was one.",
    )
    image: Image | None = Field(None, description="The image of every container that names none.")
    build: Build | None = Field(
        None,
        description="Source of that image: `make image` builds it, pushes it and pins its digest in `image`. Needs "
        "`account`, whose registry keeps it.",
    )
    execution_role_arn: Annotated[RoleArn | None, Ecs("executionRoleArn")] = Field(
        None,
        description="Role with which ECS reads the containers' `secrets`. Then it pulls the images as well, in place "
        "of the instance's role.",
    )
    volumes: Annotated[Mapping[ResourceName, Volume], Ecs("volumes", Pairs("name"))] = Field(
        {}, description="Folders that containers mount, by name."
    )
    containers: Annotated[Mapping[ResourceName, Container], Ecs("containerDefinitions", Pairs("name"))] = Field(
        min_length=1, description="Containers by name."
    )
    properties: Mapping[PropertyName, str] = option(
        PROPERTIES,
        default={},
        description="EB environment properties: variables of all containers. No secrets. One that is removed here "
        "stays in EB until it has been set to `''` once; `make plan` shows it.",
    )
    not_secret: tuple[str, ...] = Field((), description="Variables that look like a secret by their name but are none.")


class Settings(Sections, Basics):
    """All that an environment's mapping may say."""

    deletion_protection: Boolean = Field(
        False,
        description="Termination protection of the environment's stacks, and a stack policy that denies replacing or "
        "deleting the environment and resources with content of their own. `make stack` sets both, `make destroy` "
        "refuses, and `ALLOW` does not help: take it out, deploy, then make the change. The policy does not reach a "
        "coupled database, which is in EB's own stack (only `make stack` refuses to lose it), and neither stops "
        "`eb terminate`.",
    )
    tags: Mapping[str, str] = Field(
        {},
        max_length=MOST,
        description="Tags of the environment's resources. The bundle bucket, the service role and the repositories, "
        "which environments share, get those that all environments have with the same value.",
    )
    options: Mapping[str, Mapping[str, OptionValue]] = Field(
        {},
        description="EB options without a key of their own, by namespace or, where EB names resources, by "
        "`Name.namespace`; they win over what Beanstack sets. One that is removed here stays in EB until it has been "
        "set to its default; `make plan` shows it.",
    )


class Environment(Settings, defer_build=True):
    """One environment of an application, with everything that it takes from `defaults`; made from checked settings."""

    name: str = Field(description="The key below `environments`.")

    @property
    def tier_facts(self) -> Tier:
        """What EB knows of the tier."""
        return BY_ID[self.tier]

    @property
    def balancer(self) -> str:
        """The type of the load balancer; `none` as well where the tier takes its requests from a queue."""
        return self.load_balancer.type if self.tier_facts.serves_requests else "none"

    @property
    def load_balanced(self) -> bool:
        """Whether the environment has a load balancer."""
        return self.balancer != "none"

    @property
    def policy(self) -> Entry:
        """EB's deployment policy."""
        return self.effective("deployment", "policy")

    @property
    def port(self) -> Entry:
        """The instances' port that requests go to."""
        return self.effective("load_balancer", "port")

    @property
    def variables(self) -> dict[str, Entry]:
        """Environment properties by name."""
        own = {name: Entry(value, (("properties", name),)) for name, value in self.properties.items()}
        return own | {
            name: entry for (namespace, name, _), entry in raw_options(self.options) if namespace == PROPERTIES
        }

    def effective(self, section: str, key: str) -> Entry:
        """Return what EB gets for a key of a section: config's own `options` win over it."""
        settings = getattr(self, section)
        raw = dict(raw_options(self.options))
        for reference in references(type(settings).model_fields[key], self.balancer):
            if reference.key in raw:
                return raw[reference.key]
        return Entry(text(getattr(settings, key)), ((section, key),))

    def in_containers(self, key: str) -> list[Path]:
        """Return the path of a key in each container."""
        return [("containers", name, key) for name in self.containers]

    def image_of(self, container: str) -> str:
        """Return the image that a container runs, its own or the environment's; one that is yet to be built by its tag.

        Without any, return an empty string.
        """
        own = self.containers[container]
        if own.image or (self.image and not own.build):
            return own.image or self.image or ""
        build = self.build_of(container)
        return f"{self.repository(build).uri}:{NOT_BUILT}" if build else ""

    def build_of(self, container: str) -> Build | None:
        """Return what a container's image is built from, None if it is made elsewhere."""
        own = self.containers[container]
        return own.build or (None if own.image else self.build)

    def repository(self, build: Build) -> Repository:
        """Return the repository that keeps what a source becomes."""
        return Repository(self.account or NO_ACCOUNT, self.region, build.repository)

    @property
    def builds(self) -> dict[Path, Build]:
        """The sources of images by the keys that name them, those that no container uses included."""
        found: dict[Path, Build] = {("build",): self.build} if self.build else {}
        for name, container in self.containers.items():
            if container.build:
                found["containers", name, "build"] = container.build
        return found

    def owner_of(self, volume: str) -> int | None:
        """Return the uid that owns a volume's folder, or None for a folder of the host that is used as it is."""
        settings = self.volumes[volume]
        if settings.owner is not None or settings.host_path:
            return settings.owner
        users = [container.user_id for container in self.containers.values() if container.bootstrap]
        return (users[0] or 0) if users else 0


class Identity(Model):
    """What a configuration file says of the application itself."""

    name: str = Field(alias="application", description="The application's name, also the file's own.")
    application_name: EbApplicationName | None = Field(
        None, description="EB's name of the application, by default the same; for one that was imported."
    )
    description: str = Field("", max_length=200, description="One line on what it is.")
    versions: Versions = Field(Versions(), description="Application versions that EB keeps.")


class Application(Identity, defer_build=True):
    """One configuration file: an application and its environments; made from checked settings."""

    environments: Mapping[str, Environment] = Field(description="Environments by name.")

    @property
    def eb_name(self) -> str:
        """EB's name of the application."""
        return self.application_name or self.name
