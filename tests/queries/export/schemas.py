"""What GraphML 1.0 and GEXF 1.2 say of their elements, as far as we use them, and the viewers' JSON."""

from collections.abc import Mapping
from xml.etree import ElementTree

GRAPHML, GEXF, VIZ = (
    "{http://graphml.graphdrawing.org/xmlns}",
    "{http://www.gexf.net/1.2draft}",
    "{http://www.gexf.net/1.2draft/viz}",
)
LOCATION = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
Rules = Mapping[str, tuple[set[str], set[str], set[str]]]  # element: (children, needed attributes, further attributes)
OF_GRAPHML: Rules = {
    f"{GRAPHML}graphml": ({f"{GRAPHML}key", f"{GRAPHML}graph"}, set(), {LOCATION}),
    f"{GRAPHML}key": (set(), {"id", "for", "attr.name", "attr.type"}, set()),
    f"{GRAPHML}graph": ({f"{GRAPHML}node", f"{GRAPHML}edge", f"{GRAPHML}data"}, {"edgedefault"}, {"id"}),
    f"{GRAPHML}node": ({f"{GRAPHML}data"}, {"id"}, set()),
    f"{GRAPHML}edge": ({f"{GRAPHML}data"}, {"source", "target"}, {"id"}),
    f"{GRAPHML}data": (set(), {"key"}, set()),
}
OF_GEXF: Rules = {
    f"{GEXF}gexf": ({f"{GEXF}meta", f"{GEXF}graph"}, {"version"}, {LOCATION}),
    f"{GEXF}meta": ({f"{GEXF}creator", f"{GEXF}description"}, set(), {"lastmodifieddate"}),
    f"{GEXF}creator": (set(), set(), set()),
    f"{GEXF}description": (set(), set(), set()),
    f"{GEXF}graph": (
        {f"{GEXF}attributes", f"{GEXF}nodes", f"{GEXF}edges"},
        set(),
        {"mode", "defaultedgetype", "idtype", "timeformat"},
    ),
    f"{GEXF}attributes": ({f"{GEXF}attribute"}, {"class"}, {"mode"}),
    f"{GEXF}attribute": (set(), {"id", "title", "type"}, set()),
    f"{GEXF}nodes": ({f"{GEXF}node"}, set(), {"count"}),
    f"{GEXF}node": ({f"{GEXF}attvalues", f"{VIZ}color", f"{VIZ}size", f"{VIZ}position"}, {"id", "label"}, set()),
    f"{GEXF}edges": ({f"{GEXF}edge"}, set(), {"count"}),
    f"{GEXF}edge": ({f"{GEXF}attvalues"}, {"id", "source", "target"}, {"weight", "type", "label"}),
    f"{GEXF}attvalues": ({f"{GEXF}attvalue"}, set(), set()),
    f"{GEXF}attvalue": (set(), {"for", "value"}, set()),
    f"{VIZ}color": (set(), {"r", "g", "b"}, {"a"}),
    f"{VIZ}size": (set(), {"value"}, set()),
    f"{VIZ}position": (set(), {"x", "y"}, {"z"}),
}
TEXT, NUMBER, WHOLE, ARRAY = ({"type": kind} for kind in ("string", "number", "integer", "array"))
OF_VIEWERS = {  # Neuronpedia's schema 1.0 of Anthropic's format
    "type": "object",
    "required": ["metadata", "qParams", "nodes", "links"],
    "properties": {
        "metadata": {
            "type": "object",
            "required": ["slug", "scan", "prompt_tokens", "prompt"],
            "properties": {
                **dict.fromkeys(("slug", "scan", "prompt"), TEXT),
                "prompt_tokens": {**ARRAY, "items": TEXT},
                "info": {
                    "type": "object",
                    "properties": {
                        "description": TEXT,
                        "generator": {"type": "object", "properties": {"name": TEXT, "version": TEXT}},
                        "create_time_ms": NUMBER,
                    },
                },
                "generation_settings": {"type": "object"},
            },
        },
        "qParams": {
            "type": "object",
            "properties": {
                "pinnedIds": {**ARRAY, "items": TEXT},
                "supernodes": ARRAY,
                **dict.fromkeys(("linkType", "clickedId", "sg_pos"), TEXT),
            },
        },
        "nodes": {
            **ARRAY,
            "items": {
                "type": "object",
                "required": ["node_id", "feature", "layer", "ctx_idx", "feature_type", "jsNodeId", "clerp"],
                "properties": {
                    **dict.fromkeys(("node_id", "feature_type", "jsNodeId", "clerp"), TEXT),
                    "feature": {"type": ["integer", "null"]},
                    "layer": {"type": ["string", "integer"]},
                    "ctx_idx": WHOLE,
                    "influence": {"type": ["number", "null"]},
                    "activation": {"type": ["number", "null"]},
                },
            },
        },
        "links": {
            **ARRAY,
            "items": {
                "type": "object",
                "required": ["source", "target", "weight"],
                "properties": {"source": TEXT, "target": TEXT, "weight": NUMBER},
            },
        },
    },
}
TYPES = {"string": str, "long": int, "double": float, "boolean": bool}


def check_graphml(text: str) -> None:
    root = ElementTree.fromstring(text)
    check(root, OF_GRAPHML)
    keys = {key.get("id"): key for key in root.iter(f"{GRAPHML}key")}
    assert len(keys) == len(list(root.iter(f"{GRAPHML}key")))
    for place in ("graph", "node", "edge"):
        for holder in root.iter(f"{GRAPHML}{place}"):
            for data in holder.findall(f"{GRAPHML}data"):
                key = keys[data.get("key")]
                assert key.get("for") == place
                check_value(data.text or "", key.get("attr.type") or "")
    check_ends(root, GRAPHML)


def check_gexf(text: str) -> None:
    root = ElementTree.fromstring(text)
    check(root, OF_GEXF)
    for place in ("node", "edge"):
        kinds = {
            attribute.get("id"): attribute.get("type")
            for attributes in root.iter(f"{GEXF}attributes")
            if attributes.get("class") == place
            for attribute in attributes
        }
        for holder in root.iter(f"{GEXF}{place}"):
            for value in holder.iter(f"{GEXF}attvalue"):
                check_value(value.get("value") or "", kinds[value.get("for")] or "")
    for colour in root.iter(f"{VIZ}color"):
        assert all(0 <= int(colour.get(part) or "") <= 255 for part in "rgb")
    edges = [edge.get("id") for edge in root.iter(f"{GEXF}edge")]
    assert len(set(edges)) == len(edges)
    check_ends(root, GEXF)


def check(element: ElementTree.Element, rules: Rules) -> None:
    children, needed, further = rules[element.tag]
    assert needed <= element.attrib.keys() <= needed | further, (element.tag, element.attrib)
    for child in element:
        assert child.tag in children, f"{child.tag} in {element.tag}"
        check(child, rules)


def check_value(text: str, kind: str) -> None:
    if TYPES[kind] is bool:
        assert text.lower() in ("true", "false")
    else:
        TYPES[kind](text)
    assert kind != "long" or -(2**63) <= int(text) < 2**63


def check_ends(root: ElementTree.Element, space: str) -> None:
    nodes = [node.get("id") for node in root.iter(f"{space}node")]
    assert len(set(nodes)) == len(nodes)
    for edge in root.iter(f"{space}edge"):
        assert {edge.get("source"), edge.get("target")} <= set(nodes)
