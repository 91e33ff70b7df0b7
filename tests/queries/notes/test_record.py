"""What can be kept as a name, a note or a view, and the file that carries it."""

import base64
import json
from typing import Any

import pytest

from queries.errors import DataError, QueryError
from queries.notes.file import parse_file, print_file
from queries.notes.record import LARGEST_PICTURE, MOST, Annotation, Kind, checked

PNG = b"\x89PNG\r\n\x1a\n"


def data_url(data: bytes, kind: str = "png") -> str:
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


def view(**others: Any) -> Annotation:
    return Annotation("one", Kind.VIEW, "a1", **{"name": "two bears", "address": "?class=1", **others})


def channel(**texts: str) -> Annotation:
    return Annotation("one", Kind.CHANNEL, "low/3", **texts)


def test_texts_are_kept_without_the_space_around_them() -> None:
    kept = checked(channel(name="  bear \n face ", note=" a\r\nb\tc \n"))

    assert (kept.name, kept.note) == ("bear face", "a\nb\tc")
    assert checked(channel(name="bear", note="  ")).note is None


@pytest.mark.parametrize("name", ["👩‍🔬", "❤️", "می‌خواهم", "…", "a\u0301"])
def test_a_name_of_any_script_is_kept_with_the_signs_that_join_it(name: str) -> None:
    assert checked(channel(name=name)).name == name


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_a_view_keeps_a_picture_of_each_kind(kind: str) -> None:
    begins = {"png": PNG, "jpeg": b"\xff\xd8\xff", "webp": b"RIFF0000WEBP"}[kind]
    picture = data_url(begins + b"0" * 10, kind)

    assert checked(view(picture=picture)).picture == picture


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (channel(), "nothing to keep"),
        (channel(name="x" * 61), "61 characters; expected at most 60"),
        (channel(note="x" * 4001), "4,001 characters; expected at most 4,000"),
        (channel(name="a\u202eb"), "U+202E"),
        (channel(note="a\x00b"), "U+0000"),
        (channel(name="\ud800"), "half a character"),
        (channel(name="a", address="?a=1"), "belong to a view"),
        (Annotation("one", Kind.CLASS, "1", name="bear"), "a class has its name"),
        (Annotation("one", Kind.CLASS, "01", note="bear"), "expected the index of a class"),
        (Annotation("one", Kind.CHANNEL, "3", name="bear"), 'expected "<layer>/<index>"'),
        (Annotation("one", Kind.CHANNEL, "low/007", name="bear"), "not a channel"),
        (Annotation("one", Kind.CHANNEL, "l\x1b[2J/1", name="bear"), r"'l\x1b[2J/1' is not a channel"),
        (Annotation("one", Kind.CHANNEL, "l\ud800/1", name="bear"), r"'l\ud800/1' is not a channel"),
        (channel(name="a\u200bb"), "U+200B, which cannot be seen"),
        (channel(name="a\u200db"), "U+200D"),
        (channel(name="\u200e"), "U+200E"),
        (channel(name="\ufeffbear"), "U+FEFF"),
        (channel(name="\u2800"), "nothing of its name can be seen"),
        (channel(name="\u0301"), "nothing of its name can be seen"),
        (channel(name="bear\uffff"), "U+FFFF"),
        (channel(note="bear\ufffe"), "U+FFFE"),
        (Annotation("one", Kind.VIEW, "a/b", name="bear", address="?"), "expected a key"),
        (view(name=""), "needs a name and an address"),
        (view(address="javascript:alert(1)"), 'from its "?" on'),
        (view(address="//elsewhere.example/?a"), 'from its "?" on'),
        (view(address="?a=" + "x" * 2000), "at most 2,000"),
        (view(picture="https://elsewhere.example/a.png"), "not a PNG, JPEG or WebP"),
        (view(picture=data_url(b"<svg onload='alert(1)'/>", "svg+xml")), "not a PNG, JPEG or WebP"),
        (view(picture=data_url(b"<svg onload='alert(1)'/>")), "not a PNG, JPEG or WebP"),
        (view(picture="data:image/png;base64,!!"), "not a PNG, JPEG or WebP"),
        (view(picture=data_url(PNG + b"0" * LARGEST_PICTURE)), "60,008 bytes; expected at most 60,000"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_words(given: Annotation, told: str) -> None:
    with pytest.raises(QueryError) as error:
        checked(given)

    assert told in str(error.value)


def test_equal_contents_have_one_revision_whenever_they_were_written() -> None:
    first, second = channel(name="bear", created="2026-01-01"), channel(name="bear", created="2027-01-01")

    assert first.revision == second.revision != channel(name="bear", note="brown").revision


def test_a_file_that_was_written_is_read_the_same() -> None:
    times = {"created": "2026-01-31T12:00:00+00:00", "changed": "2026-02-01T12:00:00+00:00"}
    written = [channel(name="bear 🐻", note="a\nb", **times), checked(view(picture=data_url(PNG), **times))]

    assert parse_file(print_file("one", written), "one", "a file") == written


def test_a_file_of_names_alone_is_read() -> None:
    text = json.dumps({"kind": "summit-channel-names", "model": "one", "names": {"low/3": " stripes "}})

    assert parse_file(text, "one", "a file") == [channel(name="stripes")]


def test_times_of_a_file_are_read_in_utc() -> None:
    entry = {"kind": "CHANNEL", "target": "low/3", "name": "bear", "created": "2026-01-31T23:30:00-05:00"}

    assert parse_file(in_file(entry), "one", "a file")[0].created == "2026-02-01T04:30:00+00:00"


def test_a_file_with_more_entries_than_a_model_holds_is_refused_before_they_are_read() -> None:
    with pytest.raises(DataError, match="holds 10,001 entries; a model has at most 10,000"):
        parse_file(in_file(*["bear"] * (MOST + 1)), "one", "a file")


def in_file(*notes: Any, **others: Any) -> str:
    return json.dumps({"kind": "summit-notes", "version": 1, "model": "one", "notes": notes, **others})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("stripes", "is not JSON"),
        ("[]", "expected summit-notes, version 1"),
        ("[" * 200_000, "is not JSON"),
        (json.dumps({"kind": json.loads("[" * 900 + "]" * 900)}), "expected summit-notes, version 1"),
        (in_file(json.loads("[" * 900 + "]" * 900)), "entry 1"),
        (in_file({"kind": "CHANNEL", "target": "l\x1b[2J/1", "name": "a"}), "entry 1"),
        (
            in_file({"kind": "CHANNEL", "target": "low/3", "name": "a", "changed": "0001-01-01T00:00:00+14:00"}),
            "not a time",
        ),
        (in_file(version=2), "version 2"),
        (in_file(model="other"), "holds notes on 'other'"),
        (json.dumps({"kind": "summit-notes", "version": 1, "model": "one"}), "no list of notes"),
        (in_file("bear"), "entry 1 is 'bear'"),
        (in_file({"kind": "CHANNEL", "target": "low/3", "name": 7}), "entry 1"),
        (in_file({"kind": "LAYER", "target": "low", "name": "a"}), "entry 1"),
        (in_file({"kind": "CHANNEL", "target": "low/3", "name": "a", "colour": "red"}), "entry 1"),
        (in_file({"kind": "CHANNEL", "target": "low/3", "name": "a", "changed": "yesterday"}), "entry 1"),
        (in_file({"kind": "CHANNEL", "target": "low/3", "name": "x" * 61}), "entry 1: one/low/3"),
        (
            in_file(*[{"kind": "CHANNEL", "target": "low/3", "name": name} for name in "ab"]),
            "two entries for one/low/3",
        ),
    ],
)
def test_a_file_that_is_damaged_or_not_ours_is_refused_in_words(text: str, told: str) -> None:
    with pytest.raises(DataError) as error:
        parse_file(text, "one", "a file")

    assert told in str(error.value)
