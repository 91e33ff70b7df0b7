"""The import of the published graphs: whole or not at all, equal ones left alone, every flaw named."""

import asyncio
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from queries.engines.arcadedb import ArcadeDB
from queries.errors import DataError
from queries.graphs.stored import graph_steps, write_scale
from queries.load import published
from queries.load.published import Imported, PublishedData, import_graphs, parse_class, read_published
from queries.load.tables import read_group_list
from queries.progress import ignore_progress
from tests.conftest import DATA, MODEL, Database, load_published, open_database

SAMPLE = (0, 294, 295, 296)
TENCH_5B = [5, 238, 278, 391, 464, 480, 503, 525]


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """An engine of the module's own; every test loads under a model of its own."""
    with open_database(ArcadeDB(), tmp_path_factory.mktemp("scratch") / "arcadedb") as database:
        yield database


@pytest.fixture
def folder(tmp_path: Path, published_folder: Path) -> Path:
    """Copies of a few real files, laid out as the published ones."""
    (tmp_path / "data" / "ag").mkdir(parents=True)
    for index in SAMPLE:
        shutil.copyfile(published_folder / "ag" / f"ag-{index}.json", graph_file(tmp_path, index))
    return tmp_path


def graph_file(folder: Path, index: int) -> Path:
    return folder / "data" / "ag" / f"ag-{index}.json"


def edit(folder: Path, index: int, change: Callable[[dict[str, Any]], object]) -> None:
    """Change a class's graph in its file."""
    path = graph_file(folder, index)
    layers = json.loads(path.read_text())
    change(layers)
    path.write_text(json.dumps(layers))


def load(database: Database, data: PublishedData, model: str, **lists: Any) -> Imported:
    lists = {"names": [], "groups": [], **lists}
    return database.await_(import_graphs(database.store, data, model=model, progress=ignore_progress, **lists))


def graphs(database: Database, model: str) -> dict[int, tuple[list[Any], list[Any]]]:
    """Every class's channels and edges as they are in the database."""
    return {
        row["index"]: (
            database.run("class_channels", **{"class": row["id"]}, min_count=0),
            database.run("class_edges", **{"class": row["id"]}),
        )
        for row in database.run("find_classes", model=model, words=[], group=None)
    }


# What the files hold


def test_all_published_graphs_are_read_without_a_complaint(published_data: PublishedData) -> None:
    assert published_data.problems == ()
    assert [graph.index for graph in published_data.graphs] == list(range(1000))
    assert sum(len(graph.vertices) for graph in published_data.graphs) == 57_923
    assert sum(len(graph.edges) for graph in published_data.graphs) == 202_479


def test_the_tench_has_eight_channels_in_the_last_layer(published_data: PublishedData) -> None:
    tench = published_data.graphs[0]
    assert sorted(vertex.channel for vertex in tench.vertices if vertex.layer == "mixed5b") == TENCH_5B


def test_a_clone_and_its_data_folder_read_the_same(folder: Path) -> None:
    assert read_published(folder, ignore_progress) == read_published(folder / "data", ignore_progress)


def test_a_folder_without_graphs_is_told_from_a_clone(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=rf"{tmp_path} holds no ag/ag-<class>.json; expected a clone"):
        read_published(tmp_path, ignore_progress)


def make_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


FLAWS: dict[str, tuple[Callable[[Path], object], str]] = {
    "half written": (lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]), "not whole JSON"),
    "empty": (lambda path: path.write_bytes(b""), "not whole JSON"),
    "no text": (lambda path: path.write_bytes(b"\xff\xfe\x00\x80"), "not whole JSON"),
    "nested without end": (lambda path: path.write_text("[" * 100_000), "not whole JSON"),
    "a list": (lambda path: path.write_text("[]"), "expected an object of the layers mixed3a, mixed3b"),
    "a folder": (make_folder, "Is a directory"),
}


@pytest.mark.parametrize("flaw", FLAWS)
def test_a_file_that_is_not_whole_is_named_and_left_out(folder: Path, flaw: str) -> None:
    damage, complaint = FLAWS[flaw]
    damage(graph_file(folder, 295))

    data = read_published(folder, ignore_progress)

    assert [graph.index for graph in data.graphs] == [0, 294, 296]
    (problem,) = data.problems
    assert str(graph_file(folder, 295)) in problem
    assert complaint in problem


