"""The sections of a container's settings, each a mapping of its own.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
"""

from __future__ import annotations

from collections.abc import Mapping  # pydantic reads the annotations when it builds the model
from typing import Annotated

from pydantic import Field

from beanstack.config.ecs import ecs, one_of
from beanstack.config.model import AbsolutePath, Boolean, Integer, Model, Shape, Words

DeviceRight = Annotated[str, one_of("linuxParameters.devices.permissions")]
LogDriver = Annotated[str, one_of("logConfiguration.logDriver")]
LogRouter = Annotated[str, one_of("firelensConfiguration.type")]

SECRET_ARN = Shape(
    r"^arn:aws[a-z-]*:(secretsmanager|ssm):.+$", "the ARN of a secret or a parameter, not its value", quoted=False
)
SecretArn = Annotated[str, SECRET_ARN]


class Ulimit(Model):
    """A resource limit of a container's processes."""

    soft: Integer = ecs("ulimits.softLimit", ge=-1, description="Soft limit; -1 for none.")
    hard: Integer = ecs("ulimits.hardLimit", ge=-1, description="Hard limit; -1 for none.")


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


class OutputLimit(Model):
    """How much of each container's output an instance keeps, as files of Docker's driver json-file."""

    size: Annotated[Integer, Field(ge=1)] = Field(10, description="MiB of one file.")
    files: Annotated[Integer, Field(ge=1)] = Field(3, description="Files; the oldest is deleted first.")

    @property
    def configuration(self) -> LogConfiguration:
        """The driver's own configuration.

        https://docs.docker.com/engine/logging/drivers/json-file/
        """
        options = {"max-size": f"{self.size}m", "max-file": str(self.files)}
        return LogConfiguration(log_driver="json-file", options=options)


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
