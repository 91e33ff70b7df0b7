"""`python -m bench.print_reference`: docs/queries.md, from a database with the published graphs and the sample."""

import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.testbed.databases import DATA, load_everything, open_database
from queries.ask.functions import readable
from queries.ask.reference import reference
from queries.engines.arcadedb import ArcadeDB
from queries.library import load_library
from queries.load.published import read_published
from queries.progress import ignore_progress
from queries.store import Row


def main() -> None:
    with tempfile.TemporaryDirectory() as home, open_database(ArcadeDB(), Path(home) / "arcadedb") as database:
        load_everything(database, read_published(DATA / "summit-published" / "data", ignore_progress))
        answers = {name: database.ask(name, query.example) for name, query in readable().items()}
    sys.stdout.write(reference(load_library(), printed(answers)))


def printed(answers: Mapping[str, Sequence[Row]]) -> dict[str, Sequence[Row]]:
    """Answers as the reference shows them: the marks of a revision, which never come twice, as one word."""
    return {**answers, "revision": [dict.fromkeys(row, "3f0c...") for row in answers["revision"]]}


if __name__ == "__main__":
    main()
