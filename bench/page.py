"""`python -m bench.page [COMMIT]`: main-thread time of the page while things are pointed at, zoomed and switched.

Builds the page of an earlier commit (`main` if none is named) and runs both pages in turn over one service with the
published graphs, or the one that SUMMIT_TEST_URL names. Figures are CPU time of the page's main thread, read from the
browser's own trace, so that other processes on the machine count little, and so is the longest task. The last four rows
are wall time: from the start of opening the page to the first paint and to the first channel, and from a click on a
class to the frame that shows its graph, for a class not seen before and for the same one again.
"""

import json
import mimetypes
import os
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from bench.testbed.chromium import QUIET, REMEDY, find_chromium
from bench.testbed.databases import ROOT

PAGE = ROOT / "graphql_api" / "page"
MODEL = "summit-inceptionv1"
CATEGORIES = ["devtools.timeline", "disabled-by-default-devtools.timeline"]
BUSY = f"/?model={MODEL}&class=813"
TEN = f"/?model={MODEL}&room=compare&classes=294,295,296,297,298,299,300,301,302,303&operation=UNION&look=graph"
SECOND = 1_000  # ms
TIMES = 12  # repetitions of an act

WATCH = """new MutationObserver((_, watch) => {
  if (document.querySelector("g.node")) [window.graphAt] = [performance.now(), watch.disconnect()];
}).observe(document, { childList: true, subtree: true })"""  # when the first channel of a graph is there

SWITCH = """() => {
  const drawn = () => document.querySelector("svg[aria-label^='Attribution graph of']")?.ariaLabel;
  document.addEventListener("click", () => {
    const [before, clicked, painted] = [drawn(), performance.now(), new MessageChannel()];
    painted.port1.onmessage = () => (window.switchedAfter = performance.now() - clicked);
    const look = () => (drawn() === before ? requestAnimationFrame(look) : painted.port2.postMessage(null));
    requestAnimationFrame(look);
  }, true);
}"""  # the ms until the first frame with another class's graph is painted

Event = dict[str, Any]
Act = Callable[[Page], int]  # what is measured; answers how many changes it made


def main() -> None:
    chromium = find_chromium()
    service = os.environ.get("SUMMIT_TEST_URL")
    if chromium is None or service is None:
        raise SystemExit(f"{REMEDY}; SUMMIT_TEST_URL must name a service over the published graphs")
    commit = sys.argv[1] if len(sys.argv) > 1 else "main"
    with building(commit) as earlier, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        print(f"{'ms of main thread':<28}{commit[:10]:>12}{'now':>8}{'   longest task':>16}{'now':>8}")
        for name, (address, act) in ACTS.items():
            measured = [measure(browser, service + address, folder, act) for folder in (earlier, PAGE)]
            (before, longest_before), (now, longest) = measured
            print(f"{name:<28}{before:>12.1f}{now:>8.1f}{longest_before:>16.0f}{longest:>8.0f}", flush=True)
        for moments in (openings, switches):
            for name, (before, now) in moments(browser, service + BUSY, (earlier, PAGE)).items():
                print(f"{name:<28}{before:>12.0f}{now:>8.0f}", flush=True)
        browser.close()


