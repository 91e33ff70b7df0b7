"""Which process it is: its number, and the kernel's own count of when it started, which no clock shifts."""

from functools import cache
from pathlib import Path

import psutil

PROC = Path("/proc")


def birth(pid: int) -> str | None:
    """What tells a living process from every other that had or will have its number; None where none lives.

    A zombie is dead, even while it still gives its memory and ports back.
    Raises OSError where the system cannot say, e.g. for want of file descriptors.
    """
    if not has_proc():
        return birth_elsewhere(pid)
    stat = read_stat(pid)
    return None if stat is None or stat[0] in "ZX" else f"{boot()}/{stat[19]}"


def lingers(pid: int) -> bool:
    """Whether a process is dead but has threads that are still ending: until then its ports are taken."""
    stat = read_stat(pid) if has_proc() else None
    if stat is None or stat[0] != "Z":
        return False
    try:
        return len(list((PROC / str(pid) / "task").iterdir())) > 1
    except (FileNotFoundError, ProcessLookupError):
        return False


def read_stat(pid: int) -> list[str] | None:
    """The fields of /proc/PID/stat from the third on: [0] is the state, [19] the start in clock ticks since boot."""
    try:
        text = (PROC / str(pid) / "stat").read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    return text.rpartition(")")[2].split()  # the name before it may hold anything


def birth_elsewhere(pid: int) -> str | None:
    """Without /proc: the start as the kernel wrote it down once, in seconds since the epoch."""
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else f"created/{process.create_time():.6f}"
    except psutil.NoSuchProcess:
        return None


@cache
def has_proc() -> bool:
    return (PROC / "self" / "stat").exists()


@cache
def boot() -> str:
    """Which start of the machine this is; ticks are counted from there."""
    try:
        return (PROC / "sys" / "kernel" / "random" / "boot_id").read_text().strip()
    except FileNotFoundError:
        return ""
