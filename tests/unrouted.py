"""A network of its own without routes, for a command that must need no other machine. Linux, as root.

`python -m tests.unrouted COMMAND ...` runs the command in one, where only the loopback interface is up.
"""

import ctypes
import fcntl
import os
import socket
import struct
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

CLONE_NEWNET = 0x40000000  # of <sched.h>
SIOCSIFFLAGS = 0x8914  # of <linux/sockios.h>
IFF_UP = 1  # of <linux/if.h>
ALONE = (sys.executable, "-m", "tests.unrouted")  # in front of a command, from the project's root
REMEDY = (
    "a network namespace cannot be made here (this requires root on Linux): the demo ran with the machine's network"
)

Result = TypeVar("Result")


def can_be_alone() -> bool:
    return subprocess.run([*ALONE, "true"], capture_output=True).returncode == 0


def enter_own_network() -> None:
    """Leave the machine's network for an empty one. Raises OSError."""
    checked(ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))


def in_network_of(process: int, work: Callable[[], Result]) -> Result:
    """The work's result, with its sockets in the network of another process; in a thread, which alone goes there."""

    def there() -> Result:
        with Path(f"/proc/{process}/ns/net").open() as network:
            checked(ctypes.CDLL(None, use_errno=True).setns(network.fileno(), CLONE_NEWNET))
        return work()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(there).result()


def routes() -> list[str]:
    """The machine's routes, as this thread's network has them."""
    return Path("/proc/thread-self/net/route").read_text().splitlines()[1:]


def checked(code: int) -> None:
    if code != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


if __name__ == "__main__":
    enter_own_network()
    os.execvp(sys.argv[1], sys.argv[1:])
