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
MATCH (class:ImageClass {id: $class})-[:OF_MODEL]->(model:Model)
WHERE $score IS NULL OR $score = 'activation' OR class.attribution_count IS NOT NULL
CALL (class, model) {
  MATCH (model)<-[:OF_MODEL]-(:Layer)<-[:OF_LAYER]-(channel:Channel)
  RETURN channel, 0 AS count
  UNION ALL
  MATCH (class)-[counted:ACTIVATES|ATTRIBUTED_TO]->(channel:Channel)
  WHERE type(counted) = CASE WHEN $score = 'attribution' THEN 'ATTRIBUTED_TO' ELSE 'ACTIVATES' END
  RETURN channel, counted.count AS count
}
WITH class, channel.layer_index AS layer, channel.index AS index, channel.id AS id,
     CASE WHEN channel.excluded THEN 0.0 ELSE 1.0 END AS member, sum(count) AS count
ORDER BY layer, index
WITH class, layer, collect(id) AS ids, collect(member) AS members, collect(toInteger(member * count)) AS counts,
     max(member * count) AS most
WITH class, layer, ids, members, counts, most,
     [count IN counts | CASE WHEN most > 0 THEN count / most ELSE 0.0 END] AS shares
ORDER BY layer
WITH class, collect(ids) AS ids, collect(members) AS members, collect(counts) AS counts, collect(shares) AS shares,
     max(most) AS most, collect(size(ids)) AS sizes
// Influences join neighbouring layers, so a walk is at an even layer and an odd one in turn: all vectors come in halves,
// and at[layer] is the place of a layer's first channel in its half.
WITH class, {
       ids: ids, members: members, counts: counts, starts: CASE WHEN most > 0 THEN shares ELSE members END,
       at: [layer IN range(0, size(sizes)) | reduce(at = 0, below IN range(layer % 2, layer - 2, 2) | at + sizes[below])]
     } AS network
MATCH (class)-[:HAS_ADJACENCY]->(found:Adjacency)
WITH network, found.layer_index AS layer, {
       in_starts: found.in_starts, sources: found.in_sources, in_weights: found.in_weights,
       out_starts: found.out_starts, targets: found.out_targets, out_weights: found.out_weights
     } AS table
WITH network, collect({layer: layer, table: table, roots: [index IN range(0, size(table.in_starts) - 2) |
       sqrt(reduce(degree = 0.0, weight IN table.in_weights[table.in_starts[index]..table.in_starts[index + 1]] +
         table.out_weights[table.out_starts[index]..table.out_starts[index + 1]] | degree + weight))]}) AS found
WITH network, [layer IN range(0, size(network.ids) - 1) | head([one IN found WHERE one.layer = layer])] AS layers
// Edges of a channel are pairs [place in the other half, damping * weight / root(degree) / root(the other's degree)].
WITH network, [layer IN layers | layer.roots] AS roots, [layer IN range(0, size(layers) - 1) |
       head([here IN [layers[layer].table] |
         [index IN range(0, size(here.in_starts) - 2) |
           [k IN range(here.in_starts[index], here.in_starts[index + 1] - 1) |
             [network.at[layer - 1] + here.sources[k], $damping * here.in_weights[k]
               / layers[layer].roots[index] / layers[layer - 1].roots[here.sources[k]]]] +
           [k IN range(here.out_starts[index], here.out_starts[index + 1] - 1) |
             [network.at[layer + 1] + here.targets[k], $damping * here.out_weights[k]
               / layers[layer].roots[index] / layers[layer + 1].roots[here.targets[k]]]]]])] AS edges
WITH network, range(0, size(edges) - 1, 2) AS lower, range(1, size(edges) - 1, 2) AS upper, roots, edges
WITH {ids: network.ids, members: network.members, counts: network.counts, at: network.at,
       even_roots: reduce(all = [], layer IN lower | all + roots[layer]),
       odd_roots: coalesce(reduce(all = [], layer IN upper | all + roots[layer]), []), // null on Neo4j where a layer is alone
       even_starts: reduce(all = [], layer IN lower | all + network.starts[layer]),
       odd_starts: coalesce(reduce(all = [], layer IN upper | all + network.starts[layer]), [])} AS network,
     reduce(all = [], layer IN lower | all + edges[layer]) AS even,
     coalesce(reduce(all = [], layer IN upper | all + edges[layer]), []) AS odd
