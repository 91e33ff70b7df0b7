// about:   Record what the attribution graphs of some classes were made from, so that equal ones need not be written
//          again, and how; rows hold id and properties.
// params:  rows: list<map>
// returns: nothing
// units:   properties are those of queries/graphs/stored.py: graph_digest, its totals, least_images (the largest count or weight in the
//          graph, a number of pictures), and of an extracted graph its thresholds
UNWIND $rows AS row
MATCH (class:ImageClass {id: row.id})
SET class += row.properties
