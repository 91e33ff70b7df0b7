"""The end of processes that share work with this one."""

from contextlib import suppress

import psutil


def kill_with_children(pid: int) -> None:
    """Kill a process of ours, and the processes that it started."""
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        for each in (process, *process.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                each.kill()
