"""Whether containers stay up: an essential one that ends over and over keeps its environment from being healthy.

On ECS the whole task stops with an essential container that ends, whatever its exit status is:
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from beanstack.run.engine import State

# Docker counts a container as started once it has been up for as long:
# https://docs.docker.com/engine/containers/start-containers-automatically/
SETTLING = 10.0
RESTARTS = 3  # a container that restarted so often is not expected to stay up
ENDED = 2.0  # seconds in which the engine should have restarted a container that has ended


@dataclass
class Steadiness:
    """What is known of one container since it is watched, which begins when it is started."""

    began: float = field(default_factory=time.monotonic)
    restarts: int = 0
    ended: float | None = None  # when it was seen to have ended

    def watch(self, state: State | None) -> None:
        """Take note of a container's state."""
        now = time.monotonic()
        if state is None or state.has_ended:
            self.ended = self.ended or now
            return
        if state.restarts != self.restarts or self.ended:
            self.began = now
        self.restarts, self.ended = state.restarts, None

    @property
    def has_ended(self) -> bool:
        """Whether it has ended at any time."""
        return self.restarts > 0 or self.ended is not None

    @property
    def has_settled(self) -> bool:
        """Whether it has been up long enough to be expected to stay up."""
        return self.ended is None and time.monotonic() - self.began >= SETTLING

    @property
    def is_failing(self) -> bool:
        """Whether it is not expected to come up or to stay up any more."""
        over = self.ended is not None and time.monotonic() - self.ended >= ENDED
        return over or self.restarts >= RESTARTS
