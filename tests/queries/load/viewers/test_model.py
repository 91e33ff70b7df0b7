"""What viewers' files are together: which classes, in which unit, of which network; else they are refused."""

from collections import Counter
from typing import Any

import pytest

from queries.errors import DataError
from queries.graphs.stored import graph_steps
from queries.load.class_graphs import batches
from queries.load.viewers.file import ViewerFile, parse_viewer_file
from queries.load.viewers.model import (
    MOST_WEIGHT,
    class_graph,
    class_indexes,
    common_layers,
    model_properties,
    model_unit,
)
from queries.records import ClassGraph, GraphEdge, GraphVertex
from tests.viewer_documents import own, prompt, text

POSITIONS = {"graph_files": True, "weight_unit": 1.0}  # models that are there
PICTURES = {"graph_files": True, "weight_unit": None}


def read(document: dict[str, Any]) -> ViewerFile:
    return parse_viewer_file(text(document))


def test_a_file_does_not_take_the_place_of_a_class_of_another_name() -> None:
    dallas = read(own("Dallas", 0))
    with pytest.raises(DataError, match=r"'Dallas' is of class 0.*class 0 is 'Austin'; import it as another model"):
        class_indexes([dallas], {0: "Austin"})
    assert class_indexes([dallas], {0: "Dallas", 1: "Austin"}) == [0]


def test_classes_of_one_name_are_told_apart_by_their_indexes() -> None:
    cranes = [read(own("crane", index)) for index in (134, 517)]
    assert class_indexes(cranes, {}) == [134, 517]
    assert class_indexes(cranes, {134: "crane", 517: "crane"}) == [134, 517]
    foreign = read(prompt("crane", 1.0))
    with pytest.raises(DataError, match=r"which of the model's 2 classes named 'crane' it is of \(134, 517\)"):
        class_indexes([foreign], {134: "crane", 517: "crane"})
    with pytest.raises(DataError, match="two files are of 'crane'"):
        class_indexes([cranes[0], foreign], {})
    with pytest.raises(DataError, match="'crane' and 'heron' are of one class, 134"):
        class_indexes([cranes[0], read(own("heron", 134))], {})


def test_a_new_class_takes_the_next_free_index() -> None:
    files = [read(prompt("a", 1.0)), read(own("b", 1)), read(prompt("c", 1.0)), read(prompt("d", 1.0))]
    assert class_indexes(files, {0: "d"}) == [2, 1, 3, 0]


def test_a_file_without_edges_fixes_no_unit() -> None:
    assert model_unit([read(prompt("none"))], {}, has_edges=False) == 1.0
    assert model_unit([read(prompt("light", 0.37, 0.1))], POSITIONS, has_edges=False) == 1e-06
    assert model_unit([read(prompt("none"))], {**POSITIONS, "weight_unit": 1e-06}, has_edges=True) == 1e-06


def test_a_file_too_light_for_the_unit_of_the_model_is_refused() -> None:
    """Else its only edge would be left out, or keep two digits."""
    with pytest.raises(DataError, match=r"'light' is 0.37, too little to keep 6 digits .*, 1; import it as another"):
        model_unit([read(prompt("light", 0.37, 0.1))], POSITIONS, has_edges=True)
    with pytest.raises(DataError, match="too little to keep 6 digits"):
        model_unit([read(prompt("coarse", 0.512345))], {**POSITIONS, "weight_unit": 0.01}, has_edges=True)
    assert model_unit([read(prompt("exact", 0.5, 0.25))], {**POSITIONS, "weight_unit": 0.01}, has_edges=True) == 0.01
    assert model_unit([read(prompt("whole", 3, 2))], POSITIONS, has_edges=True) == 1.0


def test_the_unit_suits_the_lightest_of_new_files() -> None:
    files = [read(prompt("light", 0.512345)), read(prompt("heavy", 900.5))]
    assert model_unit(files, {}, has_edges=False) == 1e-06
    with pytest.raises(
        DataError, match=r"'heavy' weighs 90000.5, more than 2,147,483,647 units of 1e-06; import it as"
    ):
        model_unit([files[0], read(prompt("heavy", 90000.5))], {}, has_edges=False)
    assert model_unit([read(prompt("huge", MOST_WEIGHT + 1))], {}, has_edges=False) == 10000.0
    with pytest.raises(DataError, match="write the graph with larger weights"):
        model_unit([read(prompt("tiny", 1e-310))], {}, has_edges=False)


@pytest.mark.parametrize("largest", [1000.0, 999.9999999999999, 0.001, 123456.789])
def test_the_largest_weight_has_six_digits(largest: float) -> None:
    unit = model_unit([read(prompt("p", largest, 0.0005))], {}, has_edges=False)
    assert unit and 10**5 <= round(largest / unit) <= 10**6


