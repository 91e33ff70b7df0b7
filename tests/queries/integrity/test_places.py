"""A node of any kind that lost its id, its model or what led to it is found, and no check stumbles over it."""

from collections.abc import Iterator

import pytest

from bench.testbed.sample import SAMPLE, load_sample
from queries.errors import DataError
from queries.integrity.check import check_database, damages_by_totals, require_extractable
from queries.integrity.damage import NETWORK, NODES, NOTES, START_OVER, Damage
from queries.integrity.model import labels
from queries.integrity.places import ALONE, NOTE, PARTS
from queries.progress import ignore_progress
from tests.conftest import Database

MODEL = SAMPLE.name
GROUPED = (
    f"MATCH (c:ImageClass {{id: '{MODEL}/0'}}) "
    f"CREATE (c)-[:IN_GROUP]->(:ClassGroup {{id: '{MODEL}/g', model: '{MODEL}', name: 'g'}})"
)
FIRST = "MATCH (node:{label}) WHERE node.id STARTS WITH '" + MODEL + "' WITH node ORDER BY node.id LIMIT 1 "


@pytest.fixture(scope="module")
def sample(scratch: Database) -> Iterator[Database]:
    """A model with a node of every kind, to which each test gives back what it took."""
    scratch.await_(load_sample(scratch.store))
    scratch.administer(GROUPED)
    yield scratch
    scratch.remove(MODEL)


def check(database: Database, model: str | None = MODEL) -> list[Damage]:
    """Without what an earlier check marked: a damaged part stays so until its command writes it again."""
    damages = database.await_(check_database(database.store, model, ignore_progress)).damages
    return [each for each in damages if each.part in (NETWORK, NODES, NOTES)]


def quick(database: Database, model: str | None = MODEL) -> list[Damage]:
    return database.await_(damages_by_totals(database.store, model))


def taken(database: Database, label: str, what: str, value: str = "null") -> None:
    """Put another value in place of one of a node's properties, and keep it beside."""
    database.administer(f"{FIRST.format(label=label)} SET node.taken = node.{what}, node.{what} = {value}")


def given_back(database: Database, label: str, what: str) -> None:
    database.administer(
        f"MATCH (node:{label}) WHERE node.taken IS NOT NULL SET node.{what} = node.taken, node.taken = null"
    )


def test_a_node_of_any_kind_that_lost_its_id_is_told_with_its_remedy(sample: Database) -> None:
    assert check(sample) == []
    for label in labels():
        taken(sample, label, "id")
        try:
            for damages in (check(sample), quick(sample, None)):
                found = [each for each in damages if f"1 node labelled {label} without an id" in each.problem]
                assert [each.part for each in found] == [PARTS.get(label, NODES)] or label == "Model", label
                assert all((each.remedy == START_OVER) is (each.part != NOTES) for each in found), label
                assert found or (label == "Model" and "the model itself is not there" in damages[0].problem), label
        finally:
            given_back(sample, label, "id")


@pytest.mark.parametrize("label", ["Channel", "ScoredGraph", "Model"])
def test_an_id_of_no_model_is_told(sample: Database, label: str) -> None:
    taken(sample, label, "id", "'elsewhere/1'")
    try:
        lost = MODEL if label == "Model" else "elsewhere"
        (found,) = [each for each in check(sample, None) if each.model == lost]
        assert (found.part, found.remedy) == (NETWORK, START_OVER)
        assert "the model itself is not there, and there " in found.problem
        assert found in quick(sample, None)
    finally:
        given_back(sample, label, "id")


@pytest.mark.parametrize(
    ("label", "value"), [("Layer", "null"), ("Channel", "null"), ("ImageClass", "7"), (NOTE, "null"), (NOTE, "7")]
)
def test_a_node_that_names_no_model_is_told(sample: Database, label: str, value: str) -> None:
    taken(sample, label, "model", value)
    try:
        (found,) = [each for each in check(sample) if f"1 node labelled {label} with ids of it" in each.problem]
        assert (found.model, found.part) == (MODEL, PARTS[label])
        assert found in quick(sample)
    finally:
        given_back(sample, label, "model")


def test_a_node_that_nothing_leads_to_is_told(sample: Database) -> None:
    sample.administer(f"CREATE (:LayerProbe {{id: '{MODEL}/nowhere'}}) CREATE (:SubsetGraph {{id: '{MODEL}/0/x/y'}})")
    try:
        assert [each.problem for each in check(sample)] == [
            f"there is 1 node labelled {label} that nothing leads to" for label in ("LayerProbe", "SubsetGraph")
        ]
    finally:
        for label in set(labels()) - ALONE:
            sample.administer(f"MATCH (node:{label}) WHERE NOT (node)--() DETACH DELETE node")
    assert check(sample) == []


def test_what_is_written_again_with_its_class_names_the_command(sample: Database) -> None:
    sample.administer(f"CREATE (:LayerRanking {{id: '{MODEL}/nowhere'}})")
    try:
        (found,) = check(sample)
        assert "labelled LayerRanking that nothing leads to" in found.problem and found.remedy != START_OVER
    finally:
        sample.administer(f"MATCH (node:LayerRanking {{id: '{MODEL}/nowhere'}}) DETACH DELETE node")


def test_nothing_is_extracted_from_a_network_that_cannot_be_found(sample: Database) -> None:
    taken(sample, "Channel", "id")
    try:
        with pytest.raises(DataError, match="1 node labelled Channel without an id"):
            sample.await_(require_extractable(sample.store, MODEL, None))
    finally:
        given_back(sample, "Channel", "id")
