"""A small network behind the service, and a page."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.testbed.counted import counted
from bench.testbed.databases import Database, open_database
from queries.engines.arcadedb import ArcadeDB
from queries.graphs.extraction import extract_model
from queries.guard.guard import Guard
from queries.load.steps import model_step
from queries.progress import ignore_progress


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A small network with counts, whose class 0 is extracted, and a folder for its pictures reached by a link."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "there" / "channel").mkdir(parents=True)
    (folder / "pictures").symlink_to(folder / "there")
    (folder / "secret").write_text("not to be served")
    with open_database(ArcadeDB(), folder / "arcadedb") as database:
        database.load(counted("made", (8, 9, 10), 30, 0.2))
        database.await_(extract_model(database.store, "made", classes=[0], progress=ignore_progress))
        query, parameters = model_step("made", {"pictures": str(folder / "pictures")})
        database.write(query, **parameters)
        yield database


@pytest.fixture(scope="session")
def guard(made: Database) -> Iterator[Guard]:
    guard = made.await_(Guard.open(made.access.reader or made.access.address))
    yield guard
    made.await_(guard.close())


@pytest.fixture(scope="session")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    (folder / "index.html").write_text("<!doctype html><html></html>")
    (folder / "graphiql.html").write_text("<!doctype html><html><script>\n1\n</script></html>")
    return folder
