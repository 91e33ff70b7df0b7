// about:   The number of pictures in which channels are among a class's top influences on others (I), one row per layer
//          and channel.
// params:  class: string
// returns: layer: string, target: int, sources: list<int>, weights: list<int>, kinds: list<string>?
// units:   target is a channel's index within the layer, sources are such indexes within the layer below, ascending,
//          aligned with weights, which are numbers of pictures, and kinds, which are those of class_edges; null where they
//          are not known
// example: class=sample/0
MATCH (:ImageClass {id: $class})-[edge:INFLUENCED]->(channel:Channel)
WITH channel.layer_index AS height, channel.index AS target, channel, edge,
     CASE WHEN channel.skips IS NOT NULL
          THEN [source IN edge.sources | CASE WHEN source IN channel.skip_sources THEN 'SKIP'
                                              WHEN source IN channel.both_sources THEN 'BOTH'
                                              ELSE 'CONVOLUTION' END] END AS kinds
ORDER BY height, target
RETURN channel.layer AS layer, target AS target, edge.sources AS sources, edge.weights AS weights, kinds AS kinds
ORDER BY height, target
