"""A scene as an SVG that stands alone, light and dark, with pictures in it. Pure."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from html import escape

from queries.drawing.scene import HANDED_ON, NUMBER, Curve, Scene, Seat

TONES = ("plain",), ("a", "both", "b")
LIGHT = {
    "ground": "#f7f7f5",
    "sunken": "#efefeb",
    "lane": "#ebebe6",
    "outline": "#cfcfc9",
    "text": "#1c1c1f",
    "second": "#64646a",
    "edge": "#6a6a72",
    "class-a": "#1d5fa8",
    "class-b": "#b04d08",
    "both": "#2b2b30",
}
DARK = {
    "ground": "#141518",
    "sunken": "#101114",
    "lane": "#1f2128",
    "outline": "#454852",
    "text": "#ececef",
    "second": "#a3a5ae",
    "edge": "#a4a6b0",
    "class-a": "#74b3f5",
    "class-b": "#f2a065",
    "both": "#d9d9de",
}
# Notebooks say whether they are light or dark; elsewhere the reader's system does.
IN_LIGHT = ('[data-jp-theme-light="true"]', ".vscode-light")
IN_DARK = ('[data-jp-theme-light="false"]', ".vscode-dark")
RULES = """
{0} {{ background: var(--ground); max-width: 100%; height: auto }}
{0} text {{ font: 11px Inter, system-ui, sans-serif; fill: var(--second); font-variant-numeric: tabular-nums }}
{0} .title {{ font-size: 20px; font-weight: 600; fill: var(--text) }}
{0} .name, {0} .whose {{ font-size: 13px; font-weight: 600; fill: var(--text) }}
{0} .number, {0} .whose {{ text-anchor: middle }}
{0} .zone {{ fill: var(--sunken) }}
{0} .none {{ fill: var(--outline) }}
{0} path {{ fill: none; stroke: var(--edge) }}
{0} path.a {{ stroke: var(--class-a) }}
{0} path.b {{ stroke: var(--class-b); stroke-dasharray: 5 3.5 }}
{0} path.beads {{ stroke-linecap: round }}
{0} .lane {{ fill: var(--lane) }}
{0} path.both {{ stroke: var(--both) }}
{0} .tab-a {{ fill: var(--class-a) }}
{0} .tab-b {{ fill: var(--class-b) }}
{0} .a.whose {{ fill: var(--class-a) }}
{0} .b.whose {{ fill: var(--class-b) }}
{0} g:hover > .frame {{ stroke: var(--both) }}
{0} .frame {{ fill: none; stroke: transparent; stroke-width: 2 }}
"""
HEAD = 52.0  # px above the scene, for its title
ZONES = 24.0  # ... and for the names of the zones
BEAD, STRING = 2.6, 0.4  # px of the smallest bead; width of the line that beads are on, of the edge's
WORDS = {"CONVOLUTION": "convolution", "SKIP": "skip", "BOTH": "skip and convolution"}  # kinds of edges
SAMPLE = 44.0  # px of an edge in the legend


def draw(
    scene: Scene, title: str, note: str, *, whose: Sequence[str] = (), pictures: Mapping[str, str] | None = None
) -> str:
    """An SVG. Its tooltips say what each channel and edge is.

    note      below the title, e.g. "57 channels, 176 edges"
    whose     headings of the three zones
    pictures  data URIs by channel; a channel without one is a plain square with its number
    """
    known, above = pictures or {}, HEAD + (ZONES if whose else 0)
    name = f"summit-{abs(_digest(title + note)):08x}"
    height = scene.height + above
    size = f'width="{scene.width:g}" height="{height:g}" viewBox="0 {-above:g} {scene.width:g} {height:g}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{name}" {size} role="img" aria-label="{_quoted(title)}">',
        f"<style>{_style(name)}</style>",
        f'<text class="title" x="16" y="{26 - above:g}">{_quoted(title)}</text>',
        f'<text x="16" y="{44 - above:g}">{_quoted(note)}</text>',
        *_legend(scene, above),
        *(_zones(scene, whose, above) if whose else ()),
        *(
            f'<rect class="lane" x="{lane.left:g}" y="{lane.top:g}" width="{lane.width:g}" height="{lane.height:g}" '
            'rx="12"/>'
            for lane in scene.lanes
        ),
        *(_edge(curve, _tone(curve.link.zone, whose)) for curve in scene.curves),
        *(_channel(seat, _tone(seat.node.zone, whose), known.get(seat.node.id)) for seat in scene.seats),
    ]
    for row in scene.rows:
        parts.append(f'<text class="name" x="16" y="{row.middle - 4:g}">{_quoted(row.layer.name)}</text>')
        parts.append(f'<text x="16" y="{row.middle + 11:g}">{_quoted(row.layer.note)}</text>')
    return "\n".join([*parts, "</svg>"])


def data_uri(picture: bytes, media: str = "image/jpeg") -> str:
    return f"data:{media};base64,{b64encode(picture).decode()}"


def _zones(scene: Scene, whose: Sequence[str], above: float) -> list[str]:
    middle, width = scene.zones[1]
    box = f'x="{middle:g}" y="{-ZONES:g}" width="{width:g}" height="{scene.height + ZONES:g}"'
    names = zip(whose, scene.zones, TONES[1], strict=True)
    return [f'<rect class="zone" {box}/>'] + [
        f'<text class="whose {tone}" x="{x + width / 2:.1f}" y="-6">{_quoted(name)}</text>'
        for name, (x, width), tone in names
    ]


def _edge(curve: Curve, tone: str) -> str:
    """A cubic with vertical tangents, from the top of the lower picture to the foot of the upper channel's number."""
    (x0, y0), (x1, y1) = (curve.lower.x, curve.lower.y - curve.lower.side), (curve.upper.x, curve.upper.y + NUMBER)
    bend = (y0 - y1) * 0.55
    path = f"M{x0:g},{y0:.1f}C{x0:g},{y0 - bend:.1f} {x1:g},{y1 + bend:.1f} {x1:g},{y1:.1f}"
    about = f"<title>{_quoted(curve.link.about)}</title>"
    return _stroke(path, curve.link.kind, curve.width, curve.opacity, tone, about)


