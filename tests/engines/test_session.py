"""What a further process of a service gets from the data directory."""

import os
from pathlib import Path

import psutil

from queries.engines.engine import Running, write_state
from queries.engines.identity import birth
from queries.engines.session import access_now
from queries.engines.settings import Settings
from queries.records import Address


def test_the_engine_that_is_held_is_joined_where_another_was_chosen_since(tmp_path: Path) -> None:
    address, this = Address("bolt://127.0.0.1:1", "root", "x", "summit"), psutil.Process()
    held = Running("arcadedb", this.pid, this.create_time(), address, None, kept=False, born=birth(os.getpid()))
    (tmp_path / "arcadedb").mkdir()
    write_state(tmp_path / "arcadedb", held)
    (tmp_path / "engine").write_text("neo4j\n")
    access = access_now(Settings(None, tmp_path), print, "arcadedb")
    assert (access.address, access.engine) == (address, "arcadedb")
