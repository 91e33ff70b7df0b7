// about:   How much PageRank the channels have that are ranked before a channel in one class: at a threshold above that, the
//          channel is in the class's attribution graph.
// params:  class: string, channel: string
// returns: in_layer: float, in_all: float
// units:   in_layer is in percent of the layer's PageRank, in_all of the network's, which unified thresholds go by; no row
//          where the class's PageRank is not kept or leaves the channel out
// example: class=sample/0 channel=sample/middle/1
MATCH (channel:Channel {id: $channel})
MATCH (:ImageClass {id: $class})-[:HAS_RANKING]->(ranking:LayerRanking)
WHERE ranking.layer = channel.layer
WITH ranking, ranking.places[channel.index] AS place
WHERE place < size(ranking.channels)
RETURN ranking.before_in_layer[place] AS in_layer, ranking.before_in_all[place] AS in_all
