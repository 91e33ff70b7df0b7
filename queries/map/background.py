"""Maps in the background: a process of its own, which outlives the command that asks for it."""

import asyncio
from pathlib import Path

from queries.engines.settings import Settings
from queries.map.stored import is_due
from queries.store import Store
from queries.work.background import start_in_background

TURN = "embed"  # one process at a time makes maps in a data directory
LOG = "embed.log"


async def embed_later(settings: Settings, store: Store, model: str) -> None:
    """Have maps made in the background if a model's are due; what that process says goes to embed.log."""
    if settings.embed and await is_due(store, model):
        await asyncio.to_thread(start_process, settings.home)


def start_process(home: Path) -> None:
    """Begin `summit embed --background`."""
    start_in_background(home, LOG, "embed")
