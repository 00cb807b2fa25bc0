"""Calls of AWS that are tried again while their errors may pass, and credentials that have expired."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

from botocore.exceptions import (
    ClientError,
    ConnectionError,  # noqa: A004 - its own name
    EndpointConnectionError,
    HTTPClientError,
    SSLError,
)

from beanstack.loopback import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

# botocore itself tries such a call again, though not for long:
# https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
PASSING = {
    *("BandwidthLimitExceeded", "RequestLimitExceeded", "RequestThrottled", "RequestThrottledException", "SlowDown"),
    *("Throttling", "ThrottlingException", "ThrottledException", "TooManyRequestsException"),
    *("RequestTimeout", "RequestTimeoutException"),
}
# https://docs.aws.amazon.com/elasticbeanstalk/latest/api/CommonErrors.html
EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"}
INVALID = {"AuthFailure", "InvalidClientTokenId", "SignatureDoesNotMatch", "UnrecognizedClientException"}
# The errors of botocore if there are no credentials, or if it cannot renew them.
ABSENT = ("NoCredentialsError", "PartialCredentialsError", "ProfileNotFound")
NOT_RENEWED = ("CredentialRetrievalError", "SSOTokenLoadError", "TokenRetrievalError", "UnauthorizedSSOTokenError")


def patient(call: Callable[[], T], pause: float, report: Callable[[str], None], deadline: float = float("inf")) -> T:
    """Return the answer of a call; try one that is throttled or cut off again every `pause` seconds.

    `report` shows once that this happens. After `deadline`, by the monotonic clock, the error is raised.
    """
    is_reported = False
    while True:
        try:
            return call()
        except (ClientError, ConnectionError, HTTPClientError) as error:
            if not passes(error) or time.monotonic() + pause > deadline:
                raise
            if not is_reported:
                report(f"AWS: {error}; trying again")
            is_reported = True
        time.sleep(pause)


def passes(error: Exception) -> bool:
    """Return whether the same call may succeed later, because it was throttled, AWS failed, or the connection failed.

    If nothing listens on this machine, the local AWS has ended, and with it everything that it was doing.
    """
    if isinstance(error, EndpointConnectionError) and f"//{LOOPBACK}:" in error.kwargs["endpoint_url"]:
        return False
    if not isinstance(error, ClientError):
        return not isinstance(error, SSLError)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return code(error) in PASSING or status >= 500


def has_expired(error: Exception) -> bool:
    """Return whether a call failed because the credentials have expired."""
    return type(error).__name__ in NOT_RENEWED or (isinstance(error, ClientError) and code(error) in EXPIRED)


def are_missing(error: Exception) -> bool:
    """Return whether a call failed because there are no credentials, or none that AWS knows."""
    return type(error).__name__ in ABSENT or (isinstance(error, ClientError) and code(error) in INVALID)


def code(error: ClientError) -> str:
    """Return the code of AWS's error."""
    return str(error.response.get("Error", {}).get("Code", ""))
