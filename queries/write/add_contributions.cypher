// about:   Add what channels of the last layer contribute to a class's score; rows hold class, channel, weight, mean and
//          contribution.
// params:  rows: list<map>
// returns: nothing
// units:   as in class_output
UNWIND $rows AS row
MATCH (class:ImageClass {id: row.class})
MATCH (channel:Channel {id: row.channel})
CREATE (channel)-[:CONTRIBUTES_TO {contribution: row.contribution, weight: row.weight, mean: row.mean}]->(class)
