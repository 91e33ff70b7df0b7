// about:   What the channels of the last layer contribute to a class's score, as it was loaded.
// params:  class: string
// returns: index: int, weight: float, mean: float, contribution: float
// units:   as in class_output
// example: class=sample/0
MATCH (channel:Channel)-[edge:CONTRIBUTES_TO]->(:ImageClass {id: $class})
RETURN channel.index AS index, edge.weight AS weight, edge.mean AS mean, edge.contribution AS contribution
ORDER BY index
