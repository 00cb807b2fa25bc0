"""Rules on the network: the VPC, who may reach the environment, and shells on instances."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.eb.addresses import ANYONE, block, canonical, may_be_of_vpc
from beanstack.eb.findings import Finding
from beanstack.eb.namespaces import LAUNCH
from beanstack.eb.namespaces import VPC as VPC_OPTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.config.settings import Environment
    from beanstack.eb.findings import Path

VPC: Path = ("vpc",)
TYPE: Path = ("load_balancer", "type")
SCHEME: Path = ("load_balancer", "scheme")
SOURCES: Path = ("load_balancer", "sources")
SHARED: Path = ("load_balancer", "shared")
ADDRESSES: Path = ("load_balancer", "ip_address_type")
KEY_PAIR: Path = ("key_pair",)
RAW_KEY_PAIR: Path = ("options", LAUNCH, "EC2KeyName")
RESTRICTION: Path = ("options", LAUNCH, "SSHSourceRestriction")
SSH: Path = ("ssh_source",)
PROFILE: Path = ("options", LAUNCH, "IamInstanceProfile")
RULES_OF_GROUP = 60
OF_SHARED = "has no effect: the shared load balancer has its own"
UNREAD_OF_VPC: tuple[str, ...] = ("load_balancer_subnets", "public_ip")
ALWAYS_PUBLIC = "has no effect: an instance without a load balancer always has a public address"
UNKNOWN_SCHEME = (
    "AWS documents this for a VPC that is named; in the default one the load balancer may stay public, so name a `vpc`"
)


def ssh(env: Environment) -> Iterator[Finding]:
    """Yield a key pair with which nobody could connect: the environment's own groups admit only whom they name.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-general.html#command-options-general-autoscalinglaunchconfiguration
    """
    if env.has_own_groups and _key_pair(env) and not env.ssh_source:
        message = "needs `ssh_source`, which says who may connect with it, as in 203.0.113.0/24"
        yield Finding(KEY_PAIR if env.key_pair else RAW_KEY_PAIR, message, also=(VPC if env.vpc else SOURCES,))


def sources(env: Environment) -> Iterator[Finding]:
    """Yield sources that cannot be kept to, because a group that is not the environment's own admits everybody.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-alb-shared.html
    """
    if env.load_balancer.sources is None:
        return
    if not env.has_own_groups:
        message = "the security groups of a shared load balancer say who may reach it"
        yield Finding(SOURCES, message, at_key=True)
    elif env.has_database and env.balancer in ("network", "none"):
        message = "EB's own security group, which a coupled database needs, admits everybody to the instances"
        yield Finding(SOURCES, message, at_key=True, also=(TYPE, ("database",)))


def dual_stack(env: Environment) -> Iterator[Finding]:
    """Yield IPv6 where EB refuses it.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-general.html#command-options-general-elbv2
    """
    if env.load_balancer.ip_address_type == "dualstack" and env.balancer not in ("application", "network"):
        message = "dualstack needs an application or network load balancer"
        yield Finding(ADDRESSES, message, also=(TYPE,))


def unread(env: Environment) -> Iterator[Finding]:
    """Yield keys without effect.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.managing.vpc.html
    """
    if env.ssh_source and not _key_pair(env) and RAW_KEY_PAIR not in env.functions:
        yield Finding(SSH, "has no effect without `key_pair`", at_key=True)
    if env.vpc and env.vpc.database_subnets and not env.has_database:
        yield Finding(("vpc", "database_subnets"), "has no effect without `database`", at_key=True)


def unread_of_balancer(env: Environment) -> Iterator[Finding]:
    """Yield keys on a load balancer of the environment's own, where it has none.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-general.html#command-options-general-ec2vpc
    """
    if env.shares_balancer:
        of_balancer, of_vpc, cause = OF_SHARED, UNREAD_OF_VPC[:1], SHARED
    elif not env.load_balanced:
        of_balancer, of_vpc, cause = "has no effect: there is no load balancer", UNREAD_OF_VPC, TYPE
    else:
        return
    if env.load_balancer.scheme:
        yield Finding(SCHEME, of_balancer, at_key=True, also=(cause,))
    for key in of_vpc:
        if env.vpc and key in env.vpc.model_fields_set:
            message = ALWAYS_PUBLIC if key == "public_ip" else of_balancer
            yield Finding(("vpc", key), message, at_key=True, also=(cause,))


def open_ssh(env: Environment) -> Iterator[Finding]:
    """Yield a key pair with which everybody may try to connect: it is EB's default.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.managing.ec2.instances.sg.html
    """
    if not _key_pair(env):
        return
    if env.ssh_source in ANYONE:
        yield Finding(SSH, "lets everybody try to connect to the instances")
    elif not env.ssh_source and not env.has_own_groups and not _is_given(env, RESTRICTION):
        message = (
            "EB lets everybody try to connect; name an `ssh_source`, or take `session_manager: true` in place of it"
        )
        yield Finding(KEY_PAIR if env.key_pair else RAW_KEY_PAIR, message)


def unlikely_addresses(env: Environment) -> Iterator[Finding]:
    """Yield addresses that are probably not meant: EC2 clears the bits behind a block's prefix.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html
    """
    given: dict[Path, str] = {(*SOURCES, index): text for index, text in enumerate(env.load_balancer.sources or ())}
    speaks_ipv6 = env.load_balancer.ip_address_type == "dualstack"
    for path, text in given.items():
        found = block(text)
        if found and found.version == 6 and not speaks_ipv6:
            yield Finding(
                path, "has no effect: only `ip_address_type: dualstack` has clients with IPv6", also=(ADDRESSES,)
            )
    for path, text in {**given, SSH: env.ssh_source or ""}.items():
        if block(text) and text.lower() != canonical(text):
            yield Finding(path, f"EC2 reads {text} as {canonical(text)}; write that, or the block that is meant")


def health_checks(env: Environment) -> Iterator[Finding]:
    """Yield sources without the addresses of a network load balancer itself, with which it checks the instances.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-register-targets.html#target-security-groups
    """
    given = env.load_balancer.sources
    if env.balancer == "network" and given and not any(may_be_of_vpc(text) for text in given):
        message = (
            "instances admit these alone, so health checks fail, which a network load balancer sends from its own "
            "subnets; add the block of those"
        )
        yield Finding(SOURCES, message, at_key=True, also=(TYPE,))


def rules_of_groups(env: Environment) -> Iterator[Finding]:
    """Yield more sources than a security group has rules, unless its quota was raised.

    https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups
    """
    blocks = [block(text) for text in env.load_balancer.sources or ()]
    for version in (4, 6):
        count = sum(1 for found in blocks if found and found.version == version)
        if count > RULES_OF_GROUP:
            message = f"a security group has {RULES_OF_GROUP} rules unless its quota was raised, and these need {count}"
            yield Finding(SOURCES, f"{message} for each port", at_key=True)


def addresses_of_instances(env: Environment) -> Iterator[Finding]:
    """Yield instances in a public subnet without an address of their own, which cannot call Elastic Beanstalk.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-general.html#command-options-general-ec2vpc
    """
    vpc = env.vpc
    if not vpc or vpc.public_ip or not env.load_balanced or env.shares_balancer:
        return
    if env.load_balancer.scheme == "internal":
        return
    public = vpc.load_balancer_subnets or vpc.subnets
    shared = [subnet for subnet in vpc.subnets if subnet in public]
    if shared:
        message = (
            f"{shared[0]} is public, as a public load balancer needs it, so instances there need `public_ip: true`"
        )
        path: Path = ("vpc", "subnets", vpc.subnets.index(shared[0]))
        yield Finding(path, message, also=(("vpc", "public_ip"),))


def default_vpc(env: Environment) -> Iterator[Finding]:
    """Yield what the default VPC may not have.

    https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc-components.html
    """
    if env.vpc or VPC_OPTIONS in env.options:
        return
    if env.load_balancer.ip_address_type == "dualstack" and env.load_balanced:
        yield Finding(ADDRESSES, "a default VPC has no IPv6 addresses unless you gave it some; name a `vpc`")
    if env.load_balancer.scheme == "internal" and env.load_balanced:
        yield Finding(SCHEME, UNKNOWN_SCHEME)


def session_manager(env: Environment) -> Iterator[Finding]:
    """Yield a role that others made, to which nothing here gives the right.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-instance-permissions.html
    """
    path: Path = PROFILE if _is_given(env, PROFILE) else ("instance_profile",)
    if env.session_manager and (env.instance_profile or path == PROFILE):
        message = (
            "the role of this profile must have AmazonSSMManagedInstanceCore: Beanstack adds it to its own role alone"
        )
        yield Finding(path, message, also=(("session_manager",),))


def _is_given(env: Environment, path: Path) -> bool:
    """Return whether `options` set an option of the launch configuration, as a value or by a function."""
    return path in env.functions or bool(_raw(env, str(path[-1])))


def _key_pair(env: Environment) -> str:
    return _raw(env, "EC2KeyName") or env.key_pair or ""


def _raw(env: Environment, option: str) -> str:
    return env.options.get(LAUNCH, {}).get(option, "")
