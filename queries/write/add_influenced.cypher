// about:   Add the numbers of pictures in which channels of the layer below are among a class's top influences on channels of
//          a layer (I), one relationship per target channel that has any.
// params:  class: string, layer: string, first: int, sources: list<list<int>>, weights: list<list<int>>
// returns: nothing
// units:   layer is an id; sources and weights have a list for each channel of the layer from index `first` on: indexes
//          within the layer below, ascending, and aligned with them numbers of pictures; empty for a channel without
MATCH (class:ImageClass {id: $class})
MATCH (:Layer {id: $layer})<-[:OF_LAYER]-(target:Channel)
WHERE target.index >= $first AND target.index < $first + size($sources)
WITH class, target, target.index - $first AS at
WHERE size($sources[at]) > 0
CREATE (class)-[:INFLUENCED {sources: $sources[at], weights: $weights[at]}]->(target)
