// about:   How a class's attribution graph was made: the requested threshold and each layer's final one, the statement
//          that computed its PageRank, and whether graphs at other thresholds can be cut.
// params:  class: string
// returns: threshold: float?, unified: bool?, step: float?, dead_ends: bool?, thresholds: list<float>?, damping: float?,
//          variant: string?, live: bool
// units:   thresholds are percents of the PageRank of a layer, or of the network if unified; lowest layer first
// example: class=sample/0
MATCH (class:ImageClass {id: $class})
RETURN class.graph_threshold AS threshold, class.graph_unified AS unified, class.graph_step AS step,
       class.graph_dead_ends AS dead_ends, class.graph_thresholds AS thresholds, class.graph_damping AS damping,
       class.graph_variant AS variant, class.pagerank_digest IS NOT NULL AS live
