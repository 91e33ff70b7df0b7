"""Subsets of a class's pictures, and how far their graphs differ (`summit subset`)."""

import strawberry

from graphql_api.fields.graphs.score import Score
from queries.records import Row

field = strawberry.field


@strawberry.type(description="How alike the graphs of a subset and of the other pictures are, in a layer or in all.")
class Likeness:
    what: str = field(description="`channels` or `edges`.")
    layer: str | None = field(description="Of edges, the one that they lead to; null for all layers.")
    jaccard: float = field(description="Of the two graphs, 0 to 1; 1 where both have none.")
    mean: float | None = field(description="The same over random splits of the pictures.")
    low: float | None = field(description="5th percentile of it; below it, the graphs differ more than by chance.")
    high: float | None = field(description="95th percentile of it.")


@strawberry.type(description="Some of a class's pictures that have a graph of their own (`summit subset`).")
class Subset:
    name: str = field(description="wrong, right, predicted:OUTPUT, list:NAME; with `not ` before it the others.")
    score: Score = field(description="What its graph is by.")
    pictures: int
    rest: str | None = field(description="Subset of the class's other pictures; null where they are too few.")
    rest_pictures: int
    splits: int = field(description="Random splits of the pictures into sets of the same sizes; 0 where none was made.")
    seed: int = field(description="Of the splits.")
    difference: list[Likeness] = field(description="In all, then by layer, lowest first; empty without `rest`.")

    @classmethod
    def of(cls, row: Row) -> "Subset":
        """From a row of rows_of_differences."""
        parts = [Likeness(**part) for part in row["difference"]]
        kept = {name: value for name, value in row.items() if name not in ("subset", "score", "difference")}
        return cls(name=row["subset"], score=Score(row["score"]), difference=parts, **kept)