def _stroke(path: str, kind: str | None, width: float, opacity: float, tone: str, about: str = "") -> str:
    """A line, and beads where a channel is handed on: on a thin line where a convolution leads there, too."""
    line = max(0.8, STRING * width) if kind == "BOTH" else width
    drawn = f'<path class="{tone}" d="{path}" stroke-width="{line:g}" stroke-opacity="{opacity:g}">{about}</path>'
    if kind not in HANDED_ON:
        return drawn
    bead = max(BEAD, width)
    apart = round(1.7 * bead + 3)
    gaps = f"0 {round(1.25 * bead + 1)} 0 {2 * apart}" if tone == "b" else f"0 {apart}"
    strength = f'stroke-width="{bead:g}" stroke-opacity="{min(1.0, opacity + 0.2):g}" style="stroke-dasharray: {gaps}"'
    beads = f'<path class="{tone} beads" d="{path}" {strength}>{about}</path>'
    return beads if kind == "SKIP" else f"<g>{drawn}{beads}</g>"


def _legend(scene: Scene, above: float) -> list[str]:
    """Of the kinds of edges that there are, from the right; nothing where none is handed on."""
    kinds = [kind for kind in WORDS if any(curve.link.kind == kind for curve in scene.curves)]
    if not set(kinds) & set(HANDED_ON):
        return []
    parts, right, y = list[str](), scene.width - 16, 44 - above
    for kind in reversed(kinds):
        left = right - 6.2 * len(WORDS[kind]) - SAMPLE
        parts.append(_stroke(f"M{left:g},{y - 4:g}h{SAMPLE - 8:g}", kind, 2.6, 0.7, TONES[0][0]))
        parts.append(f'<text x="{left + SAMPLE:g}" y="{y:g}">{WORDS[kind]}</text>')
        right = left - 16
    return parts


def _channel(seat: Seat, tone: str, picture: str | None) -> str:
    left, top, side = seat.x - seat.side / 2, seat.y - seat.side, seat.side
    box = f'x="{left:.1f}" y="{top:.1f}" width="{side:g}" height="{side:g}"'
    shown = (
        f'<image {box} href="{_quoted(picture)}" style="clip-path: inset(0 round 6px)"/>'
        if picture
        else f'<rect class="none" {box} rx="6"/>'
    )
    tabs = "".join(
        f'<rect class="tab-{whose}" x="{x:.1f}" y="{top:.1f}" width="3" height="{side:g}" rx="1.5"/>'
        for whose, x in (("a", left - 5), ("b", left + side + 2))
        if tone in (whose, "both")
    )
    number = f'<text class="number" x="{seat.x:g}" y="{seat.y + 12:.1f}">{seat.node.index}</text>'
    frame = f'<rect class="frame" {box} rx="6"/>'
    return f"<g>{shown}{frame}{tabs}{number}<title>{_quoted(seat.node.about)}</title></g>"


def _tone(zone: int, whose: Sequence[str]) -> str:
    return TONES[bool(whose)][zone]


def _style(name: str) -> str:
    """Rules for this drawing alone, so that many can stand in one document."""
    light, dark = (";".join(f"--{key}:{value}" for key, value in colours.items()) for colours in (LIGHT, DARK))
    chosen = [f"{where} .{name}{{{light}}}" for where in IN_LIGHT] + [f"{where} .{name}{{{dark}}}" for where in IN_DARK]
    system = f".{name}{{{light}}}\n@media (prefers-color-scheme: dark){{.{name}{{{dark}}}}}"
    return "\n".join([system, *chosen]) + RULES.format(f".{name}")


def _digest(text: str) -> int:
    """The same number for the same text in every process."""
    value = 0
    for letter in text:
        value = (value * 31 + ord(letter)) % 2**32
    return value


def _quoted(text: str) -> str:
    """Text for XML, without the characters that it does not have."""
    return escape("".join(letter if letter.isprintable() else " " for letter in text))
