"""Names, notes and views in both engines: kept by id, and never over what somebody else has written."""

import asyncio
import json
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bench.testbed.counted import counted
from queries.errors import Conflict, NotFound, QueryError
from queries.integrity.check import check_database
from queries.load.loading import remove_class
from queries.notes import stored
from queries.notes.file import parse_file, print_file
from queries.notes.record import (
    LARGEST_PICTURE,
    LONGEST_ADDRESS,
    LONGEST_NAME,
    LONGEST_NOTE,
    MOST,
    MOST_VIEWS,
    Annotation,
    Kind,
    checked,
)
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

MODEL = "noted"
PNG = b"\x89PNG\r\n\x1a\n"
PACKED_BYTES = 16 * 2**20  # of one value, as Store.run_packed says
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


def read(database: Database) -> list[Annotation]:
    return database.await_(read_annotations(database.store, MODEL, pytest.fail))


def damages(database: Database) -> list[str]:
    found = database.await_(check_database(database.store, MODEL, ignore_progress)).damages
    return [str(each) for each in found if each.part == "notes"]


def damage(database: Database, given: Annotation, change: str) -> None:
    database.administer(f"MATCH (kept:Annotation {{id: '{given.id}'}}) SET {change}")


def held(database: Database) -> list[tuple[str, str | None, str | None]]:
    return [(each.target, each.name, each.note) for each in read(database)]


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
    with pytest.raises(Conflict, match="removed by someone else in the meantime"):
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


def test_what_a_model_lacks_or_cannot_be_sent_is_refused_and_the_next_is_written(noted: Database) -> None:
    for wrong in ("l\ud800", 2**70):
        with pytest.raises(QueryError, match=r"half a character|64-bit"):
            noted.write("store_annotations", rows=[{**FACE.properties, "note": wrong}])
    assert keep(noted, FACE).name == "bear face"
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
    assert [[each.target for each in part] for part in (merged.added, merged.unchanged)] == [["k1", "77"], ["0"]]
    assert merged.replaced == []
    (differing,) = merged.kept
    assert (differing.held and differing.held.name, differing.given.name) == ("bear face", "wolf face")
    assert merged.absent == [merged.added[1]]
    assert ("layer0/1", "bear face", None) in held(noted)

    merged = noted.await_(merge_annotations(noted.store, MODEL, given, True))
    (replaced,) = merged.replaced
    assert (replaced.held and replaced.held.name, replaced.given.name) == ("bear face", "wolf face")
    assert ("layer0/1", "wolf face", None) in held(noted)


def test_an_import_that_is_too_large_changes_nothing(noted: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "MOST_VIEWS", 1)
    given = [FACE, VIEW, replace(VIEW, target="k2")]

    with pytest.raises(QueryError, match="2 views; expected at most 1"):
        noted.await_(merge_annotations(noted.store, MODEL, given, False))
    assert held(noted) == []


def test_the_check_tells_of_a_note_that_is_not_the_one_that_was_written(noted: Database) -> None:
    keep(noted, FACE)

    assert damages(noted) == []
    damage(noted, FACE, "kept.name = 'cat'")
    (found,) = damages(noted)
    assert FACE.id in found and "`summit notes" in found


def test_what_the_check_names_mends_a_damaged_note(noted: Database) -> None:
    file = print_file(MODEL, [keep(noted, FACE)])

    def by_file() -> None:
        noted.await_(merge_annotations(noted.store, MODEL, parse_file(file, MODEL, "a file"), True))

    def by_page() -> None:
        keep(noted, FACE, noted.run("annotations_by_id", ids=[FACE.id])[0]["revision"])

    changes = ("kept.name = 'cat'", "kept.revision = 'other'", "kept.kind = 'LAYER'", "kept.created = null")
    for change, mend in zip(changes, (by_file, by_page, by_page, by_file), strict=True):
        damage(noted, FACE, change)
        assert len(damages(noted)) == 1, change
        mend()
        assert (damages(noted), held(noted)) == ([], [("layer0/1", "bear face", None)]), change
    for change in (changes[0], changes[2]):
        damage(noted, FACE, change)
        keep(noted, FACE)
        assert damages(noted) == [], change


@pytest.mark.parametrize("change", ["kept.id = null", "kept.id = 'elsewhere'", "kept.model = null", "kept.model = 7"])
def test_a_note_that_lost_its_id_or_its_model_is_told_and_mended(noted: Database, change: str) -> None:
    file = print_file(MODEL, [keep(noted, FACE)])
    for mend in (
        lambda: merge_annotations(noted.store, MODEL, parse_file(file, MODEL, "a file"), True),
        lambda: keep_annotation(noted.store, FACE, None),
    ):
        damage(noted, FACE, change)
        assert len(damages(noted)) == 1
        noted.await_(mend())
        assert (damages(noted), held(noted)) == ([], [("layer0/1", "bear face", None)])
        assert noted.run("count_annotations", model=MODEL) == [{"total": 1, "views": 0, "without_id": 0}]


