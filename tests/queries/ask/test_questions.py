"""The stored questions on the published graphs, each answered a second time from the files."""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import pytest

from queries.load.published import LAYERS, MODEL, PublishedData
from queries.load.tables import read_group_list
from queries.records import ClassGraph, channel_id, class_id
from tests.conftest import DATA, Database

BROWN, BLACK, HORSE_CART, OXCART, OX = 294, 295, 603, 690, 345
BEARS, CATS = [294, 295, 296, 297], [281, 282, 283, 284, 285]
NAMES = [layer.name for layer in LAYERS]


@dataclass(frozen=True)
class Files:
    """What the files say: counts and edge weights of every class, by channel id, and the groups by id."""

    counts: dict[int, dict[str, int]]
    weights: dict[int, dict[tuple[str, str], int]]
    groups: dict[str, list[int]]

    def holders(self, channel: str) -> set[int]:
        return {index for index, counts in self.counts.items() if channel in counts}

    def at(self, index: int, layer: str) -> dict[str, int]:
        """The class's channels of a layer."""
        return {channel: count for channel, count in self.counts[index].items() if f"/{layer}/" in channel}

    def cosine(self, one: int, other: int, layer: str) -> float:
        mine, theirs = self.at(one, layer), self.at(other, layer)
        product = sum(count * theirs.get(channel, 0) for channel, count in mine.items())
        return product / math.sqrt(squares(mine) * squares(theirs)) if mine and theirs else 0.0

    def nearest(self, index: int, layer: str, among: Iterable[int], first: int) -> list[int]:
        others = [other for other in among if other != index and self.cosine(index, other, layer) > 0]
        return sorted(others, key=lambda other: (-round(self.cosine(index, other, layer), 9), other))[:first]


def squares(counts: dict[str, int]) -> int:
    return sum(count * count for count in counts.values())


def counts_of(graph: ClassGraph) -> dict[str, int]:
    return {channel_id(MODEL, vertex.layer, vertex.channel): vertex.count for vertex in graph.vertices}


def weights_of(graph: ClassGraph) -> dict[tuple[str, str], int]:
    return {
        (
            channel_id(MODEL, edge.source_layer, edge.source),
            channel_id(MODEL, edge.target_layer, edge.target),
        ): edge.weight
        for edge in graph.edges
    }


def ids(indexes: Iterable[int]) -> list[str]:
    return [class_id(MODEL, index) for index in indexes]


def index_of(id: str) -> int:
    return int(id.rpartition("/")[2])


@pytest.fixture(scope="module")
def files(published_data: PublishedData) -> Files:
    listed = read_group_list(DATA / "imagenet_groups.tsv")
    return Files(
        {graph.index: counts_of(graph) for graph in published_data.graphs},
        {graph.index: weights_of(graph) for graph in published_data.graphs},
        {f"{MODEL}/{row['wnid']}": row["classes"] for row in listed},
    )


def test_two_bears_are_compared_at_every_layer(arcadedb: Database, files: Files) -> None:
    rows = arcadedb.run("similarity_by_layer", **{"class": class_id(MODEL, BROWN)}, other=class_id(MODEL, BLACK))
    assert [row["layer"] for row in rows] == NAMES
    for row in rows:
        assert row["similarity"] == pytest.approx(files.cosine(BROWN, BLACK, row["layer"]))
        assert row["shared"] == len(files.at(BROWN, row["layer"]).keys() & files.at(BLACK, row["layer"]).keys())


def test_neighbours_are_found_at_every_layer(arcadedb: Database, files: Files) -> None:
    rows = arcadedb.run("similar_classes_by_layer", **{"class": class_id(MODEL, BROWN)}, limit=3)
    assert [row["layer"] for row in rows[::3]] == NAMES
    for row in rows:
        assert row["similarity"] == pytest.approx(files.cosine(BROWN, index_of(row["class"]), row["layer"]))
    best = {layer: max(files.cosine(BROWN, other, layer) for other in range(1000) if other != BROWN) for layer in NAMES}
    assert [row["similarity"] for row in rows[::3]] == pytest.approx(list(best.values()))


def test_the_classes_that_move_change_their_neighbours(arcadedb: Database, files: Files) -> None:
    among = [*BEARS, *CATS, HORSE_CART, OXCART, OX]
    rows = arcadedb.run(
        "moving_classes", classes=ids(among), lower="mixed4a", upper="mixed5b", neighbours=4, limit=len(among)
    )
    assert [(row["moved"], -row["class"]) for row in rows] == sorted(
        [(row["moved"], -row["class"]) for row in rows], reverse=True
    )
    for row in rows:
        before = files.nearest(row["class"], "mixed4a", among, 4)
        after = files.nearest(row["class"], "mixed5b", among, 4)
        assert row["left"] == [near for near in before if near not in after]
        assert row["joined"] == [near for near in after if near not in before]
        assert row["moved"] == pytest.approx(len(row["left"]) / len(before))


