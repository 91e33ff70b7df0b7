// about:   What leads to a channel and where it leads, over the attribution graphs of all classes: the edges into it and from
//          it, those of most graphs first.
// params:  channel: string, limit: int
// returns: neighbour: string, layer: string, index: int, is_input: bool, classes: int, mean_weight: float
// units:   is_input says whether the edge leads to the channel, else it leads from it; classes is the number of graphs with
//          the edge; mean_weight is a number of pictures, a mean over those. The limit is of inputs and outputs together
// example: channel=summit-inceptionv1/mixed4d/431 limit=20
MATCH (channel:Channel {id: $channel})
OPTIONAL MATCH (source:Channel)-[into:ATTRIBUTES]->(channel)
WITH channel, source, count(into) AS classes, avg(into.weight) AS mean
WITH channel, collect(CASE WHEN source IS NULL THEN null ELSE {end: source, is_input: true, classes: classes, mean: mean} END) AS inputs
OPTIONAL MATCH (channel)-[from:ATTRIBUTES]->(target:Channel)
WITH inputs, target, count(from) AS classes, avg(from.weight) AS mean
WITH inputs, collect(CASE WHEN target IS NULL THEN null ELSE {end: target, is_input: false, classes: classes, mean: mean} END) AS outputs
UNWIND inputs + outputs AS found
WITH found.end.id AS neighbour, found.end.layer AS layer, found.end.index AS index, found.is_input AS is_input,
     found.classes AS classes, found.mean AS mean
ORDER BY classes DESC, mean DESC, neighbour
LIMIT $limit
RETURN neighbour AS neighbour, layer AS layer, index AS index, is_input AS is_input, classes AS classes,
       toFloat(mean) AS mean_weight
