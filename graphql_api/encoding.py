"""Whether a client takes an answer in gzip (RFC 9110, 12.5.3)."""

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import Receive, Scope, Send


def takes_gzip(headers: Mapping[str, str]) -> bool:
    """Whether gzip is among the encodings that a request names, or any is, and is not given the weight 0."""
    weights: dict[str, float] = {}
    for part in headers.get("accept-encoding", "").lower().split(","):
        name, *parameters = (word.strip() for word in part.split(";"))
        weights[name] = min(map(weight, parameters), default=1.0)
    return weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0))) > 0


def weight(parameter: str) -> float:
    """The number in `q=0.5`; 1 for anything else."""
    name, _, value = parameter.partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 1.0


class Packing(GZipMiddleware):
    """Compresses large answers for clients that take gzip, and not for those that say they do not."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not takes_gzip(Headers(scope=scope)):
            scope = {**scope, "headers": [each for each in scope["headers"] if each[0] != b"accept-encoding"]}
        await super().__call__(scope, receive, send)
