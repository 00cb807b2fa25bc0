"""How the listeners of a load balancer speak TLS: with which certificate for which name."""

from __future__ import annotations

import ssl
import tempfile
from typing import TYPE_CHECKING

from beanstack.run.balancer.patterns import matches_host

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from beanstack.run.balancer.process import Certificate


def context(certificates: Sequence[Certificate]) -> ssl.SSLContext:
    """Return the context of a listener: its first certificate, unless another is for the name that a client asks for.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html
    """
    others = [(certificate.names, _context(certificate.pem)) for certificate in certificates]
    default = others[0][1]

    def choose(connection: ssl.SSLObject | ssl.SSLSocket, name: str | None, _: ssl.SSLContext) -> None:
        for names, other in others:
            if name and _is_for(name, names):
                connection.context = other
                return

    default.sni_callback = choose
    return default


def _is_for(name: str, names: Iterable[str]) -> bool:
    """Return whether a certificate's names include one; a wildcard matches one label."""
    labels = name.count(".")
    return any(pattern.count(".") == labels and matches_host(pattern, name) for pattern in names)


def _context(pem: str) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.set_alpn_protocols(["http/1.1"])
    with tempfile.NamedTemporaryFile("w") as file:  # only its owner may read it
        file.write(pem)
        file.flush()
        made.load_cert_chain(file.name)
    return made
