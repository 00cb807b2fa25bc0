"""What is changed in the headers of requests and responses that pass, and which requests are refused.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
"""

from __future__ import annotations

import html
from http import HTTPStatus
from typing import TYPE_CHECKING

import h11

from beanstack.run.balancer.routing import Request

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import TypeAlias

    Headers = list[tuple[bytes, bytes]]
    Event: TypeAlias = h11.Request | h11.Response | h11.InformationalResponse

LARGEST = 64 * 1024  # bytes of all headers of a request
LONGEST = 16 * 1024  # bytes of the request line, or of one header
MOST_ADDRESSES = 30  # in X-Forwarded-For
MALFORMED, NOT_ALLOWED, TOO_LONG, TOO_MANY_ADDRESSES = 400, 405, 414, 463
METHODS_REFUSED = (b"CONNECT", b"TRACE")
# Headers of one connection, which are not passed on: RFC 9110, section 7.6.1.
OF_CONNECTION = {
    *(b"connection", b"keep-alive", b"proxy-connection", b"te", b"trailer", b"transfer-encoding", b"upgrade"),
    b"expect",  # answered here
}
APPENDED = b"x-forwarded-for"
KEPT = b"x-amzn-trace-id"


def problem(request: h11.Request) -> int:
    """Return the status with which a request is refused; 0 if it is passed on."""
    headers = request.headers.raw_items()
    if request.method in METHODS_REFUSED:
        return NOT_ALLOWED
    if len(request.target) > LONGEST:
        return TOO_LONG
    lengths = [len(name) + len(value) for name, value in headers]
    if any(length > LONGEST for length in lengths) or sum(lengths) > LARGEST:
        return MALFORMED
    # Two lengths could be read as two requests by a target.
    if _values(request, b"transfer-encoding") and _values(request, b"content-length"):
        return MALFORMED
    if not _path(request.target) or (request.http_version >= b"1.1" and not _host(request)):
        return MALFORMED
    addresses = b",".join(_values(request, APPENDED))
    return TOO_MANY_ADDRESSES if addresses.count(b",") >= MOST_ADDRESSES else 0


def routed(request: h11.Request) -> Request:
    """Return what rules read of a request."""
    path, _, query = _path(request.target).decode("latin-1").partition("?")
    return Request(_host(request).decode("latin-1"), path, query)


def _path(target: bytes) -> bytes:
    """Return the path and the query of a target, which a client may write with scheme and host; empty if malformed."""
    if target.startswith(b"/") or target == b"*":
        return target
    scheme, _, rest = target.partition(b"://")
    if scheme.lower() not in (b"http", b"https"):
        return b""
    _, slash, path = rest.partition(b"/")
    return slash + path or b"/"


def _authority(request: h11.Request) -> bytes:
    """Return the host and the port that are asked for: those of the target precede the header."""
    target: bytes = request.target
    if target.startswith((b"/", b"*")):
        return b"".join(_values(request, b"host"))
    return target.partition(b"://")[2].partition(b"/")[0]


def _host(request: h11.Request) -> bytes:
    """Return the host that is asked for, without a port."""
    named = _authority(request)
    if named.startswith(b"["):  # an IPv6 address
        return named.partition(b"]")[0] + b"]"
    return named.partition(b":")[0]


def passed_on(request: h11.Request, own: Mapping[bytes, bytes]) -> h11.Request:
    """Return a request as a target gets it; `own` are the headers of the load balancer."""
    headers = request_headers(request, own)
    return h11.Request(method=request.method, target=_path(request.target), headers=headers, http_version=b"1.1")


def request_headers(request: h11.Request, own: Mapping[bytes, bytes]) -> Headers:
    """Return the headers of a request as a target gets them."""
    found: Headers = [(b"Host", _authority(request))]
    ours = {b"host", *(name.lower() for name in own)}
    for name, value in _passed(request):
        if name.lower() not in ours:
            found.append((name, value))
    for name, value in own.items():
        given = _values(request, name.lower())
        if given and name.lower() == APPENDED:
            value = b", ".join((*given, value))
        if given and name.lower() == KEPT:
            value = given[0]
        found.append((name, value))
    if _values(request, b"transfer-encoding"):
        found.append((b"Transfer-Encoding", b"chunked"))
    protocol = _values(request, b"upgrade")
    if protocol and b"upgrade" in _tokens(request):
        found += [(b"Connection", b"Upgrade"), (b"Upgrade", b", ".join(protocol))]
    return found


def returned(event: h11.Response | h11.InformationalResponse) -> h11.Response | h11.InformationalResponse:
    """Return the beginning of a response as the client gets it."""
    return type(event)(status_code=event.status_code, headers=list(_passed(event)), reason=event.reason)


def _passed(event: Event) -> Iterator[tuple[bytes, bytes]]:
    """Yield the headers that are not of one connection alone, in the case in which they were written."""
    left = OF_CONNECTION | _tokens(event)
    for name, value in event.headers.raw_items():
        if name.lower() not in left:
            yield name, value


def _tokens(event: Event) -> set[bytes]:
    """Return the names in the header Connection."""
    joined = b",".join(_values(event, b"connection"))
    return {name.strip().lower() for name in joined.split(b",") if name.strip()}


def _values(event: Event, name: bytes) -> Sequence[bytes]:
    return [value for found, value in event.headers if found == name]


def answer(
    status: int, kind: str = "", text: str = "", *, location: str = "", closes: bool = False
) -> tuple[h11.Response, bytes]:
    """Return an answer of the load balancer's own and its body, which by default names the status."""
    reason = _reason(status)
    body = text.encode()
    if not kind:
        title = html.escape(f"{status} {reason}".strip())
        body = f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n".encode()
    headers: Headers = [(b"Server", b"awselb/2.0"), (b"Content-Type", (kind or "text/html").encode())]
    headers.append((b"Content-Length", str(len(body)).encode()))
    if location:
        headers.append((b"Location", location.encode("latin-1", "replace")))
    if closes:
        headers.append((b"Connection", b"close"))
    return h11.Response(status_code=status, headers=headers, reason=reason.encode()), body


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
