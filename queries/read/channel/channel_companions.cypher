// about:   The channels that usually come with a channel: those of the same classes' attribution graphs, by the Jaccard
//          index of the two sets of classes.
// params:  channel: string, limit: int
// returns: companion: string, together: int, classes: int, jaccard: float
// units:   together is the number of classes that have both, classes the number that have the companion; jaccard is
//          together divided by the number of classes that have either (0..1)
// example: channel=summit-inceptionv1/mixed4d/431 limit=10
MATCH (channel:Channel {id: $channel})<-[:HAS_CHANNEL]-(:ImageClass)-[:HAS_CHANNEL]->(companion:Channel)
WITH channel, companion, count(*) AS together
WITH companion, together, COUNT { (channel)<-[:HAS_CHANNEL]-() } AS held,
     COUNT { (companion)<-[:HAS_CHANNEL]-() } AS classes
WITH companion, together, classes, toFloat(together) / (held + classes - together) AS jaccard
ORDER BY jaccard DESC, together DESC, companion.layer_index, companion.index
LIMIT $limit
RETURN companion.id AS companion, together AS together, classes AS classes, jaccard AS jaccard
