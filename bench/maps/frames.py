"""`python -m bench.maps.frames`: main-thread time of a frame while the map is panned, zoomed and moved between layers.

Makes maps of 1,000 and of 10,000 classes on nine layers, opens them in a real browser and reads its own trace. All
figures are CPU time of one thread (`tdur` of the trace), not time by the clock, so that other processes on the machine
count little: of the page's main thread from one frame to the next, and, as a mean over these frames, of the worker that
paints the map.
"""

import json
import statistics
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bench.testbed.chromium import QUIET, REMEDY, find_chromium
from bench.testbed.databases import open_database
from bench.testbed.service import Service, serving
from queries.engines.arcadedb import ArcadeDB
from queries.records import class_id
from queries.store import Row, Store

BOUNDS = {1_000: 6.0, 10_000: 16.0}  # ms of a frame, by number of classes
LAYERS = [f"mixed{name}" for name in ("3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a", "5b")]
GROUPS, TOGETHER = 12, 1_000  # groups; classes written in one statement
CATEGORIES = ["devtools.timeline", "disabled-by-default-devtools.timeline"]
CANVAS = ".room-map .plot canvas"

Event = dict[str, Any]


def main() -> None:
    chromium = find_chromium()
    if chromium is None:
        raise SystemExit(REMEDY)
    with tempfile.TemporaryDirectory() as home:
        with open_database(ArcadeDB(), Path(home) / "arcadedb") as database:
            for classes in BOUNDS:
                database.await_(store_maps(database.store, f"made-{classes}", classes))
        with serving(Path(home)) as service, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
            print(f"{'CPU ms of a frame':<18}{'frames':>8}{'median':>8}{'95 %':>8}{'most':>8}{'painter':>9}")
            for classes, bound in BOUNDS.items():
                report(browser, service, classes, bound)
            browser.close()


async def store_maps(store: Store, model: str, classes: int) -> None:
    """A model of made-up classes in a dozen groups, with a map of every layer, and no counts."""
    layers = [{"id": f"{model}/{name}", "name": name, "index": k, "channels": 8} for k, name in enumerate(LAYERS)]
    await store.write("upsert_model", model=model, properties={"architecture": "made up"}, now="today")
    await store.write("upsert_layers", model=model, rows=layers)
    for start in range(0, classes, TOGETHER):
        rows = [{"id": class_id(model, k), "index": k} for k in range(start, min(start + TOGETHER, classes))]
        await store.write("upsert_classes", model=model, rows=rows)
    await store.write("replace_groups", model=model, rows=made_groups(model, classes))
    for row in made_maps(model, classes):
        await store.write("store_embeddings", model=model, rows=[row])


def made_groups(model: str, classes: int) -> list[Row]:
    return [
        {
            "id": f"{model}/group-{k}",
            "wnid": f"n{k:08}",
            "name": f"group {k}",
            "classes": [class_id(model, index) for index in range(k, classes, GROUPS)],
        }
        for k in range(GROUPS)
    ]


def made_maps(model: str, classes: int) -> list[Row]:
    """Clouds around the middle of each group, which move from layer to layer."""
    chance = np.random.RandomState(0)
    groups = np.arange(classes) % GROUPS
    rows = []
    for layer in LAYERS:
        middles = chance.normal(scale=6, size=(GROUPS, 2))
        places = (middles[groups] + chance.normal(size=(classes, 2))).round(4)
        made = {"classes": list(range(classes)), "x": places[:, 0].tolist(), "y": places[:, 1].tolist(), "parked": []}
        rows.append({"id": f"{model}/{layer}", **made, "source": "graphs", "digest": "", "parameters": "{}"})
    return rows


def report(browser: Browser, service: Service, classes: int, bound: float) -> None:
    address = f"{service.url}/?model=made-{classes}&room=map&layer=mixed4d"
    for name, act in ACTS.items():
        page = browser.new_page(viewport={"width": 1600, "height": 1000})
        page.goto(address)
        expect(page.locator(".room-map h1")).to_have_text("Classes at mixed4d", timeout=120_000)
        expect(page.locator(".stamp")).to_have_count(len(LAYERS), timeout=120_000)
        page.wait_for_timeout(1_000)
        taken, painting = frames(browser, page, act)
        page.close()
        high = statistics.quantiles(taken, n=20)[-1]
        told = "" if high <= bound else f"  over {bound:g}"
        median, most = statistics.median(taken), max(taken)
        print(f"{classes:>6,} {name:<11}{len(taken):>8}{median:>8.1f}{high:>8.1f}{most:>8.1f}{painting:>9.1f}{told}")


def pan(page: Page) -> None:
    page.mouse.move(600, 400)
    page.mouse.down()
    for step in range(60):
        page.mouse.move(600 + 3 * step, 400 + step)
    page.mouse.up()


def zoom(page: Page) -> None:
    page.mouse.move(700, 450)
    for step in range(60):
        page.mouse.wheel(0, -40 if step < 30 else 40)


def change_layers(page: Page) -> None:
    """With the pointer alone: to click an element, Playwright runs a script of its own in the page."""
    boxes = [box for stamp in page.locator(".stamp").all() if (box := stamp.bounding_box())]
    for box in (*boxes, *boxes[::-1]):
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.wait_for_timeout(400)


def hover(page: Page) -> None:
    for step in range(60):
        page.mouse.move(500 + 6 * step, 300 + 4 * step)


ACTS: dict[str, Callable[[Page], None]] = {"panning": pan, "zooming": zoom, "layers": change_layers, "hovering": hover}


def frames(browser: Browser, page: Page, act: Callable[[Page], None]) -> tuple[list[float], float]:
    """ms of the main thread for each frame while something is done, and the mean of the painter's."""
    browser.start_tracing(page=page, categories=CATEGORIES)
    act(page)
    events: Sequence[Event] = json.loads(browser.stop_tracing())["traceEvents"]
    fired = [event for event in of_threads(events, "CrRendererMain") if event["name"] == "FireAnimationFrame"]
    ((process, thread), _), *_ = Counter((event["pid"], event["tid"]) for event in fired).most_common(1)
    mine = [event for event in events if (event["pid"], event["tid"]) == (process, thread)]
    tasks = sorted(tasks_of(mine), key=lambda task: float(task["ts"]))
    drawn = {task["ts"] for task in tasks for each in fired if task["ts"] <= each["ts"] < task["ts"] + task["dur"]}
    taken = [
        sum(task["tdur"] for task in tasks if start <= task["ts"] < end) / 1000
        for start, end in pairwise(sorted(drawn))
    ]
    painter = [event for event in of_threads(events, "DedicatedWorker thread") if event["pid"] == process]
    return taken, sum(task["tdur"] for task in tasks_of(painter)) / 1000 / max(1, len(drawn))


def of_threads(events: Sequence[Event], name: str) -> list[Event]:
    """The events of all threads with a name."""
    named = [event for event in events if event["name"] == "thread_name" and event["args"]["name"] == name]
    threads = {(event["pid"], event["tid"]) for event in named}
    return [event for event in events if (event["pid"], event["tid"]) in threads]


def tasks_of(events: Sequence[Event]) -> list[Event]:
    return [event for event in events if event["name"] == "RunTask" and "tdur" in event]


if __name__ == "__main__":
    main()
