"""Connections that end when they are idle, and bytes that pass between two of them."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

CHUNK = 64 * 1024
LINGER_SECONDS = 1.0


class Stream:
    """A connection. Reading raises TimeoutError when nothing comes for `idle` seconds."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, idle: float) -> None:
        self._reader = reader
        self._writer = writer
        self.idle = idle
        self.last = time.monotonic()  # when something came or went

    @property
    def address(self) -> str:
        """The address of the other end."""
        return str(self._writer.get_extra_info("peername", ("",))[0])

    async def read(self) -> bytes:
        """Return what comes next; empty at the end."""
        data = await asyncio.wait_for(self._reader.read(CHUNK), self.idle)
        self.last = time.monotonic()
        return data

    async def write(self, data: bytes) -> None:
        if data:
            self._writer.write(data)
            await self._writer.drain()
            self.last = time.monotonic()

    def end(self) -> None:
        """Say that nothing more is written, where the protocol can say so."""
        if self._writer.can_write_eof():
            self._writer.write_eof()

    async def discard(self) -> None:
        """Read for a moment what nobody needs: closing over it would make the other end lose the answer."""
        with suppress(OSError):
            async with asyncio.timeout(LINGER_SECONDS):
                while await self._reader.read(CHUNK):
                    pass

    def close(self) -> None:
        self._writer.close()

    def abort(self) -> None:
        """End the connection so that the other end notices that something is missing."""
        self._writer.transport.abort()


async def tunnel(one: Stream, other: Stream) -> None:
    """Pass bytes in both directions until both ends have ended; raise OSError if one breaks or is idle."""
    ways = [asyncio.create_task(_pass(one, other)), asyncio.create_task(_pass(other, one))]
    try:
        await asyncio.gather(*ways)
    finally:
        for way in ways:
            way.cancel()


async def _pass(source: Stream, sink: Stream) -> None:
    while True:
        try:
            data = await source.read()
        except TimeoutError:
            if time.monotonic() - sink.last < source.idle:
                continue  # the other direction is in use
            raise
        if not data:
            sink.end()
            return
        await sink.write(data)