def first(layers: dict[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = layers["mixed5b"][0]
    return row


MISTAKES: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "a layer is missing": (lambda layers: layers.pop("mixed4c"), "expected an object of the layers"),
    "a layer is unknown": (lambda layers: layers.update(mixed6a=[]), "expected an object of the layers"),
    "a layer is null": (lambda layers: layers.update(mixed4c=None), "expected a list, found None"),
    "a layer is empty text": (lambda layers: layers.update(mixed4c=""), "expected a list, found ''"),
    "a channel is a number": (lambda layers: layers["mixed4c"].append(7), "a channel of mixed4c"),
    "a channel has no count": (lambda layers: first(layers).pop("count"), "mixed5b lacks or misshapes 'count'"),
    "a channel has no edges": (lambda layers: first(layers).pop("prev_channels"), "misshapes 'prev_channels'"),
    "a count is text": (lambda layers: first(layers).update(count="12"), "'12' is not a number of pictures"),
    "a count is broken": (lambda layers: first(layers).update(count=1.5), "1.5 is not a number of pictures"),
    "a count is negative": (lambda layers: first(layers).update(count=-1), "-1 is not a number of pictures"),
    "a count is too large": (lambda layers: first(layers).update(count=2**63), "is not a number of pictures"),
    "a count is true": (lambda layers: first(layers).update(count=True), "True is not a number of pictures"),
    "a pagerank is NaN": (lambda layers: first(layers).update(pagerank=float("nan")), "a share of 1"),
    "a pagerank is text": (lambda layers: first(layers).update(pagerank="0.1"), "a channel of mixed5b"),
    "a channel is too high": (lambda layers: first(layers).update(channel=1024), "mixed5b has no channel 1024"),
    "a channel is text": (lambda layers: first(layers).update(channel="5"), "mixed5b has no channel '5'"),
    "a channel comes twice": (lambda layers: layers["mixed5b"].append(first(layers)), "is listed twice"),
    "an edge comes from nowhere": (
        lambda layers: first(layers).update(prev_channels=[{"prev_channel": 0, "inf": 9}]),
        "starts at ('mixed5a', 0), which is not a channel of the graph",
    ),
    "an edge has no weight": (
        lambda layers: first(layers).update(prev_channels=[{"prev_channel": layers["mixed5a"][0]["channel"]}]),
        "a channel of mixed5b lacks or misshapes 'inf'",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_graph_that_cannot_be_is_refused_with_what_is_wrong(folder: Path, mistake: str) -> None:
    change, complaint = MISTAKES[mistake]
    edit(folder, 294, change)

    with pytest.raises(DataError) as refusal:
        parse_class(294, graph_file(folder, 294).read_bytes())
    assert complaint in str(refusal.value)


def test_a_listed_class_without_a_file_is_named(folder: Path) -> None:
    data = read_published(folder, ignore_progress, listed=[0, 1, 294])
    assert data.problems == (f"{folder / 'data'}/ag: no file for class 1",)


def test_files_that_are_not_named_as_a_class_are_not_read(folder: Path) -> None:
    for name in ("ag-7.json.part", "ag-007.json", "ag-x.json", "notes.txt"):
        (folder / "data" / "ag" / name).write_text("{")
    assert len(read_published(folder, ignore_progress).graphs) == len(SAMPLE)


# What the database holds


def test_the_totals_are_those_of_the_published_graphs(database: Database) -> None:
    (scale,) = database.run("model_scale", model=MODEL)
    (model,) = (row for row in database.run("models") if row["id"] == MODEL)
    assert (scale["vertices"], scale["edges"], model["class_count"]) == (57_923, 202_479, 1000)
    assert (scale["channel_count"], scale["graph_channel_count"]) == (5484, 3102)


def test_the_tench_is_in_the_database_as_in_its_file(database: Database, published_data: PublishedData) -> None:
    tench = published_data.graphs[0]
    channels = database.run("class_channels", **{"class": f"{MODEL}/0"}, min_count=0)
    edges = database.run("class_edges", **{"class": f"{MODEL}/0"})

    assert sorted(row["index"] for row in channels if row["layer"] == "mixed5b") == TENCH_5B
    assert {(row["layer"], row["index"], row["count"], row["pagerank"]) for row in channels} == {
        (vertex.layer, vertex.channel, vertex.count, vertex.pagerank) for vertex in tench.vertices
    }
    assert {(row["source"], row["target"], row["weight"]) for row in edges} == {
        (f"{MODEL}/{edge.source_layer}/{edge.source}", f"{MODEL}/{edge.target_layer}/{edge.target}", edge.weight)
        for edge in tench.edges
    }


def test_the_channels_that_the_authors_left_out_are_in_no_graph(database: Database) -> None:
    ids = [f"{MODEL}/{layer.name}/{index}" for layer in published.LAYERS for index in sorted(layer.excluded)]
    rows = database.run("channels_by_id", channels=ids)
    assert len(rows) == 5
    assert all(row["excluded"] and row["class_count"] == 0 for row in rows)


def test_a_second_import_of_everything_changes_nothing(arcadedb: Database, published_data: PublishedData) -> None:
    again = load_published(arcadedb, published_data)
    assert again == Imported(MODEL, 0, 1000, 0, 0, 0, 1000, 57_923, 202_479)


def test_a_changed_file_replaces_exactly_its_class(scratch: Database, folder: Path) -> None:
    load(scratch, read_published(folder, ignore_progress), "changed")
    before = graphs(scratch, "changed")

    edit(folder, 294, lambda layers: first(layers).update(count=1, prev_channels=[]))
    imported = load(scratch, read_published(folder, ignore_progress), "changed")
    after = graphs(scratch, "changed")

    assert (imported.written, imported.unchanged) == (1, 3)
    assert {index for index in before if before[index] != after[index]} == {294}
    assert len(after[294][0]) == len(before[294][0])
    assert len(after[294][1]) < len(before[294][1])
    graph = parse_class(294, graph_file(folder, 294).read_bytes())
    assert {(row["layer"], row["index"], row["count"]) for row in after[294][0]} == {
        (vertex.layer, vertex.channel, vertex.count) for vertex in graph.vertices
    }
    assert len(after[294][1]) == len(graph.edges)


LOSSES = {
    "edges": "MATCH ()-[edge:ATTRIBUTES]->() WHERE edge.class_id = '{model}/294' WITH edge LIMIT 70 DELETE edge",
    "vertices": "MATCH (:ImageClass {{id: '{model}/294'}})-[edge:HAS_CHANNEL]->() WITH edge LIMIT 3 DELETE edge",
    "an edge too many": "MATCH (a)-[edge:ATTRIBUTES]->(b) WHERE edge.class_id = '{model}/294' WITH a, b LIMIT 1 "
    "CREATE (a)-[:ATTRIBUTES {{class_id: '{model}/294', weight: 7}}]->(b)",
    "a class": "MATCH (node:ImageClass {{id: '{model}/295'}}) DETACH DELETE node",
    "channels": "MATCH (node:Channel {{model: '{model}', layer: 'mixed4d'}}) DETACH DELETE node",
}


@pytest.mark.parametrize("loss", LOSSES)
def test_what_the_database_lost_is_written_again_and_not_called_unchanged(
    scratch: Database, folder: Path, loss: str
) -> None:
    data, model = read_published(folder, ignore_progress), f"lost-{list(LOSSES).index(loss)}"
    whole = load(scratch, data, model)
    before = graphs(scratch, model)
    scratch.administer(LOSSES[loss].format(model=model))
    mended, again = load(scratch, data, model), load(scratch, data, model)

    assert mended.written > 0
    assert (mended.classes, mended.vertices, mended.edges) == (whole.classes, whole.vertices, whole.edges)
    assert (again.written, again.unchanged) == (0, len(SAMPLE))
    assert graphs(scratch, model) == before


def test_classes_of_the_model_without_a_file_are_counted(scratch: Database, folder: Path) -> None:
    load(scratch, read_published(folder, ignore_progress), "partly")
    graph_file(folder, 0).unlink()
    done = load(scratch, read_published(folder, ignore_progress), "partly")

    assert (done.written, done.unchanged, done.absent, done.classes) == (0, 3, 1, 4)


def test_a_class_whose_file_is_damaged_keeps_the_graph_it_has(scratch: Database, folder: Path) -> None:
    load(scratch, read_published(folder, ignore_progress), "kept")
    before = graphs(scratch, "kept")

    FLAWS["half written"][0](graph_file(folder, 294))
    imported = load(scratch, read_published(folder, ignore_progress), "kept")

    assert (imported.written, imported.unchanged, imported.classes) == (0, 3, 4)
    assert graphs(scratch, "kept") == before


def test_two_imports_at_once_write_each_graph_once(database: Database, published_data: PublishedData) -> None:
    """A file lock keeps commands apart; where there is none (a server), the classes themselves have to."""
    steps = graph_steps(MODEL, published_data.graphs[:3])

    async def both() -> None:
        await asyncio.gather(database.store.write_together(steps), database.store.write_together(steps))

    database.await_(both())
    (scale,) = database.run("model_scale", model=MODEL)
    assert (scale["vertices"], scale["edges"]) == (57_923, 202_479)
    database.await_(write_scale(database.store, MODEL))


def test_names_and_groups_can_be_given_later(scratch: Database, folder: Path) -> None:
    data = read_published(folder, ignore_progress)
    first_time = load(scratch, data, "later")
    assert (first_time.named, first_time.grouped) == (0, 0)
    assert graph_names(scratch, "later") == ["class 0", "class 294", "class 295", "class 296"]

    names = [{"index": 294, "wnid": "n02132136", "name": "brown bear"}]
    bears = {"wnid": "n02131653", "name": "bear", "classes": [294, 295, 296, 297]}
    later = load(scratch, data, "later", names=names, groups=[bears])
    again = load(scratch, data, "later", names=names, groups=[bears])

    assert (later.written, later.named, later.grouped) == (0, 1, 1)
    assert (again.written, again.named, again.grouped) == (0, 0, 0)
    assert graph_names(scratch, "later") == ["class 0", "brown bear", "class 295", "class 296"]
    assert groups(scratch, "later") == {"bear": [294, 295, 296]}


def test_a_group_takes_in_the_classes_that_are_loaded_after_it(scratch: Database, folder: Path) -> None:
    bears = {"wnid": "n02131653", "name": "bear", "classes": [294, 295, 296]}
    whole = read_published(folder, ignore_progress)
    part = PublishedData(whole.pictures, whole.graphs[:2], ())

    load(scratch, part, "growing", groups=[bears])
    assert groups(scratch, "growing") == {"bear": [294]}

    load(scratch, whole, "growing", groups=[bears])
    assert groups(scratch, "growing") == {"bear": [294, 295, 296]}


def test_a_class_that_was_removed_returns_to_its_groups(scratch: Database, folder: Path) -> None:
    bears = {"wnid": "n02131653", "name": "bear", "classes": [294, 295]}
    data = read_published(folder, ignore_progress)
    load(scratch, data, "returning", groups=[bears])
    scratch.write("remove_attribution_edges", classes=["returning/294"])
    scratch.write("remove_classes", classes=["returning/294"])
    assert groups(scratch, "returning") == {"bear": [295]}

    assert load(scratch, data, "returning", groups=[bears]).grouped == 1
    assert groups(scratch, "returning") == {"bear": [294, 295]}
    assert load(scratch, data, "returning", groups=[bears]).grouped == 0


def test_a_changed_group_replaces_its_members(scratch: Database, folder: Path) -> None:
    data = read_published(folder, ignore_progress)
    group = {"wnid": "n1", "name": "some", "classes": [0, 294]}
    load(scratch, data, "regrouped", groups=[group])
    changed = load(scratch, data, "regrouped", groups=[{**group, "name": "others", "classes": [295]}])

    assert changed.grouped == 1
    assert groups(scratch, "regrouped") == {"others": [295]}


def test_the_published_groups_are_in_the_database(database: Database) -> None:
    listed = read_group_list(DATA / "imagenet_groups.tsv")
    found = {row["wnid"]: row["classes"] for row in database.run("groups", model=MODEL)}
    assert found == {row["wnid"]: row["classes"] for row in listed}


def graph_names(database: Database, model: str) -> list[str]:
    return [row["name"] for row in database.run("find_classes", model=model, words=[], group=None)]


def groups(database: Database, model: str) -> dict[str, list[int]]:
    return {row["name"]: row["classes"] for row in database.run("groups", model=model)}
