// about:   Keep which channels of the layer below the attribution of channels comes from, one ATTRIBUTED_FROM relationship
//          per target; rows hold channel, sources, counts, pictures and seed.
// params:  class: string, rows: list<map>
// returns: nothing
// units:   as in class_edge_attributions
MATCH (class:ImageClass {id: $class})
UNWIND $rows AS row
MATCH (channel:Channel {id: row.channel})
CREATE (class)-[:ATTRIBUTED_FROM {sources: row.sources, counts: row.counts, pictures: row.pictures, seed: row.seed}]->(channel)
