// about:   Personalized PageRank of every channel for one class: a walk along its influences in either direction, each
//          taken by its weight, that now and then starts anew at a channel which the class's pictures activate.
// params:  class: string, damping: float, tolerance: float, steps: int
// returns: channel: string, pagerank: float
// units:   pagerank is a share of 1 over the whole network; damping is the chance to walk on (from 0 to below 1);
//          tolerance bounds the error, summed over all channels; no more than so many steps are taken (40 always reach
//          1e-9 at a damping of 0.85). A channel's chance to start is its count as a share of its layer's highest, or
//          the same for all where nothing is activated. Nothing for a class without compact adjacency (build_adjacency)
// example: class=sample/0 damping=0.85 tolerance=1e-9 steps=40
// Influences join neighbouring layers, so a walk is at an even layer and an odd one in turn: all vectors come in halves,
// and at[layer] is the place of a layer's first channel in its half.
// Edges of a channel are pairs [place in the other half, damping * weight / root(degree) / root(the other's degree)].
MATCH (class:ImageClass {id: $class})-[:OF_MODEL]->(model:Model)
WHERE EXISTS { (class)-[:HAS_ADJACENCY]->(:Adjacency) }
CALL () { // projections outlive a statement that fails or is cancelled, so each run clears away what others left
  CALL gds.graph.list() YIELD graphName, creationTime
  WITH graphName
  WHERE graphName STARTS WITH 'personalized_pagerank ' AND creationTime < datetime() - duration('PT10M')
  CALL gds.graph.drop(graphName, false) YIELD graphName AS dropped
  RETURN count(dropped) AS dropped
}
CALL (class, model) {
  MATCH (model)<-[:OF_MODEL]-(:Layer)<-[:OF_LAYER]-(channel:Channel)
  RETURN channel, 0 AS count
  UNION ALL
  MATCH (class)-[activation:ACTIVATES]->(channel:Channel)
  RETURN channel, activation.count AS count
}
WITH channel, channel.layer_index AS layer, sum(count) AS count
WHERE NOT channel.excluded
WITH layer, collect([channel, count]) AS held, max(count) AS most
UNWIND held AS one
WITH one[0] AS channel, CASE WHEN most > 0 THEN toFloat(one[1]) / most ELSE 0.0 END AS share
WITH collect(channel) AS channels, collect([channel, share]) AS starts, sum(share) AS all
WITH channels, 'personalized_pagerank ' + randomUUID() AS name,
     CASE WHEN all > 0 THEN [start IN starts WHERE start[1] > 0 | [start[0], start[1] / all]]
       ELSE [channel IN channels | [channel, 1.0 / size(channels)]] END AS starts
CALL (name, channels) {
  CALL (channels) {
    MATCH (source:Channel)-[influence:INFLUENCES {class_id: $class}]->(target:Channel)
    WHERE target.layer_index = source.layer_index + 1 AND NOT source.excluded AND NOT target.excluded
    RETURN source, target, influence.weight AS weight
    UNION ALL
    UNWIND channels AS source
    RETURN source, null AS target, null AS weight
  }
  RETURN gds.graph.project(name, source, target, {relationshipProperties: {weight: weight}},
    {undirectedRelationshipTypes: ['*']}) AS graph
}
CALL gds.pageRank.stream(graph.graphName, {
  sourceNodes: starts, relationshipWeightProperty: 'weight', dampingFactor: $damping, maxIterations: 30 * $steps,
  tolerance: $tolerance * (1 - $damping) / size(channels)
}) YIELD nodeId, score
WITH name, collect([nodeId, score]) AS ranks, sum(score) AS total
CALL gds.graph.drop(name, false) YIELD graphName
UNWIND ranks AS rank
WITH gds.util.asNode(rank[0]) AS channel, rank[1] / total AS rank
WITH channel, max(rank) AS pagerank // of one rank: grouped rows let go of the lists that sorting would keep
RETURN channel.id AS channel, pagerank AS pagerank
ORDER BY channel.layer_index, channel.index
