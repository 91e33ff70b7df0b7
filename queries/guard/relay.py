"""A relay in front of a database, which closes a connection whose answer grows too large.

The driver reads a whole row before anything else sees it, so a single row of a hostile statement could use up all
memory. The relay counts bytes in transit and knows nothing else about them.
"""

import asyncio
from contextlib import suppress
from typing import Self

CHUNK = 65536  # bytes


class Relay:
    """Passes connections on to (host, port).

    limit    bytes of one answer, that is, of what the database sends between two messages of the client
    cut      how many connections were closed because of a longer one
    refused  how many were closed because nobody accepts them there
    """

    def __init__(self, host: str, port: int, limit: int) -> None:
        self.limit, self.cut, self.refused = limit, 0, 0
        self._to = (host, port)
        self._server: asyncio.Server | None = None
        self._open: dict[asyncio.StreamWriter, asyncio.Task[None]] = {}

    @classmethod
    async def open(cls, host: str, port: int, limit: int) -> Self:
        relay = cls(host, port, limit)
        relay._server = await asyncio.start_server(relay._pass_on, "127.0.0.1", 0)
        return relay

    @property
    def port(self) -> int:
        """The loopback port to connect to instead."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    def redirect(self, host: str, port: int) -> None:
        """Pass further connections on to there; those that are open go on as they are."""
        self._to = (host, port)

    async def close(self) -> None:
        """Accept no further connections and close the open ones."""
        if self._server is not None:
            self._server.close()
        for writer in tuple(self._open):
            writer.close()
        if self._open:
            await asyncio.wait([*self._open.values()], timeout=5)

    async def _pass_on(self, from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open[to_client] = task
        try:
            with suppress(asyncio.CancelledError):  # at the end of the program; asyncio would complain about it
                await self._pass_both_ways(from_client, to_client)
        finally:
            del self._open[to_client]
            to_client.close()

    async def _pass_both_ways(self, from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        try:
            from_database, to_database = await asyncio.open_connection(*self._to)
        except OSError:
            self.refused += 1
            return
        answered = 0

        async def ask() -> None:
            nonlocal answered
            while data := await from_client.read(CHUNK):
                answered = 0
                to_database.write(data)
                await to_database.drain()

        async def answer() -> None:
            nonlocal answered
            while data := await from_database.read(CHUNK):
                answered += len(data)
                if answered > self.limit:
                    self.cut += 1
                    return
                to_client.write(data)
                await to_client.drain()

        both = [asyncio.create_task(ask()), asyncio.create_task(answer())]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in both:
                task.cancel()
            to_database.close()
            await asyncio.gather(*both, return_exceptions=True)
