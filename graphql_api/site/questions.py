"""The questions that the page asks, as its build recorded them: what a published copy of a model answers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from queries.errors import DataError
from queries.records import Record

FILE = "questions.json"  # beside the built page

Part = dict[str, Any]  # of an answer, or of what is asked


@dataclass(frozen=True, slots=True)
class Question:
    """A GraphQL document and its variables; a variable that is "$name" is filled in."""

    document: str
    variables: Record

    def filled(self, **values: object) -> Part:
        """The variables with values in place of names."""
        filled: Part = fill(self.variables, values)
        return filled


def fill(variable: object, values: Mapping[str, object]) -> Any:
    if isinstance(variable, str) and variable.startswith("$"):
        return values[variable[1:]]
    if isinstance(variable, Mapping):
        return {name: fill(each, values) for name, each in variable.items()}
    return variable


def read_questions(page: Path) -> dict[str, Question]:
    """By the name of the operation. Raises DataError where the page is not built."""
    try:
        recorded = json.loads((page / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"there is no built page in {page}, which a site is made of; run `make setup` first") from error
    return {each["name"]: Question(each["document"], each["variables"]) for each in recorded}
