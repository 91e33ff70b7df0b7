// about:   Some channels, by id, with the number of classes whose attribution graph has each.
// params:  channels: list<string>
// returns: id: string, layer: string, index: int, excluded: bool, class_count: int
// example: channels=summit-inceptionv1/mixed4d/431
UNWIND $channels AS wanted
MATCH (channel:Channel {id: wanted})
OPTIONAL MATCH (channel)<-[vertex:HAS_CHANNEL]-()
WITH channel.id AS id, channel.layer AS layer, channel.index AS index, channel.excluded AS excluded,
     count(vertex) AS class_count
RETURN id AS id, layer AS layer, index AS index, excluded AS excluded, class_count AS class_count
ORDER BY id
