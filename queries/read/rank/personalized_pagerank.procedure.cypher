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
MATCH (class:ImageClass {id: $class})
WHERE EXISTS { (class)-[:HAS_ADJACENCY]->(:Adjacency) }
  AND ($score IS NULL OR $score = 'activation' OR class.attribution_count IS NOT NULL)
CALL summit.personalizedPageRank(
  class, CASE WHEN $score = 'attribution' THEN 'ATTRIBUTED_TO' ELSE 'ACTIVATES' END, $damping, $tolerance, $steps
) YIELD channel, pagerank, count
RETURN channel AS channel, pagerank AS pagerank, count AS count
