"""Names worked out by hand, against scipy over all pairs, and over the published graphs."""

import asyncio
import math
import random
import threading
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any
from weakref import WeakKeyDictionary

import pytest
from scipy import stats

from queries.channels import names
from queries.channels.names import named_with, suggested_names
from queries.channels.naming import MOST_Q, SuggestedName, suggest_names
from queries.errors import NotFound
from queries.groups import keep_group, remove_group
from queries.load.published import PublishedData
from queries.load.tables import read_group_list
from queries.motifs.significance import benjamini_hochberg
from queries.records import channel_id
from tests.conftest import DATA, HANGS, MODEL, Database

Rows = list[dict[str, Any]]


def group(name: str, classes: Collection[int], id: str = "") -> dict[str, Any]:
    return {"id": id or name, "wnid": id or name, "name": name, "classes": sorted(classes)}


def test_a_channel_is_named_after_the_group_that_its_classes_are() -> None:
    groups = [group("bird", range(20)), group("animal", range(50))]
    names = suggest_names({"a/0": range(20), "a/1": range(0, 100, 5)}, groups, range(100))

    assert names.keys() == {"a/0"}
    found = names["a/0"]
    assert (found.name, found.together, found.classes, found.size) == ("bird", 20, 20, 20)
    assert found.log_p == pytest.approx(-math.log(math.comb(100, 20)))
    assert found.q == pytest.approx(math.exp(found.log_p) * 4)  # the best of two channels by two groups


def test_groups_of_the_same_classes_are_both_named_and_shortest_first() -> None:
    groups = [group("vertebrate", range(30)), group("chordate", range(30)), group("animal", range(60))]

    assert suggest_names({"a/0": range(30)}, groups, range(100))["a/0"].name == "chordate / vertebrate"


def test_classes_without_a_graph_count_for_no_group() -> None:
    groups = [group("bird", range(200)), group("fish", range(200, 300))]
    found = suggest_names({"a/0": range(10)}, groups, range(40))

    assert found == {}  # all classes with a graph are birds, and of none is a fish


def expected_names(held: Mapping[str, Collection[int]], groups: Rows, total: int) -> dict[str, tuple[str, float]]:
    """By scipy, over every pair."""
    tests = [
        (channel, of, stats.hypergeom.logsf(len(both) - 1, total, len(of["classes"]), len(users)))
        for channel, users in held.items()
        for of in groups
        for both in [set(users).intersection(of["classes"])]
    ]
    qs = benjamini_hochberg([log_p for _, _, log_p in tests])
    found: dict[str, tuple[float, int, str]] = {}
    for (channel, of, log_p), q in zip(tests, qs, strict=True):
        key = (round(log_p, 8), len(of["classes"]), of["name"])
        if q < MOST_Q:
            found[channel] = min(found.get(channel, key), key)
    return {channel: (name, log_p) for channel, (log_p, _, name) in found.items()}


@pytest.mark.parametrize("seed", range(3))
def test_names_are_those_of_scipy_over_every_pair(seed: int) -> None:
    chance = random.Random(seed)
    groups = [group(f"group {k:02}", chance.sample(range(80), chance.randint(2, 40))) for k in range(15)]
    held = {}
    for k in range(40):
        among = groups[k % 15]["classes"] if k % 2 else range(80)
        held[f"a/{k}"] = chance.sample(among, min(len(among), chance.randint(1, 30)))
    found = suggest_names(held, groups, range(80))
    expected = expected_names(held, groups, 80)

    assert len(expected) >= 10
    assert {channel: name.name for channel, name in found.items()} == {
        channel: name for channel, (name, _) in expected.items()
    }
    for channel, (_, log_p) in expected.items():
        assert found[channel].log_p == pytest.approx(log_p, abs=1e-7)


