// about:   Add channels to attribution graphs; rows hold class, channel, count, pagerank and probability.
// params:  rows: list<map>
// returns: nothing
// units:   count is a number of pictures, pagerank a share of 1 over the whole network, probability 0 to 1 or null
UNWIND $rows AS row
MATCH (class:ImageClass {id: row.class})
MATCH (channel:Channel {id: row.channel})
CREATE (class)-[:HAS_CHANNEL {count: row.count, pagerank: row.pagerank, probability: row.probability}]->(channel)
