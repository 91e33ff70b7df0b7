// about:   Record what the attribution graphs of some classes were made from, so that equal ones need not be written
//          again, and how many pictures there were at least; rows hold id, digest and least_images.
// params:  rows: list<map>
// returns: nothing
// units:   least_images is the largest count or weight in the graph, a number of pictures
UNWIND $rows AS row
MATCH (class:ImageClass {id: row.id})
SET class.graph_digest = row.digest, class.least_images = row.least_images
