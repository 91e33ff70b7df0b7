"""What a copy with some of a model's classes keeps of an answer: nothing then leads to what the copy lacks. Pure."""

import re
from collections.abc import Collection, Sequence
from urllib.parse import parse_qsl

from graphql_api.site.asking import Body
from graphql_api.site.questions import Part

CLASSES_SHOWN = ("class", "classes", "picked", "of", "against")  # words of an address with indexes, or groups' names
CHANNELS_SHOWN = ("channel", "pin", "around", "motif")  # with channels, or edges between them


def part_of_group(group: Part, held: Collection[int]) -> Part:
    classes = [index for index in group["classes"] if index in held]
    return {**group, "classes": classes, "classCount": len(classes)}


def part_of_map(embedding: Part, held: Collection[int]) -> Part:
    """A layer's map with some of its classes alone; they stay where they are."""
    places = [place for place, index in enumerate(embedding["classes"]) if index in held]
    columns = {name: [embedding[name][place] for place in places] for name in ("classes", "x", "y")}
    return {**embedding, **columns, "parked": [index for index in embedding["parked"] if index in held]}


def part_of_class(body: Body, held: Collection[int]) -> Body:
    """An answer about a class; outputs that its pictures are taken for are no classes where the copy lacks them."""
    data = body.get("data") or {}
    image_class = data.get("imageClass")
    if not image_class:
        return body
    confusions = [
        each if each["class"] is None or each["class"]["index"] in held else {**each, "class": None}
        for each in image_class["confusions"]
    ]
    return {"data": {**data, "imageClass": {**image_class, "confusions": confusions}}}


def part_of_channel(channel: Part, held: Collection[int]) -> Part:
    """With the copy's classes alone, and no command to make patches by; how many the model has that use it stays."""
    return {
        **without_remedy(channel),
        "classes": [each for each in channel["classes"] if each["imageClass"]["index"] in held],
    }


def without_remedy(channel: Part) -> Part:
    """Without the command that makes what is missing: who reads a copy can make nothing, and the folder is private."""
    return {**channel, "pictures": channel["pictures"] and {**channel["pictures"], "patchesRemedy": None}}


def part_of_suggestions(names: Sequence[Part], channels: Collection[str]) -> list[Part]:
    return [each for each in names if each["channel"]["id"] in channels]


def part_of_notes(notes: Sequence[Part], held: Collection[int], channels: Collection[str]) -> list[Part]:
    """Those on its channels ("<layer>/<index>") and classes, and the views that show no others."""

    def is_held(note: Part) -> bool:
        if note["kind"] == "CHANNEL":
            return note["target"] in channels
        if note["kind"] == "CLASS":
            return int(note["target"]) in held
        words = parse_qsl((note["address"] or "").removeprefix("?"))
        named = [word for name, value in words if name in CLASSES_SHOWN for word in value.split(",")]
        shown = [word for name, value in words if name in CHANNELS_SHOWN for word in re.split("[,>]", value)]
        return all(int(index) in held for index in named if index.isdecimal()) and all(
            channel in channels for channel in shown if "/" in channel
        )

    return [note for note in notes if is_held(note)]


def graph_channels(view: Body) -> list[Part]:
    """The channels of the graph in an answer to View; none where the class has no such graph."""
    image_class = (view.get("data") or {}).get("imageClass")
    return list(image_class["attributionGraph"]["channels"]) if image_class else []


def counts_by_layer(channels: Sequence[Part], places: dict[str, int]) -> list[list[int]]:
    """For each layer, lowest first: channel, count, channel, count, ..."""
    layers: list[list[int]] = [[] for _ in places]
    for each in channels:
        layers[places[each["channel"]["layer"]]] += [each["channel"]["index"], each["count"]]
    return layers
