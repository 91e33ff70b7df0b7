"""Groups of classes, and how many of a class's nearest are of each."""

from collections.abc import Sequence

import strawberry

from queries.store import Row

field = strawberry.field


@strawberry.type(description="A group of classes, e.g. bear or vehicle.")
class ClassGroup:
    id: strawberry.ID
    wnid: str | None = field(description="WordNet id; null for a group that was put together by hand.")
    name: str
    classes: list[int]

    @field(description="Number of classes.")
    def class_count(self) -> int:
        return len(self.classes)


@strawberry.type(description="How many of a class's nearest classes are of a group.")
class Company:
    group: ClassGroup
    count: int = field(description="Number of the nearest classes.")


def company_of(found: Sequence[tuple[Row, int]]) -> list[Company]:
    return [Company(group=ClassGroup(**group), count=count) for group, count in found]


@strawberry.type(description="The company that a class keeps at one layer.")
class LayerCompany:
    layer: str
    company: list[Company] = field(description="One per group, in the order asked.")
