"""Services that are treated badly, and what they say meanwhile."""

import json
import os
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.commands import wait_for
from tests.conftest import SUMMIT

FILES = 256  # descriptors of a service that has few


@dataclass(frozen=True)
class Served:
    """A `summit serve` under test: its process, its address, and the file it writes its log to."""

    process: subprocess.Popen[bytes]
    url: str
    log: Path

    @property
    def place(self) -> tuple[str, int]:
        parts = urlsplit(self.url)
        assert parts.hostname and parts.port
        return parts.hostname, parts.port

    def get(self, path: str, seconds: float = 60) -> tuple[int, dict[str, str], Any]:
        """Status, headers and JSON of an answer, whichever status it has."""
        return self._open(urllib.request.Request(f"{self.url}{path}"), seconds)

    def ask(self, query: str, seconds: float = 60) -> tuple[int, dict[str, str], Any]:
        body = json.dumps({"query": query}).encode()
        request = urllib.request.Request(f"{self.url}/graphql", body, {"content-type": "application/json"})
        return self._open(request, seconds)

    def models(self) -> list[str]:
        """The models that the service answers with, over a new connection."""
        status, _, answer = self.ask("{ models { id } }")
        assert status == 200 and "errors" not in answer, answer
        return [model["id"] for model in answer["data"]["models"]]

    @staticmethod
    def _open(request: urllib.request.Request, seconds: float) -> tuple[int, dict[str, str], Any]:
        opener = urllib.request.build_opener(Unraised)
        with opener.open(request, timeout=seconds) as response:
            headers = {name.lower(): value for name, value in response.headers.items()}
            return response.status, headers, json.loads(response.read())


class Unraised(urllib.request.HTTPErrorProcessor):
    """Hands every answer over, those with an error's status, too."""

    def http_response(self, request: Any, response: Any) -> Any:
        return response

    https_response = http_response


@contextmanager
def served(home: Path, files: int | None = None, workers: int = 1, **environment: str) -> Iterator[Served]:
    """The service on a free port, with so many file descriptors; ended at the end if it still runs."""
    log = home / "serve.log"
    limit = f"ulimit -n {files} && " if files else ""
    command = f'{limit} exec "$0" serve --port 0 --json --workers {workers}'
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("SUMMIT_")}
    with log.open("w") as sink:
        process = subprocess.Popen(
            ["sh", "-c", command, str(SUMMIT)],
            env={**inherited, "SUMMIT_HOME": str(home), **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=sink,
        )
    try:
        assert process.stdout
        line = process.stdout.readline()
        assert line, log.read_text()
        url = json.loads(line)["url"].rstrip("/").replace("localhost", "127.0.0.1")
        yield Served(process, url, log)
    finally:
        process.terminate()
        process.communicate(timeout=120)


def wait_for_line(log: Path, words: str, seconds: float = 180) -> None:
    wait_for(lambda: words in log.read_text(), seconds)
