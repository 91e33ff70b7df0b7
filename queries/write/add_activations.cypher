// about:   Add the numbers of pictures in which channels are among a class's top activated ones (A); rows hold class,
//          channel and count.
// params:  rows: list<map>
// returns: nothing
// units:   count is a number of pictures
UNWIND $rows AS row
MATCH (class:ImageClass {id: row.class})
MATCH (channel:Channel {id: row.channel})
CREATE (class)-[:ACTIVATES {count: row.count}]->(channel)
