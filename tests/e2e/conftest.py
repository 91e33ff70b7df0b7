"""A real browser in front of a real service. Set SUMMIT_SCREENSHOTS=1 to draw docs/screenshots anew."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from bench.testbed.chromium import QUIET, REMEDY, find_chromium
from bench.testbed.counted import IMAGES, Counted, counted
from bench.testbed.sample import load_sample
from graphql_api.pictures import picture_file
from queries.channels.probes import probe_step
from queries.channels.scores import channel_score_steps
from queries.engines.arcadedb import ArcadeDB
from queries.graphs.extraction import Cut, extract_model
from queries.groups import keep_group
from queries.load.published import LAYERS
from queries.load.steps import model_step
from queries.map.stored import embed_model
from queries.progress import ignore_progress
from tests.conftest import MODEL, ROOT, Command, Service, open_database, serving
from tests.e2e.patched import write_patches
from tests.e2e.residual import CUT, NAME, kept_in

SCREENSHOTS = ROOT / "docs" / "screenshots"
TOWN_ACCURACY = {0: 0.5, 1: 0.9, 2: None, 3: 0.1, 4: 1.0, 5: None}  # by class
TOWN_GROUPS = {"old town": [0, 1, 2], "new town": [3, 4, 5]}
BEEN_THERE = "try { localStorage.setItem('summit-tour', 'shown') } catch {}"  # about:blank has no storage
PATIENCE = 30_000  # ms; the tests may share two cores with two databases


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where the browser is. Without one nothing of the page is tested: skipped, and a failure under CI."""
    found = find_chromium()
    if found is None:
        if os.environ.get("CI"):
            pytest.fail(REMEDY)
        pytest.skip(REMEDY)
    return found


@pytest.fixture(scope="package")
def browser(chromium: str, built_page: Path) -> Iterator[Browser]:
    """Gone before other packages' tests run: while it is there, no event loop of theirs could."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        yield running
        running.close()


@contextmanager
def opening(browser: Browser, service: Service) -> Iterator[Callable[..., Page]]:
    """open_("/?class=294", dark=False, width=1600, height=1000): a page, checked for errors when the block ends.

    offline: the service will be out of reach for a while, of which the browser will complain
    new:     nobody has been there with this browser before
    """
    pages: list[Page] = []
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    def open_(
        address: str = "/",
        *,
        dark: bool = False,
        still: bool = True,
        offline: bool = False,
        width: int = 1600,
        height: int = 1000,
        touch: bool = False,
        new: bool = False,
    ) -> Page:
        page = browser.new_page(
            base_url=service.url,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            has_touch=touch,
            reduced_motion="reduce" if still else "no-preference",
        )
        page.set_default_timeout(PATIENCE)
        if not new:
            page.add_init_script(BEEN_THERE)
        if not offline:
            page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address)
        pages.append(page)
        return page

    yield open_
    for page in pages:
        page.close()
    assert complaints == []


@pytest.fixture
def open_page(browser: Browser, running: Service) -> Iterator[Callable[..., Page]]:
    """Pages over the published graphs."""
    with opening(browser, running) as open_:
        yield open_


@pytest.fixture
def open_live(browser: Browser, live: Service) -> Iterator[Callable[..., Page]]:
    """Pages over models whose PageRank is kept."""
    with opening(browser, live) as open_:
        yield open_


@pytest.fixture(scope="session")
def running(request: pytest.FixtureRequest) -> Service:
    """SUMMIT_TEST_URL names a service that already runs over the published graphs; else one is started."""
    named = os.environ.get("SUMMIT_TEST_URL")
    found: Service = Service(named) if named else request.getfixturevalue("service")
    return found


@pytest.fixture(scope="session")
def mapped(running: Service, summit: Command) -> None:
    """The published graphs have their maps; those of a service that is not ours are as they are."""
    if running.home:
        made = summit("embed", MODEL, home=running.home)
        assert made.returncode == 0, made.stderr
    query = "query ($model: ID!) { model(id: $model) { embeddings { layer stale } } }"
    found = running.ask(query, model=MODEL)["model"]["embeddings"]
    assert found == [{"layer": layer.name, "stale": False} for layer in LAYERS]


@pytest.fixture(scope="session")
def live_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with models that have counts: `sample`, `tower` and `residual`, with PageRank and the graphs cut
    from it, and `town`, with maps, groups, and statistics of most classes.

    Of `sample` there is one picture, a real one, and a probe; of `tower` there are patches, scores of its channels, and
    a probe.
    """
    home = tmp_path_factory.mktemp("live")
    picture = picture_file(pictures_of_sample(home), "top", 0, "dataset-p-0")
    picture.parent.mkdir(parents=True)
    (pictures_of_sample(home).parent / "manifest.json").write_text("{}")
    Image.new("RGB", (8, 8), "orange").save(picture)
    with ThreadPoolExecutor(1) as elsewhere:  # Playwright's event loop runs in this thread
        elsewhere.submit(fill, home).result()
    return home


