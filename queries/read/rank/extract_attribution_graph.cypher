// about:   A class's attribution graph cut from its stored personalized PageRank, at any threshold; one row per layer,
//          lowest first. In each layer, channels are taken by PageRank until their sum reaches the threshold, with all
//          influences between the channels taken. If no channel of a layer has a channel below it, the threshold is
//          raised in steps until one has, if that is possible (paper, section 5.3).
// params:  class: string, threshold: float, unified: bool, step: float, dead_ends: bool, score: string?
// returns: layer: string, threshold: float, channels: list<int>, pageranks: list<float>, counts: list<int>,
//          sources: list<int>, targets: list<int>, weights: list<int>, damping: float, variant: string
// units:   threshold and step are percents of a layer's PageRank, or, if unified, of the whole network's, with one
//          threshold for all layers; the threshold of a row is the final one. channels are indexes within the layer,
//          aligned with pageranks and counts (pictures). Edge i goes from channel sources[i] of the layer below to
//          targets[i] with weights[i] pictures. damping and variant are those of the PageRank. Without dead_ends, edges
//          from a channel below that has no edge from further below are omitted. The score is that of the PageRank:
//          activation (also where it is null), or attribution, whose counts are those of R
// example: class=sample/0 threshold=7.5 unified=false step=0.5 dead_ends=true
MATCH (class:ImageClass {id: $class})
CALL (class) {
  MATCH (class)-[:HAS_RANKING]->(ranking:LayerRanking)
  WHERE $score IS NULL OR $score = 'activation'
  RETURN class AS holder, ranking
  UNION ALL
  MATCH (class)-[:HAS_GRAPH]->(holder:ScoredGraph)-[:HAS_RANKING]->(ranking:ScoredRanking)
  WHERE holder.score = $score
  RETURN holder, ranking
}
WITH class, holder, ranking
ORDER BY ranking.layer_index
OPTIONAL MATCH (class)-[:HAS_ADJACENCY]->(adjacency:Adjacency {layer: ranking.layer})
WITH holder.pagerank_damping AS damping, holder.pagerank_variant AS variant, collect({
       layer: ranking.layer, channels: ranking.channels, places: ranking.places,
       pageranks: ranking.pageranks, counts: ranking.counts,
       before: CASE WHEN $unified THEN ranking.before_in_all ELSE ranking.before_in_layer END,
       in_starts: adjacency.in_starts, in_sources: adjacency.in_sources, in_weights: adjacency.in_weights,
       out_starts: adjacency.out_starts, out_targets: adjacency.out_targets
     }) AS layers
WITH damping, variant, layers, reduce(thresholds = [$threshold], upper IN range(1, size(layers) - 1) | thresholds +
  head([layer IN [layers[upper]] |
  head([below IN [layers[upper - 1]] |
  head([start IN [CASE WHEN $unified THEN last(thresholds) ELSE $threshold END] |
  head([linked IN [CASE WHEN below.out_starts IS NULL THEN 100.0 ELSE
    reduce(least = 100.0,
      source IN below.channels[0..size([before IN below.before WHERE before < last(thresholds)])] |
      reduce(nearest = least, target IN below.out_targets[below.out_starts[source]..below.out_starts[source + 1]] |
        CASE WHEN layer.before[layer.places[target]] < nearest THEN layer.before[layer.places[target]] ELSE nearest END
    )) END] |
  head([need IN [CASE WHEN linked < start OR NOT $unified OR below.out_starts IS NULL THEN linked ELSE
    reduce(least = 100.0, source IN below.channels |
      reduce(nearest = least, target IN below.out_targets[below.out_starts[source]..below.out_starts[source + 1]] |
        CASE WHEN layer.before[layer.places[target]] < nearest AND below.before[below.places[source]] < nearest
             THEN CASE WHEN layer.before[layer.places[target]] < below.before[below.places[source]]
                       THEN below.before[below.places[source]] ELSE layer.before[layer.places[target]] END
             ELSE nearest END
    )) END] |
    CASE WHEN need < start OR need >= 100.0 THEN start
         ELSE head([raised IN [k IN [1, 2] | start + $step * (floor((need - start) / $step) + k)] WHERE raised > need |
                CASE WHEN raised > 100.0 THEN 100.0 ELSE raised END]) END // the second where rounding spoils the first
  ])])])])])) AS raised
WITH damping, variant, layers, [threshold IN raised | CASE WHEN $unified THEN last(raised) ELSE threshold END] AS thresholds
WITH damping, variant, layers, thresholds, [index IN range(0, size(layers) - 1) |
       size([before IN layers[index].before WHERE before < thresholds[index]])] AS taken
WITH damping, variant, layers, thresholds, taken, [upper IN range(0, size(layers) - 1) |
  CASE WHEN upper = 0 OR layers[upper].in_starts IS NULL THEN [] ELSE
  head([layer IN [layers[upper]] |
  head([places IN [layers[upper - 1].places] |
    reduce(edges = [], target IN layer.channels[0..taken[upper]] | edges +
      [at IN range(layer.in_starts[target], layer.in_starts[target + 1] - 1)
         WHERE places[layer.in_sources[at]] < taken[upper - 1] |
         [layer.in_sources[at], target, layer.in_weights[at]]])
  ])]) END] AS edges
UNWIND range(0, size(layers) - 1) AS index
WITH damping, variant, index, layers[index] AS layer, thresholds[index] AS threshold, taken[index] AS taken,
     CASE WHEN $dead_ends OR index < 2 THEN edges[index]
          ELSE [edge IN edges[index] WHERE edge[0] IN [below IN edges[index - 1] | below[1]]] END AS edges
RETURN layer.layer AS layer, threshold AS threshold, layer.channels[0..taken] AS channels,
       layer.pageranks[0..taken] AS pageranks, layer.counts[0..taken] AS counts,
       [edge IN edges | edge[0]] AS sources, [edge IN edges | edge[1]] AS targets, [edge IN edges | edge[2]] AS weights,
       damping AS damping, variant AS variant
ORDER BY index
