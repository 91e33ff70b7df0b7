"""What is wrong with a model in the database, and the command that mends it. Pure."""

import shlex
from dataclasses import dataclass
from pathlib import Path

from queries.pictures import run_argument
from queries.records import Record, Score

DATABASE, NETWORK, COUNTS, RANKINGS, GRAPH = "database", "network", "counts", "rankings", "graph"
CHANNEL_GRAPH = "channel graph"
SKIPS = "kinds of edges"
NOTES = "notes"  # names, notes and saved views
SCORED = "graph by attribution"  # with the PageRank that it was cut from
SUBSET = "graph of a subset"
OUTPUT = "contributions"  # to the class's score
NODES = "nodes"  # that nobody finds, of any other part
START_OVER = "`summit db restore FILE --replace` from a backup, or `summit db reset` and loading again"


@dataclass(frozen=True, slots=True)
class Damage:
    """One flaw.

    part      of the model: NETWORK (layers, channels, the list of classes), SKIPS, CHANNEL_GRAPH, COUNTS, RANKINGS,
              OUTPUT, GRAPH, SCORED, SUBSET, NOTES or NODES; DATABASE where the engine itself cannot read it
    class_id  None where it is a flaw of the whole model
    problem   what was found and what was expected
    remedy    the command that mends it
    graph     id of a subset's graph; None where it is a flaw of something else
    """

    model: str
    part: str
    class_id: str | None
    problem: str
    remedy: str
    graph: str | None = None

    def __str__(self) -> str:
        return f"{self.part} of {self.class_id or self.model}: {self.problem}; mend it with {self.remedy}"


@dataclass(frozen=True, slots=True)
class Model:
    """A model as it is recorded: `record` holds the properties of its node."""

    id: str
    record: Record

    def damage(self, part: str, class_id: str | None, problem: str) -> Damage:
        """A flaw with the command that mends it."""
        return Damage(self.id, part, class_id, problem, self.remedy(part))

    def remedy(self, part: str) -> str:
        """The command that writes this part of the model again."""
        id = shlex.quote(self.id)
        if part == DATABASE:
            return START_OVER
        if part == NOTES:
            return f"`summit notes {id} --import FILE --replace` from a file of them, or write it again on the page"
        if self.record.get("graph_files"):
            return f"`summit import-graphs FILE ... --model {id}`"
        if self.record.get("parameters") is None:  # not counted here
            return f"`summit import-summit DIR --model {id}`"
        extract = f"`summit extract {id}`"
        if part in (GRAPH, RANKINGS):
            return extract
        if part == SCORED:
            return f"`summit extract {id} --score {Score.ATTRIBUTION.value}`"
        run = run_argument(Path(self.record.get("run") or "RUN"))
        if part == SUBSET:
            return f"`summit subset {run} --model {id}` with --wrong, or the option that names the subset"
        load = f"`summit load {run} --model {id}`"
        return load if part in (CHANNEL_GRAPH, SKIPS, OUTPUT) else f"{load}, then {extract}"
