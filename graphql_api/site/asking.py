"""Questions to the API in this process, answered as the service answers them."""

from collections.abc import Mapping
from typing import Any

from graphql_api.context import Context
from graphql_api.requests.kept import Answers
from graphql_api.requests.recalled import Rows
from graphql_api.schema import schema
from graphql_api.site.questions import Part, Question
from queries.errors import GraphError, NotFound, QueryError
from queries.guard.guard import Guard
from queries.revision import RECALL
from queries.store import Store

Body = dict[str, Any]  # "data", or "errors"


class Asker:
    """Asks the page's questions of a database."""

    def __init__(self, store: Store, guard: Guard, questions: Mapping[str, Question]) -> None:
        self.store, self.guard, self.questions = store, guard, questions
        self._rows = Rows(Answers(store))

    async def ask(self, name: str, **values: object) -> Body:
        """The answer's body; where something is not there, with the error. Raises GraphError for any other failure."""
        question = self.questions[name]
        return await self.answer(question.document, question.filled(**values))

    async def data(self, name: str, **values: object) -> Part:
        """The data of an answer; raises GraphError also where something is not there."""
        question = self.questions[name]
        return await self.data_of(question.document, question.filled(**values))

    async def data_of(self, document: str, variables: Part) -> Part:
        """The same for a document that is given."""
        body = await self.answer(document, variables)
        if "errors" in body:
            raise NotFound(body["errors"][0]["message"])
        data: Part = body["data"]
        return data

    async def classes(self, name: str, **values: object) -> Part:
        """A list of classes with all its pages as one."""
        question = self.questions[name]
        variables = question.filled(**values)
        nodes: list[object] = []
        while True:
            body = await self.answer(question.document, variables)
            found = body["data"]["classes"]
            nodes += found["nodes"]
            if not found["pageInfo"]["hasNextPage"]:
                return {"classes": {**found, "nodes": nodes}}
            variables["after"] = found["pageInfo"]["endCursor"]

    async def answer(self, document: str, variables: Part) -> Body:
        token = RECALL.set(await self._rows.begin())
        try:
            context = Context.over(self.store, self.guard, "a copy is made", None)
            result = await schema.execute(document, variables, context_value=context)
        finally:
            RECALL.reset(token)
        if not result.errors:
            return {"data": result.data}
        error = result.errors[0]
        if isinstance(error.original_error, NotFound):
            return {"errors": [{"message": error.message, "extensions": error.extensions}]}
        if isinstance(error.original_error, GraphError):
            raise error.original_error
        raise QueryError(
            f"the page's question cannot be answered: {error.message}; was the page built by this version?"
        )
