"""What ECS, Docker or the kernel refuses of a container, at the key of the configuration."""

from __future__ import annotations

from tests.config.conftest import Case, case

HOST_NAME = (
    "expected a host name of at most 64 characters: letters, digits and inner hyphens, in labels of 1 to 63 with dots "
    "between them"
)
SYSCTL = (
    "expected a parameter that a container has to itself: net.*, fs.mqueue.* or one of kernel.msgmax, msgmnb, msgmni, "
    "sem, shmall, shmmax, shmmni, shm_rmid_forced"
)
HEALTH = "the first word of a health check is CMD or CMD-SHELL, not"
NO_GPU = "the containers reserve 1 GPU, and a t3.medium has none"
MANY = "".join(f"\n  c{number}: {{memory: 6, essential: false, image: 'a:1'}}" for number in range(9))
PORTS = ", ".join(f'"{port}:{port}"' for port in range(81, 176))


def web(name: str, key: str, column: int, message: str) -> Case:
    """A mistake in a line that is added to `web`, which is the 17th."""
    return case(name, "{MODE: fast}", f"{{MODE: fast}}\n    {key}", f"17:{column}: containers.web.{message}")


def with_role(name: str, key: str, column: int, message: str) -> Case:
    """The same, of a key that needs a role."""
    role = "execution_role_arn: arn:aws:iam::111122223333:role/reader"
    return case(name, "properties: {LEVEL: info}", f"{role}\nproperties: {{LEVEL: info}}", "")._replace(
        new=f"  side:\n    memory: 6\n    {key}\n{role}\nproperties: {{LEVEL: info}}",
        messages=(f"23:{column}: containers.side.{message}",),
    )


