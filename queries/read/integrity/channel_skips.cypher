// about:   What a model's channels keep of the ways without a convolution that lead into them, one row per channel.
// params:  model: string
// returns: layer: string, target: int, skips: int, skip_sources: list<int>?, both_sources: list<int>?
// units:   target is a channel's index; the sources are indexes within the layer below, of edges of kind SKIP and BOTH; skips
//          is how many they are; no rows where they are not known
// example: model=sample
MATCH (:Model {id: $model})<-[:OF_MODEL]-(:Layer)<-[:OF_LAYER]-(channel:Channel)
WHERE channel.skips IS NOT NULL
WITH channel.layer_index AS height, channel.index AS target, channel
ORDER BY height, target
RETURN channel.layer AS layer, target AS target, channel.skips AS skips, channel.skip_sources AS skip_sources,
       channel.both_sources AS both_sources
ORDER BY height, target
