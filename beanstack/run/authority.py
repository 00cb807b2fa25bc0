"""A certificate authority of this machine's own, which issues at once. Its key never leaves its folder.

https://docs.aws.amazon.com/acm/latest/userguide/acm-certificate-characteristics.html
"""

from __future__ import annotations

import fcntl
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from beanstack.loopback import LOOPBACK, authority

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from trustme import CA

KEY = "authority-key.pem"
LOCK = "authority.lock"
DAYS = 365
HERE = ("localhost", LOOPBACK)  # what every certificate is also for, because it is used here
NAME = "Beanstack on this machine"


@dataclass(frozen=True)
class Issued:
    """A certificate with its chain, and its private key, in PEM."""

    certificate: str
    key: str
    expires: datetime

    @property
    def pem(self) -> str:
        return f"{self.key}{self.certificate}"


@dataclass(frozen=True)
class Authority:
    """The authority of a folder. It is made when it is first used."""

    folder: Path

    @property
    def certificate(self) -> Path:
        """The file that a client needs to trust what the authority issues."""
        return authority(self.folder)

    def issue(self, names: Iterable[str]) -> Issued:
        """Return a new certificate for some names, wildcards included, and for this machine."""
        expires = datetime.now(UTC) + timedelta(days=DAYS)
        identities = list(dict.fromkeys((*names, *HERE)))
        issued = self._authority().issue_cert(*identities, organization_name=NAME, not_after=expires)
        chain = "".join(_text(one.bytes()) for one in issued.cert_chain_pems)
        return Issued(chain, _text(issued.private_key_pem.bytes()), expires)

    def _authority(self) -> CA:
        from trustme import CA  # takes as long to import as all else here; most environments have no certificate

        self.folder.mkdir(parents=True, exist_ok=True)
        key = self.folder / KEY
        with _locked(self.folder / LOCK):
            if self.certificate.exists() and key.exists():
                return CA.from_pem(self.certificate.read_bytes(), key.read_bytes())
            made = CA(organization_name=NAME)
            key.unlink(missing_ok=True)
            key.touch(mode=0o600)
            key.write_bytes(made.private_key_pem.bytes())
            self.certificate.write_bytes(made.cert_pem.bytes())
            return made


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a lock, because two processes may use a folder for the first time at the same moment."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _text(pem: bytes) -> str:
    return pem.decode("ascii")
