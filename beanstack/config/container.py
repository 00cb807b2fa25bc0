"""One container of an environment: the settings that become a container definition of Dockerrun.aws.json.

Names follow the parameters of an ECS container definition, in snake_case; ports, mounts and links are written as in
Compose. The order of the fields is the one in the file.
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/create_deploy_docker_v2config.html
"""

from __future__ import annotations

from collections.abc import Mapping  # pydantic reads the annotations when it builds the model
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from beanstack.config.ecs import Pairs, Records, Texts, Typed, Wrapped, ecs, one_of
from beanstack.config.image import Image
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
DeviceRight = Annotated[str, one_of("linuxParameters.devices.permissions")]
LogDriver = Annotated[str, one_of("logConfiguration.logDriver")]
LogRouter = Annotated[str, one_of("firelensConfiguration.type")]
UlimitName = Annotated[str, one_of("ulimits.name")]

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

    soft: Integer = ecs("ulimits.softLimit", ge=-1, description="Soft limit; -1 for none.")
    hard: Integer = ecs("ulimits.hardLimit", ge=-1, description="Hard limit; -1 for none.")

    @model_validator(mode="after")
    def _is_ordered(self) -> Ulimit:
        if self.hard != -1 and (self.soft > self.hard or self.soft == -1):
            raise refuse(f"soft ({self.soft}) is above hard ({self.hard})", "soft", "hard")
        return self


class ContainerHealthCheck(Model):
    """A command that Docker runs inside the container; `depends_on: HEALTHY` waits for it."""

    command: Words = ecs(
        "healthCheck.command", min_length=2, description="`[CMD, program, ...]` or `[CMD-SHELL, line]`."
    )
    interval: Integer = ecs("healthCheck.interval", 30, description="Seconds between two runs.")
    timeout: Integer = ecs("healthCheck.timeout", 5, description="Seconds until a run counts as failed.")
    retries: Integer = ecs("healthCheck.retries", 3, description="Failures in a row until unhealthy.")
    start_period: Integer = ecs("healthCheck.startPeriod", 0, description="Seconds in which failures do not count.")


class LogSecret(Model):
    """An option of a logging driver that Secrets Manager or Parameter Store keeps."""

    name: str = ecs("logConfiguration.secretOptions.name", description="The option.")
    value_from: SecretArn = ecs("logConfiguration.secretOptions.valueFrom", description="The secret's ARN.")


class LogConfiguration(Model):
    """Where the container's output goes."""

    log_driver: LogDriver = ecs("logConfiguration.logDriver", description="Docker's logging driver.")
    options: Mapping[str, str] = ecs("logConfiguration.options", {}, description="The driver's options.")
    secret_options: tuple[LogSecret, ...] = ecs(
        "logConfiguration.secretOptions", (), description="Options that are secrets, by ARN."
    )


class Capabilities(Model):
    """Linux capabilities beyond or below Docker's default set."""

    add: tuple[str, ...] = ecs(
        "linuxParameters.capabilities.add", (), description="Capabilities added, such as `SYS_PTRACE`."
    )
    drop: tuple[str, ...] = ecs(
        "linuxParameters.capabilities.drop", (), description="Capabilities taken away; `ALL` for every one."
    )


class Device(Model):
    """A device of the host that the container sees."""

    host_path: AbsolutePath = ecs("linuxParameters.devices.hostPath", description="On the host.")
    container_path: AbsolutePath | None = ecs(
        "linuxParameters.devices.containerPath", None, description="In the container; by default the same."
    )
    permissions: tuple[DeviceRight, ...] = ecs("linuxParameters.devices.permissions", (), description="By default all.")


class Tmpfs(Model):
    """A file system in memory."""

    container_path: AbsolutePath = ecs("linuxParameters.tmpfs.containerPath", description="In the container.")
    size: Integer = ecs("linuxParameters.tmpfs.size", ge=1, description="MiB.")
    mount_options: tuple[str, ...] = ecs("linuxParameters.tmpfs.mountOptions", (), description="Such as `noexec`.")


class LinuxParameters(Model):
    """Kernel settings of the container."""

    capabilities: Capabilities | None = ecs("linuxParameters.capabilities", None, description="Linux capabilities.")
    devices: tuple[Device, ...] = ecs("linuxParameters.devices", (), description="Devices of the host.")
    init_process_enabled: Boolean | None = ecs(
        "linuxParameters.initProcessEnabled", None, description="Run a small init as process 1."
    )
    shared_memory_size: Integer | None = ecs(
        "linuxParameters.sharedMemorySize", None, ge=1, description="Size of /dev/shm in MiB."
    )
    max_swap: Integer | None = ecs("linuxParameters.maxSwap", None, description="Swap in MiB.")
    swappiness: Integer | None = ecs("linuxParameters.swappiness", None, description="How readily pages are swapped.")
    tmpfs: tuple[Tmpfs, ...] = ecs("linuxParameters.tmpfs", (), description="File systems in memory.")


class RestartPolicy(Model):
    """Restart the container in place when it ends, without stopping its task."""

    enabled: Boolean = ecs("restartPolicy.enabled", description="Whether it is restarted.")
    ignored_exit_codes: tuple[Integer, ...] = ecs(
        "restartPolicy.ignoredExitCodes", (), description="Exit codes after which it is not."
    )
    restart_attempt_period: Integer | None = ecs(
        "restartPolicy.restartAttemptPeriod",
        None,
        description="Seconds it must have run before another restart.",
    )


class FirelensConfiguration(Model):
    """Makes the container a router of the others' logs."""

    type: LogRouter = ecs("firelensConfiguration.type", description="Which router.")
    options: Mapping[str, str] = ecs("firelensConfiguration.options", {}, description="The router's options.")


class Container(Model):
    """One container; all containers of an environment run together on every instance."""

    image: Image | None = ecs(
        "image", None, description="`[registry/]repository:tag`; by default the environment's `image`."
    )
    essential: Boolean = ecs("essential", True, description="Whether the other containers stop when this one ends.")
    cpu: Integer | None = ecs("cpu", None, ge=0, le=10240, description="CPU units, 1024 to a vCPU.")
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