def test_a_file_of_our_own_is_exact_or_refused() -> None:
    ours = read(own(weight=0.01234, weight_unit=1e-05))
    assert model_unit([ours], {}, has_edges=False) == 1e-05
    assert model_unit([ours, read(prompt("other", 2.345678))], {}, has_edges=False) == 1e-05
    with pytest.raises(DataError, match=r"in units of 1e-05, those of the model in units of 0.01; import it as"):
        model_unit([ours], {**POSITIONS, "weight_unit": 0.01}, has_edges=True)
    with pytest.raises(DataError, match=r"in units of 0.001, those of the model in units of 1e-05"):
        model_unit([ours, read(own("b", 1, 0.004, weight_unit=0.001))], {}, has_edges=False)
    with pytest.raises(DataError, match="not all whole multiples of its weight_unit, 1e-05; export it again"):
        model_unit([read(own(weight=0.012345678, weight_unit=1e-05))], {}, has_edges=False)


def test_pictures_and_positions_do_not_become_one_model() -> None:
    pictures, positions = read(own()), read(prompt("p", 4))
    assert model_unit([pictures], PICTURES, has_edges=True) is None
    for record in ({}, PICTURES):
        with pytest.raises(DataError, match="'p' are not numbers of pictures, as those of the model; import it as"):
            model_unit([pictures, positions], record, has_edges=False)
    with pytest.raises(DataError, match="'Dallas' are numbers of pictures, unlike those of the model"):
        model_unit([pictures], POSITIONS, has_edges=False)


def test_networks_of_other_widths_do_not_become_one_model() -> None:
    one, other = read(own("a", 0)), read(own("b", 1, layer_channels=[6, 3]))
    assert common_layers([one], {"low": 5, "high": 3}) == ("low", "high")
    for files, held in (([one, other], {}), ([other], {"low": 5, "high": 3})):
        with pytest.raises(DataError, match=r"of another network .* of 5, 3 and of 6, 3|of 6, 3 and of 5, 3"):
            common_layers(files, held)
    with pytest.raises(DataError, match="of another network"):
        common_layers([one, read(own("c", 2, layers=["low", "high", "top"], layer_channels=[5, 3, 2]))], {})


def test_what_is_known_of_a_model_stays() -> None:
    first = model_properties([read(own(dataset="digits", weights="w", architecture="net"))], None, {})
    assert (first["dataset"], first["weights"], first["architecture"]) == ("digits", "w", "net")
    later = model_properties([read(own("b", 1))], None, first)
    assert later == first
    with pytest.raises(DataError, match="the model has weights 'w', and 'b' has weights 'v'"):
        model_properties([read(own("b", 1, weights="v"))], None, first)


def test_makers_of_all_files_are_named() -> None:
    a, b = (
        read({**prompt(name, 1.0), "metadata": {"scan": name, "prompt": name, "info": {"generator": {"name": name}}}})
        for name in "ab"
    )
    first = model_properties([b], 1.0, {})
    both = model_properties([a], 1.0, first)
    assert both["source"].startswith("imported from attribution-graph JSON of a, b; ")
    assert both["architecture"] == "b"
    assert model_properties([b], 1.0, both) == both


def test_a_cut_that_a_new_file_does_not_name_is_taken_away() -> None:
    files = [read(own(threshold=7.5)), read(own())]
    graphs = [class_graph(file, "network", 0, ("low", "high"), None, Counter()) for file in files]
    assert [graph.properties["graph_threshold"] for graph in graphs] == [7.5, None]


def test_a_transaction_has_a_bounded_number_of_edges() -> None:
    def graph(index: int, edges: int) -> ClassGraph:
        return ClassGraph(index, (), tuple(GraphEdge("a", 0, "b", each, 1) for each in range(edges)), "")

    sizes = [30_000, 12_000, 8_000, 1, *[0] * 45]
    found = [[len(each.edges) for each in batch] for batch in batches([graph(*each) for each in enumerate(sizes)])]
    assert found == [[30_000], [12_000, 8_000], [1, *[0] * 39], [0] * 6]


def test_a_statement_has_a_bounded_number_of_edges_and_a_graph_is_one_transaction() -> None:
    edges = tuple(GraphEdge("a", 0, "b", each, 1) for each in range(20_001))
    vertices = (GraphVertex("a", 0, 1, 0.5), *(GraphVertex("b", each, 1, 0.0) for each in range(20_001)))
    steps = graph_steps("m", [ClassGraph(0, vertices, edges, "")])
    assert [(name, len(parameters["rows"])) for name, parameters in steps if name.startswith("add_")] == [
        ("add_attribution_vertices", 20_000),
        ("add_attribution_vertices", 2),
        ("add_attribution_edges", 20_000),
        ("add_attribution_edges", 1),
    ]
