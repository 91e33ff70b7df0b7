"""From the body or the address of a request to the operation that it asks for, or to why it asks for none."""

import json
from collections.abc import Mapping
from typing import Any

from cross_web import AsyncHTTPRequestAdapter, HTTPException
from strawberry.http import GraphQLRequestData

DEEPEST = 64  # lists and objects inside one another, in variables
JSON_TYPE = "application/json"


class NotPersisted(HTTPException):
    """A query by its digest alone; by this answer Apollo's clients know to send the document itself."""

    code = "PERSISTED_QUERY_NOT_SUPPORTED"

    def __init__(self) -> None:
        super().__init__(200, "PersistedQueryNotSupported")


async def read_request(request: AsyncHTTPRequestAdapter) -> GraphQLRequestData:
    """Raises HTTPException: 415 for another type than JSON, 400 for what is no GraphQL request, NotPersisted."""
    if request.method == "GET":
        given: Mapping[str, Any] = request.query_params
        parts = ("variables", "extensions")
        return operation({**given, **{name: read_json(given[name]) for name in parts if given.get(name)}})
    kind = (request.content_type or "").partition(";")[0].strip().lower()
    if kind != JSON_TYPE:
        raise HTTPException(
            415, f"the body is {kind[:60] or 'of no type'}; send JSON, with `content-type: {JSON_TYPE}`"
        )
    return operation(read_json(await request.get_body()))


def read_json(text: str | bytes) -> Any:
    """Raises HTTPException where it is no JSON, or none that can be worked with."""
    try:
        value = json.loads(text)
        if b"\\ud" in (text.encode() if isinstance(text, str) else text).lower():
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


def refuse_deep(value: Any) -> None:
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


def operation(data: Any) -> GraphQLRequestData:
    """The operation in a body. Raises HTTPException."""
    if isinstance(data, list):
        raise HTTPException(400, "a list of operations is not answered; send one operation in each request")
    if not isinstance(data, dict):
        raise HTTPException(400, 'the body is no JSON object; send {"query": "...", "variables": {...}}')
    wanted = {"query": str, "variables": dict, "operationName": str, "extensions": dict}
    for name, kind in wanted.items():
        if data.get(name) is not None and not isinstance(data[name], kind):
            raise HTTPException(400, f"`{name}` is no {'text' if kind is str else 'JSON object'}")
    if not data.get("query"):
        if "persistedQuery" in (data.get("extensions") or {}):
            raise NotPersisted
        raise HTTPException(400, "there is no `query` in the request; it holds the GraphQL document")
    return GraphQLRequestData(
        query=data["query"],
        variables=data.get("variables"),
        operation_name=data.get("operationName"),
        extensions=data.get("extensions"),
    )
