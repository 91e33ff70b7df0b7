// about:   Personalized PageRank of every channel for one class, like personalized_pagerank, with a walk that only goes
//          upwards, from a channel to those it influences, and restarts where it cannot continue.
// params:  class: string, damping: float
// returns: channel: string, pagerank: float
// units:   pagerank is a share of 1 over the whole network; damping is the probability of continuing the walk (from 0
//          to below 1). The answer is exact: each layer only depends on the one below, so one pass from the lowest to
//          the highest solves it
// example: class=sample/0 damping=0.85
MATCH (class:ImageClass {id: $class})-[:OF_MODEL]->(model:Model)
CALL (class, model) {
  MATCH (model)<-[:OF_MODEL]-(:Layer)<-[:OF_LAYER]-(channel:Channel)
  RETURN channel, 0 AS count
  UNION ALL
  MATCH (class)-[activation:ACTIVATES]->(channel:Channel)
  RETURN channel, activation.count AS count
}
WITH class, channel.layer_index AS layer, channel.index AS index, channel.id AS id,
     CASE WHEN channel.excluded THEN 0.0 ELSE 1.0 END AS member, sum(count) AS count
ORDER BY layer, index
WITH class, layer, collect(id) AS ids, collect(member) AS members, collect(member * count) AS counts,
     max(member * count) AS most
WITH class, layer, ids, members, [count IN counts | CASE WHEN most > 0 THEN count / most ELSE 0.0 END] AS shares, most
ORDER BY layer
WITH class, collect(ids) AS ids, collect(members) AS members, collect(shares) AS shares, max(most) AS most
WITH class, {ids: ids, members: members, starts: CASE WHEN most > 0 THEN shares ELSE members END} AS network
MATCH (class)-[:HAS_ADJACENCY]->(found:Adjacency)
WITH network, found.layer_index AS layer, {
       in_starts: found.in_starts, sources: found.in_sources, in_weights: found.in_weights,
       out_starts: found.out_starts, out_weights: found.out_weights
     } AS table
WITH network, collect({layer: layer, table: table, degrees: [index IN range(0, size(table.out_starts) - 2) |
       reduce(degree = 0.0, weight IN table.out_weights[table.out_starts[index]..table.out_starts[index + 1]] |
         degree + weight)]}) AS found
WITH network, [layer IN range(0, size(network.ids) - 1) | head([one IN found WHERE one.layer = layer])] AS layers
WITH network, reduce(ranks = [], layer IN range(0, size(layers) - 1) | ranks + [
       head([here IN [layers[layer].table] |
         [index IN range(0, size(here.in_starts) - 2) | network.starts[layer][index] + $damping *
           reduce(sum = 0.0, k IN range(here.in_starts[index], here.in_starts[index + 1] - 1) |
             sum + here.in_weights[k] / layers[layer - 1].degrees[here.sources[k]]
               * ranks[layer - 1][here.sources[k]])]])
     ]) AS ranks
WITH network, ranks, reduce(sum = 0.0, layer IN ranks | sum + reduce(sum = 0.0, rank IN layer | sum + rank)) AS total
UNWIND range(0, size(ranks) - 1) AS layer
UNWIND [index IN range(0, size(ranks[layer]) - 1) WHERE network.members[layer][index] > 0] AS index
WITH layer, index, network.ids[layer][index] AS channel, ranks[layer][index] / total AS rank
WITH layer, index, channel, max(rank) AS pagerank // of one rank: grouped rows let go of the lists that sorting would keep
ORDER BY layer, index
RETURN channel AS channel, pagerank AS pagerank
