// about:   Add edges to attribution graphs; rows hold class, source, target, weight and probability.
// params:  rows: list<map>
// returns: nothing
// units:   weight is a number of pictures, probability 0 to 1 or null
UNWIND $rows AS row
MATCH (source:Channel {id: row.source})
MATCH (target:Channel {id: row.target})
CREATE (source)-[:ATTRIBUTES {class_id: row.class, weight: row.weight, probability: row.probability}]->(target)
