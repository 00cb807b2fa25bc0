"""The health checks that an environment's options ask for: of each process, or of a classic load balancer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from beanstack.eb.namespaces import APPLICATION, ENVIRONMENT, PROCESSES, SINGLE_INSTANCE

Options = Mapping[tuple[str, str], str]

CLASSIC, NETWORK = "classic", "network"
TARGET = re.compile(r"(?:([A-Z]+):(\d+))?(/.*)?")  # such as HTTP:80/todos


@dataclass(frozen=True)
class HealthCheck:
    """A health check: a port and, except for a network load balancer, a path and the codes that are healthy."""

    port: int
    path: str | None
    codes: str = "200"
    is_encrypted: bool = False

    def accepts(self, code: int) -> bool:
        """Return whether a response with this status is healthy. `codes` is a list such as '200,301' or '200-299'."""
        for part in self.codes.split(","):
            first, _, last = part.partition("-")
            if int(first) <= code <= int(last or first):
                return True
        return False


def load_balancer_type(options: Options) -> str:
    return options.get((ENVIRONMENT, "LoadBalancerType"), CLASSIC)


def is_single(options: Options) -> bool:
    """Return whether the environment is a single instance, which has no load balancer that would check a path."""
    return options.get((ENVIRONMENT, "EnvironmentType")) == SINGLE_INSTANCE


def health_check(options: Options) -> HealthCheck:
    """Return the health check of the load balancer's first target, with EB's defaults for what is not set."""
    target = TARGET.fullmatch(options.get((APPLICATION, "Application Healthcheck URL"), ""))
    if target and target[0]:
        return HealthCheck(int(target[2] or 80), target[3], is_encrypted=target[1] == "HTTPS")
    return process_check(options, "default")


def process_check(options: Options, name: str) -> HealthCheck:
    """Return the health check of a process."""
    namespace = f"{PROCESSES}{name}"
    port = int(options.get((namespace, "Port")) or 80)
    path = None
    if load_balancer_type(options) != NETWORK and not is_single(options):
        path = options.get((namespace, "HealthCheckPath")) or "/"
    codes = options.get((namespace, "MatcherHTTPCode")) or "200"
    return HealthCheck(port, path, codes, options.get((namespace, "Protocol")) == "HTTPS")