@contextmanager
def building(commit: str) -> Iterator[Path]:
    """The folder with the page as it was at a commit."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        subprocess.run(["git", "worktree", "add", "--quiet", "--detach", tree, commit], cwd=ROOT, check=True)
        try:
            (tree / "web" / "node_modules").symlink_to(ROOT / "web" / "node_modules")
            subprocess.run(["npx", "vite", "build", "--logLevel", "error"], cwd=tree / "web", check=True)
            yield tree / "graphql_api" / "page"
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", tree], cwd=ROOT, check=True)


def opened(browser: Browser, address: str, folder: Path) -> Page:
    """The page in that folder over the service of the address, as soon as a graph is there."""
    page = browser.new_page(viewport={"width": 1600, "height": 1000})

    def answer(route: Route) -> None:
        name = route.request.url.split("?")[0].rsplit("/", 1)[-1] or "index.html"
        file = next(folder.rglob(name))
        route.fulfill(body=file.read_bytes(), content_type=mimetypes.guess_type(name)[0] or "text/html")

    page.route(lambda url: "/assets/" in url or url.split("?")[0].endswith("/"), answer)
    page.add_init_script(WATCH)
    page.goto(address)
    expect(page.locator("g.node").first).to_be_attached(timeout=60 * SECOND)
    return page


def openings(browser: Browser, address: str, folders: Sequence[Path]) -> dict[str, list[float]]:
    """Median ms from the start to what is seen first, and to the graph; the pages take turns."""
    seen: dict[str, list[list[float]]] = {
        "opening: first paint": [[] for _ in folders],
        "opening: graph": [[] for _ in folders],
    }
    for _ in range(TIMES):
        for k, folder in enumerate(folders):
            page = opened(browser, address, folder)
            page.wait_for_function("() => performance.getEntriesByName('first-contentful-paint').length")
            moments = page.evaluate(
                "() => [performance.getEntriesByName('first-contentful-paint')[0].startTime, window.graphAt]"
            )
            for taken, moment in zip(seen.values(), moments, strict=True):
                taken[k].append(moment)
            page.close()
    return {name: [statistics.median(each) for each in taken] for name, taken in seen.items()}


def switches(browser: Browser, address: str, folders: Sequence[Path]) -> dict[str, list[float]]:
    """Median ms from a click on a class to its graph, the first time and after going back."""
    seen: dict[str, list[float]] = {"switch: class not seen": [], "switch: class seen": []}
    for folder in folders:
        page = opened(browser, address, folder)
        page.wait_for_load_state("networkidle")
        page.unroute_all()
        page.evaluate(SWITCH)
        first, again = [], []
        for step in range(1, 1 + TIMES // 2):
            first.append(switched(page, 2 * step))
            page.go_back()
            page.wait_for_timeout(SECOND)
            again.append(switched(page, 2 * step))
        for taken, moments in zip(seen.values(), (first, again), strict=True):
            taken.append(statistics.median(moments))
        page.close()
    return seen


def switched(page: Page, place: int) -> float:
    """Click on the class at that place of the list; the ms until its graph is painted."""
    page.evaluate("() => { window.switchedAfter = undefined; }")
    page.locator("ul.classes a.item").nth(place).click()
    taken: float = page.wait_for_function("() => window.switchedAfter").json_value()
    page.wait_for_timeout(SECOND)
    return taken


def measure(browser: Browser, address: str, folder: Path, act: Act) -> tuple[float, float]:
    """CPU ms of the main thread for one change, and of its longest task."""
    page = opened(browser, address, folder)
    page.wait_for_load_state("networkidle")
    page.unroute_all()  # while requests are routed the browser keeps no picture
    page.wait_for_timeout(2 * SECOND)
    browser.start_tracing(page=page, categories=CATEGORIES)
    changes = act(page)
    events: Sequence[Event] = json.loads(browser.stop_tracing())["traceEvents"]
    page.close()
    fired = [event for event in events if event["name"] == "FireAnimationFrame" or event["name"] == "EventDispatch"]
    (own, _), *_ = Counter((event["pid"], event["tid"]) for event in fired).most_common(1)
    tasks = [event for event in events if event["name"] == "RunTask" and (event["pid"], event["tid"]) == own]
    busy = sum(event.get("tdur", 0) for event in tasks) / 1000
    return busy / changes, max(event.get("tdur", 0) for event in tasks) / 1000


def point(page: Page) -> int:
    """Onto a channel and off it again: the two changes are counted as one."""
    box = page.locator("g.node .picture").nth(20).bounding_box()
    assert box is not None
    for _ in range(TIMES):
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.wait_for_timeout(300)
        page.mouse.move(400, 62)
        page.wait_for_timeout(300)
    return TIMES


def wheel(page: Page) -> int:
    page.mouse.move(800, 500)
    for step in range(2 * TIMES):
        page.mouse.wheel(0, -60 if step < TIMES else 60)
        page.wait_for_timeout(60)
    return 2 * TIMES


def pan(page: Page) -> int:
    """Drag the drawing about, a step of 20 px each frame or so."""
    page.mouse.move(800, 900)
    page.mouse.down()
    for step in range(2 * TIMES):
        page.mouse.move(800 + 20 * (step if step < TIMES else 2 * TIMES - step), 900)
        page.wait_for_timeout(60)
    page.mouse.up()
    return 2 * TIMES


def switch(page: Page) -> int:
    """To another class by the list, each one unseen before."""
    for step in range(1, 1 + TIMES // 2):
        page.locator("ul.classes a.item").nth(step + 1).click()
        page.wait_for_timeout(SECOND)
    return TIMES // 2


ACTS: dict[str, tuple[str, Act]] = {
    "pointing, class 813": (BUSY, point),
    "pointing, union of ten": (TEN, point),
    "wheel step, class 813": (BUSY, wheel),
    "wheel step, union of ten": (TEN, wheel),
    "pan step, class 813": (BUSY, pan),
    "pan step, union of ten": (TEN, pan),
    "switch of class": (BUSY, switch),
}


if __name__ == "__main__":
    main()
