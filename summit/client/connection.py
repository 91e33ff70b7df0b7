"""A connection to a service: documents out, data or exceptions in."""

import json
import os
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from summit.client.answers import Json
from summit.client.errors import BadRequest, Busy, Forbidden, Unreachable, error_of

if TYPE_CHECKING:
    import httpx

ADDRESS = "http://127.0.0.1:8000/"
SILENCE = 20.0  # seconds; the service says something every 3, and then it is looked whether to go on
BUSY = 3.0  # seconds until a service that is busy is asked again, as the page does it
TIMEOUT = 120.0  # seconds, above every limit that the service keeps itself
JSON = {"content-type": "application/json"}


class Connection:
    """Where a service is, and a session with it; many threads may use it at once.

    url    of the service, with the path it is served below
    token  for a private service; None for SUMMIT_TOKEN of the environment, if it is set; space around it is left out
    Raises Unreachable for what is no address, and Forbidden for what cannot be a token.
    """

    def __init__(self, url: str = ADDRESS, token: str | None = None) -> None:
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            raise Unreachable(f"{url!r} is no address of a service; expected one like {ADDRESS}", "UNREACHABLE")
        import httpx  # takes longer than everything else here; a notebook imports the client at once

        self.url = url.rstrip("/") + "/"
        token = (token or os.environ.get("SUMMIT_TOKEN") or "").strip()
        if not (token.isascii() and token.isprintable()):
            raise Forbidden("the token has a character that no token has; expected that of `summit serve`", "FORBIDDEN")
        self._session = httpx.Client(headers={"authorization": f"Bearer {token}"} if token else {}, timeout=TIMEOUT)

    def ask(self, document: str, **variables: object) -> Json:
        """The data of a GraphQL document's answer. Raises what the service answers instead, as a ServiceError.

        Variables may hold numpy's numbers and arrays. Raises BadRequest for what is no JSON.
        """
        import httpx

        try:
            body = json.dumps({"query": document, "variables": variables}, default=_as_json, allow_nan=False)
        except (TypeError, ValueError, RecursionError) as error:
            raise BadRequest(f"a parameter cannot be sent ({error}); expected JSON values", "BAD_REQUEST") from error
        try:
            response = self._session.post(urljoin(self.url, "graphql"), content=body, headers=JSON)
        except httpx.TimeoutException as error:
            raise Unreachable(f"{self.url} has not answered within {TIMEOUT:.0f} s", "UNREACHABLE") from error
        except httpx.HTTPError as error:
            sentence = f"nothing answers at {self.url} ({error}); start the service with `summit serve`"
            raise Unreachable(sentence, "UNREACHABLE") from error
        return self._data(response)

    def picture(self, address: str) -> bytes | None:
        """A picture of this service; None where there is none, or nothing answers."""
        if not address.startswith(self.url):
            return None  # the token is for this service alone
        import httpx

        try:
            response = self._session.get(address)
        except httpx.HTTPError:
            return None
        is_picture = response.status_code == 200 and response.headers.get("content-type", "").startswith("image/")
        return response.content if is_picture else None

    def events(self, seconds: float, stop: threading.Event | None = None) -> Iterator[list[Json]]:
        """Work under way, at once and whenever it changes, for about so many seconds or until `stop` is set.

        A service that has answered and is busy when it is asked again is asked until it answers.
        Raises Unreachable where the service does not answer or ends, and what it answers instead.
        """
        import httpx

        until, stop, heard = time.monotonic() + seconds, stop or threading.Event(), False
        while (left := until - time.monotonic()) > 0 and not stop.is_set():
            try:
                limits = httpx.Timeout(TIMEOUT, read=min(left + 1, SILENCE))
                with self._session.stream("GET", urljoin(self.url, "events"), timeout=limits) as response:
                    if response.status_code != 200:
                        response.read()
                        self._data(response)
                    for line in response.iter_lines():
                        if line.startswith("data: "):
                            heard = True
                            yield json.loads(line.removeprefix("data: "))
                        if time.monotonic() >= until or stop.is_set():
                            return
            except Busy:
                if not heard:
                    raise
                stop.wait(min(until - time.monotonic(), BUSY))
            except httpx.ReadTimeout:
                continue  # the end of our time, or a service that went without a word, which the next request says
            except httpx.HTTPError as error:
                sentence = f"nothing answers at {self.url} ({error}); start the service with `summit serve`"
                raise Unreachable(sentence, "UNREACHABLE") from error

    def close(self) -> None:
        self._session.close()

    def _data(self, response: "httpx.Response") -> Json:
        try:
            answer = response.json()
            errors, data = answer.get("errors"), answer.get("data")
        except (ValueError, AttributeError):
            errors = data = None
        elsewhere = response.status_code in (404, 405)  # such as the address of GraphQL itself
        if errors and not elsewhere:
            raise error_of(errors)
        if elsewhere or not isinstance(data, dict):
            raise Unreachable(
                f"what answers at {self.url} is no Summit Graph service (HTTP {response.status_code}); expected the "
                "address that `summit serve` prints",
                "UNREACHABLE",
            )
        return data


def _as_json(value: object) -> object:
    """A number or array of numpy, as which cells of a data frame come, in Python's own. Raises TypeError for others."""
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"{value!r:.60} is of type {type(value).__name__}")
