"""An attribution graph as the viewers of Anthropic and Neuronpedia read one (their schema 1.0). Pure."""

import json
import re
from datetime import datetime

from queries.errors import QueryError
from queries.export.record import Export, Vertex
from queries.records import Record, Row, sorted_lists

CHANNEL, OUTPUT = "cross layer transcoder", "logit"  # what those viewers call a feature, and the network's answer
ATTRIBUTED = "output_attributed"  # value of a channel of the last layer: pictures in which it raises the log-odds most
COLUMN = 0  # a picture has no sequence of tokens: everything stands in one column


def viewer_json(export: Export) -> str:
    """One class's graph: a node per channel, one for the class as the output, edges with their weight in pictures.

    The class's name stands for the prompt. Counts, PageRank, probabilities and kinds of edges have names of their own,
    and `generation_settings` has the whole provenance; viewers pass over names that they do not know.
    Raises QueryError for anything but one class's graph.
    """
    if len(export.classes) != 1:
        raise QueryError("this format holds the graph of one class; give a class, or choose another format")
    ((index, name),) = export.classes.items()
    heights = {layer: height for height, (layer, _) in enumerate(export.layers)}
    ids = {vertex.id: node_id(heights[vertex.layer], vertex.index) for vertex in export.vertices}
    document = {
        "metadata": _metadata(export, index, name),
        "qParams": {"pinnedIds": [], "supernodes": [], "linkType": "both", "clickedId": "", "sg_pos": ""},
        "nodes": [
            *(_node(vertex, heights[vertex.layer]) for vertex in export.vertices),
            _output(index, name, len(heights)),
        ],
        "links": [
            {
                "source": ids[arc.source],
                "target": ids[arc.target],
                "weight": _weight(arc.weight, export.about),
                **arc.values,
            }
            for arc in export.arcs
        ]
        + [
            {"source": ids[vertex.id], "target": node_id(len(heights), index), "weight": vertex.values[ATTRIBUTED]}
            for vertex in export.vertices
            if vertex.values.get(ATTRIBUTED)
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def node_id(height: int, index: int) -> str:
    """Layer, feature and column: the only place where such an id is built."""
    return f"{height}_{index}_{COLUMN}"


def _weight(weight: float, about: Record) -> float:
    """In the units of the file that the graph was imported from; else in pictures."""
    unit = about.get("weight_unit")
    return weight if unit is None else float(f"{weight * unit:.15g}")


def _metadata(export: Export, index: int, name: str) -> Record:
    about = export.about
    created = datetime.fromisoformat(about["date"]).timestamp()
    return {
        "slug": re.sub(r"[^a-z0-9]+", "-", f"{about['model']} {index} {name}".lower()).strip("-"),
        "scan": about["model"],
        "prompt": name,
        "prompt_tokens": [name],
        "info": {
            "description": f"Attribution graph of class {index}, {name}. Weights are {_weights(about)}.",
            "generator": {"name": about["program"], "version": about["version"]},
            "create_time_ms": round(created * 1000),
        },
        "generation_settings": {**about, **_of_network(export)},
    }


def _of_network(export: Export) -> Record:
    """What an import needs besides the graph: probabilities of channels outside it, and skips into all channels."""
    told: Row = {} if export.outside is None else {"outside": dict(export.outside)}
    if export.skips is not None:
        told["skips"] = {
            layer: {"alone": sorted_lists(each.alone), "beside": sorted_lists(each.beside)}
            for layer, each in export.skips.items()
        }
    return told


def _weights(about: Record) -> str:
    return "numbers of pictures" if about.get("weight_unit") is None else "those of the imported file"


def _node(vertex: Vertex, height: int) -> Record:
    return {
        "node_id": node_id(height, vertex.index),
        "feature": vertex.index,
        "layer": str(height),
        "ctx_idx": COLUMN,
        "feature_type": CHANNEL,
        "jsNodeId": f"{height}_{vertex.index}-{COLUMN}",
        "clerp": f"{vertex.layer}/{vertex.index}",
        "influence": None,
        "activation": None,
        **vertex.values,
    }


def _output(index: int, name: str, height: int) -> Record:
    """The class on top. Edges lead to it from channels of the last layer whose attribution was counted."""
    return {
        "node_id": node_id(height, index),
        "feature": index,
        "layer": str(height),
        "ctx_idx": COLUMN,
        "feature_type": OUTPUT,
        "jsNodeId": f"{height}_{index}-{COLUMN}",
        "clerp": f"Output “{name}”",
        "influence": None,
        "activation": None,
        "is_target_logit": True,
    }
