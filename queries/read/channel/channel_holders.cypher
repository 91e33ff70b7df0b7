// about:   Every channel that is in an attribution graph of a model, with the classes whose graph has it.
// params:  model: string
// returns: channel: string, classes: set<int>
// units:   classes are indexes
// example: model=summit-inceptionv1
MATCH (class:ImageClass {model: $model})-[:HAS_CHANNEL]->(channel:Channel)
WITH channel.id AS channel, collect(class.index) AS classes
RETURN channel AS channel, classes AS classes
ORDER BY channel
