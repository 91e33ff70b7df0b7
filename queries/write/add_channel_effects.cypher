// about:   Keep what a class loses without single channels, one LOSES relationship each; rows hold channel, drop, low, high,
//          pictures and seed.
// params:  class: string, rows: list<map>
// returns: nothing
// units:   as in class_effects
MATCH (class:ImageClass {id: $class})
UNWIND $rows AS row
MATCH (channel:Channel {id: row.channel})
CREATE (class)-[:LOSES {drop: row.drop, low: row.low, high: row.high, pictures: row.pictures, seed: row.seed}]->(channel)
