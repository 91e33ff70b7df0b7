"""What the tests of the built-in engine share."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from queries.engines import lifecycle
from queries.records import Address
from queries.store import Store

PROPERTIES = {"architecture": "a"}


@dataclass
class Said:
    """A report that remembers."""

    sentences: list[str] = field(default_factory=list)

    def __call__(self, sentence: str) -> None:
        self.sentences.append(sentence)


@pytest.fixture
def said() -> Said:
    return Said()


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """An engine's folder; whatever runs there when the test ends is stopped."""
    yield tmp_path / "arcadedb"
    lifecycle.stop(tmp_path / "arcadedb")


def write(address: Address, model: str) -> None:
    async def work() -> None:
        async with await Store.open(address) as store:
            await store.write("upsert_model", model=model, properties=PROPERTIES, now="now")

    asyncio.run(work())


def models(address: Address) -> list[str]:
    async def work() -> list[str]:
        async with await Store.open(address) as store:
            return [row["id"] for row in await store.run("models")]

    return asyncio.run(work())
