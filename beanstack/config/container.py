"""One container of an environment: the settings that become a container definition of Dockerrun.aws.json.

Names follow the parameters of an ECS container definition, in snake_case; ports, mounts and links are written as in
Compose. https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/create_deploy_docker_v2config.html
"""

from __future__ import annotations

from collections.abc import Mapping  # pydantic reads the annotations when it builds the model
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from beanstack.config.image import Image
from beanstack.config.model import (
    LAST_ID,
    AbsolutePath,
    Boolean,
    EcsModel,
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

UlimitName = Literal[
    "core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss",
    "rtprio", "rttime", "sigpending", "stack",
]  # fmt: skip
SECRET_ARN = Shape(
    r"^arn:aws[a-z-]*:(secretsmanager|ssm):.+$", "the ARN of a secret or a parameter, not its value", told=False
)
SecretArn = Annotated[str, SECRET_ARN]


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


class Ulimit(Model):
    """A resource limit of a container's processes."""

    soft: Integer = Field(ge=-1, description="Soft limit; -1 for none.")
    hard: Integer = Field(ge=-1, description="Hard limit; -1 for none.")

    @model_validator(mode="after")
    def _is_ordered(self) -> Ulimit:
        if self.hard != -1 and (self.soft > self.hard or self.soft == -1):
            raise refuse(f"soft ({self.soft}) is above hard ({self.hard})", "soft", "hard")
        return self


class ContainerHealthCheck(EcsModel):
    """A command that Docker runs inside the container; `depends_on: HEALTHY` waits for it."""

    command: Words = Field(min_length=2, description="`[CMD, program, ...]` or `[CMD-SHELL, line]`.")
    interval: Integer = Field(30, ge=5, le=300, description="Seconds between two runs.")
    timeout: Integer = Field(5, ge=2, le=60, description="Seconds until a run counts as failed.")
    retries: Integer = Field(3, ge=1, le=10, description="Failures in a row until unhealthy.")
    start_period: Integer = Field(0, ge=0, le=300, description="Seconds in which failures do not count.")


class LogSecret(EcsModel):
    """An option of a logging driver that Secrets Manager or Parameter Store keeps."""

    name: str = Field(description="The option.")
    value_from: SecretArn = Field(description="The secret's ARN.")


class LogConfiguration(EcsModel):
    """Where the container's output goes."""

    log_driver: Literal["json-file", "syslog", "journald", "gelf", "fluentd", "awslogs", "splunk", "awsfirelens"] = (
        Field(description="Docker's logging driver.")
    )
    options: Mapping[str, str] = Field({}, description="The driver's options.")
    secret_options: tuple[LogSecret, ...] = Field((), description="Options that are secrets, by ARN.")


class Capabilities(EcsModel):
    """Linux capabilities beyond or below Docker's default set."""

    add: tuple[str, ...] = Field((), description="Capabilities added, such as `SYS_PTRACE`.")
    drop: tuple[str, ...] = Field((), description="Capabilities taken away; `ALL` for every one.")


class Device(EcsModel):
    """A device of the host that the container sees."""

    host_path: AbsolutePath = Field(description="On the host.")
    container_path: AbsolutePath | None = Field(None, description="In the container; by default the same.")
    permissions: tuple[Literal["read", "write", "mknod"], ...] = Field((), description="By default all.")


class Tmpfs(EcsModel):
    """A file system in memory."""

    container_path: AbsolutePath = Field(description="In the container.")
    size: Integer = Field(ge=1, description="MiB.")
    mount_options: tuple[str, ...] = Field((), description="Such as `noexec`.")


class LinuxParameters(EcsModel):
    """Kernel settings of the container."""

    capabilities: Capabilities | None = Field(None, description="Linux capabilities.")
    devices: tuple[Device, ...] = Field((), description="Devices of the host.")
    init_process_enabled: Boolean | None = Field(None, description="Run a small init as process 1.")
    shared_memory_size: Integer | None = Field(None, ge=1, description="Size of /dev/shm in MiB.")
    max_swap: Integer | None = Field(None, ge=0, description="Swap in MiB.")
    swappiness: Integer | None = Field(None, ge=0, le=100, description="How readily pages are swapped.")
    tmpfs: tuple[Tmpfs, ...] = Field((), description="File systems in memory.")


class RestartPolicy(EcsModel):
    """Restart the container in place when it ends, without stopping its task."""

    enabled: Boolean = Field(description="Whether it is restarted.")
    ignored_exit_codes: tuple[Integer, ...] = Field((), description="Exit codes after which it is not.")
    restart_attempt_period: Integer | None = Field(
        None, ge=60, le=1800, description="Seconds it must have run before another restart."
    )


class FirelensConfiguration(EcsModel):
    """Makes the container a router of the others' logs."""

    type: Literal["fluentd", "fluentbit"] = Field(description="Which router.")
    options: Mapping[str, str] = Field({}, description="The router's options.")


class Container(Model):
    """One container; all containers of an environment run together on every instance."""

    image: Image | None = Field(None, description="`[registry/]repository:tag`; by default the environment's `image`.")
    essential: Boolean = Field(True, description="Whether the other containers stop when this one ends.")
    command: Words = Field((), description="Program and arguments; by default the image's.")
    entry_point: Words = Field((), description="By default the image's; a bootstrapped container has to name it.")
    memory: Mebibytes | None = Field(None, description="Hard limit in MiB, at least 6.")
    memory_reservation: Mebibytes | None = Field(None, description="Soft limit in MiB, at least 6.")
    cpu: Integer | None = Field(None, ge=0, le=10240, description="CPU units, 1024 to a vCPU.")
    ports: tuple[PortText, ...] = Field((), description='`"host:container[/udp]"`.')
    mounts: tuple[MountText, ...] = Field((), description='`"volume:/path[:ro]"`.')
    volumes_from: tuple[SharedVolumesText, ...] = Field((), description='All mounts of `"container[:ro]"`.')
    links: tuple[LinkText, ...] = Field((), description='Containers reached by name: `"container[:alias]"`.')
    depends_on: Mapping[str, Literal["START", "COMPLETE", "SUCCESS", "HEALTHY"]] = Field(
        {}, description="Containers that must have started, ended, ended well or become healthy first."
    )
    environment: Mapping[VariableName, str] = Field({}, description="Variables of this container. No secrets.")
    secrets: Mapping[VariableName, SecretArn] = Field(
        {},
        description="Variables from Secrets Manager or Parameter Store, by ARN; needs `execution_role_arn`.",
    )
    bootstrap: Boolean = Field(
        False, description="Start through Beanstack's entry point: database variables and migration."
    )
    migrate: Words = Field(
        (), description="Run once a deployment, on the leader, before its command; other instances do not wait for it."
    )
    user: User | None = Field(None, description="`uid[:gid]` or a name of the image.")
    working_directory: AbsolutePath | None = Field(None, description="By default the image's.")
    ulimits: Mapping[UlimitName, Ulimit] = Field({}, description="Resource limits by name, such as `nofile`.")
    hostname: HostName | None = Field(None, description="The container's host name.")
    extra_hosts: Mapping[str, str] = Field({}, description="Lines for /etc/hosts: name to IP address.")
    dns_servers: tuple[str, ...] = Field((), description="IP addresses of DNS servers.")
    dns_search_domains: tuple[str, ...] = Field((), description="Domains tried for short names.")
    docker_labels: Mapping[str, str] = Field({}, description="Labels of the container.")
    docker_security_options: tuple[str, ...] = Field((), description="SELinux or AppArmor options.")
    disable_networking: Boolean | None = Field(None, description="No network at all.")
    privileged: Boolean | None = Field(None, description="Root's powers over the instance. Rarely right.")
    readonly_root_filesystem: Boolean | None = Field(None, description="Only volumes can be written.")
    interactive: Boolean | None = Field(None, description="Keep standard input open.")
    pseudo_terminal: Boolean | None = Field(None, description="Give the command a terminal.")
    start_timeout: Seconds | None = Field(None, description="Seconds that dependants wait for this one.")
    stop_timeout: Annotated[Seconds, Field(le=120)] | None = Field(
        None, description="Seconds between SIGTERM and SIGKILL, at most 120."
    )
    health_check: ContainerHealthCheck | None = Field(None, description="A health check inside the container.")
    restart_policy: RestartPolicy | None = Field(None, description="Restart in place.")
    linux_parameters: LinuxParameters | None = Field(None, description="Kernel settings.")
    log_configuration: LogConfiguration | None = Field(None, description="By default EB collects the output.")
    firelens_configuration: FirelensConfiguration | None = Field(None, description="A router of logs.")
    resource_requirements: Mapping[Literal["GPU", "InferenceAccelerator"], NumberOrText] = Field(
        {}, description="Accelerators, such as `GPU: 1`."
    )
    environment_files: tuple[str, ...] = Field((), description="ARNs of S3 objects with variables.")
    repository_credentials: SecretArn | None = Field(None, description="ARN of the registry's credentials.")
    credential_specs: tuple[str, ...] = Field((), description="ARNs of Active Directory credentials.")
    version_consistency: Literal["enabled", "disabled"] | None = Field(
        None, description="Whether ECS resolves the image's tag once for all instances."
    )
    system_controls: Mapping[str, str] = Field({}, description="Kernel parameters, such as `net.core.somaxconn`.")

    @property
    def needs_execution_role(self) -> bool:
        """Whether ECS needs a role of its own to start the container."""
        log_secrets = self.log_configuration and self.log_configuration.secret_options
        return bool(self.secrets or self.repository_credentials or self.environment_files or log_secrets)

    @property
    def reserved_memory(self) -> int:
        """MiB of an instance that ECS sets aside for the container."""
        return self.memory_reservation or self.memory or 0

    @property
    def user_id(self) -> int | None:
        """The numeric user, None where a name or nothing is given."""
        uid = (self.user or "").partition(":")[0]
        return int(uid) if uid.isdecimal() else None
