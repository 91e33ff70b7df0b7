// about:   Channels that seem to mean nothing, as candidates for `summit ingest --exclude`: those whose peaks lie in unusual
//          places and hardly depend on the class (paper, section 8.4), where `summit channels` measured that; else those in
//          the attribution graphs of many classes, which is frequency alone. The most frequent first.
// params:  model: string, position: float, selectivity: float, frequency: float, graphs: float, limit: int
// returns: channel: string, layer: string, index: int, reason: string, classes: int, frequency: float?, position: float?,
//          selectivity: float?
// units:   reason is position and selectivity, or frequency alone. A measured channel is listed if its position is above
//          $position, its selectivity below $selectivity, and its frequency at least $frequency; any other if at least the
//          share $graphs (0..1) of the classes with a graph have it in theirs. position is the divergence of the places of its
//          peaks from those of its layer, in nats; selectivity is the share of the variance of its peaks between classes
//          (0..1), frequency the share of pictures in which it is counted (0..1); null where not measured. classes is how many
//          classes have it in their graphs. Excluded channels are left out
// example: model=summit-inceptionv1 position=1 selectivity=0.12 frequency=0.05 graphs=0.5 limit=20
MATCH (class:ImageClass {model: $model})
OPTIONAL MATCH (class)-[vertex:HAS_CHANNEL]->()
WITH class, count(vertex) AS channels
WITH sum(CASE WHEN channels > 0 THEN 1 ELSE 0 END) AS everyone
MATCH (channel:Channel {model: $model})
WHERE NOT channel.excluded
OPTIONAL MATCH (channel)<-[vertex:HAS_CHANNEL]-()
WITH everyone, channel, count(vertex) AS classes
WITH channel, classes, channel.frequency IS NOT NULL AS measured,
     CASE WHEN everyone = 0 THEN 0.0 ELSE toFloat(classes) / everyone END AS share
WHERE (measured AND channel.position > $position AND channel.selectivity < $selectivity
       AND channel.frequency >= $frequency)
   OR (NOT measured AND classes > 0 AND share >= $graphs)
WITH channel, classes, share, measured, channel.layer_index AS height
ORDER BY CASE WHEN measured THEN channel.frequency ELSE share END DESC, height, channel.index
LIMIT $limit
RETURN channel.id AS channel, channel.layer AS layer, channel.index AS index,
       CASE WHEN measured THEN 'position and selectivity' ELSE 'frequency alone' END AS reason, classes AS classes,
       channel.frequency AS frequency, channel.position AS position, channel.selectivity AS selectivity