def test_a_note_without_an_id_is_left_out_of_lists_in_words(noted: Database) -> None:
    keep(noted, RARE)
    keep(noted, FACE)
    damage(noted, FACE, "kept.id = null")
    told: list[str] = []
    found = noted.await_(read_annotations(noted.store, MODEL, told.append))
    assert [each.target for each in found] == ["0"]
    assert told == [f"left out, because they are damaged: 1 without an id; `summit db check {MODEL}` says more"]


def test_a_damaged_note_is_left_out_of_lists_in_words_and_stays_where_nothing_replaces_it(noted: Database) -> None:
    first = keep(noted, FACE)
    keep(noted, RARE)
    damage(noted, FACE, "kept.kind = 'LAYER'")
    told: list[str] = []

    found = noted.await_(read_annotations(noted.store, MODEL, told.append))
    assert ([each.target for each in found], len(told)) == (["0"], 1)
    assert FACE.id in told[0] and f"`summit db check {MODEL}`" in told[0]
    (pair,) = noted.await_(merge_annotations(noted.store, MODEL, [FACE], False)).kept
    assert (pair.held, pair.given.name) == (None, "bear face")
    assert noted.await_(remove_annotation(noted.store, MODEL, FACE.kind, FACE.target, first.revision))


def test_what_a_file_replaces_is_changed_now_and_keeps_the_time_of_its_making(noted: Database) -> None:
    first = keep(noted, FACE)
    past = replace(FACE, name="wolf face", created="1999-01-01T00:00:00+00:00", changed="1999-01-01T00:00:00+00:00")
    noted.await_(merge_annotations(noted.store, MODEL, [past, replace(past, target="layer0/2")], True))

    replaced, added = read(noted) if read(noted)[0].target == "layer0/1" else reversed(read(noted))
    assert (replaced.created, replaced.changed >= first.changed) == (first.created, True)
    assert (added.created, added.changed) == (past.created, past.changed)


def test_notes_of_a_model_that_is_gone_are_checked_and_imported(noted: Database) -> None:
    gone = [replace(each, model="gone") for each in (FACE, RARE)]
    noted.write("store_annotations", rows=[replace(each, created="1", changed="1").properties for each in gone])
    try:
        damage(noted, gone[0], "kept.name = 'cat'")
        for model in ("gone", None):
            checked = noted.await_(check_database(noted.store, model, ignore_progress))
            assert [(each.model, each.part) for each in checked.damages if each.model == "gone"] == [("gone", "notes")]
        noted.await_(merge_annotations(noted.store, "gone", gone, True))
        assert noted.await_(check_database(noted.store, "gone", ignore_progress)).damages == ()
    finally:
        noted.write("remove_annotations", ids=[each.id for each in gone])
    with pytest.raises(NotFound):
        noted.await_(check_database(noted.store, "gone", ignore_progress))
    with pytest.raises(NotFound):
        noted.await_(merge_annotations(noted.store, "gone", gone, True))


def test_portions_of_the_largest_notes_and_views_fit_into_one_packed_answer() -> None:
    sign = "\U0001f43b"  # four bytes
    times = {"created": "2026-01-31T12:00:00+00:00", "changed": "2026-01-31T12:00:00+00:00"}
    texts = {"name": sign * LONGEST_NAME, "note": sign * LONGEST_NOTE, **times}
    picture = f"data:image/png;base64,{b64encode(PNG + bytes(LARGEST_PICTURE - len(PNG))).decode()}"
    address = "?" + "x" * (LONGEST_ADDRESS - 1)
    note = checked(Annotation(MODEL, Kind.CHANNEL, sign * 200 + "/1", **texts))
    view = checked(Annotation(MODEL, Kind.VIEW, "k" * 40, **texts, address=address, picture=picture))
    for most, of in ((MOST - MOST_VIEWS, note), (MOST_VIEWS, view)):
        ids = [f"{of.id[:-3]}{number:05}" for number in range(most)]
        found = list(stored.portions(ids))
        assert [id for part in found for id in part] == ids
        assert max(map(len, found)) * len(json.dumps(of.properties, ensure_ascii=False).encode()) < PACKED_BYTES


def test_views_that_do_not_fit_into_one_answer_are_read_in_several(noted: Database) -> None:
    picture = f"data:image/png;base64,{b64encode(PNG + bytes(LARGEST_PICTURE - len(PNG))).decode()}"
    views = [replace(VIEW, target=f"k{number}", picture=picture) for number in range(230)]
    assert len(views) * len(picture) > PACKED_BYTES
    noted.await_(merge_annotations(noted.store, MODEL, views, False))

    rows = noted.await_(stored.rows_by_id(noted.store, [each.id for each in views]))
    assert {row["id"] for row in rows} == {each.id for each in views}
    assert all(row["picture"] == picture for row in rows)


def test_a_long_list_is_read_in_portions(noted: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "LISTED_AT_ONCE", 2)
    given = [*(replace(FACE, target=f"layer0/{number}") for number in range(3)), RARE, VIEW]
    noted.await_(merge_annotations(noted.store, MODEL, given, False))

    rows = noted.await_(list_annotations(noted.store, MODEL))
    assert [row["id"] for row in rows] == [each.id for each in given]
    assert noted.run("count_annotations", model=MODEL) == [{"total": 5, "views": 1, "without_id": 0}]
