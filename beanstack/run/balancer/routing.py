"""Where a listener sends a request: what its rules and its default action say, and the address of a redirect.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from beanstack.run.balancer.patterns import matches_host, matches_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True)
class Request:
    """What a rule reads of a request. `host` has no port, and `query` no question mark."""

    host: str
    path: str
    query: str = ""


@dataclass(frozen=True)
class Forward:
    """Send the request to a process."""

    process: str


@dataclass(frozen=True)
class Redirect:
    """Answer with another address. Its parts may contain those of the request, such as `#{host}`.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RedirectActionConfig.html
    """

    status: int
    protocol: str = "#{protocol}"
    host: str = "#{host}"
    port: str = "#{port}"
    path: str = "/#{path}"
    query: str = "#{query}"

    def location(self, request: Request, listener: Listener, addresses: Mapping[int, int]) -> str:
        """Return the new address; `addresses` are the ports of this machine by the load balancer's own."""
        known = {
            "#{protocol}": listener.scheme,
            "#{host}": request.host,
            "#{port}": str(listener.port),
            "#{path}": request.path.removeprefix("/"),
            "#{query}": request.query,
        }

        def filled(text: str) -> str:
            for name, value in known.items():
                text = text.replace(name, value)
            return text

        port = filled(self.port)
        here = addresses.get(int(port), int(port)) if port.isdigit() else port
        query = filled(self.query)
        address = f"{filled(self.protocol).lower()}://{filled(self.host)}:{here}{filled(self.path)}"
        return f"{address}?{query}" if query else address


@dataclass(frozen=True)
class Fixed:
    """Answer with a fixed status and text."""

    status: int
    kind: str = "text/plain"
    text: str = ""


Action = Forward | Redirect | Fixed


@dataclass(frozen=True)
class Rule:
    """A rule: all of its conditions must match, and of each one of the patterns."""

    priority: int
    hosts: tuple[str, ...]
    paths: tuple[str, ...]
    process: str

    def matches(self, request: Request) -> bool:
        has_host = not self.hosts or any(matches_host(pattern, request.host) for pattern in self.hosts)
        return has_host and (not self.paths or any(matches_path(pattern, request.path) for pattern in self.paths))


@dataclass(frozen=True)
class Listener:
    """A listener of the load balancer, with its rules in the order of their priorities."""

    port: int
    protocol: str  # HTTP, HTTPS, TCP or TLS
    action: Action
    rules: tuple[Rule, ...] = ()
    certificates: tuple[str, ...] = ()

    @property
    def is_encrypted(self) -> bool:
        return self.protocol in ("HTTPS", "TLS")

    @property
    def is_http(self) -> bool:
        """Whether it reads requests; otherwise it passes on bytes."""
        return self.protocol.startswith("HTTP")

    @property
    def scheme(self) -> str:
        return "https" if self.is_encrypted else "http"

    @property
    def processes(self) -> Iterator[str]:
        """The processes that it uses."""
        if isinstance(self.action, Forward):
            yield self.action.process
        for rule in self.rules:
            yield rule.process

    def choose(self, request: Request) -> Action:
        """Return what is done with a request: the first rule that matches says it, or else the default action."""
        for rule in self.rules:
            if rule.matches(request):
                return Forward(rule.process)
        return self.action
