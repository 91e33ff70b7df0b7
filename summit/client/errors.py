"""The service's error codes as exceptions.

ServiceError            any error of the service; `code` is the API's
├── BadRequest          a question that is not valid, or a statement that is refused
├── NotFound            a model, class, channel or group that is not in the database
│   └── Ambiguous       a name that several classes or models have
├── Forbidden           the service asks for its token, or does not answer to this name
├── Busy                a limit on time, memory or clients was reached; ask again, or for less
└── Unreachable         nothing answers at the address, or what answers is no such service
"""

from collections.abc import Mapping, Sequence

from summit.client.answers import Json


class ServiceError(Exception):
    """An error of the service, with the code that the API gave it."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


class BadRequest(ServiceError):
    pass


class NotFound(ServiceError):
    pass


class Ambiguous(NotFound):
    pass


class Forbidden(ServiceError):
    pass


class Busy(ServiceError):
    pass


class Unreachable(ServiceError):
    pass


KINDS: Mapping[str, type[ServiceError]] = {
    "BAD_REQUEST": BadRequest,
    "BAD_QUERY": BadRequest,
    "STATEMENT_REFUSED": BadRequest,
    "TOO_LARGE": BadRequest,
    "NOT_FOUND": NotFound,
    "FORBIDDEN": Forbidden,
    "TOKEN_NEEDED": Forbidden,
    "WRONG_HOST": Forbidden,
    "STORE_BUSY": Busy,
    "ENGINE_ERROR": Busy,
    "STOPPING": Busy,
    "SERVICE_UNAVAILABLE": Busy,
    "TOO_MANY_REQUESTS": Busy,
    "STORE_UNREACHABLE": Unreachable,
}


def error_of(errors: Sequence[Json]) -> ServiceError:
    """The exception for the first of the errors of a GraphQL answer."""
    code = errors[0].get("extensions", {}).get("code", "INTERNAL")
    return KINDS.get(code, ServiceError)(errors[0]["message"], code)
