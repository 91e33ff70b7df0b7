// about:   Personalized PageRank of every channel for one class: a random walk along its influences in either
//          direction, chosen by weight, that restarts now and then at a channel which the class's pictures activate, or
//          with score attribution, at one that raises the class's log-odds.
// params:  class: string, damping: float, tolerance: float, steps: int, score: string?
// returns: channel: string, pagerank: float, count: int
// units:   pagerank is a share of 1 over the whole network; damping is the probability of continuing the walk (from 0
//          to below 1); tolerance bounds the error, summed over all channels; at most `steps` steps are taken, and
//          never more than 1000 (40 always reach 1e-9 at a damping of 0.85). count is the channel's by the score, in
//          pictures. The walk restarts at a channel with probability proportional to its count as a share of its
//          layer's highest, or equally at all channels if nothing is activated. The score is activation (A; also where
//          it is null) or attribution (R). No rows for a class without compact adjacency (build_adjacency), or without
//          counts of the score
// example: class=sample/0 damping=0.85 tolerance=1e-14 steps=40
// Influences join neighbouring layers, so a walk is at an even layer and an odd one in turn: all vectors come in halves,
// and at[layer] is the place of a layer's first channel in its half.
// Edges of a channel are pairs [place in the other half, damping * weight / root(degree) / root(the other's degree)].
MATCH (class:ImageClass {id: $class})-[:OF_MODEL]->(model:Model)
WHERE EXISTS { (class)-[:HAS_ADJACENCY]->(:Adjacency) }
  AND ($score IS NULL OR $score = 'activation' OR class.attribution_count IS NOT NULL)
CALL () { // a projection outlives a client that dies: each run clears away what others left, and harms none in use
  CALL gds.graph.list() YIELD graphName, creationTime
  WITH graphName
  WHERE graphName STARTS WITH 'personalized_pagerank ' AND creationTime < datetime() - duration('PT1M')
  CALL gds.graph.drop(graphName, false) YIELD graphName AS dropped
  RETURN count(dropped) AS dropped
}
CALL (class, model) {
  MATCH (model)<-[:OF_MODEL]-(:Layer)<-[:OF_LAYER]-(channel:Channel)
  RETURN channel, 0 AS count
  UNION ALL
  MATCH (class)-[counted:ACTIVATES|ATTRIBUTED_TO]->(channel:Channel)
  WHERE type(counted) = CASE WHEN $score = 'attribution' THEN 'ATTRIBUTED_TO' ELSE 'ACTIVATES' END
  RETURN channel, counted.count AS count
}
WITH class, channel, channel.layer_index AS layer, channel.index AS index,
     CASE WHEN channel.excluded THEN 0.0 ELSE 1.0 END AS member, sum(count) AS count
ORDER BY layer, index
WITH class, layer, collect(channel) AS channels, collect([channel, member, member * count]) AS starts,
     max(member * count) AS most
WITH class, layer, channels, [start IN starts WHERE start[1] > 0 |
       [start[0], CASE WHEN most > 0 THEN start[2] / most ELSE 0.0 END]] AS starts
ORDER BY layer
WITH class, collect(channels) AS channels, collect(starts) AS starts
WITH class, channels, reduce(all = [], layer IN starts | all + layer) AS starts
WITH class, channels, starts, reduce(sum = 0.0, start IN starts | sum + start[1]) AS all
WITH class, channels, [start IN starts | start[0]] AS members, $run + ' ' + randomUUID() AS name,
     [start IN starts WHERE start[1] > 0 OR all = 0 |
       [start[0], CASE WHEN all > 0 THEN start[1] / all ELSE 1.0 / size(starts) END]] AS starts
CALL (class, channels, members, name) {
  CALL (class, channels, members) {
    MATCH (class)-[:HAS_ADJACENCY]->(adjacency:Adjacency)
    WHERE adjacency.layer_index > 0
    WITH channels[adjacency.layer_index - 1] AS below, channels[adjacency.layer_index] AS here,
         adjacency.in_starts AS starts, adjacency.in_sources AS sources, adjacency.in_weights AS weights
    UNWIND range(0, size(here) - 1) AS index
    UNWIND range(starts[index], starts[index + 1] - 1) AS k
    RETURN below[sources[k]] AS source, here[index] AS target, weights[k] AS weight
    UNION ALL
    UNWIND members AS source
    RETURN source, null AS target, null AS weight
  }
  RETURN gds.graph.project(name, source, target, {relationshipProperties: {weight: weight}},
    {undirectedRelationshipTypes: ['*']}) AS graph
}
CALL gds.pageRank.stream(graph.graphName, {
  sourceNodes: starts, relationshipWeightProperty: 'weight', dampingFactor: $damping,
  maxIterations: 30 * CASE WHEN $steps < 1000 THEN $steps ELSE 1000 END, // each takes memory of the server
  tolerance: $tolerance * (1 - $damping) / size(members)
}) YIELD nodeId, score
WITH class, name, gds.util.asNodes(collect(nodeId)) AS nodes, collect(score) AS scores, sum(score) AS total
OPTIONAL CALL gds.graph.drop(name, false) YIELD graphName
UNWIND range(0, size(nodes) - 1) AS k
WITH class, nodes[k] AS node, scores[k] / total AS rank
WITH class, node, max(rank) AS pagerank // of one rank: grouped rows let go of the lists that sorting would keep
OPTIONAL MATCH (class)-[counted:ACTIVATES|ATTRIBUTED_TO]->(node)
WHERE type(counted) = CASE WHEN $score = 'attribution' THEN 'ATTRIBUTED_TO' ELSE 'ACTIVATES' END
RETURN node.id AS channel, pagerank AS pagerank, coalesce(counted.count, 0) AS count
ORDER BY node.layer_index, node.index
