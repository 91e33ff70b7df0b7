// about:   Forget what was measured about the meaning of a model's channels, because its counts are others now.
// params:  model: string
// returns: nothing
MATCH (channel:Channel {model: $model})
WHERE channel.frequency IS NOT NULL
SET channel.frequency = null, channel.position = null, channel.selectivity = null
