"""What a viewers' file may say: everything else is refused in words, never read as something else."""

import json
import warnings
from pathlib import Path
from typing import Any

import pytest

from queries.errors import DataError
from queries.load.restart import graph_pagerank
from queries.load.viewers.file import parse_viewer_file
from queries.load.viewers.graphs import read_viewer_files, require_room
from queries.progress import ignore_progress
from tests.viewer_documents import language, node, own, prompt, text

FIRST = node("0_4_0", "0", 4, count=3, pagerank=0.25)
LINK = {"source": "0_4_0", "target": "1_2_0", "weight": 4}

ODD: dict[str, tuple[dict[str, Any], str]] = {
    "a layer of 5,000 digits": (language(nodes=[node("a", "9" * 5000, 1)]), "expected the number of a layer"),
    "a weight of 400 digits": (prompt("p", 10**400), "weighs 1000.*expected a number of at most 1e\\+300"),
    "an id of an error node that is a feature's": (
        language(nodes=[node("0_1_1", "0", 1), node("0_1_1", "0", 1, "error")], links=[]),
        "node '0_1_1' is listed twice",
    ),
    "half of a character": ({**prompt("\ud800", 1.0)}, "prompt is .* expected text"),
    "info that is a list": (language(metadata={"scan": "a", "prompt": "b", "info": [1]}), "expected an object"),
    "more channels than a network has": (own(layer_channels=[2**31 - 1, 3]), "at most 1,048,576 together"),
    "sizes of other layers": (own(layer_channels=[5]), "expected 2 numbers of channels"),
    "no sizes": (own(layer_channels=None), "expected 2 numbers of channels"),
    "two layers of one name": (own(layers=["low", "low"]), "each once and without /"),
    "a layer with a slash": (own(layers=["a/b", "high"]), "each once and without /"),
    "a layer without a name": (own(layers=["", "high"]), "each once and without /"),
    "a negative class": (own(index=-7), "image_class is -7; export the file again"),
    "a class that is true": (own(image_class=True), "image_class is True"),
    "a unit in words": (own(weight_unit="1"), "weight_unit is '1'"),
    "a unit of 0": (own(weight_unit=0), "expected a number above 0"),
    "a weights' name that is a number": (own(weights=7), "weights is 7"),
    "a feature without a count": (
        {**own(), "links": [], "nodes": [node("0_4_0", "0", 4, pagerank=0.1)]},
        "has count None",
    ),
    "a PageRank above 1": ({**own(), "links": [], "nodes": [{**FIRST, "pagerank": 1.5}]}, "a share of 1"),
    "one channel as two nodes": (
        {**own(), "links": [], "nodes": [FIRST, {**FIRST, "node_id": "0_4_1"}]},
        "are one channel",
    ),
    "some of the probabilities": (own(replicates=64, outside={}), "0_4_0 has probability None; expected a share of 1"),
    "a channel outside of no layer": (
        {**own(replicates=64, outside={"middle/1": 0.5}), "links": [], "nodes": [{**FIRST, "probability": 1}]},
        "name a channel 'middle/1' outside the graph",
    ),
    "a channel outside that its layer lacks": (
        {**own(replicates=64, outside={"low/5": 0.5}), "links": [], "nodes": [{**FIRST, "probability": 1}]},
        "low has no channel 5",
    ),
    "a channel inside and outside": (
        {**own(replicates=64, outside={"low/4": 0.5}), "links": [], "nodes": [{**FIRST, "probability": 1}]},
        "channel low/4 is both in the graph and outside it",
    ),
    "a channel outside with a zero too many": (
        {
            **own(replicates=64, outside={"low/3": 0.1, "low/03": 0.9}),
            "links": [],
            "nodes": [{**FIRST, "probability": 1}],
        },
        "name a channel 'low/03' outside the graph",
    ),
    "skips into no layer": (own(skips={"middle": {}}), "its skips name 'middle'; expected the file's layers"),
    "skips as a list": (own(skips=[1]), "its skips name"),
    "a skip from a channel that is not there": (
        own(skips={"high": {"alone": [[2, [5]]]}}),
        "its skips into high have .*ascending channels of the layer below",
    ),
    "a skip listed twice": (own(skips={"high": {"alone": [[2, [1]], [2, [1]]]}}), "expected a channel, once"),
    "a skip of both kinds": (own(skips={"high": {"alone": [[2, [1]]], "beside": [[2, [1]]]}}), "in both lists"),
    "channels outside as a list": (own(replicates=64, outside=["low/3"]), "say outside is"),
    "one of our links twice": ({**own(), "links": [LINK, LINK]}, "is listed twice"),
}


