"""Counting a class so that little is lost if the process is killed: what is counted is saved to the run as it grows."""

import time
from dataclasses import dataclass, field

from ingest.count.batch import ClassResult
from ingest.count.stored.tables import part_tables
from ingest.count.tally import Tally
from ingest.count.task import ClassWork, Task
from ingest.run.write import RunWriter

SAVED_EVERY = 30.0  # seconds


@dataclass
class Paced:
    """Says when something that is done now and then is due; first after `seconds`."""

    seconds: float
    last: float = field(default_factory=time.monotonic)

    def due(self) -> bool:
        now = time.monotonic()
        if now - self.last < self.seconds:
            return False
        self.last = now
        return True


class Saved:
    """What this process has counted of a class.

    fresh   counts that are not on disk yet
    result  outcome of all pictures
    """

    def __init__(self, task: Task, run: RunWriter, work: ClassWork) -> None:
        self.run, self.index, self.ranks = run, work.image_class.index, task.ranks
        self.fresh, self.saved = task.counter.empty_tally(), task.counter.empty_tally()
        self.result, self.unsaved = ClassResult(), ClassResult()
        self.parts, self.pace = 0, Paced(SAVED_EVERY)

    def add(self, result: ClassResult) -> None:
        """Add the outcome of a batch whose counts are in `fresh`; saves what is due."""
        self.result += result
        self.unsaved += result
        if self.pace.due():
            self._save()

    def total(self) -> Tally:
        """The counts of all pictures; nothing can be added after this."""
        self.fresh.move_to(self.saved)
        return self.saved

    def _save(self) -> None:
        if not self.run.exists():  # on another machine than the first process
            return
        number = self.parts * self.ranks.size + self.ranks.rank
        self.run.write_part(self.index, number, part_tables(self.fresh, ClassResult.joined([self.unsaved])))
        self.fresh.move_to(self.saved)
        self.parts, self.unsaved = self.parts + 1, ClassResult()
