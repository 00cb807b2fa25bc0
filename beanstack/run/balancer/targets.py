"""The ports of the instance to which a load balancer sends requests."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from beanstack.run.balancer.streams import Stream
from beanstack.run.health import unverified
from beanstack.run.ports import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beanstack.run.balancer.plan import Plan

# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
CONNECT_SECONDS = 10


class TargetError(ConnectionError):
    """A target that cannot be reached, or that ends too early."""


class Balancer:
    """The targets of a load balancer, and the addresses of its listeners."""

    def __init__(self, plan: Plan, ports: Mapping[int, int], addresses: Mapping[int, int]) -> None:
        self._targets = plan.targets
        self._ports = ports  # of this machine, by the instance's
        self.idle = plan.idle
        self.addresses = addresses  # ports of this machine, by the listeners'

    async def connect(self, name: str) -> Stream:
        """Return a connection to a target; raise TargetError or TimeoutError."""
        target = self._targets[name]
        context = unverified() if target.is_encrypted else None
        try:
            port = self._ports[target.port]
            opening = asyncio.open_connection(LOOPBACK, port, ssl=context)
            reader, writer = await asyncio.wait_for(opening, CONNECT_SECONDS)
        except TimeoutError:
            raise
        except (KeyError, OSError) as error:
            raise TargetError(f"{name} does not answer: {error}") from None
        return Stream(reader, writer, self.idle)
