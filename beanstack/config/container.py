"""One container of an environment: the settings that become a container definition of Dockerrun.aws.json.

Names follow the parameters of an ECS container definition, in snake_case; ports, mounts and links are written as in
Compose. The order of the fields is the one in the file.
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/create_deploy_docker_v2config.html
"""

from __future__ import annotations

from collections.abc import Mapping  # pydantic reads the annotations when it builds the model
from typing import Annotated

from pydantic import AfterValidator, Field

from beanstack.config.containersections import (
    ContainerHealthCheck,
    FirelensConfiguration,
    LinuxParameters,
    LogConfiguration,
    RestartPolicy,
    SecretArn,
    Ulimit,
)
from beanstack.config.ecs import Pairs, Records, Texts, Typed, Wrapped, ecs, one_of
from beanstack.config.image import Build, Image
from beanstack.config.model import (
    LAST_ID,
    AbsolutePath,
    Boolean,
    Integer,
    Mebibytes,
    Model,
    NumberOrText,
    Seconds,
    Shape,
    VariableName,
    Words,
    refuse,
)
from beanstack.config.shortforms import LinkText, MountText, PortText, SharedVolumesText
from beanstack.eb.findings import shown

Accelerator = Annotated[str, one_of("resourceRequirements.type")]
Condition = Annotated[str, one_of("dependsOn.condition")]
ConsistencyMode = Annotated[str, one_of("versionConsistency")]
UlimitName = Annotated[str, one_of("ulimits.name")]


def _user(value: str) -> str:
    for number in value.split(":"):
        if number.isdecimal() and (len(number) > 10 or int(number) > LAST_ID):
            raise refuse(f"a uid or gid is at most {LAST_ID}, found {shown(value)}")
    return value


User = Annotated[
    NumberOrText,
    Shape(r"^[A-Za-z0-9_.-]+(:[A-Za-z0-9_.-]+)?$", "`uid[:gid]` or the name of a user of the image"),
    AfterValidator(_user),
]
HostName = Annotated[str, Shape(r"^[A-Za-z0-9.-]{1,253}$", "a host name")]


