"""Random documents over any schema: aliases, fragments of all sorts, repeated fields, and directives with variables."""

from random import Random
from typing import Any

from graphql import GraphQLObjectType, GraphQLSchema, get_named_type, is_required_argument

# Null in the last of them fails amid execution.
VARIABLES = {"yes": "Boolean!", "no": "Boolean!", "perhaps": "Boolean = true"}
DEEPEST = 4


class Writer:
    """Writes one document after another, with the same random numbers for the same seed."""

    def __init__(self, schema: GraphQLSchema, random: Random) -> None:
        self.schema, self.random = schema, random
        self.fragments: list[str] = []
        self.aliases = 0

    def document(self, field: str, type_name: str) -> tuple[str, dict[str, Any]]:
        """A query for one field of the root, and its variables.

        field      with its arguments; may be within others, which then stay open
        type_name  of what it gives
        """
        self.fragments, self.aliases = [], 0
        asked = " ".join([self.selections(self.object(type_name), 0) + "}" * field.count("{"), "}", *self.fragments])
        used = {name: type_ for name, type_ in VARIABLES.items() if f"${name}" in asked}
        values = {"yes": True, "no": False, "perhaps": self.random.choice([True, False, None])}
        declared = ", ".join(f"${name}: {type_}" for name, type_ in used.items())
        return f"query {f'({declared})' if used else ''} {{ {field} {asked}", {name: values[name] for name in used}

    def object(self, name: str) -> GraphQLObjectType:
        found = self.schema.type_map[name]
        assert isinstance(found, GraphQLObjectType)
        return found

    def selections(self, type_: GraphQLObjectType, depth: int) -> str:
        chosen = [self.selection(type_, depth) for _ in range(self.random.randint(1, 5))]
        return f"{{ {' '.join(each for each in chosen if each)} __typename }}"

    def selection(self, type_: GraphQLObjectType, depth: int) -> str:
        sort = self.random.random()
        if sort < 0.1:
            condition = self.random.choice([f"... on {type_.name}", "..."])
            return f"{condition} {self.directive()} {self.selections(type_, depth)}"
        if sort < 0.2:
            inside = self.selections(type_, depth)  # may add fragments of its own
            name = f"F{len(self.fragments)}"
            self.fragments.append(f"fragment {name} on {type_.name} {inside}")
            return f"...{name} {self.directive()}"
        if sort < 0.25:
            return f"{self.alias()} __typename"
        return self.field(type_, depth)

    def field(self, type_: GraphQLObjectType, depth: int) -> str:
        askable = [
            name for name, each in type_.fields.items() if not any(map(is_required_argument, each.args.values()))
        ]
        name = self.random.choice(sorted(askable))
        below = get_named_type(type_.fields[name].type)
        inside = ""
        if isinstance(below, GraphQLObjectType):
            if depth == DEEPEST:
                return ""
            inside = self.selections(below, depth + 1)
        return f"{self.alias() if self.random.random() < 0.3 else ''} {name} {self.directive()} {inside}"

    def alias(self) -> str:
        self.aliases += 1
        return f"a{self.aliases}:"

    def directive(self) -> str:
        if self.random.random() < 0.7:
            return ""
        value = self.random.choice(["true", "false", "$yes", "$no", "$perhaps"])
        return f"@{self.random.choice(['include', 'skip'])}(if: {value})"