WITH network, even, odd, [k IN range(0, size(odd) - 1) |
       CASE WHEN network.odd_roots[k] > 0 THEN network.odd_starts[k] / network.odd_roots[k] ELSE 0.0 END] AS known
WITH network, even, odd, [k IN range(0, size(even) - 1) | CASE WHEN network.even_roots[k] > 0 THEN
       reduce(sum = network.even_starts[k] / network.even_roots[k], edge IN even[k] | sum + edge[1] * known[edge[0]])
       ELSE 0.0 END] AS right
WITH network, even, odd, {
       ranks: [value IN right | 0.0], rest: right, way: right,
       square: reduce(sum = 0.0, value IN right | sum + value * value),
       enough: 1e-290 + $tolerance * $tolerance * // where numbers are no longer kept to all their digits, it ends anyway
         (reduce(sum = 0.0, k IN range(0, size(even) - 1) |
            sum + CASE WHEN network.even_roots[k] > 0 THEN network.even_starts[k] ELSE 0.0 END) +
          reduce(sum = 0.0, k IN range(0, size(odd) - 1) |
            sum + CASE WHEN network.odd_roots[k] > 0 THEN network.odd_starts[k] ELSE 0.0 END)) ^ 2 /
         reduce(sum = 1e-300, root IN network.even_roots | sum + root * root)
     } AS first
WITH network, even, odd, reduce(state = first, step IN range(1, CASE WHEN $steps < 1000 THEN $steps ELSE 1000 END) |
       CASE WHEN state.square <= state.enough THEN state ELSE
       head([way IN [state.way] |
       head([across IN [[edges IN odd | reduce(sum = 0.0, edge IN edges | sum + edge[1] * way[edge[0]])]] |
       head([image IN [[k IN range(0, size(even) - 1) |
         reduce(left = way[k], edge IN even[k] | left - edge[1] * across[edge[0]])]] |
       head([bottom IN [reduce(sum = 0.0, k IN range(0, size(way) - 1) | sum + way[k] * image[k])] |
       CASE WHEN NOT bottom > 0 THEN {ranks: state.ranks, rest: state.rest, way: way, square: 0.0, enough: state.enough} ELSE
       head([length IN [state.square / bottom] |
       head([rest IN [[k IN range(0, size(way) - 1) | state.rest[k] - length * image[k]]] |
       head([square IN [reduce(sum = 0.0, value IN rest | sum + value * value)] |
         {ranks: [k IN range(0, size(way) - 1) | state.ranks[k] + length * way[k]], rest: rest, square: square,
          way: [k IN range(0, size(way) - 1) | rest[k] + square / state.square * way[k]], enough: state.enough}
       ])])]) END])])])]) END).ranks AS ranks
WITH network,
     [k IN range(0, size(even) - 1) |
       CASE WHEN network.even_roots[k] > 0 THEN network.even_roots[k] * ranks[k] ELSE network.even_starts[k] END] AS even,
     [k IN range(0, size(odd) - 1) | network.odd_starts[k] + network.odd_roots[k] *
       reduce(sum = 0.0, edge IN odd[k] | sum + edge[1] * ranks[edge[0]])] AS odd
WITH network, even, odd, reduce(sum = 0.0, rank IN even + odd | sum + rank) AS total
UNWIND range(0, size(network.ids) - 1) AS layer
UNWIND [index IN range(0, size(network.ids[layer]) - 1) WHERE network.members[layer][index] > 0] AS index
WITH layer, index, network.ids[layer][index] AS channel, network.counts[layer][index] AS count,
     CASE layer % 2 WHEN 0 THEN even[network.at[layer] + index] ELSE odd[network.at[layer] + index] END / total AS rank
WITH layer, index, channel, count, max(rank) AS pagerank // of one: grouped rows let go of lists that sorting would keep
ORDER BY layer, index
RETURN channel AS channel, pagerank AS pagerank, count AS count
