"""A graph of the client as an SVG: one class's, or a comparison with its zones. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from statistics import mean
from typing import TYPE_CHECKING, Any

from queries.drawing.scene import Layer, Link, Node, make_scene
from queries.drawing.svg import draw
from queries.values import counted

if TYPE_CHECKING:
    import networkx

About = Mapping[str, Any]  # the attributes of a node or an edge
NAMED = 3  # classes in a title


def svg_of(graph: "networkx.DiGraph", pictures: Mapping[str, str]) -> str:
    """The drawing of a graph with the attributes of summit.client.graphs.

    pictures  data URIs by channel
    Two classes have three zones: only the first, both, only the second.
    """
    classes: Mapping[int, str] = graph.graph.get("classes") or {}
    pair = list(classes) if len(classes) == 2 else []
    channels, edges = dict(graph.nodes(data=True)), {(a, b): about for a, b, about in graph.edges(data=True)}
    largest_count = graph.graph.get("largest_count") or _largest(channels.values(), "count")
    largest_weight = graph.graph.get("largest_weight") or _largest(edges.values(), "weight")
    nodes = [
        Node(
            channel,
            about["layer"],
            about["index"],
            _share(about, "count", largest_count),
            f"{about['layer']}/{about['index']}: {_pictures(about, 'count', classes)}",
            _zone(about, "count", pair),
        )
        for channel, about in channels.items()
    ]
    links = [
        Link(
            source,
            target,
            _share(about, "weight", largest_weight),
            f"{_short(source)} to {_short(target)}: {_pictures(about, 'weight', classes)}{_attributed(about)}",
            _zone(about, "weight", pair),
            about.get("kind"),
        )
        for (source, target), about in edges.items()
    ]
    sizes: Mapping[str, int] = graph.graph.get("sizes") or {}
    names = _from_lowest_to_highest(graph.graph["layers"], nodes)
    layers = [_layer(name, nodes, sizes, zones=3 if pair else 1) for name in names]
    scene = make_scene(layers, nodes, links, 3 if pair else 1)
    whose = [f"only {classes[pair[0]]}", "both", f"only {classes[pair[1]]}"] if pair else []
    return draw(scene, *_heads(graph, classes), whose=whose, pictures=pictures)


def _values(about: About, name: str) -> dict[int | None, int]:
    """A value by class; by None where there is one class alone."""
    several: dict[int | None, int] | None = about.get(f"{name}s")
    return {None: about[name]} if several is None else several


def _largest(abouts: Iterable[About], name: str) -> int:
    return max((value for about in abouts for value in _values(about, name).values()), default=0) or 1


def _share(about: About, name: str, largest: int) -> float:
    """Mean share of the pictures; where their number is unknown, of the largest in the model's graphs."""
    values, shares = _values(about, name), about["shares"] if "shares" in about else {None: about["share"]}
    known = [value / largest if shares.get(index) is None else shares[index] for index, value in values.items()]
    return mean(known) if known else 0.0


def _zone(about: About, name: str, pair: Sequence[int]) -> int:
    """0 only the first of two classes has it, 1 both, 2 only the second; a channel that edges alone keep is both's."""
    holders = [index for index in _values(about, name) if index is not None]
    return 2 * pair.index(holders[0]) if pair and len(holders) == 1 else int(bool(pair))


def _pictures(about: About, name: str, classes: Mapping[int, str]) -> str:
    """The number of pictures, and the probability where it is known; for each class where there are several."""
    values, several = _values(about, name), about.get("probabilities")
    likely = {None: about.get("probability")} if several is None else several
    told = [
        counted(value, "picture")
        + ("" if index is None else f" of {classes[index]}")
        + ("" if likely.get(index) is None else f" (probability {likely[index]:.2g})")
        for index, value in values.items()
    ]
    return ", ".join(told) or "left out by the operation"


def _attributed(about: About) -> str:
    """What was counted of an edge by attribution; nothing where it is not known."""
    if about.get("attributed") is None:
        return ""
    return f"; by attribution {about['attributed']:,} of {about['attributed_of']:,}"


def _from_lowest_to_highest(layers: Sequence[str], nodes: Sequence[Node]) -> Sequence[str]:
    """The layers without those above and below all nodes."""
    used = {node.layer for node in nodes}
    heights = [height for height, name in enumerate(layers) if name in used]
    return layers[heights[0] : heights[-1] + 1] if heights else layers


def _layer(name: str, nodes: Sequence[Node], sizes: Mapping[str, int], zones: int) -> Layer:
    here = [node for node in nodes if node.layer == name]
    if zones > 1:
        return Layer(name, " · ".join(str(sum(node.zone == zone for node in here)) for zone in range(zones)))
    return Layer(name, f"{len(here):,} of {sizes[name]:,}" if name in sizes else f"{len(here):,}")


def _heads(graph: "networkx.DiGraph", classes: Mapping[int, str]) -> tuple[str, str]:
    """Title, and the line below it."""
    about = graph.graph
    by = "" if about["score"].lower() == "activation" else f" · by {about['score'].lower()}"
    count = (
        f"{counted(graph.number_of_nodes(), 'channel')} · {counted(graph.number_of_edges(), 'edge')} · "
        f"{about['model']}{by}"
    )
    if not classes:
        at = about.get("threshold")
        return about["name"], count + (f" · {at:g} % of PageRank" if at is not None else "")
    names = list(classes.values())
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    number = f" {about['at_least']}" if about.get("at_least") is not None else ""
    return ", ".join(names[:NAMED]) + more, f"{count} · {about['operation'].lower().replace('_', ' ')}{number}"


def _short(channel: str) -> str:
    return channel.split("/", 1)[1]
