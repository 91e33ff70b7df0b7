"""A connection to a service: documents out, data or exceptions in."""

import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

from summit.client.errors import Unreachable, error_of

ADDRESS = "http://127.0.0.1:8000/"
TIMEOUT = 120.0  # seconds, above every limit that the service keeps itself


class Connection:
    """Where a service is, and a session with it; many threads may use it at once.

    url    of the service, with the path it is served below
    token  for a private service; None for SUMMIT_TOKEN of the environment, if it is set
    Raises Unreachable for what is no address.
    """

    def __init__(self, url: str = ADDRESS, token: str | None = None) -> None:
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            raise Unreachable(f"{url!r} is no address of a service; expected one like {ADDRESS}", "UNREACHABLE")
        self.url = url.rstrip("/") + "/"
        token = token or os.environ.get("SUMMIT_TOKEN")
        self._session = httpx.Client(headers={"authorization": f"Bearer {token}"} if token else {}, timeout=TIMEOUT)

    def ask(self, document: str, **variables: Any) -> Mapping[str, Any]:
        """The data of a GraphQL document's answer. Raises what the service answers instead, as a ServiceError."""
        body = {"query": document, "variables": variables}
        try:
            response = self._session.post(urljoin(self.url, "graphql"), json=body)
        except httpx.TimeoutException as error:
            raise Unreachable(f"{self.url} has not answered within {TIMEOUT:.0f} s", "UNREACHABLE") from error
        except httpx.HTTPError as error:
            sentence = f"nothing answers at {self.url} ({error}); start the service with `summit serve`"
            raise Unreachable(sentence, "UNREACHABLE") from error
        return self._data(response)

    def close(self) -> None:
        self._session.close()

    def _data(self, response: httpx.Response) -> Mapping[str, Any]:
        try:
            answer = response.json()
            errors, data = answer.get("errors"), answer.get("data")
        except (ValueError, AttributeError):
            errors = data = None
        if errors:
            raise error_of(errors)
        if not isinstance(data, dict):
            raise Unreachable(
                f"what answers at {self.url} is no Summit Graph service (HTTP {response.status_code}); expected the "
                "address that `summit serve` prints",
                "UNREACHABLE",
            )
        return data
