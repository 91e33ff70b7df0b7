"""Processes that share the pictures of a run: torchrun's, or new ones on this machine.

Every rank counts its own pictures and the integer tables are summed, so the result is the same for any number of ranks.
"""

import os
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing import parent_process
from multiprocessing.process import BaseProcess
from multiprocessing.queues import Queue
from pathlib import Path
from queue import Empty
from typing import Any, TypeVar

import torch
from torch import Tensor, distributed, multiprocessing

from queries.errors import GraphError, first_line
from queries.work.processes import kill_with_children

T = TypeVar("T")
Given = TypeVar("Given")
News = TypeVar("News")
Message = tuple[str, Any]  # "report", "done" or "failed", and the news, the result, or an error and its arguments
PATIENCE = timedelta(days=1)  # for other ranks: the first one may read all pictures of a run while they wait
UNTOLD = "ignore:resource_tracker:UserWarning"  # Python's own process, which removes what killed ranks leave, says so


@dataclass(frozen=True, slots=True)
class Ranks:
    """This process among `size`; rank 0 writes and reports."""

    rank: int = 0
    size: int = 1

    @property
    def first(self) -> bool:
        return self.rank == 0

    def share(self, items: Sequence[T]) -> Sequence[T]:
        """Every `size`-th item, starting with this process's rank."""
        return items[self.rank :: self.size]

    def sum_tables(self, tables: Sequence[Tensor]) -> None:
        """Replace each table by its sum over all ranks, in place."""
        if self.size > 1:
            with _together():
                for table in tables:
                    distributed.all_reduce(table)

    def gather(self, value: T) -> list[T]:
        """The values of all ranks on rank 0, in order of rank; empty on the others."""
        if self.size == 1:
            return [value]
        values: list[Any] | None = [None] * self.size if self.first else None
        with _together():
            distributed.gather_object(value, values)
        return values or []

    def broadcast(self, work: Callable[[], T]) -> T:
        """What `work` returns on rank 0, on every rank; an error on rank 0 is raised on all of them."""
        if self.size == 1:
            return work()
        sent: list[Any] = [None, None]  # the result, or the class and the message of an error
        failure: GraphError | None = None
        if self.first:
            try:
                sent[0] = work()
            except GraphError as error:
                failure = error
                sent[1] = (type(error), str(error))
        with _together():
            distributed.broadcast_object_list(sent)
        if failure:
            raise failure
        if sent[1]:
            kind, message = sent[1]
            raise kind(message)
        result: T = sent[0]
        return result


@contextmanager
def _together() -> Iterator[None]:
    """What torch says of ranks that are gone, or silent for too long, as an error with a remedy."""
    try:
        yield
    except torch.cuda.OutOfMemoryError:
        raise
    except RuntimeError as error:
        raise GraphError(
            f"this process lost the others that share the pictures ({first_line(error):.200}); see what those say, and "
            "repeat the command, which goes on where it stopped"
        ) from error


def launched_by_torchrun() -> bool:
    return int(os.environ.get("WORLD_SIZE", "1")) > 1 and "RANK" in os.environ


def first_rank() -> bool:
    """Whether this process speaks for all: it is torchrun's first, or not torchrun's."""
    return os.environ.get("RANK", "0") == "0"


@contextmanager
def torchrun_ranks(cuda: bool) -> Iterator[Ranks]:
    """The ranks that torchrun started, or this process alone."""
    if not launched_by_torchrun():
        yield Ranks()
        return
    if cuda:
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))
    distributed.init_process_group("nccl" if cuda else "gloo", timeout=PATIENCE)
    try:
        yield Ranks(distributed.get_rank(), distributed.get_world_size())
    finally:
        distributed.destroy_process_group()


def spawn_ranks(
    size: int,
    work: Callable[[Given, Ranks, Callable[[News], None]], T],
    argument: Given,
    report: Callable[[News], None],
) -> T:
    """Run `work(argument, ranks, report)` in `size` new processes of this machine; returns what rank 0 returns.

    `work` and `argument` must be picklable. Reports of rank 0 are passed on; an error of any rank stops all of them.
    """
    context = multiprocessing.get_context("spawn")
    if UNTOLD not in sys.warnoptions:
        sys.warnoptions.append(UNTOLD)
    messages: Queue[Message] = context.Queue()
    with tempfile.TemporaryDirectory() as folder:
        address = f"file://{Path(folder) / 'ranks'}"
        processes = [
            context.Process(target=_run_rank, args=(rank, size, address, work, argument, messages))
            for rank in range(size)
        ]
        try:
            _start_without_interrupts(processes)
            result: T = _await_result(processes, messages, report)
            for process in processes:
                process.join(10)
            return result
        finally:
            for process in processes:
                if process.pid is not None and process.is_alive():
                    kill_with_children(process.pid)
                    process.join()


def _start_without_interrupts(processes: Sequence[BaseProcess]) -> None:
    """Only this process gets Ctrl+C: the others inherit that it is blocked."""
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        for process in processes:
            process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _await_result(processes: Sequence[BaseProcess], messages: "Queue[Message]", report: Callable[[News], None]) -> Any:
    while True:
        try:
            kind, content = messages.get(timeout=1)
        except Empty:
            dead = [process for process in processes if process.exitcode not in (None, 0)]
            if dead:
                raise GraphError(f"one of the processes exited with code {dead[0].exitcode}") from None
            continue
        if kind == "report":
            report(content)
        elif kind == "done":
            return content
        else:
            error, *arguments = content
            raise error(*arguments)


def _end_with_parent() -> None:
    """Exit with the parent process, which alone can receive this process's results."""
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _run_rank(
    rank: int,
    size: int,
    address: str,
    work: Callable[[Given, Ranks, Callable[[News], None]], object],
    argument: Given,
    messages: "Queue[Message]",
) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")
    distributed.init_process_group("gloo", init_method=address, rank=rank, world_size=size, timeout=PATIENCE)
    try:
        result = work(argument, Ranks(rank, size), lambda news: messages.put(("report", news)))
        if rank == 0:
            messages.put(("done", result))
    except GraphError as error:
        messages.put(("failed", (type(error), str(error))))
    except OSError as error:  # such as a full disk, for which the command has a remedy
        messages.put(("failed", (OSError, error.errno, error.strerror or str(error), error.filename)))
    except Exception as error:  # the parent process reports it
        messages.put(("failed", (GraphError, f"rank {rank}: {type(error).__name__}: {error}")))
    finally:
        messages.close()
        messages.join_thread()
        distributed.destroy_process_group()
