"""Channels that a run leaves out of every count, as a person lists them. Needs no torch."""

from pathlib import Path

from queries.errors import QueryError

COMMENT = "#"


def channels_to_exclude(text: str) -> tuple[str, ...]:
    """The channels of a comma-separated text, each once: LAYER/INDEX, or a file with one per line.

    In a file, what follows # is a comment. Raises QueryError for a file that is no text.
    """
    found: list[str] = []
    for word in (part.strip() for part in text.split(",")):
        found += _lines(Path(word)) if Path(word).is_file() else [word]
    return tuple(dict.fromkeys(filter(None, found)))


def _lines(file: Path) -> list[str]:
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise QueryError(f"--exclude {file} cannot be read as a list of channels: {error}") from error
    return [line.partition(COMMENT)[0].strip() for line in lines]
