"""Making pictures where a person watches, or reads a log."""

import time

from ingest.count.stored.saved import SAVED_EVERY, Paced
from ingest.pictures.visualize.pipeline import Visualized, visualize
from ingest.pictures.visualize.plan import Settings
from queries.progress import Console
from queries.values import counted


def visualize_with_progress(settings: Settings, console: Console) -> Visualized:
    """With a progress bar, or with lines where nobody sees one: pictures made, pictures a second, time left."""
    lines, started = Paced(SAVED_EVERY), time.monotonic()
    with console.progress() as progress:

        def show(made: int, total: int) -> None:
            progress("pictures", made, total)
            if not console.interactive and lines.due():
                console.report(line(made, total, time.monotonic() - started))

        return visualize(settings, console.report, show)


def line(made: int, total: int, seconds: float) -> str:
    """How far the work is; its speed counts from the start, with what had to be loaded."""
    speed = made / seconds if seconds > 0 else 0.0
    left = f", {(total - made) / speed:,.0f} s left" if speed else ""
    return f"{made:,} of {counted(total, 'picture')}, {speed:.1f} a second{left}"
