"""How far long work is, for all who ask: in this process, over HTTP and in the Python client. Imports nothing heavy."""

from dataclasses import dataclass

RUNNING, DONE, FAILED = "running", "done", "failed"


@dataclass(frozen=True, slots=True)
class Work:
    """Work that runs, or ended a moment ago.

    kind          what it is: the command's name, or "motifs" for a search
    model         id of a model or name of a run that it is about, where it is about one
    what          the stage it is in
    done, total   of this stage; total is 0 where it is not known
    since         when it began, UTC, ISO 8601
    state         running, done, or failed (an error, an interruption, or the end of its process)
    seconds_left  of this stage, guessed from its speed so far or from the work's limit; None where nothing is known
    """

    id: str
    kind: str
    model: str | None
    what: str
    done: int
    total: int
    since: str
    state: str
    seconds_left: float | None