def pictures_of_sample(home: Path) -> Path:
    return home / "runs" / "trial" / "pictures"


def fill(home: Path) -> None:
    with open_database(ArcadeDB(), home / "arcadedb") as database:
        database.await_(load_sample(database.store))
        query, parameters = model_step("sample", {"pictures": str(pictures_of_sample(home))})
        database.write(query, **parameters)
        tower = counted("tower", (16, 20, 24, 28), classes=4, density=0.2)
        database.load(tower)
        write_patches(home / "tower", {layer.name: layer.channels for layer in tower.layers}, classes=4)
        query, parameters = model_step("tower", {"pictures": str(home / "tower")})
        database.write(query, **parameters)
        measured = [*channel_score_steps("tower", scores_of(tower)), probe_step("tower", probe_of(tower))]
        database.await_(database.store.write_together(measured))
        database.load(kept_in(home / "runs" / NAME))
        for name, cut in (("tower", Cut()), (NAME, Cut(CUT))):
            database.await_(extract_model(database.store, name, cut=cut, progress=ignore_progress))
        database.load(town())
        for name, classes in TOWN_GROUPS.items():
            database.await_(keep_group(database.store, "town", name, classes))
        database.await_(embed_model(database.store, "town", ignore_progress))


def scores_of(made: Counted) -> list[dict[str, Any]]:
    """What `summit channels` could find: no two channels alike, a dozen of them proposed for exclusion."""
    names = [(layer.name, index) for layer in made.layers for index in range(layer.channels)]
    return [
        {"layer": layer, "index": index}
        | {"frequency": 0.04 + 0.01 * (k * 7 % 88), "position": 2 - 0.02 * k, "selectivity": 0.01 * (k * 5 % 88)}
        for k, (layer, index) in enumerate(names)
    ]


def probe_of(made: Counted) -> list[dict[str, Any]]:
    """What `summit probe` could find."""
    common = {"chance": 0.25, "classes": 4, "learning": 90, "held_out": 30, "top": 5, "sets": 5, "seed": 0}
    return [
        {"layer": layer.name, "size": layer.channels, "channels": 5 + k, "accuracy": 0.4 + 0.15 * k}
        | {"random": 0.35 + 0.15 * k, "random_least": 0.3 + 0.15 * k, "random_most": 0.45 + 0.15 * k}
        | {"every": 0.7 + 0.1 * k, **common}
        for k, layer in enumerate(made.layers)
    ]


def town() -> Counted:
    """Six classes; of the last nothing but counts is known."""
    made = counted("town", (24, 30, 36), classes=1 + max(TOWN_ACCURACY), density=0.2)
    held = {index: replace(of, properties=town_properties(index)) for index, of in made.held.items()}
    return replace(made, held=held)


def town_properties(index: int) -> dict[str, Any]:
    name, accuracy = f"street {'abcdef'[index]}", TOWN_ACCURACY[index]
    if accuracy is None:
        return {"name": name, "images": IMAGES}
    right = round(IMAGES * accuracy)
    bins = [IMAGES - right, *[0] * 18, right]
    return {
        "name": name,
        "images": IMAGES,
        "output": index,
        "top1_accuracy": accuracy,
        "probability_histogram": bins,
        "top_probability_histogram": bins,
        "confused_outputs": [index, 99, 0],
        "confused_images": [right, 3, 2],
    }


@pytest.fixture(scope="session")
def live(live_home: Path) -> Iterator[Service]:
    with serving(live_home) as service:
        yield service


@pytest.fixture
def shoot() -> Callable[[Page, str], None]:
    """shoot(page, name) draws docs/screenshots/<name>.png, when that is asked for."""

    def draw(page: Page, name: str) -> None:
        if os.environ.get("SUMMIT_SCREENSHOTS") != "1":
            return
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        page.wait_for_load_state("networkidle")
        page.wait_for_function("document.fonts.ready.then(() => [...document.images].every((image) => image.complete))")
        page.wait_for_timeout(400)
        page.screenshot(path=SCREENSHOTS / f"{name}.png")

    return draw
