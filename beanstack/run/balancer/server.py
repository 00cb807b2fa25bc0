"""The ports of this machine on which a load balancer listens.

One port serves as the load balancer's ports 80 and 443, so that an environment has one address: a connection that
begins with a TLS handshake goes to the listener of 443, any other to that of 80. Each other listener has its own port.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import TYPE_CHECKING, Any

import h11

from beanstack.run.balancer.exchange import Exchange
from beanstack.run.balancer.routing import Forward
from beanstack.run.balancer.streams import Stream, tunnel
from beanstack.run.ports import LOOPBACK

if TYPE_CHECKING:
    import ssl
    from collections.abc import Coroutine, Mapping, Sequence

    from beanstack.run.balancer.routing import Listener
    from beanstack.run.balancer.targets import Balancer

    Contexts = Mapping[int, ssl.SSLContext]  # by the ports of the listeners

HANDSHAKE = b"\x16"  # the type of TLS's first record: RFC 8446, section 5.1
HANDSHAKE_SECONDS = 10
SILENT_SECONDS = 1.0  # after which the client of a TCP listener is assumed to wait for the server to speak first
BACKLOG = 128
ACCEPT_SECONDS = 1.0  # after a connection that could not be accepted


class Server:
    """The listeners of a load balancer. `contexts` are the TLS contexts of those that speak TLS."""

    def __init__(self, balancer: Balancer, listeners: Sequence[Listener], contexts: Contexts) -> None:
        self.balancer = balancer
        self.listeners = listeners
        self.contexts = contexts
        self.tasks = set[asyncio.Task[None]]()  # which would be lost otherwise

    def listen(self) -> None:
        """Begin to accept connections; raise OSError if a port is taken."""
        for port in sorted({self.balancer.addresses[listener.port] for listener in self.listeners}):
            # asyncio sets TCP_NODELAY only where a socket says that it is TCP. Without it, a body waits up to 40 ms.
            opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            opened.setblocking(False)
            opened.bind((LOOPBACK, port))
            opened.listen(BACKLOG)
            self.begin(self.accept(opened, port))

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def accept(self, opened: socket.socket, port: int) -> None:
        """Serve each connection to a port."""
        found = [listener for listener in self.listeners if self.balancer.addresses[listener.port] == port]
        while True:
            try:
                connection, _ = await asyncio.get_running_loop().sock_accept(opened)
            except OSError:  # such as too many open files; the listener must outlive that
                await asyncio.sleep(ACCEPT_SECONDS)
                continue
            self.begin(self.serve(connection, found, port))

    async def serve(self, connection: socket.socket, listeners: Sequence[Listener], port: int) -> None:
        """Serve one connection until it ends."""
        listener = None
        with contextlib.suppress(OSError):
            listener = chosen(listeners, await first_byte(connection, patience(listeners, self.balancer.idle)))
        if listener is None:
            connection.close()
            return
        with contextlib.suppress(OSError):  # as of a handshake that fails
            stream = await self.stream(connection, listener)
            try:
                await self.pass_on(stream, listener, port)
                stream.close()
            except (OSError, h11.ProtocolError):
                stream.abort()

    async def stream(self, connection: socket.socket, listener: Listener) -> Stream:
        """Return a connection's stream, decrypted if the listener speaks TLS."""
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(loop=loop)
        protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
        context = self.contexts.get(listener.port)
        seconds = HANDSHAKE_SECONDS if context else None
        transport, _ = await loop.connect_accepted_socket(
            lambda: protocol, connection, ssl=context, ssl_handshake_timeout=seconds
        )
        writer = asyncio.StreamWriter(transport, protocol, reader, loop)
        return Stream(reader, writer, self.balancer.idle)

    async def pass_on(self, stream: Stream, listener: Listener, port: int) -> None:
        if listener.is_http:
            await Exchange(self.balancer, listener, stream, port).serve()
        elif isinstance(listener.action, Forward):
            with contextlib.closing(await self.balancer.connect(listener.action.process)) as target:
                await tunnel(stream, target)


def chosen(listeners: Sequence[Listener], first: bytes) -> Listener | None:
    """Return the listener of a port for a connection that begins with this byte."""
    is_handshake = first == HANDSHAKE
    for listener in sorted(listeners, key=lambda one: one.port, reverse=is_handshake):
        if listener.is_encrypted == is_handshake or listener.protocol == "TCP":
            return listener
    return None


def patience(listeners: Sequence[Listener], idle: float) -> float:
    """Return for how many seconds a client may say nothing."""
    return SILENT_SECONDS if any(listener.protocol == "TCP" for listener in listeners) else idle


async def first_byte(connection: socket.socket, seconds: float) -> bytes:
    """Return the first byte of a connection, and leave it there; nothing if the client is silent or gone."""
    loop = asyncio.get_running_loop()
    readable = asyncio.Event()
    loop.add_reader(connection, readable.set)
    try:
        await asyncio.wait_for(readable.wait(), seconds)
    except TimeoutError:
        return b""
    finally:
        loop.remove_reader(connection)
    return connection.recv(1, socket.MSG_PEEK)
