"""Several processes that serve at one address over one engine: started, replaced when they end, and ended together.

The process that starts them holds the engine and the listening socket, and serves nothing itself. Each worker has its
own connections to the database and its own kept answers; what they share is the database, the token and the socket.
"""

import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Thread
from typing import Any

from queries.engines.engine import Running
from queries.engines.waiting import CLOCK, Clock
from queries.errors import GraphError, StoreError

SPAWN = get_context("spawn")  # a fork would copy locks in whatever state they are
END_SECONDS = 5.5  # from the signal on; then the engine has 4 s of the ten that everything has
ANSWER_SECONDS = 200.0  # for an engine to be ended, which may wait for other commands, and for a slow disk
SHORT_SECONDS = 10.0  # a worker that lives for less is replaced more and more slowly
LONGEST_PAUSE = 30.0
ABOVE = "its reason is above"
MOST_FAILED = 5  # starts of one worker, over some 20 s

UP, FAILED, END_ENGINE = "up", "failed", "end engine"  # what a worker says; the last is answered


@dataclass(frozen=True, slots=True)
class Worker:
    """One of several processes, as it knows itself.

    index     0 and up; the first also says what concerns all
    count     how many there are
    folder    where all write their figures
    line      to the process that started it
    patience  seconds that it waits for an answer of that process
    """

    index: int
    count: int
    folder: Path
    line: Connection
    patience: float = ANSWER_SECONDS

    def say_up(self) -> None:
        """Requests are answered from now on."""
        self.line.send((UP, ""))

    def end_engine(self, running: Running, _: Clock = CLOCK) -> list[str] | None:
        """Have the engine ended, as by Access.end: the process that started us is its user, not we. Raises OSError."""
        self.line.send((END_ENGINE, running))
        until = time.monotonic() + self.patience
        try:
            while self.line.poll(max(0.0, until - time.monotonic())):
                meant, using = self.line.recv()
                if meant == running:  # else a late answer to an earlier question
                    found: list[str] | None = using
                    return found
        except EOFError as error:
            raise ConnectionError("the process that started this worker has ended") from error
        raise TimeoutError(f"the process that started this worker has not ended the engine in {self.patience:g} s")


Work = Callable[[Any, Worker], None]
EndEngine = Callable[[Running, Clock], list[str] | None]


@dataclass(slots=True)
class Place:
    """What is known of one worker.

    up      whether it answers
    since   when it was started
    pause   seconds before it is started again if it ends soon
    due     when that is, None while it lives
    failed  how often in a row it ended before it answered
    reason  what it said of that last
    """

    index: int
    process: BaseProcess | None = None
    line: Connection | None = None
    up: bool = False
    since: float = 0.0
    pause: float = 0.5
    due: float | None = None
    failed: int = 0
    reason: str = ABOVE


