"""The same service for code that awaits: each method of Summit in a thread of its own."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import aclosing
from functools import wraps
from pathlib import Path
from types import TracebackType
from typing import Concatenate, ParamSpec, Self, TypeVar

from queries.work.state import Work
from summit.client.connection import ADDRESS
from summit.client.following import states
from summit.client.service import DAY, Summit

P = ParamSpec("P")
T = TypeVar("T")
Method = Callable[Concatenate[Summit, P], T]
Twin = Callable[Concatenate["AsyncSummit", P], Coroutine[object, None, T]]


def awaited(method: Method[P, T]) -> Twin[P, T]:
    """A method of Summit as a coroutine."""

    @wraps(method)
    async def twin(self: "AsyncSummit", /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.to_thread(method, self.summit, *args, **kwargs)

    return twin


class AsyncSummit:
    """A service; arguments and methods are those of Summit, the methods coroutines. Use it with `async with`."""

    def __init__(self, url: str = ADDRESS, token: str | None = None, model: str | None = None) -> None:
        self.summit = Summit(url, token, model)

    @classmethod
    async def local(cls, home: Path | str | None = None, model: str | None = None) -> "AsyncSummit":
        """See Summit.local."""
        found = cls.__new__(cls)
        found.summit = await asyncio.to_thread(Summit.local, home, model)
        return found

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    close = awaited(Summit.close)
    models = awaited(Summit.models)
    classes = awaited(Summit.classes)
    image_class = awaited(Summit.image_class)
    graph = awaited(Summit.graph)
    compare = awaited(Summit.compare)
    motifs = awaited(Summit.motifs)
    notes = awaited(Summit.notes)
    names = awaited(Summit.names)
    embedding = awaited(Summit.embedding)
    similar = awaited(Summit.similar)
    query = awaited(Summit.query)
    cypher = awaited(Summit.cypher)

    async def progress(
        self, kind: str | None = None, *, model: str | None = None, seconds: float = DAY
    ) -> AsyncGenerator[list[Work]]:
        """See Summit.progress. Where it is cancelled, its thread ends within a few seconds, and is waited for."""
        stop = threading.Event()
        found = states(self.summit.connection, kind, model, seconds, stop)
        step: asyncio.Future[list[Work] | None] | None = None
        try:
            while True:
                step = asyncio.ensure_future(asyncio.to_thread(next, found, None))
                if (state := await asyncio.shield(step)) is None:
                    return
                yield state
        finally:
            stop.set()
            if step is not None:
                await asyncio.gather(step, return_exceptions=True)  # a generator that runs cannot be closed
            await asyncio.to_thread(found.close)

    async def wait(self, kind: str | None = None, *, model: str | None = None, seconds: float = DAY) -> list[Work]:
        """See Summit.wait; can be cancelled as `progress`."""
        found: list[Work] = []
        async with aclosing(self.progress(kind, model=model, seconds=seconds)) as followed:
            async for found in followed:  # noqa: B007, the last one counts
                pass
        return found
