// about:   How large a model and its attribution graphs are: totals, and the numbers a page scales pictures and edges by.
// params:  model: string
// returns: class_count: int, channel_count: int, graph_channel_count: int, vertices: int, edges: int, largest_count: int,
//          largest_weight: int
// units:   largest_count and largest_weight are numbers of pictures
// example: model=summit-inceptionv1
MATCH (layer:Layer {model: $model})
WITH sum(layer.channels) AS channel_count
OPTIONAL MATCH (class:ImageClass {model: $model})
WITH channel_count, count(class) AS class_count
OPTIONAL MATCH (:ImageClass {model: $model})-[vertex:HAS_CHANNEL]->(channel:Channel)
WITH class_count, channel_count, count(DISTINCT channel) AS graph_channel_count, count(vertex) AS vertices,
     coalesce(max(vertex.count), 0) AS largest_count
OPTIONAL MATCH (source:Channel {model: $model})-[edge:ATTRIBUTES]->()
RETURN class_count AS class_count, channel_count AS channel_count, graph_channel_count AS graph_channel_count, vertices AS vertices,
       count(edge) AS edges, largest_count AS largest_count, coalesce(max(edge.weight), 0) AS largest_weight