def test_the_commonest_channels_are_those_of_most_classes(arcadedb: Database, files: Files) -> None:
    rows = arcadedb.run("common_channels", model=MODEL, limit=5)
    uses = Counter(channel for counts in files.counts.values() for channel in counts)
    assert [row["classes"] for row in rows] == [count for _, count in uses.most_common(5)]
    for row in rows:
        held = files.holders(row["channel"])
        assert row["share"] == pytest.approx(len(held) / 1000)
        assert row["mean_count"] == pytest.approx(
            sum(files.counts[index][row["channel"]] for index in held) / len(held)
        )


def test_channels_and_edges_separate_bears_from_cats(arcadedb: Database, files: Files) -> None:
    question = {"classes": ids(BEARS), "others": ids([*CATS, BROWN]), "limit": 40}  # the brown bear stays a bear
    channels = arcadedb.run("separating_channels", **question)
    for row in channels:
        held = files.holders(row["channel"])
        assert (row["here"], row["there"]) == (len(held & set(BEARS)), len(held & set(CATS)))
    edges = arcadedb.run("separating_edges", **question, min_support=2)
    for row in edges:
        edge = row["source"], row["target"]
        assert row["here"] == sum(edge in files.weights[index] for index in BEARS) >= 2
        assert row["there"] == sum(edge in files.weights[index] for index in CATS)
    for row in [*channels, *edges]:
        assert row["here_share"] == pytest.approx(row["here"] / 4)
        assert row["there_share"] == pytest.approx(row["there"] / 5)
        assert row["difference"] == pytest.approx(row["here_share"] - row["there_share"])
    assert [row["difference"] for row in channels] == sorted((row["difference"] for row in channels), reverse=True)
    assert [row["difference"] for row in edges] == sorted((row["difference"] for row in edges), reverse=True)


def test_classes_are_found_by_the_channels_they_use(arcadedb: Database, files: Files) -> None:
    channels = [channel_id(MODEL, "mixed4d", index) for index in (431, 446)]
    both = files.holders(channels[0]) & files.holders(channels[1])
    rows = arcadedb.run("classes_with_channels", channels=channels, at_least=2, limit=1000)
    assert {index_of(row["class"]) for row in rows} == both
    assert all(row["found"] == channels and row["support"] == 2 for row in rows)
    assert all(
        row["count"] == sum(files.counts[index_of(row["class"])][channel] for channel in channels) for row in rows
    )
    some = arcadedb.run("classes_with_channels", channels=channels, at_least=1, limit=1000)
    assert {index_of(row["class"]) for row in some} == files.holders(channels[0]) | files.holders(channels[1])


def test_every_way_to_the_top_is_counted_and_the_widest_told(arcadedb: Database, files: Files) -> None:
    weights = files.weights[BROWN]
    start = channel_id(MODEL, "mixed4c", 414)
    rows = arcadedb.run("paths_to_top", **{"class": class_id(MODEL, BROWN)}, channel=start, to=None)
    ways = [path for path in paths_from(start, weights) if "/mixed5b/" in path[-1]]
    assert ways and {row["top"] for row in rows} == {path[-1] for path in ways}
    for row in rows:
        widths = [width(path, weights) for path in ways if path[-1] == row["top"]]
        assert (row["ways"], row["width"]) == (len(widths), max(widths))
        assert row["path"] in ways and width(row["path"], weights) == row["width"]


def test_every_way_to_one_channel_is_counted_and_the_widest_told(arcadedb: Database, files: Files) -> None:
    weights = files.weights[BROWN]
    start = channel_id(MODEL, "mixed4c", 414)
    between = [path for path in paths_from(start, weights) if "/mixed4e/" in path[-1]]
    assert between
    for end in {path[-1] for path in between}:
        (row,) = arcadedb.run("paths_to_top", **{"class": class_id(MODEL, BROWN)}, channel=start, to=end)
        ways = [path for path in between if path[-1] == end]
        assert (row["top"], row["ways"], row["width"]) == (end, len(ways), max(width(path, weights) for path in ways))
        assert row["path"] in ways and width(row["path"], weights) == row["width"]
    assert arcadedb.run("paths_to_top", **{"class": class_id(MODEL, BROWN)}, channel=between[0][-1], to=start) == []


def paths_from(channel: str, weights: dict[tuple[str, str], int]) -> list[list[str]]:
    """All paths that go up from a channel, listed one by one."""
    longer = [path for source, target in weights if source == channel for path in paths_from(target, weights)]
    return [[channel], *([channel, *path] for path in longer)]


