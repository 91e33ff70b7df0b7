"""Processes that share the pictures of a run: torchrun's, or copies of this one on the same machine.

Every rank counts its own pictures and the integer tables are added up, so the sum is the same however many there are.
"""

import os
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import parent_process
from pathlib import Path
from queue import Empty
from typing import Any, TypeVar

import torch
from torch import Tensor, distributed, multiprocessing

from queries.errors import GraphError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ranks:
    """This process among `size`; rank 0 is the one that writes and speaks."""

    rank: int = 0
    size: int = 1

    @property
    def first(self) -> bool:
        return self.rank == 0

    def share(self, items: Sequence[T]) -> Sequence[T]:
        """Every `size`-th item, from this process's rank on."""
        return items[self.rank :: self.size]

    def add_up(self, tables: Sequence[Tensor]) -> None:
        """Replace each table by its sum over all ranks, in place."""
        if self.size > 1:
            for table in tables:
                distributed.all_reduce(table)

    def gather(self, value: T) -> list[T]:
        """The values of all ranks on rank 0, in order of rank; nothing on the others."""
        if self.size == 1:
            return [value]
        values: list[Any] | None = [None] * self.size if self.first else None
        distributed.gather_object(value, values)
        return values or []

    def told(self, decide: Callable[[], T]) -> T:
        """What rank 0 decides, on every rank; an error on rank 0 is raised on all of them."""
        if self.size == 1:
            return decide()
        said: list[Any] = [None, None]
        failure: GraphError | None = None
        if self.first:
            try:
                said[0] = decide()
            except GraphError as error:
                failure = error
                said[1] = (type(error), str(error))
        distributed.broadcast_object_list(said)
        if failure:
            raise failure
        if said[1]:
            kind, message = said[1]
            raise kind(message)
        answer: T = said[0]
        return answer


def launched_by_torchrun() -> bool:
    return int(os.environ.get("WORLD_SIZE", "1")) > 1 and "RANK" in os.environ


@contextmanager
def torchrun_ranks(cuda: bool) -> Iterator[Ranks]:
    """The ranks that torchrun made, or this process alone."""
    if not launched_by_torchrun():
        yield Ranks()
        return
    if cuda:
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))
    distributed.init_process_group("nccl" if cuda else "gloo")
    try:
        yield Ranks(distributed.get_rank(), distributed.get_world_size())
    finally:
        distributed.destroy_process_group()


def side_by_side(
    size: int, work: Callable[[Any, Ranks, Callable[[Any], None]], T], told: Any, report: Callable[[Any], None]
) -> T:
    """Run `work(told, ranks, report)` in `size` fresh processes of this machine; what rank 0 returns.

    `work` and `told` must be picklable. Reports of rank 0 are passed on; an error of any rank stops all of them.
    """
    context = multiprocessing.get_context("spawn")
    box = context.Queue()
    with tempfile.TemporaryDirectory() as meeting:
        place = f"file://{Path(meeting) / 'ranks'}"
        processes = [
            context.Process(target=_one, args=(rank, size, place, work, told, box), daemon=True) for rank in range(size)
        ]
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # inherited: Ctrl+C is for this process alone
        for process in processes:
            process.start()
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        try:
            answer: T = _listen(processes, box, report)
            for process in processes:
                process.join(10)
            return answer
        finally:
            for process in processes:
                process.kill()
                process.join()


def _listen(processes: Sequence[Any], box: Any, report: Callable[[Any], None]) -> Any:
    while True:
        try:
            kind, content = box.get(timeout=1)
        except Empty:
            dead = [process for process in processes if process.exitcode not in (None, 0)]
            if dead:
                raise GraphError(f"a counting process ended with code {dead[0].exitcode}") from None
            continue
        if kind == "report":
            report(content)
        elif kind == "done":
            return content
        else:
            error, message = content
            raise error(message)


def _end_with_parent() -> None:
    """Nobody would hear what this process has to say."""
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _one(rank: int, size: int, place: str, work: Callable[..., Any], told: Any, box: Any) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")
    distributed.init_process_group("gloo", init_method=place, rank=rank, world_size=size)
    try:
        answer = work(told, Ranks(rank, size), lambda news: box.put(("report", news)))
        if rank == 0:
            box.put(("done", answer))
    except GraphError as error:
        box.put(("failed", (type(error), str(error))))
    except Exception as error:  # passed on whole: the parent process is the one that is heard
        box.put(("failed", (GraphError, f"rank {rank}: {type(error).__name__}: {error}")))
    finally:
        box.close()
        box.join_thread()
        distributed.destroy_process_group()
