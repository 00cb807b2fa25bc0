"""Calls of AWS that are tried again."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError

from beanstack.operate.patience import are_missing, has_expired, patient

if TYPE_CHECKING:
    from collections.abc import Callable


def error(code: str, status: int = 400) -> ClientError:
    response = {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "DescribeEnvironments")


def failing(*errors: Exception) -> Callable[[], str]:
    """Return a call that fails with each error in turn, and then succeeds."""
    left = list(errors)

    def call() -> str:
        if left:
            raise left.pop(0)
        return "found"

    return call


@pytest.mark.parametrize(
    "passing",
    [
        error("Throttling"),
        error("InternalFailure", 500),
        ConnectTimeoutError(endpoint_url="https://aws"),
        EndpointConnectionError(endpoint_url="https://aws"),
    ],
    ids=str,
)
def test_what_passes_is_tried_again_and_reported_once(passing: Exception) -> None:
    reported: list[str] = []
    assert patient(failing(passing, passing), 0, reported.append) == "found"
    assert reported == [f"AWS: {passing}; trying again"]


@pytest.mark.parametrize("code", ["AccessDenied", "ExpiredToken", "ValidationError"])
def test_what_stays_is_raised_at_once(code: str) -> None:
    with pytest.raises(ClientError):
        patient(failing(error(code)), 0, print)


def test_a_local_aws_that_has_ended_is_not_waited_for() -> None:
    with pytest.raises(EndpointConnectionError):
        patient(failing(EndpointConnectionError(endpoint_url="http://127.0.0.1:40001/")), 0, print)


def test_nothing_is_tried_again_when_the_time_is_over() -> None:
    with pytest.raises(ClientError):
        patient(failing(error("Throttling")), 1, print, deadline=time.monotonic())


def test_expired_credentials_differ_from_wrong_ones() -> None:
    assert has_expired(error("ExpiredToken", 403))
    assert has_expired(error("ExpiredTokenException"))
    assert not has_expired(error("InvalidClientTokenId", 403))
    assert are_missing(error("InvalidClientTokenId", 403))
    assert not are_missing(error("ExpiredToken", 403))
