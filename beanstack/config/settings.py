"""The settings of one application and of each of its environments, whole and frozen.

Each field is a key of `config/<application>.yaml`; its description is the row of docs/reference/configuration.md.
"""

from __future__ import annotations

from collections.abc import Mapping  # pydantic reads the annotations when it builds the model
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from beanstack.config.basics import Basics
from beanstack.config.fragment import Fragment
from beanstack.config.model import Boolean, Integer, Model, OptionValue, Shape
from beanstack.config.option import Entry, raw_options, references, resolved, text
from beanstack.config.sections import Sections
from beanstack.config.sections.roles import Roles
from beanstack.eb.domains import WILDCARD
from beanstack.eb.images import NOT_BUILT, Repository
from beanstack.eb.namespaces import DATABASE, ENVIRONMENT, PROCESSES, PROPERTIES
from beanstack.eb.tags import MOST
from beanstack.eb.tiers import BY_ID, Tier

if TYPE_CHECKING:
    from beanstack.config.image import Build
    from beanstack.eb.findings import Path

NO_ACCOUNT = "000000000000"  # of a registry, until the rule on accounts has refused it

FragmentPath = Annotated[
    str,
    Shape(
        r"^(?!\.)[A-Za-z0-9._-]+(/(?!\.)[A-Za-z0-9._-]+)*\.(yaml|yml|json)$",
        "a file in config/<application>/, such as aws.yaml",
    ),
]
EbApplicationName = Annotated[str, Shape(r"^[^/\r\n]{1,100}$", "1 to 100 characters, none of them a slash")]


class Settings(Roles, Sections, Basics):
    """All that an environment's mapping may say."""

    deletion_protection: Boolean = Field(
        False,
        description="Termination protection of the environment's stacks, and a stack policy that denies replacing or "
        "deleting the environment and resources with content of their own. `make stack` sets both, `make destroy` "
        "refuses, and `ALLOW` does not help: write `false`, deploy, then make the change. RDS protects a coupled "
        "database, which is in EB's own stack, and keeps that protection where the key is taken out. Nothing else "
        "stops `eb terminate` of the environment.",
    )
    resources: FragmentPath | None = Field(
        None,
        description="A file of CloudFormation resources in config/<application>/, which join the environment's stack. "
        "Values of `properties` and `options`, and `resources` of statements, may name them: `!Ref Queue`, `!GetAtt "
        "Bucket.Arn`, `!Sub`; `!ImportValue` names an export of another stack.",
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
    functions: Mapping[Any, Any] = Field(
        {}, exclude=True, description="Functions in the place of properties and options, by the paths of these."
    )
    fragment: Any = Field(Fragment(), exclude=True, description="What the file of `resources` holds.")

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
    def shares_balancer(self) -> bool:
        """Whether the load balancer is not the environment's own."""
        raw = self.options.get(ENVIRONMENT, {}).get("LoadBalancerIsShared")
        return raw.lower() == "true" if raw else self.load_balancer.shared is not None

    @property
    def has_own_groups(self) -> bool:
        """Whether the environment has security groups of its own.

        A shared load balancer has those of its owner, from which EB's own group of the instances admits requests:
        https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-alb-shared.html
        """
        is_named = self.vpc is not None or self.load_balancer.sources is not None
        return is_named and not self.shares_balancer

    @property
    def has_database(self) -> bool:
        """Whether EB makes a database for the environment."""
        raw = self.options.get(DATABASE, {}).get("HasCoupledDatabase")
        return raw.lower() == "true" if raw else self.database is not None

    @property
    def host(self) -> str:
        """The host in the URL: the first name, else that of the requested certificate; empty if it is EB's own."""
        if self.dns and self.dns.first:
            return self.dns.first
        requested = self.https.requested if self.https else None
        return requested.domain if requested and not requested.domain.startswith(WILDCARD) else ""

    @property
    def policy(self) -> Entry:
        """EB's deployment policy."""
        return self.effective("deployment", "policy")

    @property
    def port(self) -> Entry:
        """The instances' port that requests go to."""
        return self.effective("load_balancer", "port")

    @property
    def ports(self) -> dict[int, tuple[Path, ...]]:
        """The instances' ports that requests go to, the first process's first, with the keys that name them."""
        found = [self.port]
        for name, process in self.load_balancer.processes.items():
            found.append(Entry(str(process.port), (("load_balancer", "processes", name, "port"),)))
        for (namespace, name, _), entry in raw_options(self.options):
            if namespace.startswith(PROCESSES) and name == "Port":
                found.append(entry)
        ports: dict[int, tuple[Path, ...]] = {}
        for entry in found:
            if entry.value.isdecimal():
                ports.setdefault(int(entry.value), entry.keys)
        return ports

    @property
    def variables(self) -> dict[str, Entry]:
        """Environment properties by name."""
        own = {name: Entry(value, (("properties", name),)) for name, value in self.properties.items()}
        others = (*raw_options(self.options), *resolved(self.functions))
        return own | {name: entry for (namespace, name, _), entry in others if namespace == PROPERTIES}

    def effective(self, section: str, key: str) -> Entry:
        """Return what EB gets for a key of a section: config's own `options` win over it."""
        settings = getattr(self, section)
        raw = dict(raw_options(self.options))
        for reference in references(type(settings).model_fields[key], self.balancer):
            if reference.key() in raw:
                return raw[reference.key()]
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


class Versions(Model):
    """How many application versions EB keeps."""

    keep: Integer = Field(
        50, ge=1, le=1000, description="Versions kept; EB deletes older ones that no environment runs."
    )


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
