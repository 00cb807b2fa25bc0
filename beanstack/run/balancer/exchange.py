"""The HTTP of a listener: requests of one client, each passed on to a target, as an application load balancer does.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from typing import TYPE_CHECKING, Any

import h11

from beanstack.run.balancer.headers import LARGEST, MALFORMED, answer, passed_on, problem, returned, routed
from beanstack.run.balancer.routing import Fixed, Forward, Redirect
from beanstack.run.balancer.streams import tunnel
from beanstack.run.balancer.targets import TargetError

if TYPE_CHECKING:
    from beanstack.run.balancer.routing import Listener, Request
    from beanstack.run.balancer.streams import Stream
    from beanstack.run.balancer.targets import Balancer

REFUSED, LATE = 502, 504
UNREAD = (h11.SEND_BODY, h11.ERROR)  # states of a client of whose request not everything was read


class Peer:
    """One end of an exchange: a stream and what h11 knows of it."""

    def __init__(self, role: type[h11.CLIENT] | type[h11.SERVER], stream: Stream) -> None:
        self.http = h11.Connection(role, max_incomplete_event_size=LARGEST)
        self.stream = stream

    async def receive(self) -> Any:
        """Return the next event; raise RemoteProtocolError for what is not HTTP, OSError for a broken connection."""
        while True:
            event = self.http.next_event()
            if event is not h11.NEED_DATA:
                return event
            self.http.receive_data(await self.stream.read())

    async def send(self, event: h11.Event) -> None:
        data = self.http.send(event)
        if data:
            await self.stream.write(data)

    def rest(self) -> bytes:
        """Return what came in behind the last event."""
        data, _ = self.http.trailing_data
        return bytes(data)


class Exchange:
    """One connection of a client to a listener."""

    def __init__(self, balancer: Balancer, listener: Listener, stream: Stream, port: int) -> None:
        self.balancer = balancer
        self.listener = listener
        self.client = Peer(h11.SERVER, stream)
        self.port = port  # to which the client connected
        self.is_head = False  # the request is one for headers alone

    async def serve(self) -> None:
        """Answer requests until the connection ends."""
        client = self.client
        while True:
            try:
                event = await client.receive()
            except h11.RemoteProtocolError:
                await self.refuse(MALFORMED)
                await client.stream.discard()
                return
            if not isinstance(event, h11.Request):
                return
            await self.perform(event)
            states = client.http.states
            if states != {h11.CLIENT: h11.DONE, h11.SERVER: h11.DONE}:
                if states[h11.CLIENT] in UNREAD:
                    await client.stream.discard()
                return
            client.http.start_next_cycle()

    async def perform(self, request: h11.Request) -> None:
        """Answer one request."""
        self.is_head = request.method == b"HEAD"
        status = problem(request)
        if status:
            await self.refuse(status)
            return
        asked = routed(request)
        action = self.listener.choose(asked)
        if isinstance(action, Forward):
            await self.forward(request, action.process)
        else:
            await self.reply(action, asked)

    async def refuse(self, status: int) -> None:
        """Answer with an error of the load balancer's own, if no answer has begun, and end the connection."""
        if self.client.http.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            await self.respond(*answer(status, closes=True))

    async def reply(self, action: Redirect | Fixed, request: Request) -> None:
        """Answer in the place of a target."""
        closes = not await self.has_ended()
        if isinstance(action, Fixed):
            await self.respond(*answer(action.status, action.kind, action.text, closes=closes))
            return
        location = action.location(request, self.listener, self.balancer.addresses)
        await self.respond(*answer(action.status, location=location, closes=closes))

    async def has_ended(self) -> bool:
        """Return whether the request has no body, which nobody would read."""
        if self.client.http.their_state is not h11.SEND_BODY:
            return True
        event = self.client.http.next_event()
        return isinstance(event, h11.EndOfMessage)

    async def respond(self, response: h11.Response, body: bytes) -> None:
        await self.client.send(response)
        if body and not self.is_head:
            await self.client.send(h11.Data(data=body))
        await self.client.send(h11.EndOfMessage())

    async def forward(self, request: h11.Request, process: str) -> None:
        """Pass a request on to a process, and its answer back."""
        try:
            stream = await self.balancer.connect(process)
        except TimeoutError:
            await self.refuse(LATE)
            return
        except TargetError:
            await self.refuse(REFUSED)
            return
        target = Peer(h11.CLIENT, stream)
        with contextlib.closing(stream):
            sending = asyncio.create_task(self.send(request, target))
            try:
                await self.return_answer(target, sending)
            finally:
                sending.cancel()
                with contextlib.suppress(asyncio.CancelledError, OSError, h11.ProtocolError):
                    await sending

    def passed_on(self, request: h11.Request) -> h11.Request:
        """Return the request as a target gets it."""
        own = {
            b"X-Forwarded-For": self.client.stream.address.encode(),
            b"X-Forwarded-Proto": self.listener.scheme.encode(),
            b"X-Forwarded-Port": str(self.port).encode(),
            b"X-Amzn-Trace-Id": f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)}".encode(),
        }
        return passed_on(request, own)

    async def send(self, request: h11.Request, target: Peer) -> None:
        """Send a request and its body to a target; end the connection to it if that fails."""
        try:
            await target.send(self.passed_on(request))
            if self.client.http.they_are_waiting_for_100_continue:
                await self.client.send(h11.InformationalResponse(status_code=100, headers=[]))
            event = await self.client.receive()
            while isinstance(event, h11.Data):
                await target.send(event)
                event = await self.client.receive()
            await target.send(h11.EndOfMessage())
        except (OSError, h11.ProtocolError):
            target.stream.close()  # so that whoever waits for its answer waits no longer
            raise

    async def return_answer(self, target: Peer, sending: asyncio.Task[None]) -> None:
        """Pass on the answer to a request; answer for a target that does not."""
        try:
            event = await self.receive_answer(target, sending)
        except TimeoutError:
            await self.refuse(LATE)
            return
        except h11.RemoteProtocolError:
            is_client = sending.done() and isinstance(sending.exception(), h11.RemoteProtocolError)
            await self.refuse(MALFORMED if is_client else REFUSED)
            return
        except OSError:
            await self.refuse(REFUSED)
            return
        if isinstance(event, h11.InformationalResponse):
            await self.switch(target, event)
            return
        await self.client.send(returned(event))
        # From here on the status is known to the client, so that an error can only end the connection.
        while not isinstance(event, h11.EndOfMessage):
            event = await self.receive_quietly(target, sending)
            if not isinstance(event, h11.Data | h11.EndOfMessage):
                raise TargetError("the target ended in the midst of its answer")
            await self.client.send(event)

    async def receive_answer(
        self, target: Peer, sending: asyncio.Task[None]
    ) -> h11.Response | h11.InformationalResponse:
        """Return the beginning of the answer, or that the target switches to another protocol."""
        while True:
            event = await self.receive_quietly(target, sending)
            if isinstance(event, h11.Response):
                return event
            if not isinstance(event, h11.InformationalResponse):
                raise TargetError("the target ended without an answer")
            if event.status_code == 101:
                return event
            if event.status_code != 100:
                await self.client.send(returned(event))

    async def receive_quietly(self, target: Peer, sending: asyncio.Task[None]) -> Any:
        """Return a target's next event. While the client still sends, the connection is not idle."""
        while True:
            try:
                return await target.receive()
            except TimeoutError:
                last = self.client.stream.last
                if sending.done() or time.monotonic() - last > self.balancer.idle:
                    raise

    async def switch(self, target: Peer, event: h11.InformationalResponse) -> None:
        """Pass on bytes from now on, as of a WebSocket."""
        await self.client.send(h11.InformationalResponse(status_code=101, headers=list(event.headers.raw_items())))
        await target.stream.write(self.client.rest())
        await self.client.stream.write(target.rest())
        await tunnel(self.client.stream, target.stream)
