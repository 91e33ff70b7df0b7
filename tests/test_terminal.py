"""What commands print for programs, and the words that the page has for their work."""

import json
import math
import re

import pytest

from queries.load.viewers.graphs import ImportedGraphs
from queries.values import counted
from summit.imports import imported_text
from summit.terminal import answer
from tests.conftest import ROOT


def test_numbers_that_json_cannot_represent_are_null(capsys: pytest.CaptureFixture[str]) -> None:
    answer({"a": [1.5, math.nan], "b": {"c": (math.inf, -math.inf)}, "d": True}, True, "")
    printed = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    assert printed == {"a": [1.5, None], "b": {"c": [None, None]}, "d": True}


def test_a_noun_has_the_form_of_its_number() -> None:
    assert [counted(number, "file") for number in (0, 1, 2_000)] == ["0 files", "1 file", "2,000 files"]
    assert [counted(2, noun) for noun in ("class", "search", "edge")] == ["2 classes", "2 searches", "2 edges"]
    assert [counted(number, "entry", "entries") for number in (1, 2)] == ["1 entry", "2 entries"]


def test_an_import_says_what_it_did_in_sentences() -> None:
    one = ImportedGraphs("gemma", {0: "Austin"}, 1, 0, 2, 1, 1e-05, {"nodes of type 'logit'": 1}, 1)
    assert imported_text(one).splitlines() == [
        "gemma in the database: class 0 'Austin'; 2 channels and 1 edge in graphs",
        "1 graph written, 0 unchanged",
        "weights are in units of 1e-05; counts are numbers of positions where a feature stands, not of pictures",
        "PageRank of 1 file without it was computed on the graph of the file",
        "left out: nodes of type 'logit': 1",
    ]


def test_the_page_has_words_for_every_kind_of_long_work() -> None:
    sources = [path.read_text() for place in ("summit", "graphql_api") for path in (ROOT / place).rglob("*.py")]
    announced = {
        kind
        for source in sources
        for kind in re.findall(r'\b(?:console|progress_bar)\("([^"]+)"|\bannounced_if_long\([^)]*?"([a-z]+)"', source)
    }
    kinds = {first or second for first, second in announced}
    assert {"extract", "embed", "visualize", "check", "motifs", "probe"} <= kinds
    words = (ROOT / "web" / "src" / "work.ts").read_text().partition("const KINDS")[2].partition("};")[0]
    told = {quoted or plain for quoted, plain in re.findall(r'^  (?:"([^"]+)"|(\w+)): ', words, re.MULTILINE)}
    assert kinds <= told, sorted(kinds - told)
