"""Where points stand on the drawn map, as the service's numbers have it."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any

from playwright.sync_api import Page

from tests.conftest import Service
from tests.e2e.looking import MODEL

MARGIN = 44  # px around the points of a layer that fills the stage
RADIUS = 3.2  # px, of a point among 1,000
CANVAS = ".room-map .plot canvas"

Place = tuple[float, float]


@dataclass(frozen=True)
class Chart:
    """A layer's map as it is drawn on a canvas of that size, when nobody has zoomed; all of the trail is in view."""

    classes: tuple[int, ...]
    x: tuple[float, ...]
    y: tuple[float, ...]
    width: float
    height: float
    trail: tuple[Place, ...] = ()

    def place(self, index: int) -> Place:
        """px on the canvas."""
        row = self.classes.index(index)
        return self.to_screen(self.x[row], self.y[row])

    def to_screen(self, x: float, y: float) -> Place:
        across, down = [*self.x, *(x for x, _ in self.trail)], [*self.y, *(y for _, y in self.trail)]
        left, right, bottom, top = min(across), max(across), min(down), max(down)
        scale = min((self.width - 2 * MARGIN) / (right - left), (self.height - 2 * MARGIN) / (top - bottom))
        return (self.width / 2 + scale * (x - (left + right) / 2), self.height / 2 - scale * (y - (bottom + top) / 2))

    def inside(self, left: float, top: float, right: float, bottom: float) -> list[int]:
        places = {index: self.place(index) for index in self.classes}
        return [index for index, (x, y) in places.items() if left < x < right and top < y < bottom]

    def lonely(self, among: Collection[int], distance: float) -> list[int]:
        """Those with no other point so near, in px."""
        places = {index: self.place(index) for index in self.classes}

        def is_lonely(index: int) -> bool:
            x, y = places[index]
            return all(other == index or abs(x - ox) + abs(y - oy) > distance for other, (ox, oy) in places.items())

        return [index for index in among if is_lonely(index)]

    def towards(self, index: int, across: int, up: int) -> int | None:
        """The class that an arrow key leads to."""
        row = self.classes.index(index)
        best: tuple[float, int] | None = None
        for other, x, y in zip(self.classes, self.x, self.y, strict=True):
            dx, dy = x - self.x[row], y - self.y[row]
            ahead, aside = dx * across + dy * up, abs(dx * up - dy * across)
            if ahead > 0 and aside <= ahead and (best is None or ahead + 2 * aside < best[0]):
                best = (ahead + 2 * aside, other)
        return best and best[1]


def chart(page: Page, service: Service, layer: str, trail: tuple[Place, ...] = ()) -> Chart:
    """The chart of a layer on the page's canvas, with the chosen class's places at all layers."""
    box = page.locator(CANVAS).bounding_box()
    assert box is not None
    points = embedding_of(service, layer)
    return Chart(
        tuple(points["classes"]),
        tuple(points["x"]),
        tuple(points["y"]),
        round(box["width"]),
        round(box["height"]),
        trail,
    )


@cache
def embedding_of(service: Service, layer: str) -> dict[str, Any]:
    query = """query ($model: ID!, $layer: String!) { model(id: $model) { embedding(layer: $layer) {
      classes x y source stale parked } } }"""
    found: dict[str, Any] | None = service.ask(query, model=MODEL, layer=layer)["model"]["embedding"]
    assert found, "the fixture `mapped` makes maps"
    return found


def is_ringed(page: Page, place: Place, radius: float, colour: tuple[int, int, int]) -> bool:
    """Whether a ring of that colour (0..255) is drawn around a place on the canvas."""
    reading = """(canvas, [x, y, radius]) => {
      const sharp = canvas.width / canvas.clientWidth;
      const copy = Object.assign(document.createElement("canvas"), { width: canvas.width, height: canvas.height });
      const ink = copy.getContext("2d", { willReadFrequently: true });
      ink.drawImage(canvas, 0, 0);
      return Array.from({ length: 16 }, (_, k) => {
        const angle = (2 * Math.PI * k) / 16;
        const [left, top] = [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
        return [...ink.getImageData(Math.floor(left * sharp), Math.floor(top * sharp), 1, 1).data];
      });
    }"""
    found = page.locator(CANVAS).evaluate(reading, [*place, radius])
    near = [pixel for pixel in found if all(abs(a - b) < 60 for a, b in zip(pixel, colour, strict=False)) and pixel[3]]
    return len(near) >= 8
