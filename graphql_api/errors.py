"""Errors as the API tells them: ours with their code, everything else without its insides."""

import logging
import re
from unicodedata import category

import strawberry
from graphql import GraphQLError
from strawberry.types import ExecutionContext

from queries.errors import GraphError

log = logging.getLogger("summit")

INNER_ADDRESS = re.compile(r"(?:bolt|neo4j)(?:\+s|\+ssc)?://[^\s;,()]*[^\s;,():.]|(?:\d{1,3}\.){3}\d{1,3}:\d{1,5}")
SOCKET = re.compile(r"\s*\('[0-9a-fA-F.:]+', \d+(?:, \d+, \d+)?\)")  # as Python writes the address of one
DIGITS = re.compile(r"\d{41,}")  # of a number that nothing here can be
LONGEST = 1_000  # characters of a message; what a caller sent is not sent back at length


class Forbidden(GraphError):
    """A request would change something and may not."""

    code = "FORBIDDEN"


class SpeakingSchema(strawberry.Schema):
    """A schema whose errors all carry an `extensions.code`; what was not expected is logged and told without detail."""

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        for error in errors:
            cause = error.original_error
            if isinstance(cause, GraphError):
                error.extensions = {"code": cause.code}
            elif cause is None or isinstance(cause, GraphQLError):
                error.extensions = {"code": "BAD_REQUEST"}
            else:
                log.error("unexpected error at %s", error.path, exc_info=cause)
                error.message = "something went wrong inside the service; its log says what"
                error.extensions = {"code": "INTERNAL"}
            error.message = told(error.message)


def told(message: str) -> str:
    """A message as clients get it: without addresses behind the service, with what cannot be seen, such as a line break
    in a name, as Python writes it, and without most of what is then too long.
    """
    bare, half = INNER_ADDRESS.sub("the database", SOCKET.sub("", message)), LONGEST // 2
    bare = DIGITS.sub(lambda number: f"{number[0][:10]}... ({len(number[0]):,} digits)", bare)
    seen = "".join(each if is_seen(each) else ascii(each)[1:-1] for each in bare)
    return seen if len(seen) <= LONGEST else f"{seen[:half]} ... {seen[-half:]}"


def is_seen(character: str) -> bool:
    """Whether a character is printed; every space (Unicode category Zs) is, such as that before a French colon."""
    return character.isprintable() or category(character) == "Zs"
