"""How much a GraphQL document may ask for, decided before any rule of validation looks at it.

Every selection is looked at once here, however often fragments share it. What passes is small enough for the rules of
validation, whose work grows with the document as it reads with its fragments written out.
"""

import math
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from graphql import (
    DefinitionNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    TokenKind,
)

MOST_CHARACTERS = 100_000
MOST_TOKENS = 4_000  # a thousand class ids are 1,000
MOST_OPERATIONS = 20
MOST_FRAGMENTS = 50
MOST_SPREADS = 100
MOST_SELECTIONS = 2_000  # with fragments written out; introspection by the usual tools has some 500
MOST_ALIASES = 50  # with fragments written out
MOST_ALIKE = 20  # fields of the same name in one place, which validation compares two by two
DEEPEST = 16  # fields inside fields; introspection by the usual tools has 15


@dataclass(frozen=True, slots=True)
class Size:
    """What an operation or a fragment holds with its fragments written out.

    selections  fields, inline fragments and spreads
    aliases     fields with a name of their own
    depth       levels of fields
    """

    selections: int
    aliases: int
    depth: int


@dataclass(frozen=True, slots=True)
class Part:
    """An operation or a fragment by itself: its own size, and the fragments it spreads with the level they are at."""

    size: Size
    spreads: tuple[tuple[str, int], ...]


def check_size(document: DocumentNode) -> None:
    """Raises GraphQLError where a document is larger than what is answered."""
    refuse_boundless(document)
    fragments = fragments_of(document)
    operations = [part for part in document.definitions if isinstance(part, OperationDefinitionNode)]
    refuse_beyond(MOST_OPERATIONS, len(operations), "operations")
    parts = [measure(definition) for definition in selecting(document)]
    refuse_beyond(MOST_SPREADS, sum(len(part.spreads) for part in parts), "fragment spreads")
    known = total_sizes({name: measure(fragment) for name, fragment in fragments.items()})
    sizes = [written_out(part, known) for part in parts]
    refuse_beyond(MOST_SELECTIONS, sum(size.selections for size in sizes), "selections")
    refuse_beyond(MOST_ALIASES, sum(written_out(measure(each), known).aliases for each in operations), "aliases")
    refuse_beyond(DEEPEST, max((size.depth for size in sizes), default=0), "levels of fields")
    for definition in selecting(document):
        refuse_alike(definition.selection_set, fragments)


def refuse_boundless(document: DocumentNode) -> None:
    """Raises GraphQLError for a number beyond all floats, which would become infinite, or none, where JSON is taken."""
    token = document.loc.start_token if document.loc else None
    while token is not None:
        if token.kind in (TokenKind.INT, TokenKind.FLOAT) and not math.isfinite(float(token.value or 0)):
            raise GraphQLError(f"the number {token.value} is too large; expected less than {sys.float_info.max:.3g}")
        token = token.next


def fragments_of(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    """Fragments by name. Raises GraphQLError for too many, or two of one name."""
    fragments = [part for part in document.definitions if isinstance(part, FragmentDefinitionNode)]
    refuse_beyond(MOST_FRAGMENTS, len(fragments), "fragments")
    by_name = {fragment.name.value: fragment for fragment in fragments}
    if len(by_name) < len(fragments):
        raise GraphQLError("two fragments of the document have the same name; give each its own")
    return by_name


def selecting(document: DocumentNode) -> Iterator[OperationDefinitionNode | FragmentDefinitionNode]:
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode | FragmentDefinitionNode):
            yield definition


def measure(definition: OperationDefinitionNode | FragmentDefinitionNode) -> Part:
    """One definition by itself; every selection is visited once."""
    selections = aliases = depth = 0
    spreads: list[tuple[str, int]] = []
    waiting: list[tuple[SelectionNode, int]] = [(each, 1) for each in definition.selection_set.selections]
    while waiting:
        selection, level = waiting.pop()
        selections += 1
        if isinstance(selection, FragmentSpreadNode):
            spreads.append((selection.name.value, level - 1))
            continue
        if isinstance(selection, FieldNode):
            depth = max(depth, level)
            aliases += selection.alias is not None
        below = level + isinstance(selection, FieldNode)
        waiting += [(each, below) for each in selections_of(selection)]
    return Part(Size(selections, aliases, depth), tuple(spreads))


def total_sizes(parts: Mapping[str, Part]) -> dict[str, Size]:
    """Sizes of fragments with what they spread, each computed once. Raises GraphQLError where one contains itself."""
    needs = {name: {spread for spread, _ in part.spreads if spread in parts} for name, part in parts.items()}
    known: dict[str, Size] = {}
    try:
        for name in TopologicalSorter(needs).static_order():
            known[name] = written_out(parts[name], known)
    except CycleError as error:
        raise GraphQLError(f"fragment {error.args[1][0]:.60} contains itself; take one of its spreads out") from error
    return known


def written_out(part: Part, known: Mapping[str, Size]) -> Size:
    """The size of a part with its fragments, whose sizes are known; those that are not there count nothing."""
    spread = [(known[name], level) for name, level in part.spreads if name in known]
    return Size(
        part.size.selections + sum(size.selections for size, _ in spread),
        part.size.aliases + sum(size.aliases for size, _ in spread),
        max([part.size.depth, *(level + size.depth for size, level in spread)]),
    )


def refuse_alike(root: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
    """Raises GraphQLError for too many fields of one name in one place; visits no more selections than `root` has with
    its fragments written out."""
    waiting: list[list[SelectionSetNode]] = [[root]]
    while waiting:
        alike: dict[str, list[FieldNode]] = {}
        for node in fields_of(waiting.pop(), fragments):
            alike.setdefault((node.alias or node.name).value, []).append(node)
        for name, nodes in alike.items():
            refuse_beyond(MOST_ALIKE, len(nodes), f"fields called {name:.60} in one place")
            below = [node.selection_set for node in nodes if node.selection_set]
            if below:
                waiting.append(below)


def fields_of(
    places: Iterable[SelectionSetNode], fragments: Mapping[str, FragmentDefinitionNode]
) -> Iterator[FieldNode]:
    """The fields of selection sets, those in fragments too, without the fields inside those fields."""
    waiting: list[SelectionNode] = [selection for place in places for selection in place.selections]
    while waiting:
        selection = waiting.pop()
        if isinstance(selection, FieldNode):
            yield selection
        elif isinstance(selection, FragmentSpreadNode):
            fragment: DefinitionNode | None = fragments.get(selection.name.value)
            waiting += selections_of(fragment)
        else:
            waiting += selections_of(selection)


def selections_of(node: SelectionNode | DefinitionNode | None) -> Sequence[SelectionNode]:
    place: SelectionSetNode | None = getattr(node, "selection_set", None)
    return place.selections if place else ()


def refuse_beyond(most: int, found: int, what: str) -> None:
    if found > most:
        shown = f"{found:,}" if found < 10**9 else "over a billion"
        raise GraphQLError(f"{shown} {what} found, at most {most:,} are answered; ask for less at a time")