@pytest.mark.parametrize("flaw", ODD)
def test_odd_values_are_refused_in_words(flaw: str, tmp_path: Path) -> None:
    document, words = ODD[flaw]
    (tmp_path / "a.json").write_bytes(text(document))
    with pytest.raises(DataError, match=words) as error:
        read_viewer_files([tmp_path / "a.json"], ignore_progress)
    assert str(error.value).startswith(f"{tmp_path}/a.json: ")


def test_a_number_beyond_all_floats_is_refused() -> None:
    with pytest.raises(DataError, match="weighs inf"):
        parse_viewer_file(text(language()).replace(b"1.25", b"1e999"))


def test_what_is_missing_is_named() -> None:
    with pytest.raises(DataError, match=r"^'scan' is missing; expected an attribution graph"):
        parse_viewer_file(text(language(metadata={"prompt": "p"})))
    with pytest.raises(DataError, match=r"^it is malformed "):
        parse_viewer_file(text(language(metadata=None)))


def test_an_infinity_in_a_file_is_not_called_a_damaged_copy() -> None:
    with pytest.raises(DataError, match=r"^Infinity is not a number in JSON; write the file again without it$"):
        parse_viewer_file(text(prompt("p", float("inf"))))


def test_counts_and_pagerank_of_another_program_are_not_taken_for_ours() -> None:
    document = prompt("p", 1.5)
    document["nodes"] = [{**each, "count": 99, "pagerank": 0.5} for each in document["nodes"]]
    file = parse_viewer_file(text(document))
    assert set(file.counts.values()) == {1} and file.pageranks is None


def test_a_least_count_is_not_kept_and_named() -> None:
    assert sum(parse_viewer_file(text(own())).left_out.values()) == 0
    (left,) = parse_viewer_file(text(own(min_count=3))).left_out
    assert left.startswith("min_count, the least count")


def test_probabilities_of_a_graph_cut_by_a_least_count_are_named_among_what_is_left_out() -> None:
    document = own(replicates=64, outside={}, min_count=3)
    document["nodes"] = [{**each, "probability": 1.0} for each in document["nodes"]]
    assert any(left.startswith("probabilities") for left in parse_viewer_file(text(document)).left_out)


def test_links_and_names_that_an_import_does_not_keep_are_told() -> None:
    file = own()
    file["nodes"].append(node("1_9_9", "1", 9, "mlp reconstruction error"))
    lost = [{"source": "0_4_0", "target": target, "weight": 2} for target in ("2_0_0", "1_9_9")]
    file["links"] += lost
    file["nodes"][0] |= {"name": "stripes", "output_attributed": 2}
    left = parse_viewer_file(json.dumps(file).encode()).left_out
    assert left == {
        "links from or to nodes that are left out": 1,
        "names that people gave to channels": 1,
        "channels' parts in the class output": 1,
        "nodes of type 'mlp reconstruction error'": 1,
    }


def test_files_that_are_too_large_are_refused_before_they_are_read(tmp_path: Path) -> None:
    paths = [tmp_path / "a.json", tmp_path / "b.json"]
    for path in paths:
        path.write_text(json.dumps("x" * 98))
    require_room(paths, most=100, together=200)
    with pytest.raises(DataError, match=r"a.json has 100 bytes; expected at most 99"):
        require_room(paths, most=99, together=200)
    with pytest.raises(DataError, match=r"2 files with 200 bytes; .* each import adds its classes"):
        require_room(paths, most=100, together=199)


def test_pagerank_restarts_everywhere_where_nothing_was_counted() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ranks = graph_pagerank({(0, 1): 0, (1, 1): 0}, {((0, 1), (1, 1)): 2})
    assert ranks == pytest.approx({(0, 1): 0.5, (1, 1): 0.5})