@dataclass(slots=True)
class Workers:
    """All workers of a service.

    work        what each does, a function of a module, with what is given to it
    end_engine  ends an engine unless others use it, and names those; None for a server of the user's
    pause       seconds before a worker that ended soon is started again, at first
    now         the clock, in seconds
    """

    count: int
    work: Work
    given: object
    report: Callable[[str], None]
    end_engine: EndEngine | None = None
    pause: float = 0.5
    now: Callable[[], float] = time.monotonic
    places: list[Place] = field(default_factory=list)
    _worked: bool = False  # one of them, ever
    _announced: bool = False

    def run(self, announce: Callable[[], None]) -> None:
        """Start all and look after them until a signal ends it. Raises StoreError where one cannot start."""
        with tempfile.TemporaryDirectory(prefix="summit-") as folder, self._ending():
            for indexes in (range(1), range(1, self.count)):  # the first one prepares the database for all
                for index in indexes:
                    self.places.append(Place(index, pause=self.pause))
                    self._start(self.places[-1], Path(folder))
                while not all(place.up for place in self.places):
                    self._look(Path(folder))
            announce()
            self._announced = True
            while True:
                self._look(Path(folder))

    def _start(self, place: Place, folder: Path) -> None:
        ours, theirs = SPAWN.Pipe()
        worker = Worker(place.index, self.count, folder, theirs)
        process = SPAWN.Process(target=begin, args=(self.work, self.given, worker), name=f"worker {place.index}")
        process.start()
        theirs.close()
        place.process, place.line, place.up = process, ours, False
        place.since, place.due, place.reason = self.now(), None, ABOVE

    def _look(self, folder: Path) -> None:
        """Wait for the next word or end of a worker, or for one that is due, and act on it."""
        lines = {place.line: place for place in self.places if place.line is not None}
        now = self.now()
        dues = [place.due - now for place in self.places if place.due is not None]
        ready = wait(list(lines), timeout=max(0.0, min(dues)) if dues else None)
        for line, place in lines.items():
            if line not in ready:
                continue
            try:
                self._hear(place, *line.recv())
            except (EOFError, ConnectionError):
                self._bury(place)
        for place in self.places:
            if place.due is not None and place.due <= self.now():
                self._start(place, folder)

    def _hear(self, place: Place, word: str, said: Any) -> None:
        if word == UP:
            place.up = self._worked = True
            place.failed = 0
        elif word == FAILED:
            if not self._worked:
                raise StoreError(said)
            place.reason = said
            if place.failed < MOST_FAILED:
                self.report(f"worker {place.index}: {said}")
        elif word == END_ENGINE and place.line is not None:
            Thread(target=self._end_engine, args=(place.line, said), daemon=True).start()  # may wait for other commands

    def _end_engine(self, line: Connection, running: Running) -> None:
        """End the engine and answer who uses it, or what prevents that."""
        try:
            using = self.end_engine(running, CLOCK) if self.end_engine else []
        except Exception as error:  # whatever it is, the worker waits for an answer
            using = [sentence_of(error)]
        with suppress(OSError):  # the worker has ended
            line.send((running, using))

    def _bury(self, place: Place) -> None:
        """Note that a worker has ended, and when it is replaced.

        Raises StoreError if none ever worked, and at the start of the service for one that fails again and again.
        """
        assert place.process is not None
        place.process.join()
        code, pid = place.process.exitcode, place.process.pid
        if not self._worked:
            reason = "the system may be short of memory" if code == -signal.SIGKILL else ABOVE
            raise StoreError(f"the first worker (pid {pid}) ended with code {code} before it answered; {reason}")
        lived = self.now() - place.since
        place.failed = 0 if place.up else place.failed + 1
        soon = lived < SHORT_SECONDS or place.failed > 0
        place.pause = min(LONGEST_PAUSE, 2 * place.pause) if soon else self.pause
        place.process, place.line, place.up = None, None, False
        place.due = self.now() + (place.pause if soon else 0.0)
        if place.failed < MOST_FAILED:
            self.report(f"worker {place.index} (pid {pid}) ended with code {code}; another one is started")
        elif place.failed == MOST_FAILED:
            self._give_up(place, code)

    def _give_up(self, place: Place, code: int | None) -> None:
        """Stop reporting a worker that does not start. Raises StoreError where the service has not started either."""
        found = f"worker {place.index} ended {place.failed} times in a row before it answered, last with code {code}"
        if not self._announced:
            raise StoreError(f"{found}: {place.reason}; with `--workers {place.index}` it is not needed")
        self.report(f"{found}: {place.reason}; the others answer, and it is tried every {LONGEST_PAUSE:g} s")

    @contextmanager
    def _ending(self) -> Iterator[None]:
        """End all workers after the block, by force if they do not end in time."""
        try:
            yield
        finally:
            deadline = time.monotonic() + END_SECONDS
            processes = [place.process for place in self.places if place.process is not None]
            try:
                for process in processes:
                    process.terminate()
                for process in processes:
                    process.join(max(0.0, deadline - time.monotonic()))
            finally:  # also where another signal cuts the waiting short
                kill_all(processes)


def kill_all(processes: Sequence[BaseProcess]) -> None:
    """Kill and bury processes; further signals cut that short for none of them."""
    while True:
        try:
            for process in processes:
                process.kill()
            for process in processes:
                process.join()
        except KeyboardInterrupt:
            continue
        return


def begin(work: Work, given: object, worker: Worker) -> None:
    """The main function of a worker's process.

    Its parent ends it by SIGTERM. Ctrl+C and the end of a terminal reach both, and are for the parent.
    """
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        work(given, worker)
    except (GraphError, OSError) as error:
        with suppress(OSError):
            worker.line.send((FAILED, sentence_of(error)))
    except KeyboardInterrupt:
        pass
    finally:
        if (parent := parent_process()) is not None and not parent.is_alive():
            shutil.rmtree(worker.folder, ignore_errors=True)  # the parent cannot do it any more


def sentence_of(error: Exception) -> str:
    """What is said of an error, as the command line says it; of one of no known kind with its class."""
    if isinstance(error, OSError):
        return f"{error.filename or 'a system call'}: {error.strerror or error}"
    return str(error) if isinstance(error, GraphError) else f"{type(error).__name__}: {error}"


def parents_end() -> int | None:
    """What becomes readable when the process that started this one has ended."""
    parent = parent_process()
    return None if parent is None else parent.sentinel