CASES = (
    case(
        "more containers than a task may have",
        "    image: example.org/worker:2.0",
        f"    image: example.org/worker:2.0{MANY}",
        "8:3: containers: 11 containers of a task; ECS accepts at most 10",
    ),
    case(
        "more ports than an instance has to give",
        '"80:8000"',
        f'"80:8000", {PORTS}',
        "11:1020: containers.web.ports.95: 96 host ports over tcp; ECS reserves at most 95 for a task on an instance",
    ),
    case(
        "a task definition above 64 KiB",
        "{MODE: fast}",
        f"{{MODE: fast, LARGE: {'x' * 66000}}}",
        "9:5: containers.web: the task definition has 67108 bytes; ECS accepts at most 65536",
    ),
    web(
        "more CPU than the smallest instance has",
        "cpu: 2049",
        10,
        "cpu: the containers reserve 2049 CPU units, more than the 2048 of a t3.medium",
    ),
    web("a GPU that no instance has", "resource_requirements: {GPU: 1}", 34, f"resource_requirements.GPU: {NO_GPU}"),
    web(
        "an accelerator that has ended",
        "resource_requirements: {InferenceAccelerator: a}",
        51,
        "resource_requirements.InferenceAccelerator: the task has no inference accelerator 'a', and Elastic Inference "
        "has ended",
    ),
    case(
        "a mount at the root",
        "public:/public",
        "public:/a/../..",
        "12:14: containers.web.mounts.0: '/a/../..', which is /, cannot be mounted: Docker refuses mounts at /",
    ),
    case(
        "a mount in /proc",
        "public:/public",
        "public:/proc/sys",
        "12:14: containers.web.mounts.0: '/proc/sys' cannot be mounted: containers do not start with a mount at /proc "
        "or below",
    ),
    case(
        "memory at the path of a volume",
        "{MODE: fast}",
        "{MODE: fast}\n    linux_parameters: {tmpfs: [{container_path: /public/, size: 1}]}",
        "17:49: containers.web.linux_parameters.tmpfs.0.container_path: two mounts at /public",
    ),
    web("a host name without labels", 'hostname: "a..b"', 15, f"hostname: {HOST_NAME}, not 'a..b'"),
    web("a host name that is too long", f"hostname: {'a.' * 33}b", 15, f"hostname: {HOST_NAME}, not '{'a.' * 33}b'"),
    web(
        "a host's name with a space",
        "extra_hosts: {d b: 10.0.0.1}",
        19,
        "extra_hosts.d b: expected a host name of letters, digits, dots and hyphens, not 'd b'",
    ),
    web(
        "a host without an address",
        "extra_hosts: {db: db.example.org}",
        23,
        "extra_hosts.db: expected an IP address, not 'db.example.org'",
    ),
    web(
        "a name server without an address",
        "dns_servers: [10.0.0.2, dns.example.org]",
        29,
        "dns_servers.1: expected the IP address of a DNS server, not 'dns.example.org'",
    ),
    web(
        "a search domain with a space",
        "dns_search_domains: [a b]",
        26,
        "dns_search_domains.0: expected a domain of letters, digits, dots and hyphens, not 'a b'",
    ),
    web(
        "awslogs without its options",
        "log_configuration: {log_driver: awslogs, options: {awslogs-group: a}}",
        24,
        "log_configuration: awslogs needs awslogs-region in `options`",
    ),
    web(
        "an option that a log driver does not have",
        "log_configuration: {log_driver: json-file, options: {max_size: 1m}}",
        58,
        "log_configuration.options.max_size: json-file has no option 'max_size'; did you mean 'max-size'?",
    ),
    web(
        "FireLens without a router",
        "log_configuration: {log_driver: awsfirelens}",
        37,
        "log_configuration.log_driver: awsfirelens needs a container with `firelens_configuration`, which routes "
        "the logs",
    ),
    web(
        "a router that nothing uses",
        "firelens_configuration: {type: fluentd}",
        29,
        "firelens_configuration: no container has the log driver awsfirelens, so that ECS refuses "
        "`firelens_configuration`",
    ),
    web(
        "a parameter of the whole kernel",
        'system_controls: {vm.swappiness: "1"}',
        23,
        f"system_controls.vm.swappiness: {SYSCTL}, not 'vm.swappiness'",
    ),
    web(
        "a capability that does not exist",
        "linux_parameters: {capabilities: {drop: [NET_ADMN]}}",
        46,
        "linux_parameters.capabilities.drop.0: there is no capability 'NET_ADMN'; did you mean 'NET_ADMIN'?",
    ),
    web(
        "an option that tmpfs does not have",
        "linux_parameters: {tmpfs: [{container_path: /run, size: 1, mount_options: [noexe]}]}",
        80,
        "linux_parameters.tmpfs.0.mount_options.0: tmpfs has no option 'noexe'; did you mean 'noexec'?",
    ),
    web(
        "a security option that does not exist",
        "docker_security_options: [nonsense]",
        31,
        "docker_security_options.0: expected no-new-privileges, apparmor:PROFILE, label:value or credentialspec:path, "
        "not 'nonsense'",
    ),
    web(
        "a health check without CMD",
        "health_check: {command: [curl, localhost]}",
        30,
        f"health_check.command.0: {HEALTH} 'curl'; Docker runs no other",
    ),
    web(
        "a front without a network",
        "disable_networking: true",
        25,
        "disable_networking: host port 80, where requests arrive, leads to 'web', which has no network",
    ),
    with_role(
        "an environment file that is no ARN",
        "environment_files: [a.env]",
        25,
        "environment_files.0: expected the ARN of an S3 object whose name ends in .env, not 'a.env'",
    ),
    with_role(
        "an environment file of another name",
        "environment_files: ['arn:aws:s3:::b/a.txt']",
        25,
        "environment_files.0: expected the ARN of an S3 object whose name ends in .env, not 'arn:aws:s3:::b/a.txt'",
    ),
    with_role(
        "credentials of a registry in Parameter Store",
        "repository_credentials: 'arn:aws:ssm:eu-west-1:111122223333:parameter/a'",
        29,
        "repository_credentials: expected the ARN or name of a secret of Secrets Manager, not "
        "'arn:aws:ssm:eu-west-1:111122223333:parameter/a'",
    ),
)
