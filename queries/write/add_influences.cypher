// about:   Add how often channels are among a class's top influences on others (I); rows hold class, source, target and
//          weight.
// params:  rows: list<map>
// returns: nothing
// units:   weight is a number of pictures
UNWIND $rows AS row
MATCH (source:Channel {id: row.source})
MATCH (target:Channel {id: row.target})
CREATE (source)-[:INFLUENCES {class_id: row.class, weight: row.weight}]->(target)
