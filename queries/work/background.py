"""Commands in the background: processes of their own, which outlive the command that starts them."""

import os
import subprocess
import sys
import threading
from pathlib import Path

NICE = 10  # what such a process steps back by: everything else goes first


def start_in_background(home: Path, log: str, *words: str) -> None:
    """Begin `summit <words> --background` in a session of its own; what it says goes to a file of the data directory.

    log  name of that file
    """
    with (home / log).open("a") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "summit.start", *words, "--background"],
            env={**os.environ, "SUMMIT_HOME": str(home)},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            start_new_session=True,
        )
    threading.Thread(target=process.wait, daemon=True).start()  # so that it leaves no zombie under a service
