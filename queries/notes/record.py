"""What somebody writes down about a model: the name of a channel, a note, a saved view. Pure.

It belongs to an id, not to a node: a class that is counted or extracted again, replaced or removed keeps its note, and
shows it again when the model has it again.
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Self

from queries.errors import QueryError
from queries.records import Record, Row, digest_of
from queries.values import CONTROLS, half_character, is_visible, unseen

MOST = 10_000  # of a model
MOST_VIEWS = 500  # of a model, with pictures of up to 40 MB in all
LONGEST_NAME = 60  # characters, as the page's field takes
LONGEST_NOTE = 4_000
LONGEST_ADDRESS = 2_000
LARGEST_PICTURE = 60_000  # bytes of the file, which the data URL has a third more of
ADDRESS = re.compile(r"\?[\x21-\x7e]*")  # the query alone: where the page stands is each reader's own
PICTURE = re.compile(r"data:image/(png|jpeg|webp);base64,([A-Za-z0-9+/=]*)")
BEGINS: Mapping[str, Callable[[bytes], bool]] = {  # of a file of that kind
    "png": lambda data: data.startswith(b"\x89PNG\r\n\x1a\n"),
    "jpeg": lambda data: data.startswith(b"\xff\xd8\xff"),
    "webp": lambda data: data[:4] == b"RIFF" and data[8:12] == b"WEBP",
}


class Kind(StrEnum):
    """What is written about."""

    CHANNEL = "CHANNEL"
    CLASS = "CLASS"
    VIEW = "VIEW"


TARGETS: Mapping[Kind, tuple[re.Pattern[str], str]] = {
    Kind.CHANNEL: (re.compile(r"[^/\s]{1,200}/(?:0|[1-9]\d{0,8})", re.ASCII), '"<layer>/<index>", e.g. "mixed4d/431"'),
    Kind.CLASS: (re.compile(r"0|[1-9]\d{0,8}", re.ASCII), 'the index of a class, e.g. "294"'),
    Kind.VIEW: (re.compile(r"[A-Za-z0-9-]{1,40}"), "a key of 1 to 40 letters, digits and hyphens"),
}


@dataclass(frozen=True, slots=True)
class Annotation:
    """One name, note or view, None where it has none of these.

    target   "<layer>/<index>" of a channel, the index of a class, a view's key, which is new for each
    name     of a channel or a view; classes have theirs already
    address  of a view: the query of the page's address, "?..."
    picture  of a view, as a data URL
    created, changed  UTC, as queries.values.utc_now writes it
    """

    model: str
    kind: Kind
    target: str
    name: str | None = None
    note: str | None = None
    address: str | None = None
    picture: str | None = None
    created: str = ""
    changed: str = ""

    @property
    def id(self) -> str:
        return annotation_id(self.model, self.kind, self.target)

    @property
    def revision(self) -> str:
        """Equal for equal contents, whenever they were written."""
        return digest_of([self.name, self.note, self.address, self.picture])

    @property
    def label(self) -> str:
        """What messages call it."""
        return f"the view {self.name or self.target!r}" if self.kind is Kind.VIEW else f"{self.model}/{self.target}"

    @property
    def properties(self) -> Row:
        """Of its node."""
        held = {each.name: getattr(self, each.name) for each in fields(self)}
        return {**held, "id": self.id, "kind": self.kind.value, "revision": self.revision}

    @classmethod
    def of(cls, row: Record) -> Self:
        """From a row of annotations_by_id."""
        held = {each.name: row[each.name] for each in fields(cls)}
        return cls(**{**held, "kind": Kind(row["kind"])})


def annotation_id(model: str, kind: Kind, target: str) -> str:
    """The only place where an annotation's id is built."""
    return f"{model}/{kind.lower()}/{target}"


def id_of_channel(channel: str) -> str:
    """From the id of a channel."""
    model, layer, index = channel.rsplit("/", 2)
    return annotation_id(model, Kind.CHANNEL, f"{layer}/{index}")


def id_of_class(image_class: str) -> str:
    """From the id of a class."""
    model, _, index = image_class.rpartition("/")
    return annotation_id(model, Kind.CLASS, index)


