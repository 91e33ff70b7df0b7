"""Names, notes and views in both engines: kept by id, and never over what somebody else has written."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest

from queries.errors import Conflict, NotFound, QueryError
from queries.integrity.check import check_database
from queries.load.loading import remove_class
from queries.notes import stored
from queries.notes.record import Annotation, Kind
from queries.notes.stored import (
    keep_annotation,
    list_annotations,
    merge_annotations,
    read_annotations,
    remove_annotation,
)
from queries.progress import ignore_progress
from queries.records import class_id
from tests.conftest import Database
from tests.counted import counted

MODEL = "noted"
FACE = Annotation(MODEL, Kind.CHANNEL, "layer0/1", "bear face")
RARE = Annotation(MODEL, Kind.CLASS, "0", note="rare")
VIEW = Annotation(MODEL, Kind.VIEW, "k1", "the first", address="?class=0")


@pytest.fixture
def noted(scratch: Database) -> Iterator[Database]:
    """A small model without notes."""
    scratch.load(counted(MODEL, (3, 3), 6, 0.5))
    yield scratch
    scratch.remove(MODEL)


def keep(database: Database, given: Annotation, expected: str | None = None) -> Annotation:
    return database.await_(keep_annotation(database.store, given, expected))


def held(database: Database) -> list[tuple[str, str | None, str | None]]:
    return [(each.target, each.name, each.note) for each in database.await_(read_annotations(database.store, MODEL))]


def test_what_is_kept_is_read_again_and_changed_and_removed(noted: Database) -> None:
    first = keep(noted, FACE)
    second = keep(noted, replace(FACE, name=None, note="a snout"), first.revision)
    keep(noted, RARE)

    assert held(noted) == [("layer0/1", None, "a snout"), ("0", None, "rare")]
    assert (second.created, second.created <= second.changed) == (first.created, True)
    assert noted.await_(remove_annotation(noted.store, MODEL, Kind.CHANNEL, "layer0/1", second.revision))
    assert not noted.await_(remove_annotation(noted.store, MODEL, Kind.CHANNEL, "layer0/1", second.revision))
    assert held(noted) == [("0", None, "rare")]


def test_a_change_based_on_something_older_is_refused_and_one_to_the_same_is_none(noted: Database) -> None:
    first = keep(noted, FACE)
    keep(noted, replace(FACE, name="wolf face"), first.revision)

    with pytest.raises(Conflict, match=r"'wolf face' was written there at .*give its revision"):
        keep(noted, replace(FACE, name="dog face"), first.revision)
    with pytest.raises(Conflict, match="'wolf face'"):
        keep(noted, replace(FACE, name="dog face"))
    with pytest.raises(Conflict):
        noted.await_(remove_annotation(noted.store, MODEL, Kind.CHANNEL, "layer0/1", first.revision))
    with pytest.raises(Conflict, match="removed meanwhile"):
        keep(noted, RARE, first.revision)
    assert keep(noted, replace(FACE, name="wolf face")).name == "wolf face"
    assert held(noted) == [("layer0/1", "wolf face", None)]


def test_of_several_who_write_at_once_one_is_kept_and_the_others_are_told(noted: Database) -> None:
    async def all_at_once() -> list[Annotation | BaseException]:
        names = [f"name {number}" for number in range(6)]
        tries = [keep_annotation(noted.store, replace(FACE, name=name), None) for name in names]
        return list(await asyncio.gather(*tries, return_exceptions=True))

    answers = noted.await_(all_at_once())
    kept = [each for each in answers if isinstance(each, Annotation)]

    assert len(kept) == 1 and [type(each) for each in answers].count(Conflict) == 5, answers
    assert held(noted) == [("layer0/1", kept[0].name, None)]


def test_what_a_model_lacks_is_refused(noted: Database) -> None:
    for given in (replace(FACE, target="layer0/99"), replace(RARE, target="99"), replace(VIEW, model="no model")):
        with pytest.raises(NotFound):
            keep(noted, given)


def test_a_note_outlives_its_class_and_its_model(noted: Database) -> None:
    keep(noted, RARE)
    noted.await_(remove_class(noted.store, class_id(MODEL, 0)))
    assert held(noted) == [("0", None, "rare")]

    noted.load(counted(MODEL, (3, 3), 6, 0.5))
    assert held(noted) == [("0", None, "rare")]
    for label in ("ImageClass", "Channel", "Layer", "Model"):
        noted.administer(f"MATCH (node:{label}) WHERE node.id STARTS WITH '{MODEL}' DETACH DELETE node")
    assert [row["target"] for row in noted.await_(list_annotations(noted.store, MODEL))] == ["0"]


def test_an_import_says_what_became_of_each(noted: Database) -> None:
    keep(noted, FACE), keep(noted, RARE)
    lost = Annotation(MODEL, Kind.CLASS, "77", note="of another network")
    given = [replace(FACE, name="wolf face"), RARE, VIEW, lost]

    merged = noted.await_(merge_annotations(noted.store, MODEL, given, False))
    assert [[each.target for each in part] for part in (merged.added, merged.replaced, merged.unchanged)] == [
        ["k1", "77"],
        [],
        ["0"],
    ]
    assert ([each.target for each in merged.kept], merged.absent) == (["layer0/1"], [merged.added[1]])
    assert ("layer0/1", "bear face", None) in held(noted)

    merged = noted.await_(merge_annotations(noted.store, MODEL, given, True))
    assert [each.name for each in merged.replaced] == ["wolf face"]
    assert ("layer0/1", "wolf face", None) in held(noted)


def test_an_import_that_is_too_large_changes_nothing(noted: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "MOST_VIEWS", 1)
    given = [FACE, VIEW, replace(VIEW, target="k2")]

    with pytest.raises(QueryError, match="2 views; expected at most 1"):
        noted.await_(merge_annotations(noted.store, MODEL, given, False))
    assert held(noted) == []


def test_the_check_tells_of_a_note_that_is_not_the_one_that_was_written(noted: Database) -> None:
    keep(noted, FACE)

    def damages() -> list[str]:
        found = noted.await_(check_database(noted.store, MODEL, ignore_progress)).damages
        return [str(each) for each in found if each.part == "notes"]

    assert damages() == []
    noted.administer(f"MATCH (kept:Annotation {{id: '{FACE.id}'}}) SET kept.name = 'cat'")
    (found,) = damages()
    assert FACE.id in found and "`summit notes" in found
