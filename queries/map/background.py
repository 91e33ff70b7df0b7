"""Maps in the background: a process of its own, which outlives the command that asks for it."""

import asyncio
import os
import subprocess
import sys
import threading
from pathlib import Path

from queries.engines.settings import Settings
from queries.map.stored import is_due
from queries.store import Store

TURN = "embed"  # one process at a time makes maps in a data directory
LOG = "embed.log"


async def embed_later(settings: Settings, store: Store, model: str) -> None:
    """Have maps made in the background if a model's are due; what that process says goes to embed.log."""
    if settings.embed and await is_due(store, model):
        await asyncio.to_thread(start_process, settings.home)


def start_process(home: Path) -> None:
    """Begin `summit embed --background`, in a session of its own."""
    with (home / LOG).open("a") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "summit.main", "embed", "--background"],
            env={**os.environ, "SUMMIT_HOME": str(home)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    threading.Thread(target=process.wait, daemon=True).start()  # so that it leaves no zombie under a service
