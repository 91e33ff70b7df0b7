"""What the page should show, as the service tells it."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.conftest import Service

MODEL = "summit-inceptionv1"


def graph_of(service: Service, index: int) -> dict[str, Any]:
    """The attribution graph of a class."""
    query = """query ($model: ID!, $index: Int!) { imageClass(model: $model, index: $index) { attributionGraph {
      totalChannels totalEdges channels { count channel { id layer index } } edges { source target weight } } } }"""
    found: dict[str, Any] = service.ask(query, model=MODEL, index=index)["imageClass"]["attributionGraph"]
    return found


def cut_of(
    service: Service, model: str, index: int, threshold: float, *, unified: bool = False, dead_ends: bool = True
) -> dict[str, Any]:
    """Another attribution graph of a class, from the PageRank that is kept."""
    query = """query ($model: ID!, $index: Int!, $threshold: Float!, $unified: Boolean!, $deadEnds: Boolean!) {
      imageClass(model: $model, index: $index) {
        attributionGraph(threshold: $threshold, unified: $unified, deadEnds: $deadEnds) {
          totalChannels totalEdges channels { channel { id layer } } origin { thresholds } } } }"""
    names = {"model": model, "index": index, "threshold": threshold, "unified": unified, "deadEnds": dead_ends}
    found: dict[str, Any] = service.ask(query, **names)["imageClass"]["attributionGraph"]
    return found


def origin_of(service: Service, model: str, index: int) -> dict[str, Any]:
    """How the stored graph of a class was cut."""
    query = """query ($model: ID!, $index: Int!) { imageClass(model: $model, index: $index) { attributionGraph {
      origin { threshold unified step deadEnds damping } } } }"""
    found: dict[str, Any] = service.ask(query, model=model, index=index)["imageClass"]["attributionGraph"]["origin"]
    return found


def comparison_of(
    service: Service, *classes: int, operation: str = "UNION", at_least: int | None = None
) -> dict[str, Any]:
    """Set algebra over the graphs of some classes."""
    query = """query ($model: ID!, $classes: [Int!]!, $operation: SetOperation!, $atLeast: Int) {
      compare(model: $model, classes: $classes, operation: $operation, atLeast: $atLeast) {
        channels { classes counts channel { id } } edges { source target classes weights }
        layers { layer jaccard shared union } } }"""
    names = {"model": MODEL, "classes": list(classes), "operation": operation, "atLeast": at_least}
    found: dict[str, Any] = service.ask(query, **names)["compare"]
    return found


def reach(edges: Iterable[dict[str, Any]], start: str, here: str, there: str) -> set[str]:
    """The channels that edges lead to from one end to the other, over any number of them."""
    found, fresh = {start}, {start}
    while fresh := {edge[there] for edge in edges if edge[here] in fresh} - found:
        found |= fresh
    return found


def run_script(page: Page, script: Path) -> None:
    """Run a script as the browser's tools do: the page's own policy refuses scripts from elsewhere."""
    page.evaluate(f"{script.read_text()}\n;null")


def probe(page: Page, name: str) -> Any:
    """What probes.js finds wrong with the page as it is drawn."""
    run_script(page, Path(__file__).with_name("probes.js"))
    return page.evaluate(f"probes.{name}()")


def write_name(page: Page, channel: str, name: str) -> None:
    """Another tab of the browser names a channel, "mixed4d/431"."""
    notes = json.dumps([{"kind": "CHANNEL", "target": channel, "name": name}])
    script = "([place, notes]) => { localStorage.setItem(place, notes); dispatchEvent(new Event('storage')); }"
    page.evaluate(script, [f"summit-notes {MODEL}", notes])
