"""Attribution graphs in the JSON of the viewers, small enough to check by hand."""

import json
from typing import Any


def node(id: str, layer: str, feature: int, kind: str = "cross layer transcoder", **more: Any) -> dict[str, Any]:
    told = {"node_id": id, "layer": layer, "feature": feature, "feature_type": kind, "ctx_idx": 1, "clerp": ""}
    return {**told, "jsNodeId": id, "influence": 0.5, "activation": 2.5, **more}


def language(**changes: Any) -> dict[str, Any]:
    """A graph of a language model: a feature at two positions, tokens, an error node, an output, signed weights."""
    document = {
        "metadata": {
            "slug": "capital",
            "scan": "some/model",
            "prompt": "The capital of Texas is",
            "prompt_tokens": ["The", " capital"],
            "info": {"generator": {"name": "a tracer", "version": "0.9"}},
        },
        "qParams": {},
        "nodes": [
            node("E_12_0", "E", 0, "embedding"),
            node("0_00042_1", "0", 900),  # the middle of the id is the feature; the number is a code of both
            node("0_42_2", "0", 900),
            node("2_7_2", "2", 7),
            node("0_1_2", "1", -1, "mlp reconstruction error"),
            node("4_555_2", "4", 555, "logit"),
        ],
        "links": [
            {"source": "E_12_0", "target": "0_42_2", "weight": 3.5},
            {"source": "0_00042_1", "target": "2_7_2", "weight": 1.25},
            {"source": "0_42_2", "target": "2_7_2", "weight": 0.5},
            {"source": "0_1_2", "target": "2_7_2", "weight": -0.5},
            {"source": "2_7_2", "target": "4_555_2", "weight": 9.5},
        ],
    }
    return {**document, **changes}


def text(document: dict[str, Any]) -> bytes:
    return json.dumps(document).encode()


def own(name: str = "Dallas", index: int | None = 0, weight: float = 4, **about: Any) -> dict[str, Any]:
    """A file of our own, of a network of two layers; `about` changes its provenance, None takes a value away."""
    kept: dict[str, Any] = {"count": 3, "pagerank": 0.25}
    told = {"program": "Summit Graph", "layers": ["low", "high"], "layer_channels": [5, 3], "class_name": name}
    settings = {**told, "image_class": index, "score": "activation", **about}
    return {
        "metadata": {"scan": "network", "prompt": name, "generation_settings": settings},
        "nodes": [node("0_4_0", "0", 4, **kept), node("1_2_0", "1", 2, **kept), node("2_0_0", "2", 0, "logit")],
        "links": [{"source": "0_4_0", "target": "1_2_0", "weight": weight}],
    }


def prompt(words: str, *weights: float, scan: str = "some/model") -> dict[str, Any]:
    """Another program's file: one feature of layer 0 leads to one of layer 1 for each weight."""
    return language(
        metadata={"scan": scan, "prompt": words},
        nodes=[node("0_1_1", "0", 1), *(node(f"1_{place}_1", "1", place) for place, _ in enumerate(weights))],
        links=[{"source": "0_1_1", "target": f"1_{place}_1", "weight": each} for place, each in enumerate(weights)],
    )