@pytest.fixture(scope="module")
def published_names(published_data: PublishedData) -> dict[str, SuggestedName]:
    held: dict[str, list[int]] = {}
    for graph in published_data.graphs:
        for vertex in graph.vertices:
            held.setdefault(channel_id(MODEL, vertex.layer, vertex.channel), []).append(graph.index)
    groups = [{"id": f"{MODEL}/{row['wnid']}", **row} for row in read_group_list(DATA / "imagenet_groups.tsv")]
    return suggest_names(held, groups, range(1000))


@pytest.mark.parametrize(
    ("channel", "name", "together", "classes", "size"),
    [
        ("mixed4e/346", "fish / aquatic vertebrate", 4, 5, 16),
        ("mixed4d/431", "chordate / vertebrate", 166, 170, 337),
        ("mixed5b/338", "carnivore", 25, 29, 158),
    ],
)
def test_published_channels_are_called_after_their_company(
    channel: str, name: str, together: int, classes: int, size: int, published_names: dict[str, SuggestedName]
) -> None:
    found = published_names[f"{MODEL}/{channel}"]

    assert (found.name, found.together, found.classes, found.size) == (name, together, classes, size)
    assert found.log_p == pytest.approx(stats.hypergeom.logsf(together - 1, 1000, size, classes), abs=1e-6)


def test_a_channel_of_nearly_all_classes_has_no_group(published_names: dict[str, SuggestedName]) -> None:
    assert f"{MODEL}/mixed4a/208" not in published_names
    assert len(published_names) == 1331
    assert all(name.q < 0.01 for name in published_names.values())


def test_the_database_gives_the_names_of_the_published_files(
    published_names: dict[str, SuggestedName], arcadedb: Database
) -> None:
    found = arcadedb.await_(suggested_names(arcadedb.store, MODEL))
    groups = {row["id"]: row for row in arcadedb.run("groups", model=MODEL)}

    assert found == {
        id: replace(each, groups=tuple(groups[group["id"]] for group in each.groups))
        for id, each in published_names.items()
    }
    assert [name.channel for name in named_with(found, "FISH aqua")] == sorted(
        id for id, name in published_names.items() if "aquatic vertebrate" in name.name and "fish" in name.name
    )


def test_a_new_group_names_channels_at_once(arcadedb: Database) -> None:
    before = arcadedb.await_(suggested_names(arcadedb.store, MODEL))
    (users,) = [row["classes"] for row in arcadedb.run("channel_holders", model=MODEL) if row["channel"] == IN_MANY]
    kept = arcadedb.await_(keep_group(arcadedb.store, MODEL, "what it is for", users))
    try:
        assert arcadedb.await_(suggested_names(arcadedb.store, MODEL))[IN_MANY].name == "what it is for"
    finally:
        arcadedb.await_(remove_group(arcadedb.store, MODEL, kept["id"]))
    assert IN_MANY not in before
    assert arcadedb.await_(suggested_names(arcadedb.store, MODEL)) == before


def test_names_that_nobody_waits_for_any_more_are_made_once_and_kept(
    arcadedb: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, end, times = threading.Event(), threading.Event(), 0

    def slowly(*given: Any) -> dict[str, SuggestedName]:
        nonlocal times
        times += 1
        begun.set()
        end.wait(HANGS)
        return suggest_names(*given)

    monkeypatch.setattr(names, "_kept", WeakKeyDictionary())
    monkeypatch.setattr(names, "suggest_names", slowly)

    async def ask() -> names.Names:
        first = asyncio.create_task(suggested_names(arcadedb.store, MODEL))
        await asyncio.to_thread(begun.wait, HANGS)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        again = asyncio.create_task(suggested_names(arcadedb.store, MODEL))
        end.set()
        return await again

    assert len(arcadedb.await_(ask())) > 100 and times == 1


IN_MANY = f"{MODEL}/mixed4a/208"


def test_a_model_without_groups_has_no_names_and_an_unknown_one_is_refused(arcadedb: Database) -> None:
    assert arcadedb.await_(suggested_names(arcadedb.store, "sample")) == {}
    with pytest.raises(NotFound, match="no model 'nowhere'"):
        arcadedb.await_(suggested_names(arcadedb.store, "nowhere"))
