// about:   Change pairs of a model's channel graph; rows hold target, classes and weights.
// params:  rows: list<map>
// returns: nothing
// units:   target is a channel's id; classes and weights have, by index of the source in the layer below, how many classes have
//          the influence and their numbers of pictures, summed; 0 classes leave a pair as it is
UNWIND $rows AS row
MATCH (target:Channel {id: row.target})
MATCH (target)<-[edge:INFLUENCES]-(source:Channel)
WITH edge, row.classes[source.index] AS classes, row.weights[source.index] AS weight
WHERE classes > 0
SET edge.classes = classes, edge.weight = weight
