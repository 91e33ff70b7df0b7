"""Statements over any label of the data model: made from names of the schema, or of a backup that was checked."""


def count_out(label: str) -> str:
    """Id and number of outgoing relationships of every node of a label."""
    return f"MATCH (node:{label}) OPTIONAL MATCH (node)-[edge]->() RETURN node.id AS id, count(edge) AS edges"


def nodes_of(label: str) -> str:
    """Properties of the nodes with $ids."""
    return f"UNWIND $ids AS id MATCH (node:{label} {{id: id}}) RETURN properties(node) AS properties"


def edges_of(label: str) -> str:
    """What starts at the nodes with $ids."""
    return (
        f"UNWIND $ids AS id MATCH (node:{label} {{id: id}})-[edge]->(other) RETURN id AS source, type(edge) AS kind, "
        "labels(other) AS labels, other.id AS target, properties(edge) AS properties"
    )


def count_nodes() -> str:
    """Number of nodes by labels."""
    return "MATCH (node) RETURN labels(node) AS labels, count(node) AS nodes"


def delete_nodes(label: str) -> str:
    """Delete $most nodes of a label with their relationships."""
    return f"MATCH (node:{label}) WITH node LIMIT $most DETACH DELETE node RETURN count(*) AS deleted"


def create_nodes(label: str) -> str:
    """Nodes from the properties in $rows."""
    return f"UNWIND $rows AS row CREATE (node:{label}) SET node = row"


def create_edges(source: str, kind: str, target: str) -> str:
    """Relationships from $rows of [source id, target id, properties]; how many were made."""
    return (
        f"UNWIND $rows AS row MATCH (source:{source} {{id: row[0]}}) MATCH (target:{target} {{id: row[1]}}) "
        f"CREATE (source)-[edge:{kind}]->(target) SET edge = row[2] RETURN count(*) AS created"
    )


def count_by_model(label: str) -> str:
    """Number of nodes by the model that their ids begin with, and by the model that they name."""
    return (
        f"MATCH (node:{label}) RETURN split(toString(node.id), '/')[0] AS of, node.model AS model, "
        "count(node) AS nodes ORDER BY of, model"
    )


def count_apart(label: str) -> str:
    """Number of nodes without any relationship by the model that their ids begin with."""
    return (
        f"MATCH (node:{label}) WHERE NOT (node)--() RETURN split(toString(node.id), '/')[0] AS of, "
        "count(node) AS nodes ORDER BY of"
    )
