"""Names, notes and saved views as a file, the same for the command, the page and another database. Pure.

    {"kind": "summit-notes", "version": 1, "model": "summit-inceptionv1", "notes": [
      {"kind": "CHANNEL", "target": "mixed4d/431", "name": "bear face", "note": "...", "created": ..., "changed": ...},
      {"kind": "VIEW", "target": "lx2k9f", "name": "two bears", "address": "?room=compare&...", "picture": "data:..."}]}

What is unknown is left out. A file of names alone, which the page once wrote, is read, too.
"""

import json
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from reprlib import repr as shortly

from queries.errors import DataError, QueryError
from queries.notes.record import MOST, Annotation, Kind, checked
from queries.records import Record, Row

KIND, VERSION = "summit-notes", 1
NAMES_ALONE = "summit-channel-names"
TEXTS = ("name", "note", "address", "picture", "created", "changed")


def print_file(model: str, annotations: Iterable[Annotation]) -> str:
    notes = [told(each) for each in annotations]
    return json.dumps({"kind": KIND, "version": VERSION, "model": model, "notes": notes}, ensure_ascii=False, indent=1)


def told(annotation: Annotation) -> dict[str, str]:
    texts = {name: getattr(annotation, name) for name in TEXTS}
    about = {"kind": annotation.kind.value, "target": annotation.target}
    return about | {name: text for name, text in texts.items() if text}


def parse_file(text: str, model: str, place: str) -> list[Annotation]:
    """What a file holds, each checked. place  what messages call the file

    Raises DataError for another file, another model's, and for anything in it that cannot be kept.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DataError(
            f"{place} is not JSON ({error!s:.200}); give a file that `summit notes --export` or the page wrote"
        ) from error
    about = found if isinstance(found, dict) else {}
    kind, of = about.get("kind"), about.get("model")
    if kind not in (KIND, NAMES_ALONE) or (kind == KIND and about.get("version") != VERSION):
        raise DataError(
            f"{place} is {shortly(kind)}, version {shortly(about.get('version'))}; expected {KIND}, version {VERSION}: "
            "give a file that `summit notes --export` or the page wrote, or install a newer Summit Graph"
        )
    if of != model:
        raise DataError(
            f"{place} holds notes on {shortly(of)}; expected notes on {model}: give a file written for that model"
        )
    held = entries(about, place)
    if len(held) > MOST:
        raise DataError(f"{place} holds {len(held):,} entries; a model has at most {MOST:,}: leave some out")
    return unique([one(entry, model, f"{place}, entry {k}") for k, entry in enumerate(held, 1)], place)


def entries(about: Record, place: str) -> list[object]:
    """Of either kind of file, as of the newer."""
    held = about.get("names" if about["kind"] == NAMES_ALONE else "notes")
    if about["kind"] == NAMES_ALONE and isinstance(held, dict):
        return [{"kind": Kind.CHANNEL.value, "target": target, "name": name} for target, name in held.items()]
    if not isinstance(held, list):
        raise DataError(f"{place} holds no list of notes; it is damaged: use another copy")
    return held


def one(entry: object, model: str, place: str) -> Annotation:
    texts: Row = {name: entry.get(name) for name in ("kind", "target", *TEXTS)} if isinstance(entry, dict) else {}
    unknown = sorted(entry.keys() - texts.keys()) if isinstance(entry, dict) else ()
    wrong = [name for name, text in texts.items() if not isinstance(text, str | None)]
    if not texts or wrong or unknown or texts["kind"] not in list(Kind) or not texts["target"]:
        raise DataError(
            f"{place} is {shortly(entry)}; expected an object with kind ({', '.join(Kind)}), target, and as text any "
            f"of {', '.join(TEXTS)}"
        )
    try:
        times = {name: utc(texts.pop(name)) for name in ("created", "changed")}
        return checked(Annotation(model, Kind(texts.pop("kind")), **texts, **times))
    except (QueryError, ValueError) as error:
        raise DataError(f"{place}: {error} (nothing was changed)") from error


def utc(time: str | None) -> str:
    """A time in UTC, as queries.values.utc_now writes it, "" for none; raises ValueError for one without its zone."""
    if not time:
        return ""
    try:
        found = datetime.fromisoformat(time[:40])
        if found.tzinfo is not None and len(time) <= 40:
            return found.astimezone(UTC).isoformat(timespec="seconds")
    except (ValueError, OverflowError):
        pass
    raise ValueError(f"{time!a:.60} is not a time with its zone, e.g. 2026-01-31T12:00:00+00:00")


def unique(found: list[Annotation], place: str) -> list[Annotation]:
    """Raises DataError where a file has two for one target, of which one would be lost."""
    counts = Counter(each.id for each in found)
    if twice := next((each for each in found if counts[each.id] > 1), None):
        raise DataError(f"{place} holds two entries for {twice.label}; keep one of them")
    return found
