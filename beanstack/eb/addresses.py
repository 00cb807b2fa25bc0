"""Addresses that security groups admit: blocks of IPv4 and IPv6, prefix lists and other groups.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html
"""

from __future__ import annotations

import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TypeAlias

from beanstack.eb.findings import shown

Block: TypeAlias = IPv4Network | IPv6Network

ANYONE = ("0.0.0.0/0", "::/0")
GROUP = r"sg-([0-9a-f]{8}|[0-9a-f]{17})"
PREFIX_LIST = r"pl-([0-9a-f]{8}|[0-9a-f]{17})"
SUBNET = r"subnet-([0-9a-f]{8}|[0-9a-f]{17})"
PRIVATE = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")))
VPC = r"vpc-([0-9a-f]{8}|[0-9a-f]{17})"


def block(text: str) -> Block | None:
    """Return a block of addresses, None if the text is none. Bits behind the prefix do not count."""
    if "/" not in text:
        return None
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def block_fault(text: str) -> str:
    """Return what keeps a text from being a block of addresses in CIDR notation, if anything does."""
    if block(text):
        return ""
    address = text.partition("/")[0]
    single = block(f"{address}/0")
    if single and "/" not in text:
        return f"expected a block of addresses; a single one is '{text}/{single.max_prefixlen}'"
    return f"expected a block of addresses such as 10.0.0.0/8 or 2001:db8::/32, found {shown(text)}"


def canonical(text: str) -> str:
    """Return a block as EC2 writes it, which clears the bits behind the prefix; another text as it is."""
    found = block(text)
    return str(found) if found else text


def may_be_of_vpc(text: str) -> bool:
    """Return whether a block has addresses of private networks, which VPCs are made of; a prefix list may.

    https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
    """
    found = block(text)
    return found is None or any(found.version == other.version and found.overlaps(other) for other in PRIVATE)


def source(text: str, direction: str = "Source") -> dict[str, str]:
    """Return the property of a security group's rule that admits a block, a prefix list or a group."""
    if re.fullmatch(GROUP, text):
        return {f"{direction}SecurityGroupId": text}
    if re.fullmatch(PREFIX_LIST, text):
        return {f"{direction}PrefixListId": text}
    return {"CidrIpv6" if ":" in text else "CidrIp": canonical(text)}