def width(path: list[str], weights: dict[tuple[str, str], int]) -> int:
    return min(weights[edge] for edge in pairwise(path))


def test_the_horse_cart_has_relatives_outside_its_family(arcadedb: Database, files: Files) -> None:
    rows = arcadedb.run("distant_relatives", **{"class": class_id(MODEL, HORSE_CART)}, largest_group=100, limit=1000)
    family = {
        other for classes in files.groups.values() if HORSE_CART in classes and len(classes) <= 100 for other in classes
    }
    assert OXCART in family and "ox" in [row["name"] for row in rows[:2]]
    assert family.isdisjoint(index_of(row["class"]) for row in rows)
    for row in rows[:20]:
        shared = files.counts[HORSE_CART].keys() & files.counts[index_of(row["class"])].keys()
        assert row["shared"] == len(shared)
        assert row["surprise"] == pytest.approx(sum(math.log(1000 / len(files.holders(channel))) for channel in shared))


def test_what_a_horse_cart_shares_with_an_ox_is_told_rarest_first(arcadedb: Database, files: Files) -> None:
    rows = arcadedb.run(
        "rarest_shared_channels", **{"class": class_id(MODEL, HORSE_CART)}, other=class_id(MODEL, OX), limit=100
    )
    assert {row["channel"] for row in rows} == files.counts[HORSE_CART].keys() & files.counts[OX].keys()
    assert [row["classes"] for row in rows] == sorted(len(files.holders(row["channel"])) for row in rows)
    assert all(row["count"] == files.counts[HORSE_CART][row["channel"]] for row in rows)
    assert all(row["other_count"] == files.counts[OX][row["channel"]] for row in rows)


def test_a_group_names_the_channels_its_classes_share(arcadedb: Database, files: Files) -> None:
    rows = arcadedb.run("group_channels", group=f"{MODEL}/n02131653", limit=500)
    uses = Counter(channel for index in BEARS for channel in files.counts[index])
    assert {row["channel"]: row["classes"] for row in rows} == uses
    assert all(row["share"] == row["classes"] / 4 for row in rows)


def test_a_channel_names_the_groups_it_stands_for(arcadedb: Database, files: Files) -> None:
    channel = channel_id(MODEL, "mixed4d", 431)
    held = files.holders(channel)
    rows = arcadedb.run("channel_groups", channel=channel, min_classes=3, limit=1000)
    assert {row["group"]: row["classes"] for row in rows} == {
        group: len(held.intersection(classes))
        for group, classes in files.groups.items()
        if len(held.intersection(classes)) >= 3
    }
    for row in rows:
        assert row["size"] == len(files.groups[row["group"]])
        assert row["lift"] == pytest.approx(row["share"] / (len(held) / 1000))


def test_a_horse_cart_stands_between_two_groups(arcadedb: Database, files: Files) -> None:
    mammals, vehicles = f"{MODEL}/n01861778", f"{MODEL}/n04576211"
    rows = arcadedb.run(
        "class_between_groups", **{"class": class_id(MODEL, HORSE_CART)}, group=mammals, against=vehicles
    )
    assert [row["layer"] for row in rows] == [layer for layer in NAMES if files.at(HORSE_CART, layer)]
    for row in rows:
        mine = files.at(HORSE_CART, row["layer"])
        assert row["channels"] == len(mine)
        for column, group in (("group_share", mammals), ("other_share", vehicles)):
            members = set(files.groups[group]) - {HORSE_CART}
            held = sum(len(files.holders(channel) & members) for channel in mine)
            assert row[column] == pytest.approx(held / (len(mine) * len(members)))


@pytest.mark.parametrize("group, against", [("n02131653", "n01861778"), ("n01861778", "n00021939")])
def test_edges_that_tell_two_groups_apart_are_counted_in_both(
    group: str, against: str, arcadedb: Database, files: Files
) -> None:
    """Bears and mammals, and mammals and artifacts: some classes, and more than are looked up one by one."""
    inside = set(files.groups[f"{MODEL}/{group}"])
    outside = set(files.groups[f"{MODEL}/{against}"]) - inside
    asked = {"model": MODEL, "group": group, "against": against, "limit": 100_000}
    here = Counter(edge for index in inside for edge in files.weights[index])
    there = Counter(edge for index in outside for edge in files.weights[index])
    assert {
        (row["source"], row["target"]): (row["here"], row["there"]) for row in arcadedb.ask("contrasted_edges", asked)
    } == {edge: (here[edge], there[edge]) for edge in here.keys() | there.keys() if here[edge] + there[edge] > 1}
