"""From the body or the address of a request to the operation that it asks for, or to why it asks for none."""

import json
import math
import re
from collections.abc import Mapping
from typing import NoReturn

from cross_web import AsyncHTTPRequestAdapter, HTTPException
from strawberry.http import GraphQLRequestData

from graphql_api.requests.documents import SHELF, sha256_of

SHA256 = re.compile("[0-9a-f]{64}")
DEEPEST = 64  # lists and objects inside one another, in variables
JSON_TYPE = "application/json"


class NotPersisted(HTTPException):
    """A document by its digest alone that is not kept; by this answer clients know to send it with its digest."""

    code = "PERSISTED_QUERY_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__(200, "PersistedQueryNotFound")


async def read_request(request: AsyncHTTPRequestAdapter) -> GraphQLRequestData:
    """Raises HTTPException: 415 for another type than JSON, 400 for what is no GraphQL request, NotPersisted."""
    if request.method == "GET":
        given = request.query_params
        parts = ("variables", "extensions")
        return operation({**given, **{name: read_json(text) for name in parts if (text := given.get(name))}})
    kind = (request.content_type or "").partition(";")[0].strip().lower()
    if kind != JSON_TYPE:
        raise HTTPException(
            415, f"the body is {kind[:60] or 'of no type'}; send JSON, with `content-type: {JSON_TYPE}`"
        )
    return operation(read_json(await request.get_body()))


def read_json(text: str | bytes) -> object:
    """Raises HTTPException where it is no JSON, or none that can be worked with."""
    try:
        text = text if isinstance(text, str) else text.decode("utf-8-sig")
        value = json.loads(text, parse_constant=refuse_number, parse_float=finite)
        if "\\ud" in text.lower():
            json.dumps(value, ensure_ascii=False).encode()  # halves of characters are in no text
    except RecursionError as error:
        raise HTTPException(400, f"the JSON is nested more than {DEEPEST} deep") from error
    except json.JSONDecodeError as error:
        raise HTTPException(400, f"no JSON: {error.msg} at line {error.lineno}, column {error.colno}") from error
    except ValueError as error:
        is_text = isinstance(error, UnicodeError)
        reason = "is not UTF-8 text" if is_text else "holds a number with too many digits"
        raise HTTPException(400, f"the JSON {reason}") from error
    refuse_deep(value)
    return value


def finite(text: str) -> float:
    """A number of JSON. Raises HTTPException for one beyond all floats."""
    value = float(text)
    if not math.isfinite(value):
        refuse_number(text)
    return value


def refuse_number(text: str) -> NoReturn:
    """For NaN, Infinity and what would become one of them. Raises HTTPException."""
    raise HTTPException(400, f"the JSON holds {text:.40}; expected a finite number")


def refuse_deep(value: object) -> None:
    """Raises HTTPException for lists and objects inside one another beyond a limit."""
    level = [value]
    for _ in range(DEEPEST + 1):
        level = [
            inner
            for outer in level
            if isinstance(outer, list | dict)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return
    raise HTTPException(400, f"the JSON is nested more than {DEEPEST} deep")


def operation(data: object) -> GraphQLRequestData:
    """The operation in a body. Raises HTTPException."""
    if isinstance(data, list):
        raise HTTPException(400, "a list of operations is not answered; send one operation in each request")
    if not isinstance(data, dict):
        raise HTTPException(400, 'the body is no JSON object; send {"query": "...", "variables": {...}}')
    wanted = {"query": str, "variables": dict, "operationName": str, "extensions": dict}
    for name, kind in wanted.items():
        if data.get(name) is not None and not isinstance(data[name], kind):
            raise HTTPException(400, f"`{name}` is no {'text' if kind is str else 'JSON object'}")
    digest = digest_in(data.get("extensions") or {})
    query = data.get("query")
    if not query and digest is None:
        raise HTTPException(400, "there is no `query` in the request; it holds the GraphQL document")
    if query and digest is not None and digest != sha256_of(query):
        raise HTTPException(400, "the sha256Hash is not that of the `query`; send the SHA-256 of its UTF-8 text")
    query = query or SHELF.by_digest(digest or "")
    if query is None:
        raise NotPersisted
    return GraphQLRequestData(
        query=query,
        variables=data.get("variables"),
        operation_name=data.get("operationName"),
        extensions=data.get("extensions"),
    )


def digest_in(extensions: Mapping[str, object]) -> str | None:
    """The digest of a document as Apollo's protocol sends it (version 1), in lower case. Raises HTTPException."""
    if (told := extensions.get("persistedQuery")) is None:
        return None
    digest = told.get("sha256Hash") if isinstance(told, dict) else None
    if not isinstance(told, dict) or told.get("version") != 1 or not isinstance(digest, str):
        raise HTTPException(400, "persistedQuery is not understood; expected version 1 and a sha256Hash")
    if not SHA256.fullmatch(digest.lower()):
        raise HTTPException(400, f"sha256Hash is {digest:.70}; expected 64 hexadecimal digits")
    return digest.lower()
