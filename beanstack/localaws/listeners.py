"""The certificates of an environment's listeners, as its options name them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from beanstack.eb.namespaces import CLASSIC_LISTENERS, LISTENERS
from beanstack.localaws.api import OperationError
from beanstack.localaws.certificates import failure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.localaws.context import Context
    from beanstack.localaws.ownstack.options import Options
    from beanstack.run.balancer.process import Certificate

FAMILIES: Final = (LISTENERS, CLASSIC_LISTENERS)
OPTIONS: Final = ("SSLCertificateArns", "SSLCertificate", "SSLCertificateId")


def certificates(context: Context, options: Options) -> dict[str, Certificate]:
    """Return the certificates of the listeners that are enabled, by ARN; raise OperationError if one is missing."""
    found = {}
    for arn in _arns(options):
        certificate = context.certificate(arn)
        if certificate is None:
            raise OperationError(f"Creating Load Balancer listener failed Reason: {failure(arn)}")
        found[arn] = certificate
    return found


def _arns(options: Options) -> Iterator[str]:
    for family in FAMILIES:
        for port in options.of_family(family):
            namespace = f"{family}{port}"
            if options.value(namespace, "ListenerEnabled").lower() != "false":
                for option in OPTIONS:
                    yield from options.values(namespace, option)
