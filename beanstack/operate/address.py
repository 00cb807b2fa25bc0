"""Where an environment answers: at the URL of its stack or, in a local run, at a port of this machine in its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from beanstack.deployment import RECORD
from beanstack.loopback import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from beanstack.operate.session import Clients


@dataclass(frozen=True)
class Address:
    """A URL; in a local run also `here`, the host and port on this machine that answer for it.

    `authority` is the file of the certificate that has issued the environment's.
    """

    url: str
    here: str = ""
    authority: Path | None = None

    @property
    def shown(self) -> str:
        """The URL that a browser on this machine can open."""
        return f"{urlsplit(self.url).scheme}://{self.here}" if self.here else self.url

    @property
    def hints(self) -> Iterator[str]:
        """Yield commands of curl that trust the authority of this machine; none unless it is needed."""
        if not self.here or urlsplit(self.url).scheme != "https":
            return
        words = ["curl", "--cacert", str(self.authority)]
        yield " ".join((*words, f"{self.shown}/"))
        name = urlsplit(self.url).hostname or ""
        if name != LOOPBACK:
            port = self.here.rpartition(":")[2]
            yield " ".join((*words, "--resolve", f"{name}:{port}:{LOOPBACK}", f"https://{name}:{port}/"))


def records_by_hand(outputs: Mapping[str, str]) -> list[str]:
    """Return name, type and target of each DNS record to set by hand, from the outputs of an environment's stack."""
    return [value for key, value in outputs.items() if key.startswith(RECORD)]


def address(clients: Clients, url: str, described: Mapping[str, Any] | None) -> Address | None:
    """Return where an environment answers, by EB's description of it; None if no container engine runs it here."""
    if not clients.endpoint:
        return Address(url)
    here = (described or {}).get("EndpointURL", "")
    return Address(url, here, clients.authority) if here.startswith(f"{LOOPBACK}:") else None
