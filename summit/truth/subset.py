"""Graphs of some of a class's pictures, such as the misclassified ones."""

import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from queries.engines.settings import Settings
from queries.errors import DataError, QueryError
from queries.graphs.subset.difference import Likeness
from queries.records import Score, model_id
from queries.values import MOST_INT, counted
from summit.extra import ingest_extra
from summit.load import Classes, ModelId, RunName
from summit.terminal import Json, answer, command_group, console, report, words

if TYPE_CHECKING:
    from ingest.run.read import RunReader
    from ingest.subset.choose import Choice
    from ingest.subset.keeping import Made

commands = command_group()


@commands.command("subset")
def subset(
    run: RunName,
    wrong: Annotated[bool, typer.Option("--wrong", help="Pictures that are misclassified.")] = False,
    right: Annotated[bool, typer.Option("--right", help="Pictures that are correctly classified.")] = False,
    predicted: Annotated[
        str | None, typer.Option(help="Pictures taken for this class: a folder's name, an index, or output:N.")
    ] = None,
    pictures: Annotated[
        Path | None,
        typer.Option(help="Pictures listed in this file, one per line, as class/name below the run's images."),
    ] = None,
    remove: Annotated[
        str | None,
        typer.Option(help="Make nothing; remove the graphs of this subset, such as wrong or list:NAME, and its rest."),
    ] = None,
    model: ModelId = None,
    classes: Classes = "",
    score: Annotated[
        Score | None, typer.Option(help="What the graphs are by; default: activation, and both with --remove.")
    ] = None,
    splits: Annotated[int, typer.Option(min=1, max=1_000, help="Random splits to compare the difference with.")] = 63,
    seed: Annotated[int, typer.Option(min=0, max=MOST_INT, help="Of the splits.")] = 0,
    as_json: Json = False,
) -> None:
    """Make graphs of some of each class's pictures, from the votes that the run kept (--keep-votes).

    The graph of the other pictures is made, too, and how far both differ is compared with random splits of the same
    pictures into sets of the same sizes. The network looks at no picture again. Classes that have these graphs are
    left alone, so an interrupted command goes on where it stopped.
    """
    with ingest_extra():
        from ingest.loading import open_run
        from ingest.subset.keeping import Wish, make_subsets, remove_subsets

    started, settings = time.perf_counter(), Settings.from_environment()
    found = open_run(run, settings.home, console("subset"))
    name, indexes = model_id(found.name if model is None else model), found.select(words(classes))
    require_one([wrong, right, predicted is not None, pictures is not None, remove is not None])
    where = console("subset", name)
    if remove is not None:
        scores = [score] if score else list(Score)
        gone = remove_subsets(settings, found, name, indexes, remove, scores, where)
        by = [each.value for each in scores]
        told_of = f"{remove} and its rest, by {' and '.join(by)}, removed from {counted(len(gone), 'class')} of {name}"
        answer({"model": name, "scores": by, "removed": gone}, as_json, told_of)
        return
    choice = chosen_by(found, wrong, predicted, pictures)
    wish = Wish(choice, score or Score.ACTIVATION, splits, seed)
    made, notes = make_subsets(settings, found, name, indexes, wish, where)
    for note in notes:
        report(note)
    seconds = round(time.perf_counter() - started, 2)
    about = {"model": name, "score": wish.score.value}
    content = {**about, "classes": [asdict(each) for each in made], "seconds": seconds}
    written = sum(each.written for each in made)
    totals = f"{written:,} written, {len(made) - written:,} unchanged"
    line = f"{counted(len(made), 'class')} of {name}, {totals}; {seconds:.1f} s"
    answer(content, as_json, f"{described(choice, made)}\n{line}")


def require_one(given: Sequence[bool]) -> None:
    """Raise QueryError unless one of the options that name pictures is given."""
    if sum(given) != 1:
        raise QueryError(
            f"{sum(given)} of --wrong, --right, --predicted, --pictures and --remove are given; expected one of them"
        )


def chosen_by(run: "RunReader", wrong: bool, predicted: str | None, pictures: Path | None) -> "Choice":
    """The choice that the one given option makes."""
    from ingest.subset.choose import Choice

    if predicted is not None:
        return Choice.predicted(output_of(run, predicted))
    if pictures is not None:
        return Choice.listed(pictures.stem, listed_pictures(run, pictures))
    return Choice.wrong() if wrong else Choice.right()


def output_of(run: "RunReader", word: str) -> int:
    """The output that a word names: of a class of the run, or `output:N`. Raises QueryError."""
    number = word.removeprefix("output:")
    if number != word and number.isdecimal():
        return int(number)
    (index,) = run.select([word])
    output: int | None = run.table(index, "statistics")["output"][0].as_py()
    if output is None:
        raise QueryError(
            f"--predicted {word}: the class is not an output of the network, so no picture is taken for it"
        )
    return output


def listed_pictures(run: "RunReader", file: Path) -> list[str]:
    """Names from a file. Raises QueryError for one that the run did not count, DataError for a file without names."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DataError(f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise DataError(
            f"{file} is not UTF-8 at byte {error.start:,}; save it as UTF-8, one class/name per line"
        ) from error
    names = [line.strip() for line in text.splitlines() if line.strip()]
    if not names:
        raise DataError(f"{file} names no picture; expected class/name, one per line")
    rows = (row for index in run.classes for row in run.table(index, "pictures").to_pylist())
    known = {row["path"]: row["skipped"] for row in rows}
    if skipped := [name for name in names if known.get(name)]:
        raise QueryError(
            f"{file}: the run could not count {skipped[0]!r:.100}{others(skipped)}: {known[skipped[0]]}; leave it out "
            "of the list"
        )
    if unknown := [name for name in names if name not in known]:
        counted_ones = (name for name, why in known.items() if why is None)
        raise QueryError(
            f"{file}: the run did not count {unknown[0]!r:.100}{others(unknown)}; expected names such as "
            f"{min(counted_ones)}"
        )
    return names


def others(names: Sequence[str]) -> str:
    """How many there are besides the first."""
    return f" (and {counted(len(names) - 1, 'other')})" if len(names) > 1 else ""


def described(choice: "Choice", made: "list[Made]") -> str:
    """A table with a row for each class: Jaccard index of the two graphs, with the band of random splits."""
    width = max(len("class"), *(len(each.name) for each in made)) + 2
    heads = f"{'class':<{width}}{'pictures':>10}{'others':>10}{'channels alike':>24}{'edges alike':>24}"
    lines = [f"{choice.name}; others: {choice.rest}", heads]
    for each in made:
        counts = f"{each.subset.pictures:>10,}{each.subset.rest_pictures:>10,}"
        likes = [told(like) for like in each.subset.difference or (None, None)]
        if each.subset.rest is None:
            likes[0] = "others too few"
        lines.append(f"{each.name:<{width}}{counts}{likes[0]:>24}{likes[1]:>24}")
    return "\n".join(lines)


def told(like: Likeness | None) -> str:
    """ "0.26 (0.33 to 0.45)": the Jaccard index, and its band."""
    if like is None:
        return "-"
    return f"{like.jaccard:.2f}" + ("" if like.low is None else f" ({like.low:.2f} to {like.high:.2f})")
