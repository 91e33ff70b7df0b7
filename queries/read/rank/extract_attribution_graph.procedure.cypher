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
  WITH class
  WHERE $score IS NULL OR $score = 'activation'
  RETURN class AS holder
  UNION ALL
  MATCH (class)-[:HAS_GRAPH]->(holder:ScoredGraph)
  WHERE holder.score = $score
  RETURN holder
}
WITH class, holder
WHERE EXISTS { (holder)-[:HAS_RANKING]->() }
CALL summit.attributionGraph(class, holder, $threshold, $unified, $step, $dead_ends)
YIELD layer, threshold, channels, pageranks, counts, sources, targets, weights
RETURN layer AS layer, threshold AS threshold, channels AS channels, pageranks AS pageranks, counts AS counts,
       sources AS sources, targets AS targets, weights AS weights, holder.pagerank_damping AS damping,
       holder.pagerank_variant AS variant
