"""A service of one's own: started for the data directory, and ended with the client."""

import json
import os
import subprocess
import sys
import tempfile
import weakref
from pathlib import Path
from typing import IO

from summit.client.errors import Unreachable

STOPPED_WITHIN = 30.0  # seconds


class LocalService:
    """A running `summit serve` on a free port of this machine. It ends with `stop`, or with this Python.

    home  the data directory; None for SUMMIT_HOME, or .summit in the working directory
    Raises Unreachable, with what the command said, where it ends before it answers.
    """

    def __init__(self, home: Path | str | None) -> None:
        environment = {**os.environ, **({"SUMMIT_HOME": str(home)} if home is not None else {})}
        command = [sys.executable, "-m", "summit.start", "serve", "--port", "0", "--json"]
        log = tempfile.TemporaryFile("w+")  # noqa: SIM115, closed by _end
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=log, text=True)
        self.stop = weakref.finalize(self, _end, process, log)
        assert process.stdout is not None
        said = process.stdout.readline()  # the address, or nothing if the command ends
        if not said:
            process.wait()
            log.seek(0)
            reason = log.read().strip()[-1000:]
            self.stop()
            raise Unreachable(f"the service did not start: {reason}", "UNREACHABLE")
        about = json.loads(said)
        self.url: str = about["url"]
        self.token: str = about["token"]


def _end(process: subprocess.Popen[str], log: IO[str]) -> None:
    """End a service, and wait for its end."""
    process.terminate()
    try:
        process.wait(STOPPED_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()
    log.close()
