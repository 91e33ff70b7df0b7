// about:   The place of a channel in the attribution graph of each class that has it: its rank among the graph's channels of
//          its layer by PageRank, and its share of pictures; where it ranks highest first.
// params:  channel: string, limit: int
// returns: class: string, index: int, name: string, count: int, share: float?, rank: int, row: int
// units:   count is a number of pictures, share that of the class's pictures (0..1), null where their number is unknown; rank 1
//          has the highest PageRank of the graph's `row` channels of the layer, and equal ones share a rank
// example: channel=summit-inceptionv1/mixed4d/431 limit=20
MATCH (channel:Channel {id: $channel})<-[use:HAS_CHANNEL]-(class:ImageClass)
MATCH (class)-[other:HAS_CHANNEL]->(rival:Channel)
WHERE rival.layer = channel.layer
WITH class, use.count AS count, use.pagerank AS own, count(rival) AS row,
     sum(CASE WHEN other.pagerank > use.pagerank THEN 1 ELSE 0 END) AS higher
WITH class.id AS class, class.index AS index, class.name AS name, count, class.images AS images, 1 + higher AS rank, row
ORDER BY rank, row DESC, count DESC, index
LIMIT $limit
RETURN class AS class, index AS index, name AS name, count AS count,
       CASE WHEN images IS NULL THEN null ELSE toFloat(count) / images END AS share, rank AS rank, row AS row
