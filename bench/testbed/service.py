"""A running `summit serve`, as a user starts it."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from queries.engines.ports import free_ports

SUMMIT = Path(sys.executable).parent / "summit"
HANGS = 600  # seconds after which a process is taken to hang; a slow machine needs many, and no test measures time
QUIETLY = {"SUMMIT_EMBED": "off", "SUMMIT_VISUALIZE": "off"}  # no maps and pictures but where a test is about them


@dataclass(frozen=True)
class Service:
    """A running `summit serve`: `url` ends without a slash, `token` is what changes carry, `home` holds its data."""

    url: str
    token: str = ""
    home: Path | None = None

    def post(self, query: str, token: str | None = None, **variables: Any) -> dict[str, Any]:
        """The whole answer to a GraphQL request, data and errors."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        headers = {"content-type": "application/json", **({"authorization": f"Bearer {token}"} if token else {})}
        request = urllib.request.Request(f"{self.url}/graphql", body, headers)
        with urllib.request.urlopen(request, timeout=60) as response:
            answer: dict[str, Any] = json.load(response)
        return answer

    def change(self, query: str, **variables: Any) -> dict[str, Any]:
        """The same as `ask`, with the token."""
        return self.ask(query, token=self.token, **variables)

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The data of an answer without errors."""
        answer = self.post(query, **variables)
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data


@contextmanager
def serving(home: Path, summit: Path = SUMMIT, **environment: str) -> Iterator[Service]:
    """`summit serve` on a free port until the block ends."""
    (port,) = free_ports(1)
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("SUMMIT_")}
    words_of = home / f"serve-{port}.log"
    with words_of.open("w") as log:
        process = subprocess.Popen(
            [summit, "serve", "--port", str(port)],
            env={**inherited, **QUIETLY, "SUMMIT_HOME": str(home), **environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        deadline = time.monotonic() + HANGS
        while "Summit Graph is at" not in (words := words_of.read_text()):
            assert process.poll() is None and time.monotonic() < deadline, words
            time.sleep(0.1)
        token = environment.get("SUMMIT_TOKEN") or (home / "token").read_text().strip()
        yield Service(f"http://127.0.0.1:{port}", token, home)
    finally:
        process.terminate()
        process.wait(HANGS)
