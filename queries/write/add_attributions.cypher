// about:   Add the numbers of pictures in which channels are among those that raise a class's log-odds most (R); rows hold
//          class, channel and count.
// params:  rows: list<map>
// returns: nothing
// units:   count is a number of pictures
UNWIND $rows AS row
MATCH (class:ImageClass {id: row.class})
MATCH (channel:Channel {id: row.channel})
CREATE (class)-[:ATTRIBUTED_TO {count: row.count}]->(channel)
