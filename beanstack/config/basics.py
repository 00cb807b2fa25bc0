"""What an environment runs, and on what: the keys with which its settings begin."""

from __future__ import annotations

import re
from collections.abc import Mapping  # pydantic reads the annotations when it builds the model
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from beanstack.config.container import Container
from beanstack.config.containersections import OutputLimit
from beanstack.config.ecs import Ecs, Pairs, Wrapped
from beanstack.config.image import Build, Image
from beanstack.config.model import AbsolutePath, Boolean, Model, ResourceName, Shape, UserId, refuse
from beanstack.config.names import ENVIRONMENT, ENVIRONMENT_FORM
from beanstack.config.option import option
from beanstack.config.sections.network import Administrator
from beanstack.eb.branches import platforms
from beanstack.eb.namespaces import INSTANCES, LAUNCH, PROPERTIES
from beanstack.eb.options.catalogue import facts
from beanstack.eb.partitions import REGION
from beanstack.eb.rolearns import FORM, ROLE

Region = Annotated[str, Shape(f"^{REGION.pattern}$", "a Region such as us-east-1")]
InstanceType = Annotated[
    str, Shape(facts().option(INSTANCES, "InstanceTypes").item_pattern, "an instance type such as t3.micro")
]
PropertyName = Annotated[str, Shape(facts().free_names(PROPERTIES), "1 to 128 letters, digits and _ . : / + \\ @ -")]
RoleArn = Annotated[str, Shape(f"^{ROLE}$", FORM)]
AMI = facts().option(LAUNCH, "ImageId")
AmiId = Annotated[str, Shape(AMI.pattern, AMI.form)]
KEY_PAIR = facts().option(LAUNCH, "EC2KeyName")
KeyPair = Annotated[str, Shape(KEY_PAIR.pattern, KEY_PAIR.form), Field(max_length=KEY_PAIR.max_length)]

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


EbEnvironmentName = Annotated[str, Shape(f"^{ENVIRONMENT.pattern}$", ENVIRONMENT_FORM)]
CnamePrefix = Annotated[str, Shape(r"^[A-Za-z0-9-]{4,63}$", "4 to 63 letters, digits and hyphens")]
AccountId = Annotated[str, Shape(r"^[0-9]{12}$", "an account ID of 12 digits"), BeforeValidator(_account)]


class Volume(Model):
    """A folder of the instance that containers mount; by default below /var/app-data/<application>."""

    owner: UserId | None = Field(None, description="uid; by default the one of the bootstrapped containers, else 0.")
    host_path: Annotated[AbsolutePath | None, Ecs("host", Wrapped("sourcePath"))] = Field(
        None,
        description="A folder of the host instead; made only where `owner` is set, and then the owner's.",
    )


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
        description="EC2 instance types of one processor architecture, in order of preference. Only the first is used "
        "without `spot`.",
    )
    ami: AmiId | None = option(
        LAUNCH,
        "ImageId",
        default=None,
        description="AMI that instances start from instead of the platform's own; create it from that one. EB keeps it "
        "when the platform's version changes.",
    )
    key_pair: KeyPair | None = option(
        LAUNCH,
        "EC2KeyName",
        default=None,
        unset="",  # takes one away; left out, EB would keep it
        description="EC2 key pair for SSH; by default none, also where there was one.",
    )
    ssh_source: Administrator | None = Field(
        None,
        description="Who may connect by SSH with the key pair: a block of addresses such as `203.0.113.0/24`, or the "
        "ID of a security group, such as a bastion's; by default everybody. With `vpc` it must be named.",
    )
    session_manager: Boolean = Field(
        False,
        description="Shells by Session Manager, without an open port or a key pair: the instances' role may use it.",
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
    output_limit: OutputLimit | None = Field(
        None,
        description="Size limit of the output of each container without a `log_configuration` of its own. By default "
        "Docker keeps all of it, until the disk is full. `{}` takes the defaults.",
    )
    properties: Mapping[PropertyName, str] = option(
        PROPERTIES,
        default={},
        description="EB environment properties: variables of all containers. No secrets. One that is removed here "
        "stays in EB until it has been set to `''` once; `make plan` shows it.",
    )
    not_secret: tuple[str, ...] = Field((), description="Variables that look like a secret by their name but are none.")
