"""A relay passes bytes on as they are, and ends a connection whose answer is too long."""

import asyncio

from queries.guard.relay import Relay


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A stand-in for a database: answers n with n bytes."""
    while line := await reader.readline():
        writer.write(b"x" * int(line))
        await writer.drain()
    writer.close()


async def ask(port: int, *lengths: int) -> list[int]:
    """How many bytes of each answer arrive."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    arrived = []
    for length in lengths:
        writer.write(f"{length}\n".encode())
        try:
            arrived.append(len(await reader.readexactly(length)))
        except asyncio.IncompleteReadError as short:
            arrived.append(len(short.partial))
            break
    writer.close()
    return arrived


async def relayed(*lengths: int, limit: int) -> tuple[list[int], int]:
    """What arrives through a relay, and how many connections it cut."""
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    relay = await Relay.open("127.0.0.1", server.sockets[0].getsockname()[1], limit)
    try:
        return await ask(relay.port, *lengths), relay.cut
    finally:
        await relay.close()
        server.close()


def test_answers_up_to_the_limit_pass_one_after_another() -> None:
    assert asyncio.run(relayed(1000, 5, 1000, 1000, limit=1000)) == ([1000, 5, 1000, 1000], 0)


def test_a_longer_answer_ends_the_connection() -> None:
    arrived, cut = asyncio.run(relayed(100, 200_000, 100, limit=100_000))
    assert arrived[0] == 100
    assert len(arrived) == 2
    assert arrived[1] <= 100_000
    assert cut == 1


def test_a_database_that_does_not_answer_ends_the_connection() -> None:
    async def nobody_there() -> list[int]:
        server = await asyncio.start_server(echo, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        server.close()
        relay = await Relay.open("127.0.0.1", port, 10)
        try:
            return await ask(relay.port, 5)
        finally:
            await relay.close()

    assert asyncio.run(nobody_there()) == [0]