class Container(Model):
    """One container; all containers of an environment run together on every instance."""

    image: Image | None = ecs(
        "image", None, description="`[registry/]repository:tag`; by default the environment's `image`."
    )
    build: Build | None = Field(None, description="Source of this container's image, as the environment's `build`.")
    essential: Boolean = ecs("essential", True, description="Whether the other containers stop when this one ends.")
    cpu: Integer | None = ecs("cpu", None, description="CPU units, 1024 to a vCPU.")
    memory: Mebibytes | None = ecs("memory", None, description="Hard limit in MiB, at least 6.")
    memory_reservation: Mebibytes | None = ecs("memoryReservation", None, description="Soft limit in MiB, at least 6.")
    entry_point: Words = ecs(
        "entryPoint", (), description="By default the image's; a bootstrapped container has to name it."
    )
    command: Words = ecs("command", (), description="Program and arguments; by default the image's.")
    bootstrap: Boolean = Field(
        False, description="Start through Beanstack's entry point: database variables and migration."
    )
    migrate: Words = Field(
        (), description="Run once a deployment, on the leader, before its command; other instances do not wait for it."
    )
    working_directory: AbsolutePath | None = ecs("workingDirectory", None, description="By default the image's.")
    user: User | None = ecs("user", None, description="`uid[:gid]` or a name of the image.")
    environment: Mapping[VariableName, str] = ecs(
        "environment",
        {},
        encoding=Pairs("name", "value"),
        description="Variables of this container. No secrets.",
    )
    secrets: Mapping[VariableName, SecretArn] = ecs(
        "secrets",
        {},
        encoding=Pairs("name", "valueFrom"),
        description="Variables from Secrets Manager or Parameter Store, by ARN; needs `execution_role_arn`.",
    )
    ports: tuple[PortText, ...] = ecs(
        "portMappings",
        (),
        encoding=Records("hostPort", "containerPort", "protocol"),
        description='`"host:container[/udp]"`.',
    )
    mounts: tuple[MountText, ...] = ecs(
        "mountPoints",
        (),
        encoding=Records("sourceVolume", "containerPath", "readOnly"),
        description='`"volume:/path[:ro]"`.',
    )
    volumes_from: tuple[SharedVolumesText, ...] = ecs(
        "volumesFrom",
        (),
        encoding=Records("sourceContainer", "readOnly"),
        description='All mounts of `"container[:ro]"`.',
    )
    links: tuple[LinkText, ...] = ecs(
        "links", (), encoding=Texts(), description='Containers reached by name: `"container[:alias]"`.'
    )
    depends_on: Mapping[str, Condition] = ecs(
        "dependsOn",
        {},
        encoding=Pairs("containerName", "condition"),
        description="Containers that must have started, ended, ended well or become healthy first.",
    )
    ulimits: Mapping[UlimitName, Ulimit] = ecs(
        "ulimits", {}, encoding=Pairs("name"), description="Resource limits by name, such as `nofile`."
    )
    hostname: HostName | None = ecs("hostname", None, description="The container's host name.")
    extra_hosts: Mapping[str, str] = ecs(
        "extraHosts",
        {},
        encoding=Pairs("hostname", "ipAddress"),
        description="Lines for /etc/hosts: name to IP address.",
    )
    dns_servers: tuple[str, ...] = ecs("dnsServers", (), description="IP addresses of DNS servers.")
    dns_search_domains: tuple[str, ...] = ecs("dnsSearchDomains", (), description="Domains tried for short names.")
    docker_labels: Mapping[str, str] = ecs("dockerLabels", {}, description="Labels of the container.")
    docker_security_options: tuple[str, ...] = ecs(
        "dockerSecurityOptions", (), description="SELinux or AppArmor options."
    )
    disable_networking: Boolean | None = ecs("disableNetworking", None, description="No network at all.")
    privileged: Boolean | None = ecs("privileged", None, description="Root's powers over the instance. Rarely right.")
    readonly_root_filesystem: Boolean | None = ecs(
        "readonlyRootFilesystem", None, description="Only volumes can be written."
    )
    interactive: Boolean | None = ecs("interactive", None, description="Keep standard input open.")
    pseudo_terminal: Boolean | None = ecs("pseudoTerminal", None, description="Give the command a terminal.")
    start_timeout: Seconds | None = ecs("startTimeout", None, description="Seconds that dependants wait for this one.")
    stop_timeout: Annotated[Seconds, Field(le=120)] | None = ecs(
        "stopTimeout", None, description="Seconds between SIGTERM and SIGKILL, at most 120."
    )
    health_check: ContainerHealthCheck | None = ecs(
        "healthCheck", None, description="A health check inside the container."
    )
    restart_policy: RestartPolicy | None = ecs("restartPolicy", None, description="Restart in place.")
    linux_parameters: LinuxParameters | None = ecs("linuxParameters", None, description="Kernel settings.")
    log_configuration: LogConfiguration | None = ecs(
        "logConfiguration", None, description="By default EB collects the output."
    )
    firelens_configuration: FirelensConfiguration | None = ecs(
        "firelensConfiguration", None, description="A router of logs."
    )
    resource_requirements: Mapping[Accelerator, NumberOrText] = ecs(
        "resourceRequirements",
        {},
        encoding=Pairs("type", "value"),
        description="Accelerators, such as `GPU: 1`.",
    )
    environment_files: tuple[str, ...] = ecs(
        "environmentFiles", (), encoding=Typed("s3"), description="ARNs of S3 objects with variables."
    )
    repository_credentials: SecretArn | None = ecs(
        "repositoryCredentials",
        None,
        encoding=Wrapped("credentialsParameter"),
        description="ARN of the registry's credentials.",
    )
    credential_specs: tuple[str, ...] = ecs("credentialSpecs", (), description="ARNs of Active Directory credentials.")
    version_consistency: ConsistencyMode | None = ecs(
        "versionConsistency", None, description="Whether ECS resolves the image's tag once for all instances."
    )
    system_controls: Mapping[str, str] = ecs(
        "systemControls",
        {},
        encoding=Pairs("namespace", "value"),
        description="Kernel parameters, such as `net.core.somaxconn`.",
    )

    @property
    def reserved_memory(self) -> int:
        """MiB of an instance that ECS sets aside for the container."""
        return self.memory_reservation or self.memory or 0

    @property
    def user_id(self) -> int | None:
        """The numeric user, None where a name or nothing is given."""
        uid = (self.user or "").partition(":")[0]
        return int(uid) if uid.isdecimal() else None