def is_readable(row: Record) -> bool:
    """Whether a row of annotations or annotations_by_id is of a known kind with texts where they belong.

    One that another program wrote, or that is damaged, may not be; `summit db check` names it.
    """
    always = ("id", "model", "target", "created", "changed", "revision")
    texts = all(isinstance(row[name], str) for name in always)
    maybe = all(isinstance(row.get(name), str | None) for name in ("name", "note", "address", "picture"))
    return texts and maybe and row["kind"] in list(Kind)


def whole(row: Record) -> Annotation | None:
    """What a row of annotations_by_id holds, None where that is not what was written."""
    if not is_readable(row):
        return None
    try:
        held = checked(Annotation.of(row))
    except QueryError:
        return None
    return held if (held.revision, held.id) == (row["revision"], row["id"]) else None


def checked(given: Annotation) -> Annotation:
    """The same with texts as they are kept: no space around them, None where they are empty.

    Raises QueryError for what cannot be kept.
    """
    name = " ".join((given.name or "").split()) or None
    note = (given.note or "").replace("\r\n", "\n").strip() or None
    kept = replace(given, name=name, note=note, address=given.address or None, picture=given.picture or None)
    check_target(kept.kind, kept.target)
    check_name(kept)
    check_text("note", (kept.note or "").replace("\n", "").replace("\t", ""), LONGEST_NOTE, kept, len(kept.note or ""))
    if kept.kind is Kind.VIEW:
        if not kept.name or not kept.address:
            raise QueryError(f"{kept.label}: a view needs a name and an address; give both")
        check_address(kept)
        check_picture(kept)
    elif kept.address or kept.picture:
        raise QueryError(f"{kept.label}: an address and a picture belong to a view; leave them out")
    elif kept.kind is Kind.CLASS and kept.name:
        raise QueryError(f"{kept.label}: a class has its name; write a note, and leave the name out")
    elif not kept.name and not kept.note:
        raise QueryError(f"{kept.label}: there is nothing to keep; give a name or a note, or remove what is kept")
    return kept


def check_target(kind: Kind, target: str) -> None:
    """Raise QueryError for what no channel, class or view is called."""
    form, expected = TARGETS[kind]
    if half_character(target) or unseen(target) or not form.fullmatch(target):
        raise QueryError(f"{target!a:.80} is not a {kind.lower()}; expected {expected}")


def check_name(given: Annotation) -> None:
    """Raise QueryError for a name that is too long, or that cannot be seen as it is."""
    check_text("name", given.name, LONGEST_NAME, given)
    if sign := unseen(given.name or ""):
        raise QueryError(f"{given.label}: its name contains the character {sign}, which cannot be seen; leave it out")
    if given.name and not is_visible(given.name):
        raise QueryError(f"{given.label}: nothing of its name can be seen; give one of letters, numbers or symbols")


def check_text(what: str, text: str | None, longest: int, given: Annotation, length: int | None = None) -> None:
    """Raise QueryError for a text that is too long, or that controls how the text around it is shown."""
    if half := half_character(text or ""):
        raise QueryError(f"{given.label!a}: its {what} has half a character ({half}); leave it out")
    if (long := len(text or "") if length is None else length) > longest:
        raise QueryError(f"{given.label}: its {what} has {long:,} characters; expected at most {longest:,}")
    if found := CONTROLS.search(text or ""):
        raise QueryError(
            f"{given.label}: its {what} contains the character U+{ord(found[0]):04X}, which controls how text is shown "
            "or is not text; leave it out"
        )


def check_address(given: Annotation) -> None:
    address = given.address or ""
    if len(address) > LONGEST_ADDRESS or not ADDRESS.fullmatch(address):
        raise QueryError(
            f'{given.label}: its address is {address!r:.80}; expected what the page\'s address has from its "?" on, at '
            f"most {LONGEST_ADDRESS:,} characters"
        )


def check_picture(given: Annotation) -> None:
    """A small raster picture, by what the file says itself: nothing that a browser would run."""
    if given.picture is None:
        return
    found = PICTURE.fullmatch(given.picture)
    try:
        data = base64.b64decode(found[2], validate=True) if found else b""
    except binascii.Error:
        data = b""
    if not found or not BEGINS[found[1]](data):
        raise QueryError(
            f"{given.label}: its picture ({given.picture!r:.40}) is not a PNG, JPEG or WebP file as a data URL; give "
            "one, or none"
        )
    if len(data) > LARGEST_PICTURE:
        raise QueryError(
            f"{given.label}: its picture has {len(data):,} bytes; expected at most {LARGEST_PICTURE:,}: make it smaller"
        )
